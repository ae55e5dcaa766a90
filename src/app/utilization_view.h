// The utilization of a reservation as people and clients read it, from the daily summaries that were computed: pure, but for load_figures.
//
//   const ReservationFigures figures = TRY(load_figures(*snapshot, reservation, {from, until}));
//   figures.totals().percent(), unused_money(figures), by_grain(figures.days, Grain::monthly)
//
// 'utilization show' and Microsoft.Consumption print the same figures because both take them from here.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "app/app.h"
#include "utilization/summary.h"

namespace prorata {

enum class Grain { daily, monthly };
template <>
inline constexpr auto kWords<Grain> = std::to_array<Word<Grain>>({{Grain::daily, "daily"}, {Grain::monthly, "monthly"}});

// [from, until) in days; either end may be open.
struct DaySpan {
  std::optional<Day> from;
  std::optional<Day> until;
  bool holds(Day day) const { return (!from || *from <= day) && (!until || day < *until); }
};

struct ReservationFigures {
  Reservation reservation;
  std::vector<UtilizationDay> days;      // those with an active hour
  std::optional<MonthWindows> windows;   // up to the watermark
  std::vector<StatementDay> statements;  // what Microsoft's own daily statement says, where one was imported; by day
  utilization::UsedTotals totals() const;
};

// Days of one grain together: `least` and `most` are those of an hour.
struct GrainFigures {
  Day from;
  utilization::UsedTotals totals;
  utilization::Percent least;
  utilization::Percent average;
  utilization::Percent most;
};
std::vector<GrainFigures> by_grain(const std::vector<UtilizationDay>& days, Grain grain);

// Ours beside Microsoft's, in hours of the reserved size. Absent: that side knows nothing of the day.
struct ComparedDay {
  Day day;
  std::optional<UtilizationDay> ours;
  std::optional<StatementDay> theirs;
  std::optional<std::int64_t> difference_uh() const;  // used: ours less theirs, where both know
};
std::vector<ComparedDay> compare_days(const ReservationFigures& figures);
// Days of one grain together. The sums on both sides are those of days that both know, so that the difference is one of like with like.
struct ComparedFigures {
  Day from;
  std::int64_t days = 0;  // that both know
  std::int64_t ours_uh = 0;
  std::int64_t theirs_uh = 0;
};
std::vector<ComparedFigures> compare_by_grain(const std::vector<ComparedDay>& days, Grain grain);

// What of the reservation's price went for hours that nothing used; absent where the price is not known.
std::optional<Money> unused_money(const ReservationFigures& figures);

// Usage that nothing covered in a month, and what it cost at list price: the desk's price for an hour on the month's last day, or the
// first one it has. Absent where it has none. In the customer's currency where there is a price in it.
struct UncoveredCost {
  Day month;
  UncoveredUsage usage;
  std::optional<Money> cost;
};
// In the months that the span touches, by month.
Result<std::vector<UncoveredCost>> load_uncovered(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span);

Result<ReservationFigures> load_figures(Snapshot& snapshot, const Reservation& reservation, const DaySpan& span);
// Up to the watermark; absent where nothing was computed.
Result<std::optional<MonthWindows>> load_windows(Snapshot& snapshot, const ReservationId& id);
// Of many, in one read; those of which nothing was computed are not there.
Result<std::map<ReservationId, MonthWindows>> load_windows(Snapshot& snapshot, std::span<const Reservation> reservations);
// Of all reservations of a customer that have figures, by id.
Result<std::vector<ReservationFigures>> load_customer_figures(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span);

}  // namespace prorata
