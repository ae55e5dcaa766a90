// A made-up partner of size: some hundred customers, ten thousand reservations of the last four years, a year of metered usage with the
// engine's own results, three months of refunds, credits that have arrived or not, and requests at every stage. Out of one seed, so that it
// is the same desk every time; all names are made up.
#pragma once

#include <functional>

#include "sim/demo.h"

namespace prorata::sim {

struct LargeDemoWanted {
  std::uint64_t seed = 2026;
  std::int64_t customers = 320;
  std::int64_t reservations = 10'000;
  std::int64_t machines = 10'000;  // that are metered; none where the app has no usage files
  unsigned threads = 2;
};

std::int64_t large_demo_steps();

// Errors: those of load_demo.
Result<DemoReport> load_large_demo(App& app, const LargeDemoWanted& wanted, const std::function<void(std::int64_t step)>& progress);

}  // namespace prorata::sim
