// A sandbox's time: it moves forward, and what time brings happens: instalments fall due and are charged, terms end, renewals buy.
#pragma once

#include <functional>
#include <string>

#include "app/app.h"

namespace prorata {

struct ClockMove {
  Instant to;
  bool freeze = false;  // stand still there; a frozen clock stays frozen when it is advanced
};

struct ClockReport {
  Instant from;
  Instant to;
  std::int64_t instalments = 0;
  std::int64_t expired = 0;
  std::int64_t renewed = 0;
  std::int64_t renewals_failed = 0;  // no price for what they would buy
  std::int64_t alerts = 0;           // raised: terms near their end and the like (app/raise_alerts.h)
};

// "10d", "3m", "1y", "12h" after a moment. Errors: invalid_argument.
Result<Instant> later_by(Instant from, std::string_view by);

// Moves first, then brings every reservation up to date in commits of a few hundred; interrupted, the next move or run_due() goes on
// where it stopped. Errors: not_sandbox; invalid_argument for a moment in the past of the desk.
Result<ClockReport> move_clock(App& app, const ClockMove& move, const std::function<void(std::int64_t)>& progress);

// Does what is due at the desk's present time. Does nothing where nothing is.
Result<ClockReport> run_due(App& app, const std::function<void(std::int64_t)>& progress);

}  // namespace prorata
