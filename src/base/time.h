// Time, UTC throughout: Day (a calendar date), Instant (a moment), Term (how long was bought).
//
//   Day start = TRY(parse_day("2024-01-31"));
//   add_months(start, 1)                      // 2024-02-29: the day of month is clamped, always from the first date
//   days_between(start, expiry)               // date difference, the only difference refunds know
//
// Refund rules section 1: days are UTC calendar dates; `now` is passed in, never read.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace prorata {

// A UTC calendar date, 0001-01-01 to 9999-12-31, counted from 1970-01-01.
struct Day {
  std::int32_t since_epoch = 0;
  friend constexpr auto operator<=>(const Day&, const Day&) = default;
};

constexpr std::int64_t days_between(Day from, Day to) { return static_cast<std::int64_t>(to.since_epoch) - from.since_epoch; }
constexpr Day add_days(Day day, std::int32_t days) { return {day.since_epoch + days}; }

// `months` later; a day the month does not have becomes its last one.
Day add_months(Day day, int months);

// The same for many counts from one day, such as the instalments of a schedule: the calendar is asked once.
class MonthsFrom {
 public:
  explicit MonthsFrom(Day day);
  Day after(int months) const;

 private:
  int month_;  // months since January of year 0
  unsigned day_of_month_;
};
Day make_day(int year, unsigned month, unsigned day_of_month);  // CHECKs that the date exists

std::string to_string(Day day);           // "2024-02-29"
Result<Day> parse_day(std::string_view);  // the same; also takes the date part of an instant

// A moment in UTC, in steps of 100 ns as Azure prints them.
struct Instant {
  std::int64_t ticks = 0;  // since 1970-01-01T00:00:00Z
  friend constexpr auto operator<=>(const Instant&, const Instant&) = default;
};

inline constexpr std::int64_t kTicksPerSecond = 10'000'000;
inline constexpr std::int64_t kTicksPerDay = 86'400 * kTicksPerSecond;

constexpr Instant add_seconds(Instant at, std::int64_t seconds) { return {at.ticks + seconds * kTicksPerSecond}; }
constexpr Day day_of(Instant at) {
  const std::int64_t days = at.ticks / kTicksPerDay;
  return {static_cast<std::int32_t>(at.ticks % kTicksPerDay < 0 ? days - 1 : days)};
}
constexpr Instant start_of(Day day) { return {day.since_epoch * kTicksPerDay}; }

// "2023-03-04T04:23:12.3497675Z"; without a fraction where it is zero.
std::string to_string(Instant at);
// Reads the same, with any number of fraction digits (beyond seven they are cut), "+01:00" offsets, or a bare date (its midnight).
Result<Instant> parse_instant(std::string_view);

// P1Y, P3Y or P5Y in the wire's words; reservations are sold for whole years.
struct Term {
  int years = 1;
  constexpr int months() const { return years * 12; }
  friend constexpr auto operator<=>(const Term&, const Term&) = default;
};

std::string to_string(Term term);           // "P3Y"
Result<Term> parse_term(std::string_view);  // "P3Y", any letter case; one, three or five years

}  // namespace prorata
