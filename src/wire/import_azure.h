// Reads what the reservation API and the az command line say: reservations and orders, in lists, envelopes, JSON lines or alone.
//
//   ImportReport report;
//   TRY(import_azure(file, [&](auto orders, auto reservations) { return portfolio.take(orders, reservations); }, report));
//
// Ids and names of fields are taken in any letter case, properties nested as REST gives them or flattened as az may print them.
// Nothing is guessed: what a record leaves out stays out (app/imported.h). Revisions and other kinds of record are skipped and
// counted. A record that cannot be read is refused with its place, and the rest goes on.
#pragma once

#include <functional>
#include <span>
#include <variant>

#include "app/imported.h"
#include "wire/bytes.h"
#include "wire/import_report.h"
#include "wire/json.h"

namespace prorata::wire {

using AzureSink = std::function<Result<void>(std::vector<ImportedOrder>, std::vector<ImportedReservation>)>;

// Gives the records to the sink in batches of at most kAzureBatch. Errors: those of the source and of the sink; both end it.
inline constexpr std::size_t kAzureBatch = 5000;
Result<void> import_azure(ByteSource& source, const AzureSink& sink, ImportReport& report);

// One record; monostate is one of another kind. Errors: invalid_data with its place.
using AzureRecord = std::variant<std::monostate, ImportedOrder, ImportedReservation>;
Result<AzureRecord> read_azure_record(const JsonValue& record);

}  // namespace prorata::wire
