// The heart: what one return pays, from facts already gathered. Pure, without allocation, the same for one quote, for a fleet in
// `prorata price` and for every policy side by side.
//
// The facts hold amounts already shared out for the returned units (policy/refund.h gathers them); each side, billing and pricing,
// goes through the same steps on its own, never through an exchange rate (refund rules sections 1 and 3).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "policy/pack.h"
#include "policy/refusal.h"
#include "reservation/reservation.h"

namespace prorata::policy {

// One side's amounts for the returned units, minor units.
struct SideFacts {
  std::int64_t paid = 0;       // upfront: share of the lifetime price; monthly: of the current instalment, 0 while it is unpaid
  std::int64_t remaining = 0;  // sum of shares of instalments not yet paid
};

struct ReturnFacts {
  SideFacts billing;
  SideFacts pricing;
  std::int64_t allowance_used = 0;  // USD minor, on the meter that binds
  std::int64_t allowance_held = 0;
  std::int64_t basis_part = 1;  // current over purchase price where it is lower; 1/1 otherwise
  std::int64_t basis_over = 1;
  std::int32_t elapsed_days = 0;
  std::int32_t period_days = 1;  // of what was paid: the term, or the current instalment's period
  std::int32_t left_days = 0;    // of that period
  Usage usage = Usage::unknown;
  Meter meter = Meter::refund;
  bool accept_nothing = false;  // not active or no such quantity: every amount is zero
  Refusals refusals;            // those that gathering already knows
  Warnings warnings;
};

struct SideAmounts {
  std::int64_t paid = 0;
  std::int64_t consumed = 0;
  std::int64_t pro_rated = 0;
  std::int64_t credit = 0;
  std::int64_t fee = 0;
  std::int64_t refund = 0;
  std::int64_t remaining_commitment = 0;
  std::int64_t cancelled_commitment = 0;
  friend constexpr bool operator==(const SideAmounts&, const SideAmounts&) = default;
};

struct ReturnAmounts {
  SideAmounts billing;
  SideAmounts pricing;         // refund after a clip
  std::int64_t forfeited = 0;  // billing, what a clip took
  std::int64_t metered = 0;    // USD, on the meter that binds, before a clip: what is compared with free
  std::int64_t free = 0;       // USD, before this return
  std::int16_t row = -1;       // of the pack's table; -1 where no row was asked
  Refusals refusals;
  Warnings warnings;
  friend constexpr bool operator==(const ReturnAmounts&, const ReturnAmounts&) = default;
};

// A pack ready for the hot loop: rows looked up by elapsed days and usage without searching.
class CompiledPack {
 public:
  explicit CompiledPack(const Pack& pack);

  struct FastRow {
    std::int64_t fee_part = 0;
    Divisor fee_over;
    std::int16_t row = 0;
    bool full = false;
  };
  const FastRow& row(std::int32_t elapsed_days, bool used) const {
    const auto day = static_cast<std::size_t>(elapsed_days < last_day_ ? elapsed_days : last_day_);
    return rows_[day * 2 + static_cast<std::size_t>(used)];
  }
  std::int64_t limit() const { return limit_; }
  bool clips() const { return clips_; }

 private:
  std::vector<FastRow> rows_;  // two a day up to the last day on which the table changes
  std::int32_t last_day_ = 0;
  std::int64_t limit_ = 0;
  bool clips_ = false;
};

// Requires, unless accept_nothing: 0 <= elapsed_days, 0 < period_days, 0 <= left_days <= period_days, amounts >= 0.
ReturnAmounts decide_return(const ReturnFacts& facts, const CompiledPack& pack);

}  // namespace prorata::policy
