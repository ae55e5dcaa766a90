#include "wire/invoice_intake.h"

#include <span>

#include "app/authorize.h"

namespace prorata::wire {

Result<InvoiceIntake> take_in_invoices(App& app, InvoiceSource source, const InvoiceReading& read) {
  TRY(authorize(app, access::Right::settle, target_of_desk()));
  InvoiceIntake out;
  InvoiceDialect dialect{};
  InvoiceSurvey survey;
  TRY(read([&](std::span<const InvoiceLine> lines) { return survey.take(lines); }, out.report, dialect));
  source.dialect = std::string(to_string(dialect));
  InvoiceImport import = TRY(InvoiceImport::begin(app, survey, std::move(source)));
  out.nothing_new = import.nothing_new();
  if (!out.nothing_new) {
    ImportReport again;
    TRY(read([&](std::span<const InvoiceLine> lines) { return import.take(lines); }, again, dialect));
  }
  out.imported = TRY(import.finish());
  for (const ImportedInvoice& each : out.imported)
    if (each.news != InvoiceNews::unchanged) out.counts[each.invoice.number] = TRY(match_invoice(app, each.invoice.number));
  return out;
}

}  // namespace prorata::wire
