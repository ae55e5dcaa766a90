// From rows that may be known by the day only to hours.
//
//   for_each_hour(row, Estimate::optimistic, [&](Hour hour, std::uint32_t uh) { ... });
//
// 24 hours on a day are 24 full hours: there is no other way. Any other quantity of a day lies between two bounds. Optimistic: it is spread
// evenly over the day, so that a reservation that never rests covers most of it. Pessimistic: it is stacked from the day's first hour on,
// in as many machines as it takes at least and in as few hours as these need; all machines of a day stand in the same hours, and the
// reservation idles in the rest. Both give hours that add up to the quantity, to the last unit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "utilization/units.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

enum class Estimate : std::uint8_t { optimistic, pessimistic };

// Of a quantity over some hours, what falls into the hour of that number.
constexpr std::uint32_t spread_hour(std::uint32_t quantity, std::uint32_t hours, std::uint32_t number) {
  return quantity / hours + (number < quantity % hours ? 1 : 0);
}
constexpr std::uint32_t stacked_hour(std::uint32_t quantity, std::uint32_t hours, std::uint32_t number) {
  const std::uint64_t one_machine = std::uint64_t{hours} * utilization::kFullHour;
  const std::uint64_t an_hour = std::max<std::uint64_t>(1, (quantity + one_machine - 1) / one_machine) * utilization::kFullHour;
  const std::uint64_t before = number * an_hour;
  return before >= quantity ? 0 : static_cast<std::uint32_t>(std::min(an_hour, quantity - before));
}

// Calls put(hour, uh) for each hour of the row that holds something.
template <class Put>
void for_each_hour(const UsageRow& row, Estimate estimate, const Put& put) {
  for (std::uint32_t number = 0; number < row.hours; ++number) {
    const std::uint32_t uh = row.grain == UsageGrain::exact     ? row.quantity
                             : estimate == Estimate::optimistic ? spread_hour(row.quantity, row.hours, number)
                                                                : stacked_hour(row.quantity, row.hours, number);
    if (uh > 0) put(utilization::add_hours(row.from, static_cast<std::int32_t>(number)), uh);
  }
}

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::Estimate> =
    std::to_array<Word<wire::Estimate>>({{wire::Estimate::optimistic, "optimistic"}, {wire::Estimate::pessimistic, "pessimistic"}});
}  // namespace prorata
