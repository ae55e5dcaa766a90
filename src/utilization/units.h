// The units of utilization: hours, usage quantities and normalised units, all of them whole numbers.
//
//   Hour hour = hour_of(instant);                         // UTC hours since 1970; daylight saving does not exist here
//   std::uint32_t uh = TRY(parse_quantity("0.750000"));   // 750'000 micro-VM-hours: a machine that ran three quarters of an hour
//   std::int64_t nu = uh * weight;                        // normalised units, the only thing a reservation and a machine share
//
// One machine running one full hour is kFullHour uh. A quantity of one row is below 2^32 uh (4,294 machines on one id). Nothing here is
// ever a binary fraction. Utilization rules section 1 is the source.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace prorata::utilization {

inline constexpr std::int64_t kFullHour = 1'000'000;  // uh
inline constexpr std::int32_t kHoursPerDay = 24;

// A whole UTC hour, counted from 1970-01-01T00Z.
struct Hour {
  std::int32_t since_epoch = 0;
  friend constexpr auto operator<=>(const Hour&, const Hour&) = default;
};

constexpr std::int32_t hours_between(Hour from, Hour to) { return to.since_epoch - from.since_epoch; }
constexpr Hour add_hours(Hour hour, std::int32_t hours) { return {hour.since_epoch + hours}; }
Hour hour_of(Instant at);        // the hour the instant lies in
Hour hour_at_or_after(Instant);  // the first hour that does not begin before it
constexpr Hour first_hour(Day day) { return {day.since_epoch * kHoursPerDay}; }
constexpr Day day_of(Hour hour) {
  const std::int32_t h = hour.since_epoch;
  return {(h >= 0 ? h : h - (kHoursPerDay - 1)) / kHoursPerDay};
}
constexpr int hour_of_day(Hour hour) { return hour.since_epoch - first_hour(day_of(hour)).since_epoch; }
constexpr Instant start_of(Hour hour) { return {hour.since_epoch * 3'600LL * kTicksPerSecond}; }
std::string to_string(Hour hour);  // "2026-03-01T13:00:00Z"

// Half-open: `until` is not in it.
struct HourSpan {
  Hour from;
  Hour until;
  constexpr std::int32_t hours() const { return hours_between(from, until); }
  constexpr bool empty() const { return until <= from; }
  constexpr bool holds(Hour hour) const { return from <= hour && hour < until; }
  friend constexpr bool operator==(const HourSpan&, const HourSpan&) = default;
};
constexpr HourSpan intersection(HourSpan a, HourSpan b) {
  return {a.from < b.from ? b.from : a.from, a.until < b.until ? a.until : b.until};
}

// The whole hours between two instants: an hour that has begun before `from`, or ends after `until`, is not among them.
HourSpan whole_hours(Instant from, Instant until);

// Decimal text, "12", "0.5", ".5", "1E-3" (exports write small quantities so), to uh: exact, rounded half up at the seventh decimal.
// Errors: invalid_argument, saying whether it is no number, negative, or 2^32 uh or more.
Result<std::uint32_t> parse_quantity(std::string_view text);
// The same from uh: "0.75", without zeros at the end.
std::string quantity_text(std::uint64_t uh);

}  // namespace prorata::utilization
