// Reads instance size flexibility ratios from CSV: InstanceSizeFlexibilityGroup, ArmSkuName, Ratio. A ratio that is no whole number, such
// as 24.02807018, is kept exactly.
//
//   TRY(import_ratios(file, sink, report));
#pragma once

#include "catalog/catalog.h"
#include "wire/import_rows.h"

namespace prorata::wire {

// Errors: invalid_data for a file without the columns; those of the source and of the sink.
Result<void> import_ratios(ByteSource& source, const ImportSink<FlexibilityRatio>& sink, ImportReport& report);

}  // namespace prorata::wire
