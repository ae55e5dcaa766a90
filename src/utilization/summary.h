// What a person reads off a coverage: days, percentages, windows up to a watermark, the trend.
//
//   const Percent month = utilization_of(totals);                // 99.99, and 100.00 only where no unit was lost
//   const std::vector<DaySummary> days = daily_summaries(versions, coverages);
//   const ReservationWindows windows = windows_of(days_and_hours, watermark);
//
// A window of k days ends at the watermark and has only the hours in which the reservation was active; without one there is no data, which
// is not zero. Sums of several ratio tables are added as hours of the reserved size, never as normalised units. Utilization rules
// section 7.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "utilization/coverage.h"
#include "utilization/reservations.h"
#include "utilization/units.h"

namespace prorata::utilization {

// Hundredths of a percent, cut and never rounded: 9'999 is 99.99 %.
struct Percent {
  std::int32_t hundredths = 0;
  friend constexpr auto operator<=>(const Percent&, const Percent&) = default;
};
std::string to_string(Percent percent);  // "99.99"

// Reserved and used of one version (or several of one reservation) in one unit: micro-hours of the reserved size times `over`.
// Totals of several weights are brought to one denominator, so nothing is lost.
class UsedTotals {
 public:
  void add(std::int64_t reserved_nu, std::int64_t used_nu, std::int64_t weight);
  bool empty() const { return parts_.empty(); }  // no active hour
  std::optional<Percent> percent() const;
  // Whole micro-hours of the reserved size, cut.
  std::int64_t reserved_uh() const;
  std::int64_t used_uh() const;

 private:
  struct Part {
    std::int64_t weight = 1;
    __int128 reserved = 0;
    __int128 used = 0;
  };
  std::vector<Part> parts_;  // one a weight
};

// A day of a reservation, over all its versions and ratio tables.
struct DaySummary {
  std::string reservation;
  Day day;
  std::int32_t active_hours = 0;
  UsedTotals totals;
  Percent least;    // of the active hours: used of reserved
  Percent average;  // used of reserved, of the whole day
  Percent most;
};

// By reservation id, then by day. `coverages` are those of the ratio periods of one window, in order; all were made of `versions`.
std::vector<DaySummary> daily_summaries(std::span<const ReservationVersion> versions, std::span<const Coverage* const> coverages);

enum class Trend { up, same, down };

}  // namespace prorata::utilization

template <>
inline constexpr auto prorata::kWords<prorata::utilization::Trend> = std::to_array<prorata::Word<prorata::utilization::Trend>>(
    {{prorata::utilization::Trend::up, "UP"}, {prorata::utilization::Trend::same, "SAME"}, {prorata::utilization::Trend::down, "DOWN"}});

namespace prorata::utilization {

// Absent: no active hour in the window.
struct ReservationWindows {
  std::string reservation;
  std::optional<Percent> day_1;
  std::optional<Percent> days_7;
  std::optional<Percent> days_30;
  std::optional<Trend> trend;  // the last seven days against the seven before; absent where either has no data
};

// By reservation id; the watermark is the first hour of which nothing is known.
std::vector<ReservationWindows> windows_of(std::span<const ReservationVersion> versions, std::span<const Coverage* const> coverages,
                                           Hour watermark);
// The totals of one reservation's versions in a span of hours.
UsedTotals totals_in(std::span<const std::uint32_t> versions, std::span<const Coverage* const> coverages, HourSpan span);

}  // namespace prorata::utilization
