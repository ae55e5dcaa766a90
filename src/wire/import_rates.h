// Reads exchange rates from CSV: date, from, to, rate. One unit of `from` is `rate` units of `to` from that date on; the rate is a decimal
// of up to nine decimals and kept exactly.
//
//   ImportReport report;
//   TRY(import_rates(file, [&](std::span<const ExchangeRate> rates) { return keep(rates); }, report));
#pragma once

#include "catalog/catalog.h"
#include "wire/import_rows.h"

namespace prorata::wire {

// Errors: invalid_data for a file without the columns; those of the source and of the sink.
Result<void> import_rates(ByteSource& source, const ImportSink<ExchangeRate>& sink, ImportReport& report);

}  // namespace prorata::wire
