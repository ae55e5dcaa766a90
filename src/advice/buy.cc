// How the sweep finds every cost at once.
//
// What would be bought takes last of all, in usage order, from what the others have left. So in one hour the uncovered units of a pool lie
// on a line, machine after machine, and the k-th unit of the purchase takes what lies in [k * step, (k + 1) * step), where step is what a
// unit offers an hour. Each machine's stretch is put down on that line: its two ends into the units in which they fall, the whole units
// between them as a difference (one added where they begin, one taken away behind them). Then one walk over k gives, for every size, how
// much the k-th unit takes over the whole history, and the running sums give cost(q) for every q. It is linear in the uncovered rows and in
// the largest quantity that could be used, and nothing is approximated, so the engine must agree to the unit.
#include "advice/buy.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::advice {
namespace {

using namespace utilization;

// What is uncovered of one machine in one hour.
struct Stretch {
  std::uint32_t resource = 0;
  std::uint32_t period = 0;
  Hour hour;
  std::int64_t nu = 0;
};

struct PoolKey {
  std::string region;
  std::string group;
  friend auto operator<=>(const PoolKey&, const PoolKey&) = default;
};

// The uncovered stretches of each pool; those of one period and hour in usage order.
using Pools = std::map<PoolKey, std::vector<Stretch>>;

class Gather : public HourSink {
 public:
  Gather(const History& history, Pools& pools) : history_(history), pools_(pools) {}
  void begin(std::uint32_t period) { period_ = period; }
  void taken(std::uint32_t /*version*/, std::uint32_t /*resource*/, std::span<const HourNu> /*hours*/) override {}
  void uncovered(std::uint32_t resource, std::span<const HourNu> hours) override {
    const Identity& identity = (*history_.roster)[resource];
    std::vector<Stretch>& pool = pools_[{identity.region, history_.periods[period_].table->weight(identity.size).group}];
    for (const HourNu& each : hours) pool.push_back({resource, period_, each.hour, each.nu});
  }

 private:
  const History& history_;
  Pools& pools_;
  std::uint32_t period_ = 0;
};

Result<Pools> gather(const History& history) {
  Pools pools;
  Gather sink(history, pools);
  Coverage coverage;
  for (std::uint32_t period = 0; period < history.periods.size(); ++period) {
    const RatioPeriod& each = history.periods[period];
    const Plan plan = TRY(Plan::make(*history.roster, history.versions, *each.table, each.span));
    sink.begin(period);
    TRY(cover(plan, history.usage, {.spill = history.spill, .sink = &sink}, coverage));
  }
  return pools;
}

// How much each unit would take of one size under one ratio table: by unit, the ends of stretches, and where whole units begin and end.
struct Slot {
  std::int64_t weight = 1;
  std::int64_t nu = 0;  // uncovered without a purchase
  std::vector<std::int64_t> ends;
  std::vector<std::int64_t> whole;
};
using Slots = std::map<std::pair<std::string, std::uint32_t>, Slot>;  // by size and period

std::int64_t& at(std::vector<std::int64_t>& of, std::int64_t unit) {
  const auto place = static_cast<std::size_t>(unit);
  if (of.size() <= place) of.resize(place + 1);
  return of[place];
}

void put_down(Slot& slot, std::int64_t from, std::int64_t until, std::int64_t step) {
  const std::int64_t first = from / step;
  const std::int64_t last = (until - 1) / step;
  slot.nu += until - from;
  if (first == last) {
    at(slot.ends, first) += until - from;
    return;
  }
  at(slot.ends, first) += (first + 1) * step - from;
  at(slot.ends, last) += until - last * step;
  if (first + 1 == last) return;
  at(slot.whole, first + 1) += step;
  at(slot.whole, last) -= step;
}

struct Sweep {
  Slots slots;
  std::int64_t quantity_most = 0;
};

// `steps`: what a unit offers an hour, by period. Errors: invalid_argument where more units than can be reserved would find use.
Result<Sweep> sweep(const History& history, std::span<const Stretch> stretches, std::span<const std::int64_t> steps) {
  Sweep out;
  std::map<Hour, std::int64_t> filled;
  for (const Stretch& each : stretches) {
    const std::string& size = (*history.roster)[each.resource].size;
    Slot& slot = out.slots[{size, each.period}];
    slot.weight = history.periods[each.period].table->weight(size).weight;
    std::int64_t& from = filled[each.hour];
    const std::int64_t step = steps[each.period];
    const std::int64_t units = (from + each.nu + step - 1) / step;
    if (units > kQuantityMax) return fail(Code::invalid_argument, fmt::format("more than {} units would find use", kQuantityMax));
    put_down(slot, from, from + each.nu, step);
    from += each.nu;
    out.quantity_most = std::max(out.quantity_most, units);
  }
  return out;
}

// What one slot has uncovered at each quantity, one after the other.
class Falling {
 public:
  explicit Falling(const Slot& slot) : slot_(slot), nu_(slot.nu) {}
  std::int64_t nu() const { return nu_; }
  void one_more() {
    if (unit_ < slot_.whole.size()) whole_ += slot_.whole[unit_];
    nu_ -= whole_ + (unit_ < slot_.ends.size() ? slot_.ends[unit_] : 0);
    ++unit_;
  }

