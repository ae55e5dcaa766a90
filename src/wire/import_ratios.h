// Reads instance size flexibility ratios from CSV: InstanceSizeFlexibilityGroup, ArmSkuName, Ratio, and From, a day, where the list has it.
// A ratio that is no whole number, such as 24.02807018, is kept exactly.
//
//   TRY(import_ratios(file, {.undated = day}, sink, report));
#pragma once

#include "catalog/catalog.h"
#include "wire/import_rows.h"

namespace prorata::wire {

struct RatioDefaults {
  Day undated{};  // rows that do not say hold from this day; 1970-01-01: they have always held
};

// Errors: invalid_data for a file without the columns; those of the source and of the sink.
Result<void> import_ratios(ByteSource& source, const RatioDefaults& defaults, const ImportSink<FlexibilityRatio>& sink,
                           ImportReport& report);

}  // namespace prorata::wire
