// What another policy would change for the fleet: every living reservation decided whole under two packs, as far as may be looked at while
// somebody waits.
//
//   const PolicyEffect effect = TRY(policy_effect(app, {.a = "csp-2020", .b = "azure-2026"}));
#pragma once

#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

inline constexpr std::int64_t kEffectLookedAtMax = 5'000;

struct PolicyEffectAsk {
  std::string a, b;
};
struct EffectSum {  // of one currency
  Currency currency = Currency::usd();
  std::int64_t reservations = 0;
  std::int64_t under_a_minor = 0;  // what all would give back, each by itself; nothing where it is refused
  std::int64_t under_b_minor = 0;
};
struct PolicyEffect {
  Instant now;
  std::int64_t looked_at = 0;
  bool complete = false;         // every living reservation that whoever acts may quote was looked at
  std::int64_t customers = 0;    // with a reservation that is paid differently
  std::int64_t differ = 0;       // reservations that are
  std::int64_t refused_now = 0;  // may be returned under a, and not under b
  std::int64_t allowed_now = 0;  // the other way round
  std::int64_t unknown = 0;      // no price or no rate is known
  std::vector<EffectSum> sums;
};
// Errors: not_found for a pack; forbidden.
Result<PolicyEffect> policy_effect(App& app, const PolicyEffectAsk& ask);

}  // namespace prorata
