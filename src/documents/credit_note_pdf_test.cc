// Papers read back by another program: what a customer reads is what the note says.
#include "documents/credit_note_pdf.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "documents/statement_pdf.h"

namespace prorata::documents {
namespace {

const Currency kSek = *Currency::parse("SEK");

// As pdftotext lays it out, its columns in place.
std::string read_back(const std::string& pdf) {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / fmt::format("prorata-{}.pdf", getpid());
  std::ofstream(path, std::ios::binary) << pdf;
  std::FILE* pipe = popen(fmt::format("pdftotext -layout {} - 2>/dev/null", path.string()).c_str(), "r");
  std::string text;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  EXPECT_EQ(pclose(pipe), 0) << "pdftotext reads it";
  std::filesystem::remove(path);
  return text;
}

std::string line_with(const std::string& text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == std::string::npos) return {};
  const std::size_t from = text.rfind('\n', at) + 1;
  return text.substr(from, text.find('\n', at) - from);
}

std::size_t count_of(const std::string& text, std::string_view words) {
  std::size_t count = 0;
  for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++count;
  return count;
}

CreditNote note_of(std::size_t lines) {
  CreditNote note{
      .number = "CN-17",
      .customer = CustomerId::trusted("c0000000-0000-4000-8000-000000000001"),
      .at = *parse_instant("2026-05-14T10:00:00Z"),
      .language = Language::swedish,
      .seller = {"Fjordmolnet Återförsäljning AB", {"Östra Hamngatan 14", "411 10 Göteborg"}, "556677-8899", "SE556677889901", "SE"},
      .buyer = {"Ångströms Mekaniska Verkstäder och Söner i Örnsköldsvik Aktiebolag", {"Att: Café Éclair"}, "", "SE551122334401", "SE"},
      .email = "faktura@fjordmolnet.example",
      .iban = "SE45 5000 0000 0583 9825 7466",
      .bic = "ESSESESS",
      .bankgiro = "5050-1055",
      .reference = "Inköp 4711",
      .vat = {.country = "SE", .rate = {25, 100}}};
  note.net = Money::zero(kSek);
  for (std::size_t i = 0; i < lines; ++i) {
    note.lines.push_back(
        {ReturnId(), fmt::format("Reserved VM Instance, Standard_D2s_v5, rad {}, återlämnad 2026-05-14", i + 1), 2, {5'653'120, kSek}});
    note.net += note.lines.back().amount;
  }
  note.vat_amount = scale(note.net, note.vat.rate, Rounding::half_away);
  note.total = note.net + note.vat_amount;
  return note;
}

TEST(CreditNotePdf, SaysWhatTheNoteSays) {
  CreditNote note = note_of(1);
  note.lines.push_back({ReturnId(), "Hanteringsavgift", 0, {-113'062, kSek}});
  note.net -= Money{113'062, kSek};
  note.vat_amount = scale(note.net, note.vat.rate, Rounding::half_away);
  note.total = note.net + note.vat_amount;
  const std::string text = read_back(credit_note_pdf(note)->bytes);
  for (const char* words : {"Kreditnota CN-17", "2026-05-14", "Fjordmolnet Återförsäljning AB", "Östra Hamngatan 14", "Café Éclair",
                            "Inköp 4711", "SE551122334401", "556677-8899", "SE45 5000 0000 0583 9825 7466", "5050-1055", "Sida 1 av 1"})
    EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
  EXPECT_NE(line_with(text, "Standard_D2s_v5").find("56 531,20"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "Hanteringsavgift").find("-1 130,62"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "Netto").find("55 400,58"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "Moms 25 %").find("13 850,15"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "Att kreditera SEK").find("69 250,73"), std::string::npos) << text;
}

TEST(CreditNotePdf, TheSameNoteGivesTheSameBytesAndAnotherOnesOthers) {
  const CreditNote note = note_of(3);
  const MadeDocument once = *credit_note_pdf(note);
  EXPECT_EQ(credit_note_pdf(note)->bytes, once.bytes);
  EXPECT_EQ(once.digest, digest_of(once.bytes));
  EXPECT_NE(credit_note_pdf(note_of(4))->digest, once.digest);
}

TEST(CreditNotePdf, ManyLinesRunOverPagesAndNoneIsLost) {
  const std::string text = read_back(credit_note_pdf(note_of(120))->bytes);
  EXPECT_EQ(count_of(text, "Standard_D2s_v5"), 120u);
  EXPECT_NE(text.find("rad 120,"), std::string::npos);
  const std::size_t pages = count_of(text, "Sida ");
  EXPECT_GT(pages, 2u);
  EXPECT_EQ(count_of(text, "Beskrivning"), pages) << "every page says what its columns are";
  EXPECT_NE(text.find(fmt::format("Sida {0} av {0}", pages)), std::string::npos);
  EXPECT_EQ(count_of(text, "Att kreditera"), 1u);
}

TEST(CreditNotePdf, ReverseChargeAndReversalsSaySo) {
  CreditNote note = note_of(1);
  note.language = Language::english;
  note.vat = {.country = "DE", .reverse_charge = true};
  note.vat_amount = Money::zero(kSek);
  note.total = note.net;
  note.reverses = "CN-3";
  note.reason = "wrong reference";
  const std::string text = read_back(credit_note_pdf(note)->bytes);
  EXPECT_NE(text.find("Article 196 of Directive 2006/112/EC"), std::string::npos) << text;
  EXPECT_NE(text.find("This note takes back credit note CN-3."), std::string::npos) << text;
  EXPECT_NE(text.find("Reason: wrong reference"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "VAT, reverse charge").find("0.00"), std::string::npos) << text;
}

TEST(CreditNotePdf, HostileNamesStayWithinThePaper) {
  CreditNote note = note_of(1);
  note.buyer.name = std::string(400, 'W') + "\x1b[31m\n";
  note.lines[0].text = "one\ttwo\xff three";
  EXPECT_TRUE(credit_note_pdf(note));
}

TEST(StatementPdf, HasABalanceForEachLine) {
  const Money nothing = Money::zero(kSek);
  Statement statement{.customer = {.name = "Nordvik"},
                      .billed = {.name = "Nordvik AB"},
                      .profile = {.partner = {.name = "Fjordmolnet AB"}},
                      .currency = kSek,
                      .from = make_day(2026, 5, 1),
                      .until = make_day(2026, 6, 1),
                      .opening = {{100'000, kSek}, nothing},
                      .closing = {{110'000, kSek}, {4'000, kSek}}};
  statement.lines = {{.day = make_day(2026, 5, 2),
                      .event = "instalment",
                      .what = "instalment 3 of 12",
                      .reservation = "web",
                      .charged = {10'000, kSek},
                      .credited = nothing,
                      .balance = {110'000, kSek}},
                     {.day = make_day(2026, 5, 14),
                      .event = "return",
                      .what = "2 x Standard_D2s_v5 returned",
                      .reservation = "web",
                      .charged = nothing,
                      .credited = {4'000, kSek},
                      .balance = {106'000, kSek}}};
  const std::string text = read_back(*statement_pdf(statement, Language::english));
  EXPECT_NE(line_with(text, "Brought forward").find("1 000.00"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "instalment 3 of 12, web").find("1 100.00"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "2026-05-14").find("1 060.00"), std::string::npos) << text;
  EXPECT_NE(line_with(text, "Balance SEK").find("1 060.00"), std::string::npos) << text;
}

}  // namespace
}  // namespace prorata::documents