 private:
  const Slot& slot_;
  std::size_t unit_ = 0;
  std::int64_t whole_ = 0;
  std::int64_t nu_ = 0;
};

BuyCost added_up(BuyCost cost, Currency currency) {
  cost.before = cost.after = Money::zero(currency);
  for (const BuyPart& each : cost.parts) cost.before += each.before, cost.after += each.after;
  return cost;
}

// Parts in their order, without those of another pool.
Result<BuyCost> compared(std::span<const LeftPart> before, std::span<const LeftPart> after, const PoolOffer& offer, const Prices& prices) {
  std::map<std::pair<std::string, std::uint32_t>, BuyPart> parts;
  for (const LeftPart& each : in_pool(before, offer.region, offer.group)) {
    const std::optional<std::int64_t> price = prices.hour_nano(each.region, each.size);
    if (!price) return fail(Code::not_found, missing_hourly(each.region, each.size, prices.currency()));
    parts[{each.size, each.period}] = {each.size,
                                       each.period,
                                       each.weight,
                                       *price,
                                       each.nu,
                                       0,
                                       payg(each.nu, each.weight, *price, prices.currency()),
                                       Money::zero(prices.currency())};
  }
  for (const LeftPart& each : in_pool(after, offer.region, offer.group)) {
    BuyPart& part = parts[{each.size, each.period}];
    CHECK(part.nu_before >= each.nu, "a reservation more leaves no more uncovered");
    part.nu_after = each.nu;
    part.after = payg(each.nu, each.weight, part.hour_nano, prices.currency());
  }
  BuyCost cost;
  for (auto& [key, part] : parts) cost.parts.push_back(std::move(part));
  return added_up(std::move(cost), prices.currency());
}

// A version that is active through the history and ends after every other one, so that it takes last.
ReservationVersion bought(const History& history, const PoolOffer& offer, std::int64_t quantity) {
  const HourSpan span = history.span();
  Instant end = start_of(span.until);
  std::string id = "bought";
  for (const ReservationVersion& each : history.versions) {
    end = std::max(end, each.end);
    if (id <= each.id) id = each.id + "+";
  }
  return {.id = id,
          .region = offer.region,
          .group = offer.group,
          .size = offer.size,
          .quantity = quantity,
          .scope = {.kind = ScopeKind::shared},
          .start = start_of(span.from),
          .end = add_seconds(end, 1)};
}

// The smallest size of the pool that is in use, and has a price to be reserved at.
std::string chosen_size(const History& history, std::span<const Stretch> stretches, const PoolKey& pool, const Prices& prices, Term term) {
  std::set<std::pair<std::int64_t, std::string>> sizes;
  const RatioTable& table = *history.periods.back().table;
  for (const Stretch& each : stretches) {
    const std::string& size = (*history.roster)[each.resource].size;
    sizes.emplace(table.weight(size).weight, size);
  }
  for (const auto& [weight, size] : sizes)
    if (prices.lifetime(pool.region, size, term)) return size;
  return sizes.begin()->second;
}

// What a unit of the size offers an hour under each table.
Result<std::vector<std::int64_t>> steps_of(const History& history, const std::string& size, const std::string& group) {
  std::vector<std::int64_t> steps;
  for (const RatioPeriod& each : history.periods) {
    const SizeWeight weight = each.table->weight(size, group);
    if (weight.group != group)
      return fail(Code::invalid_argument, fmt::format("{} is in group '{}' from {} and in '{}' at another time; choose a span that has one",
                                                      size, weight.group, to_string(each.span.from), group));
    steps.push_back(weight.weight * kFullHour);
  }
  return steps;
}

std::vector<std::string> missing_prices(const Sweep& sweep, const PoolOffer& offer, const Prices& prices) {
  std::vector<std::string> missing;
  if (!prices.lifetime(offer.region, offer.size, offer.term))
    missing.push_back(missing_lifetime(offer.region, offer.size, offer.term, prices.currency()));
  std::string last;
  for (const auto& [key, slot] : sweep.slots) {
    if (key.first != last && !prices.hour_nano(offer.region, key.first))
      missing.push_back(missing_hourly(offer.region, key.first, prices.currency()));
    last = key.first;
  }
  return missing;
}

struct Choice {
  std::int64_t quantity = 0;
  Money cost;
};

// The least cost over every quantity that could be used; of equal ones the smallest.
Choice least_cost(const Sweep& sweep, const PoolOffer& offer, const Prices& prices, Money lifetime, std::int64_t hours) {
  struct Priced {
    Falling falling;
    std::int64_t weight = 1;
    std::int64_t hour_nano = 0;
  };
  std::vector<Priced> slots;
  for (const auto& [key, slot] : sweep.slots) slots.push_back({Falling(slot), slot.weight, *prices.hour_nano(offer.region, key.first)});
  Choice best;
  for (std::int64_t quantity = 0; quantity <= sweep.quantity_most; ++quantity) {
    Money cost = reservation_share(lifetime, offer.term, quantity, hours);
    for (Priced& each : slots) {
      cost += payg(each.falling.nu(), each.weight, each.hour_nano, prices.currency());
      each.falling.one_more();
    }
    if (quantity == 0 || less(cost, best.cost)) best = {quantity, cost};
  }
  return best;
}

std::optional<Percent> used_of(const BuyCost& cost, std::span<const std::int64_t> steps, const History& history, std::int64_t quantity) {
  if (quantity == 0) return std::nullopt;
  UsedTotals totals;
  for (std::uint32_t period = 0; period < history.periods.size(); ++period) {
    std::int64_t used = 0;
    for (const BuyPart& each : cost.parts)
      if (each.period == period) used += each.nu_before - each.nu_after;
    totals.add(quantity * steps[period] * history.periods[period].span.hours(), used, steps[period] / kFullHour);
  }
  return totals.percent();
}

std::int32_t different_hours(std::span<const Stretch> stretches) {
  std::set<Hour> hours;
  for (const Stretch& each : stretches) hours.insert(each.hour);
  return static_cast<std::int32_t>(hours.size());
}

Result<BuyAdvice> advise_pool(const History& history, std::span<const Stretch> stretches, const Prices& prices, const PoolOffer& offer) {
  const std::vector<std::int64_t> steps = TRY(steps_of(history, offer.size, offer.group));
  const Sweep swept = TRY(sweep(history, stretches, steps));
  BuyAdvice advice{.offer = offer,
                   .quantity_most = swept.quantity_most,
                   .hours = history.span().hours(),
                   .hours_uncovered = different_hours(stretches),
                   .missing = missing_prices(swept, offer, prices)};
  if (!advice.missing.empty()) return advice;
  advice.lifetime = *prices.lifetime(offer.region, offer.size, offer.term);
  if (const auto hour = prices.hour_nano(offer.region, offer.size)) advice.break_even_hours = break_even_hours(advice.lifetime, *hour);
  const Choice best = least_cost(swept, offer, prices, advice.lifetime, advice.hours);
  advice.quantity = best.quantity;
  advice.cost = TRY(cost_of_buying(history, prices, offer, best.quantity));
  CHECK(advice.cost.cost() == best.cost, "the engine agrees with the sweep to the unit");
  advice.used = used_of(advice.cost, steps, history, best.quantity);
  return advice;
}

}  // namespace

