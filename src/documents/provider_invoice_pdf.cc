#include "documents/provider_invoice_pdf.h"

#include <algorithm>

#include <fmt/format.h>

#include "documents/sheet.h"
#include "documents/words.h"

namespace prorata::documents {
namespace {

std::string_view kind_of(LineKind kind, Language language) {
  switch (kind) {
    case LineKind::purchase: return in(language, "Purchase", "Köp");
    case LineKind::instalment: return in(language, "Instalment", "Delbetalning");
    case LineKind::credit: return in(language, "Credit", "Kredit");
  }
  return {};
}

std::string text_of(const BilledLine& line, Language language) {
  std::string text(kind_of(line.kind, language));
  if (line.reservation)
    text += fmt::format(", {}", line.reservation->sku_description.empty() ? line.reservation->sku : line.reservation->sku_description);
  return line.customer ? fmt::format("{}, {}", text, line.customer->name) : text;
}

}  // namespace

Result<std::string> provider_invoice_pdf(const ProviderInvoice& invoice, const std::vector<BilledLine>& lines, const BilledParty& partner,
                                         Language language) {
  const std::string currency(invoice.currency.code());
  const bool credit = invoice.total.is_negative();
  Sheet sheet{.title = fmt::format("{} {}", credit ? in(language, "Credit note", "Kreditnota") : in(language, "Invoice", "Faktura"),
                                   invoice_name(invoice)),
              .language = language,
              .from = {.name = std::string(in(language, "The provider of reservations", "Reservationernas leverantör"))},
              .to = partner,
              .facts = {{std::string(in(language, "Number", "Nummer")), invoice_name(invoice)},
                        {std::string(in(language, "From", "Från och med")), to_string(invoice.month)},
                        {std::string(in(language, "To", "Till och med")), to_string(add_days(add_months(invoice.month, 1), -1))},
                        {std::string(in(language, "Currency", "Valuta")), currency}},
              .columns = {{std::string(in(language, "Day", "Dag")), 66},
                          {std::string(in(language, "What", "Vad"))},
                          {std::string(in(language, "Units", "Antal")), 46, Side::right},
                          {std::string(in(language, "Amount", "Belopp")), 96, Side::right}}};
  const std::size_t printed = std::min(lines.size(), kPrintedLinesMax);
  for (std::size_t i = 0; i < printed; ++i)
    sheet.rows.push_back({to_string(day_of(lines[i].entry.at)), text_of(lines[i], language), std::to_string(lines[i].quantity),
                          amount_of(lines[i].amount, language)});
  sheet.totals = {{fmt::format("{} {}", in(language, "Total", "Summa"), currency), amount_of(invoice.total, language), true}};
  const std::int64_t left = invoice.lines - static_cast<std::int64_t>(printed);
  if (left > 0)
    sheet.remarks.push_back(fmt::format(fmt::runtime(in(language, "{} more lines are not printed; the total is of all.",
                                                        "Ytterligare {} rader är inte utskrivna; summan är av alla.")),
                                        left));
  sheet.remarks.emplace_back(in(language, "Amounts are without tax.", "Beloppen är utan skatt."));
  return draw(sheet);
}

}  // namespace prorata::documents
