// A made-up partner with a year of business: customers, prices, purchases, instalments, returns, a hold, settlements. It runs the same
// use cases as everybody else, in an empty sandbox, with counted ids: the same desk every time.
#pragma once

#include <functional>

#include "app/app.h"

namespace prorata::sim {

struct DemoReport {
  std::int64_t customers = 0;
  std::int64_t purchases = 0;
  std::int64_t returns = 0;
  Instant now;
};

// The action by which a demo begins, in the audit trail: what a reset goes back to.
inline constexpr std::string_view kDemo = "demo.begin";
inline constexpr std::string_view kLargeDemo = "demo.begin_large";
// Winds the clock of a fresh sandbox back to where a story begins. Errors: not_sandbox; already_exists where the desk has customers.
Result<void> begin_demo(App& app, Instant begins, std::string_view action);

std::int64_t demo_steps();

// Errors: not_sandbox; already_exists where the desk has customers.
Result<DemoReport> load_demo(App& app, const std::function<void(std::int64_t step)>& progress);

}  // namespace prorata::sim
