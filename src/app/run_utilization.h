// Computes who used what of the reservations, month by month, and remembers it: the daily summaries of each reservation, what stayed
// uncovered, and whether a reservation has been used since its start, on which refund rules ask.
//
//   const UtilizationRun run = TRY(run_utilization(app, {.threads = 2}));
//
// A month is computed only if its facts have another revision than its result. Results are idempotent: who computes a month that somebody
// else has just computed writes the same.
//
// The months of customers are tasks. A run leases some at a time from the store (Store::lease), so that any number of processes on one
// store share the work, and shares them out to its threads; what one customer's leased months give is one commit. A lease runs out some
// seconds after its process has died, and is made longer while it lives. A run ends when every month is done, by whomever: where another
// process holds one, it waits for it, and does it itself if the other was killed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/usage_facts.h"

namespace prorata {

struct UtilizationAsk {
  std::optional<CustomerId> customer;  // absent: all who have usage
  std::optional<Day> month;            // absent: all
  unsigned threads = 1;
  std::int64_t lease_seconds = 30;
  std::function<void(std::int64_t done, std::int64_t of)> progress;  // months; called by one thread at a time
};

struct UtilizationFailure {
  CustomerId customer;
  Error error;
};

struct UtilizationRun {
  std::int64_t customers = 0;
  std::int64_t computed = 0;   // months
  std::int64_t unchanged = 0;  // months
  std::int64_t by_others = 0;  // months that another process has done meanwhile
  std::int64_t reservations = 0;
  std::vector<UtilizationFailure> failures;  // the others are done all the same
};

// Errors: forbidden; invalid_argument for a lease below one second; not_found for a customer that is not here; those of the store. What
// concerns one customer is a failure of the run.
Result<UtilizationRun> run_utilization(App& app, const UtilizationAsk& ask);

// What a coverage of one month means for each reservation: pure.
std::vector<ReservationMonth> reservation_months_of(const UsageFacts& facts, const CoveredCustomer& covered, Day month,
                                                    const std::string& revision);
CustomerMonth customer_month_of(const UsageFacts& facts, const CoveredCustomer& covered, Day month, const std::string& revision);

}  // namespace prorata
