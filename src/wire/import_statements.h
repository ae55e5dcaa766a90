// Reads Microsoft's own daily statement of what reservations were used: the ReservationDetails export as CSV, a row a day, reservation and
// machine.
//
//   TRY(import_statements(file, sink, report));
//
// Columns are found by name, in any letter case: ReservationId, UsageDate, ReservedHours, UsedHours. All others are passed over. Days are
// ISO or month first, as in usage files; hours are rounded half up at the seventh decimal.
#pragma once

#include "app/import_statements.h"
#include "wire/import_rows.h"

namespace prorata::wire {

// Errors: invalid_data for a file without the columns; those of the source and of the sink.
Result<void> import_statements(ByteSource& source, const ImportSink<StatedDay>& sink, ImportReport& report);

}  // namespace prorata::wire
