#include "app/utilization_view.h"

#include <algorithm>
#include <map>

#include "advice/prices.h"
#include "app/usage_facts.h"
#include "app/usage_months.h"

namespace prorata {
namespace {

using utilization::Percent;
using utilization::UsedTotals;

void add(UsedTotals& totals, const UtilizationDay& day) { totals.add(day.reserved_nu, day.used_nu, day.weight); }

ReservationFigures figures_of(Reservation reservation, const std::vector<ReservationMonth>& months,
                              const std::vector<StatementMonth>& statements, const DaySpan& span) {
  ReservationFigures out{.reservation = std::move(reservation)};
  for (const StatementMonth& month : statements)
    for (const StatementDay& each : month.days)
      if (span.holds(each.day)) out.statements.push_back(each);
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

std::optional<std::int64_t> ComparedDay::difference_uh() const {
  if (!ours || !theirs) return std::nullopt;
  UsedTotals totals;
  add(totals, *ours);
  return totals.used_uh() - theirs->used_uh;
}

std::vector<ComparedDay> compare_days(const ReservationFigures& figures) {
  std::map<Day, ComparedDay> days;
  for (const UtilizationDay& each : figures.days) days[each.day].ours = each;
  for (const StatementDay& each : figures.statements) days[each.day].theirs = each;
  std::vector<ComparedDay> out;
  for (auto& [day, each] : days) {
    each.day = day;
    out.push_back(std::move(each));
  }
  return out;
}

std::vector<ComparedFigures> compare_by_grain(const std::vector<ComparedDay>& days, Grain grain) {
  std::vector<ComparedFigures> out;
  for (const ComparedDay& each : days) {
    const Day from = grain == Grain::daily ? each.day : month_of(each.day);
    if (out.empty() || out.back().from != from) out.push_back({.from = from});
    const std::optional<std::int64_t> difference = each.difference_uh();
    if (!difference) continue;
    ++out.back().days;
    out.back().theirs_uh += each.theirs->used_uh;
    out.back().ours_uh += each.theirs->used_uh + *difference;
  }
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

namespace {

// Of the prices of a region the one that holds for a size on a day.
const HourlyPrice* price_of_hour(const std::vector<HourlyPrice>& prices, const std::string& size, Currency wanted, Day day) {
  const auto better = [&](const HourlyPrice& a, const HourlyPrice& b) {
    if ((a.currency == wanted) != (b.currency == wanted)) return a.currency == wanted;
    if ((a.from <= day) != (b.from <= day)) return a.from <= day;
    return a.from <= day ? b.from < a.from : a.from < b.from;
  };
  const HourlyPrice* best = nullptr;
  for (const HourlyPrice& each : prices)
    if (sku_key(each.sku) == size && (best == nullptr || better(each, *best))) best = &each;
  return best;
}

}  // namespace

Result<std::vector<UncoveredCost>> load_uncovered(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span) {
  const std::optional<Customer> of = TRY(snapshot.customer(customer));
  std::map<std::string, std::vector<HourlyPrice>> prices;  // of each region
  std::vector<UncoveredCost> out;
  for (const CustomerMonth& month : TRY(snapshot.customer_months(customer))) {
    const bool asked = (!span.until || month.month < *span.until) && (!span.from || *span.from < next_month(month.month));
    if (!asked) continue;
    for (const UncoveredUsage& each : month.uncovered) {
      const auto [at, fresh] = prices.try_emplace(each.region);
      if (fresh) at->second = TRY(snapshot.hourly_prices_in(each.region));
      const HourlyPrice* price =
          price_of_hour(at->second, each.size, of ? of->currency : Currency::usd(), add_days(next_month(month.month), -1));
      std::optional<Money> cost;
      if (price != nullptr) cost = advice::payg(each.uh, 1, price->nano, price->currency);
      out.push_back({month.month, each, cost});
    }
  }
  return out;
}

Result<ReservationFigures> load_figures(Snapshot& snapshot, const Reservation& reservation, const DaySpan& span) {
  return figures_of(reservation, TRY(snapshot.months_of(reservation.id)), TRY(snapshot.statements_of({reservation.id})), span);
}

Result<std::optional<MonthWindows>> load_windows(Snapshot& snapshot, const ReservationId& id) {
  const std::vector<ReservationMonth> last = TRY(snapshot.months_with_windows({id}));
  return last.empty() ? std::optional<MonthWindows>() : last.front().windows;
}

Result<std::map<ReservationId, MonthWindows>> load_windows(Snapshot& snapshot, std::span<const Reservation> reservations) {
  std::vector<ReservationId> ids;
  for (const Reservation& each : reservations) ids.push_back(each.id);
  std::map<ReservationId, MonthWindows> out;
  if (ids.empty()) return out;
  for (const ReservationMonth& each : TRY(snapshot.months_with_windows(ids))) out.emplace(each.reservation, *each.windows);
  return out;
}

Result<std::vector<ReservationFigures>> load_customer_figures(Snapshot& snapshot, const CustomerId& customer, const DaySpan& span) {
  const Day from = span.from ? month_of(*span.from) : make_day(2000, 1, 1);
  const Day until = span.until ? next_month(month_of(add_days(*span.until, -1))) : make_day(2200, 1, 1);
  std::map<ReservationId, std::vector<ReservationMonth>> months;
  for (ReservationMonth& each : TRY(snapshot.reservation_months(customer, from, until)))
    months[each.reservation].push_back(std::move(each));
  std::vector<Reservation> reservations = TRY(machine_reservations(snapshot, customer));
  std::vector<ReservationId> ids;
  for (const Reservation& each : reservations) ids.push_back(each.id);
  std::map<ReservationId, std::vector<StatementMonth>> statements;
  for (StatementMonth& each : TRY(snapshot.statements_of(ids))) statements[each.reservation].push_back(std::move(each));
  std::vector<ReservationFigures> out;
  for (Reservation& each : reservations) {
    const ReservationId id = each.id;
    out.push_back(figures_of(std::move(each), months[id], statements[id], span));
  }
  std::erase_if(out, [](const ReservationFigures& each) { return each.days.empty() && each.statements.empty(); });
  return out;
}

}  // namespace prorata
