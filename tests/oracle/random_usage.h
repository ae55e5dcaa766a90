// Random billing contexts for the twin, and the same ones as the program is asked.
#pragma once

#include <vector>

#include "oracle/coverage_twin.h"
#include "sim/chance.h"
#include "utilization/coverage.h"

namespace prorata::twin {

Context random_context(sim::Chance& chance);

// Columns, and what they are columns of.
struct AskedUsage {
  utilization::Roster roster;
  std::vector<utilization::ReservationVersion> versions;
  utilization::RatioTable table;
  utilization::HourSpan span;
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;

  utilization::UsageRows rows() const { return *utilization::UsageRows::make(span, resource, hour, quantity, roster.size()); }
};

// Rows in the order of the context, or by resource.
enum class RowOrder { as_they_are, by_resource };
AskedUsage as_asked(const Context& context, RowOrder order);

}  // namespace prorata::twin
