// Hours of a quantity that is known for several hours together, such as a day's, bounded from both sides.
//
//   hour_of_many(row.quantity, row.hours, number, Estimate::optimistic)      // uh of the hour of that number
//
// Optimistic: spread evenly, so that a reservation that never rests covers most of it. Pessimistic: stacked from the first hour on, in as
// many machines as it takes at least and in as few hours as these need. Both add up to the quantity, to the last unit.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/text.h"
#include "utilization/units.h"

namespace prorata::utilization {

enum class Estimate : std::uint8_t { optimistic, pessimistic };

constexpr std::uint32_t spread_hour(std::uint32_t quantity, std::uint32_t hours, std::uint32_t number) {
  return quantity / hours + (number < quantity % hours ? 1 : 0);
}
constexpr std::uint32_t stacked_hour(std::uint32_t quantity, std::uint32_t hours, std::uint32_t number) {
  const std::uint64_t one_machine = std::uint64_t{hours} * kFullHour;
  const std::uint64_t an_hour = std::max<std::uint64_t>(1, (quantity + one_machine - 1) / one_machine) * kFullHour;
  const std::uint64_t before = number * an_hour;
  return before >= quantity ? 0 : static_cast<std::uint32_t>(std::min(an_hour, quantity - before));
}
constexpr std::uint32_t hour_of_many(std::uint32_t quantity, std::uint32_t hours, std::uint32_t number, Estimate estimate) {
  return estimate == Estimate::optimistic ? spread_hour(quantity, hours, number) : stacked_hour(quantity, hours, number);
}

}  // namespace prorata::utilization

template <>
inline constexpr auto prorata::kWords<prorata::utilization::Estimate> = std::to_array<prorata::Word<prorata::utilization::Estimate>>(
    {{prorata::utilization::Estimate::optimistic, "optimistic"}, {prorata::utilization::Estimate::pessimistic, "pessimistic"}});
