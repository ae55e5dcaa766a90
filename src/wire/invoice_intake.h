// Takes in the provider's invoices from wherever they are read, and looks at once for what is expected: the whole of an import in one call.
//
//   const InvoiceIntake done = TRY(take_in_invoices(app, {.file = name}, [&](const auto& sink, auto& report, auto& dialect) {
//     TextBytes text(body, name);
//     return import_invoice(text, {}, sink, report, dialect);
//   }));
//
// The reading is asked for twice, so it must be able to begin again.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/import_invoices.h"
#include "app/match_invoices.h"
#include "wire/import_invoice.h"

namespace prorata::wire {

using InvoiceReading = std::function<Result<void>(const ImportSink<InvoiceLine>& sink, ImportReport& report, InvoiceDialect& dialect)>;

struct InvoiceIntake {
  std::vector<ImportedInvoice> imported;
  std::map<std::string, MatchCounts> counts;  // of those that were new, by number
  ImportReport report;
  bool nothing_new = false;
};

// Errors: forbidden, before anything is read; those of the reading, of InvoiceImport and of match_invoice.
Result<InvoiceIntake> take_in_invoices(App& app, InvoiceSource source, const InvoiceReading& read);

}  // namespace prorata::wire
