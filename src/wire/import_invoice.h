// Reads the lines of a provider's invoices: the answers of the Partner Center API (invoice line items, one-time and license-based) and the
// reconciliation files of the same, CSV or tab separated. Columns and members are the same words in both, in any order and letter case;
// those that are not known are passed over (specs/invoices.md).
//
//   TRY(import_invoice(file, {.number = ""}, [&](std::span<const InvoiceLine> lines) { return importer.take(lines); }, report));
//
// Numbers may be texts. A line that cannot be read is refused with its place and the rest goes on. Memory does not grow with the file.
#pragma once

#include <string>

#include "app/settlement_records.h"
#include "wire/bytes.h"
#include "wire/import_report.h"
#include "wire/import_rows.h"

namespace prorata::wire {

enum class InvoiceDialect : std::uint8_t { new_commerce, legacy };

struct InvoiceFile {
  std::string number;  // for lines that name no invoice; a line that names another is refused
};

// Lines come without revision, number and state. Errors: invalid_data for a file that is no such list, such as one of rated usage; those of
// the source and of the sink. `dialect` is set before the first line is given.
Result<void> import_invoice(ByteSource& source, const InvoiceFile& file, const ImportSink<InvoiceLine>& sink, ImportReport& report,
                            InvoiceDialect& dialect);

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::InvoiceDialect> = std::to_array<Word<wire::InvoiceDialect>>(
    {{wire::InvoiceDialect::new_commerce, "new_commerce"}, {wire::InvoiceDialect::legacy, "legacy"}});
}  // namespace prorata
