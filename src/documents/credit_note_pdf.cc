#include "documents/credit_note_pdf.h"

#include <openssl/evp.h>

#include <fmt/format.h>

#include "base/check.h"
#include "documents/sheet.h"
#include "documents/words.h"

namespace prorata::documents {
namespace {

std::string title_of(const CreditNote& note) { return fmt::format("{} {}", in(note.language, "Credit note", "Kreditnota"), note.number); }

std::string vat_title(const CreditNote& note) {
  const std::string own = note.language == Language::swedish ? note.vat.text_sv : note.vat.text_en;
  if (note.vat.reverse_charge)
    return own.empty() ? std::string(in(note.language, "VAT, reverse charge", "Moms, omvänd betalningsskyldighet")) : own;
  const std::string rate = per_cent(note.vat.rate, note.language);
  const std::string plain = fmt::format("{} {}", in(note.language, "VAT", "Moms"), rate);
  return own.empty() ? plain : fmt::format("{} {}", own, rate);
}

std::vector<std::string> remarks_of(const CreditNote& note) {
  std::vector<std::string> out;
  if (note.vat.reverse_charge)
    out.emplace_back(in(note.language, "Reverse charge: the recipient accounts for the VAT (Article 196 of Directive 2006/112/EC).",
                        "Omvänd betalningsskyldighet: mottagaren redovisar momsen (artikel 196 i direktiv 2006/112/EG)."));
  if (!note.reverses.empty())
    out.push_back(fmt::format(fmt::runtime(in(note.language, "This note takes back credit note {}.", "Denna nota återtar kreditnota {}.")),
                              note.reverses));
  if (!note.reason.empty()) out.push_back(fmt::format("{}: {}", in(note.language, "Reason", "Orsak"), note.reason));
  return out;
}

std::vector<std::vector<std::string>> rows_of(const CreditNote& note) {
  std::vector<std::vector<std::string>> rows;
  for (const NoteLine& line : note.lines)
    rows.push_back({line.text, line.quantity == 0 ? "" : std::to_string(line.quantity), amount_of(line.amount, note.language)});
  return rows;
}

}  // namespace

std::string digest_of(std::string_view bytes) {
  unsigned char hash[32];
  unsigned int size = sizeof hash;
  CHECK(EVP_Digest(bytes.data(), bytes.size(), hash, &size, EVP_sha256(), nullptr) == 1, "SHA-256 is a hash that OpenSSL has");
  std::string out;
  for (const unsigned char each : hash) out += fmt::format("{:02x}", each);
  return out;
}

Result<MadeDocument> credit_note_pdf(const CreditNote& note) {
  const Language language = note.language;
  const std::string currency(note.total.currency.code());
  const Sheet sheet{
      .title = title_of(note),
      .language = language,
      .from = note.seller,
      .to = note.buyer,
      .facts = {{std::string(in(language, "Number", "Nummer")), note.number},
                {std::string(in(language, "Date", "Datum")), to_string(day_of(note.at))},
                {std::string(in(language, "Your reference", "Er referens")), note.reference},
                {std::string(in(language, "Your VAT number", "Ert momsnummer")), note.buyer.vat_number},
                {std::string(in(language, "Your org. number", "Ert org.nummer")), note.buyer.organisation_number},
                {std::string(in(language, "Takes back", "Återtar")), note.reverses},
                {std::string(in(language, "Currency", "Valuta")), currency}},
      .columns = {{std::string(in(language, "Description", "Beskrivning"))},
                  {std::string(in(language, "Units", "Antal")), 60, Side::right},
                  {std::string(in(language, "Amount", "Belopp")), 110, Side::right}},
      .rows = rows_of(note),
      .totals = {{std::string(in(language, "Net", "Netto")), amount_of(note.net, language)},
                 {vat_title(note), amount_of(note.vat_amount, language)},
                 {fmt::format("{} {}", in(language, "Credited", "Att kreditera"), currency), amount_of(note.total, language), true}},
      .remarks = remarks_of(note),
      .foot = foot_of(note.seller, {note.email, note.iban, note.bic, note.bankgiro}, language)};
  std::string bytes = TRY(draw(sheet));
  std::string digest = digest_of(bytes);
  return MadeDocument{std::move(digest), std::move(bytes)};
}

}  // namespace prorata::documents
