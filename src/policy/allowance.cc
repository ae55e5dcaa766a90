#include "policy/allowance.h"

#include <algorithm>

namespace prorata::policy {

std::int64_t AllowanceState::free(Meter meter, std::int64_t limit_minor) const {
  return std::max<std::int64_t>(0, limit_minor - used.on(meter) - held.on(meter));
}

AllowanceState allowance_at(const AllowanceHistory& history, Instant at, std::int32_t window_days) {
  AllowanceState state;
  for (const CountedReturn& each : history.returns) {
    if (each.at > at || leaves_window(each.at, window_days) <= at) continue;
    state.used.refund += each.amount.refund;
    state.used.cancelled += each.amount.cancelled;
  }
  for (const CountedHold& each : history.holds) {
    if (each.expires <= at) continue;
    state.held.refund += each.amount.refund;
    state.held.cancelled += each.amount.cancelled;
  }
  return state;
}

std::vector<AllowanceEvent> calendar(const AllowanceHistory& history, Instant from, std::int32_t window_days) {
  std::vector<AllowanceEvent> events;
  for (const CountedReturn& each : history.returns) {
    const Instant leaves = leaves_window(each.at, window_days);
    if (each.at <= from && from < leaves) events.push_back({leaves, each.amount, false});
  }
  for (const CountedHold& each : history.holds)
    if (from < each.expires) events.push_back({each.expires, each.amount, true});
  std::ranges::sort(events, {}, &AllowanceEvent::at);
  return events;
}

std::int64_t largest_quantity_that_fits(std::int64_t quantity, const std::function<bool(std::int64_t)>& fits) {
  std::int64_t fitting = 0;
  std::int64_t beyond = quantity + 1;
  while (beyond - fitting > 1) {
    const std::int64_t middle = fitting + (beyond - fitting) / 2;
    (fits(middle) ? fitting : beyond) = middle;
  }
  while (fitting < quantity && fits(fitting + 1)) ++fitting;
  return fitting;
}

std::optional<Instant> first_moment_that_fits(const AllowanceHistory& history, Instant from, Instant until, std::int32_t window_days,
                                              const std::function<bool(Instant)>& fits) {
  std::vector<Instant> moments;
  for (const AllowanceEvent& event : calendar(history, from, window_days)) moments.push_back(event.at);
  for (Day day = add_days(day_of(from), 1); start_of(day) < until; day = add_days(day, 1)) moments.push_back(start_of(day));
  std::ranges::sort(moments);
  for (const Instant moment : moments)
    if (from < moment && moment < until && fits(moment)) return moment;
  return std::nullopt;
}

}  // namespace prorata::policy
