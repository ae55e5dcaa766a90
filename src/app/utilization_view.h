// The utilization of a reservation as people and clients read it, from the daily summaries that were computed: pure, but for load_figures.
//
//   const ReservationFigures figures = TRY(load_figures(*snapshot, reservation, {from, until}));
//   figures.totals().percent(), unused_money(figures), by_grain(figures.days, Grain::monthly)
//
// 'utilization show' and Microsoft.Consumption print the same figures because both take them from here.
#pragma once

#include <optional>
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
  std::vector<UtilizationDay> days;     // those with an active hour
  std::optional<MonthWindows> windows;  // up to the watermark
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

// What of the reservation's price went for hours that nothing used; absent where the price is not known.
std::optional<Money> unused_money(const ReservationFigures& figures);

Result<ReservationFigures> load_figures(Snapshot& snapshot, const Reservation& reservation, const DaySpan& span);
// Up to the watermark; absent where nothing was computed.
Result<std::optional<MonthWindows>> load_windows(Snapshot& snapshot, const ReservationId& id);
// Of all reservations of a customer that have figures, by id.
Result<std::vector<ReservationFigures>> load_customer_figures(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span);

}  // namespace prorata
