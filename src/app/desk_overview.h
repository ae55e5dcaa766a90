// The desk at scale: one row a customer, with everything that asks for somebody, and the sums over all of them.
//
//   TRY(refresh_overview(app, {}));                                              // computes what is stale
//   const Overview view = TRY(desk_overview(app, {.expiring = true, .sort = OverviewSort::refundable}));
//
// What every reservation would give back today cannot be asked of a million of them while somebody waits. So a customer's row is computed
// beforehand, once a day and whenever a commit says that something of the customer changed, and a list reads rows.
// docs/specs/desk-overview.md.
#pragma once

#include <functional>
#include <vector>

#include "app/app.h"

namespace prorata {

struct RefreshAsk {
  std::size_t customers_max = 0;                    // look at no more than these, about; 0: until nothing is stale
  std::function<void(std::int64_t)> progress = {};  // customers so far
};
struct Refreshed {
  std::int64_t customers = 0;
  std::int64_t alerts = 0;  // low utilization, raised while it was looked at
  bool complete = false;    // nothing is stale
};
// In commits of some customers each; interrupted, the next call goes on where it stopped.
Result<Refreshed> refresh_overview(App& app, const RefreshAsk& ask);

struct Overview {
  Instant now;
  Page<CustomerOverview> page;
  std::vector<OverviewTotals> totals;  // of all rows that match, by currency; on the first page only
  bool complete = false;               // every customer was computed today
};
// What whoever acts may see of it. Errors: forbidden.
Result<Overview> desk_overview(App& app, OverviewQuery query);

}  // namespace prorata