Result<BuyCost> cost_of_buying(const History& history, const Prices& prices, const PoolOffer& offer, std::int64_t quantity) {
  const std::optional<Money> lifetime = prices.lifetime(offer.region, offer.size, offer.term);
  if (!lifetime) return fail(Code::not_found, missing_lifetime(offer.region, offer.size, offer.term, prices.currency()));
  const std::vector<LeftPart> before = TRY(left_of(history));
  std::vector<ReservationVersion> versions(history.versions.begin(), history.versions.end());
  if (quantity > 0) versions.push_back(bought(history, offer, quantity));
  const std::vector<LeftPart> after = TRY(left_of(with_versions(history, versions)));
  BuyCost cost = TRY(compared(before, after, offer, prices));
  cost.reservation = reservation_share(*lifetime, offer.term, quantity, history.span().hours());
  return cost;
}

Result<std::vector<BuyAdvice>> advise_buying(const History& history, const Prices& prices, const BuyAsk& ask) {
  if (history.spill == Spill::stop)
    return fail(Code::unsupported,
                "what to buy cannot be worked out under spill 'stop': a purchase would change what the others cover; use 'continue'");
  std::vector<BuyAdvice> all;
  const std::string asked = sku_key(ask.size);
  const std::string asked_group = history.periods.back().table->weight(asked).group;
  for (const auto& [pool, stretches] : TRY(gather(history))) {
    if (!asked.empty() && pool.group != asked_group) continue;
    const std::string size = asked.empty() ? chosen_size(history, stretches, pool, prices, ask.term) : asked;
    all.push_back(TRY(advise_pool(history, stretches, prices, {pool.region, pool.group, size, ask.term})));
  }
  if (all.empty() && !asked.empty())
    return fail(Code::invalid_argument,
                fmt::format("nothing uncovered is in the group of '{}'; leave --size out for every pool", ask.size));
  return all;
}

}  // namespace prorata::advice
