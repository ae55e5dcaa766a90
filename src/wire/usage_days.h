// From rows that may be known by the day only to hours.
//
//   for_each_hour(row, Estimate::optimistic, [&](Hour hour, std::uint32_t uh) { ... });
//
// 24 hours on a day are 24 full hours: there is no other way. Any other quantity of a day lies between two bounds. Optimistic: it is spread
// evenly over the day, so that a reservation that never rests covers most of it. Pessimistic: it is stacked from the day's first hour on,
// in as many machines as it takes at least and in as few hours as these need; all machines of a day stand in the same hours, and the
// reservation idles in the rest. Both give hours that add up to the quantity, to the last unit.
#pragma once

#include <cstdint>

#include "utilization/estimate.h"
#include "utilization/units.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

using utilization::Estimate;
using utilization::spread_hour;
using utilization::stacked_hour;

// Calls put(hour, uh) for each hour of the row that holds something.
template <class Put>
void for_each_hour(const UsageRow& row, Estimate estimate, const Put& put) {
  for (std::uint32_t number = 0; number < row.hours; ++number) {
    const std::uint32_t uh =
        row.grain == UsageGrain::exact ? row.quantity : utilization::hour_of_many(row.quantity, row.hours, number, estimate);
    if (uh > 0) put(utilization::add_hours(row.from, static_cast<std::int32_t>(number)), uh);
  }
}

}  // namespace prorata::wire
