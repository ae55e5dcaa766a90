#include "app/utilization_view.h"

#include <algorithm>
#include <map>

#include "app/usage_months.h"

namespace prorata {
namespace {

using utilization::Percent;
using utilization::UsedTotals;

void add(UsedTotals& totals, const UtilizationDay& day) { totals.add(day.reserved_nu, day.used_nu, day.weight); }

ReservationFigures figures_of(Reservation reservation, const std::vector<ReservationMonth>& months, const DaySpan& span) {
  ReservationFigures out{.reservation = std::move(reservation)};
  for (const ReservationMonth& month : months) {
    for (const UtilizationDay& each : month.days)
      if (span.holds(each.day)) out.days.push_back(each);
    if (month.windows) out.windows = month.windows;
  }
  return out;
}

}  // namespace

UsedTotals ReservationFigures::totals() const {
  UsedTotals out;
  for (const UtilizationDay& each : days) add(out, each);
  return out;
}

std::vector<GrainFigures> by_grain(const std::vector<UtilizationDay>& days, Grain grain) {
  std::vector<GrainFigures> out;
  for (const UtilizationDay& each : days) {
    const Day from = grain == Grain::daily ? each.day : month_of(each.day);
    const bool begins = out.empty() || out.back().from != from;
    if (begins) out.push_back({.from = from, .least = each.least, .most = each.most});
    GrainFigures& into = out.back();
    add(into.totals, each);
    into.least = std::min(into.least, each.least);
    into.most = std::max(into.most, each.most);
  }
  for (GrainFigures& each : out) each.average = each.totals.percent().value_or(Percent{});
  return out;
}

std::optional<Money> unused_money(const ReservationFigures& figures) {
  const Reservation& r = figures.reservation;
  const std::int64_t term_hours = utilization::whole_hours(r.benefit_start, r.expiry).hours();
  if (!r.price_known() || term_hours <= 0 || r.quantity <= 0) return std::nullopt;
  Money price{0, r.schedule.payments.front().billing.currency};
  for (const Payment& each : r.schedule.payments) price.minor += each.billing.minor;
  const UsedTotals totals = figures.totals();
  const std::int64_t unused_uh = totals.reserved_uh() - totals.used_uh();
  // The schedule is that of the units it has now; hours of units it had are worth the same.
  return scale(price, {unused_uh, r.quantity * term_hours * utilization::kFullHour}, Rounding::half_away);
}

Result<ReservationFigures> load_figures(Snapshot& snapshot, const Reservation& reservation, const DaySpan& span) {
  return figures_of(reservation, TRY(snapshot.months_of(reservation.id)), span);
}

Result<std::optional<MonthWindows>> load_windows(Snapshot& snapshot, const ReservationId& id) {
  for (const ReservationMonth& each : TRY(snapshot.months_of(id)))
    if (each.windows) return each.windows;
  return std::optional<MonthWindows>();
}

Result<std::vector<ReservationFigures>> load_customer_figures(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span) {
  const Day from = span.from ? month_of(*span.from) : make_day(2000, 1, 1);
  const Day until = span.until ? next_month(month_of(add_days(*span.until, -1))) : make_day(2200, 1, 1);
  std::map<ReservationId, std::vector<ReservationMonth>> months;
  for (ReservationMonth& each : TRY(snapshot.reservation_months(customer, from, until)))
    months[each.reservation].push_back(std::move(each));
  std::vector<ReservationId> ids;
  for (const auto& [id, each] : months) ids.push_back(id);
  std::vector<ReservationFigures> out;
  for (Reservation& each : TRY(snapshot.reservations_by_id(ids))) {
    const std::vector<ReservationMonth>& of = months[each.id];
    out.push_back(figures_of(std::move(each), of, span));
  }
  std::erase_if(out, [](const ReservationFigures& each) { return each.days.empty(); });
  std::ranges::sort(out, {}, [](const ReservationFigures& each) { return each.reservation.id; });
  return out;
}

}  // namespace prorata
