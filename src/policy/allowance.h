// The allowance: how much may be refunded to a customer in a rolling window, and what stands against it (refund rules section 4).
//
// Two meters are always kept, refunds paid and commitment cancelled, both in USD. A return counts from its moment until exactly
// 365 x 24 h later (the pack's window); a hold counts until it expires.
//
//   AllowanceState state = allowance_at(history, now, pack.allowance.window_days);
//   state.used[Meter::refund] ...
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "policy/pack.h"

namespace prorata::policy {

struct MeteredAmount {
  std::int64_t refund = 0;     // USD minor
  std::int64_t cancelled = 0;  // USD minor
  constexpr std::int64_t on(Meter meter) const { return meter == Meter::refund ? refund : cancelled; }
  friend constexpr bool operator==(const MeteredAmount&, const MeteredAmount&) = default;
};

struct CountedReturn {
  Instant at;
  MeteredAmount amount;
};

struct CountedHold {
  Instant expires;  // from then on it holds nothing
  MeteredAmount amount;
};

struct AllowanceHistory {
  std::vector<CountedReturn> returns;
  std::vector<CountedHold> holds;
};

struct AllowanceState {
  MeteredAmount used;
  MeteredAmount held;
  std::int64_t free(Meter meter, std::int64_t limit_minor) const;  // never below zero
};

// The moment at which a return stops counting.
constexpr Instant leaves_window(Instant at, std::int32_t window_days) {
  return {at.ticks + static_cast<std::int64_t>(window_days) * kTicksPerDay};
}

AllowanceState allowance_at(const AllowanceHistory& history, Instant at, std::int32_t window_days);

// What comes back when: one line for each moment at which a counted return leaves or a hold expires, after `from`, in order.
struct AllowanceEvent {
  Instant at;
  MeteredAmount back;
  bool is_hold = false;
};
std::vector<AllowanceEvent> calendar(const AllowanceHistory& history, Instant from, std::int32_t window_days);

// The largest q in 1..quantity for which fits(q) holds, 0 where none does. Amounts grow with the quantity but for the rounding of
// shares, so the answer of a binary search is walked to its true edge.
std::int64_t largest_quantity_that_fits(std::int64_t quantity, const std::function<bool(std::int64_t)>& fits);

// The first moment in (from, until) at which fits(moment) holds. Between a midnight (values decay by the day) and the next event
// nothing changes, so only those moments are asked. Absent where none fits.
std::optional<Instant> first_moment_that_fits(const AllowanceHistory& history, Instant from, Instant until, std::int32_t window_days,
                                              const std::function<bool(Instant)>& fits);

}  // namespace prorata::policy
