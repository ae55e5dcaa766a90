// Loads what the refund rules need to know of one reservation, from one snapshot: the same loading for a quote, a return, an exchange
// and the desk view.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "app/app.h"
#include "app/desk.h"
#include "policy/allowance.h"
#include "policy/refund.h"

namespace prorata {

struct RefundFacts {
  Customer customer;
  Reservation reservation;         // as it stands today: instalments that fell due have succeeded
  Reservation stored;              // as it was read, for its version
  policy::RefundCase refund_case;  // the allowance is left at zero: put it in with with_allowance()
  policy::AllowanceHistory history;
  Desk desk;
  Instant now;
};

// Prices, rates and customers already looked up, for views that walk a whole portfolio.
class FactsCache {
 public:
  Result<const std::vector<ExchangeRate>*> rates(Snapshot& snapshot);
  Result<const std::vector<PriceRow>*> prices(Snapshot& snapshot, const Reservation& reservation);

 private:
  std::optional<std::vector<ExchangeRate>> rates_;
  std::map<std::tuple<std::string, std::string, int>, std::vector<PriceRow>> prices_;
};

// `own_hold` is the hold of the request that this return executes: it does not stand against its own return.
// Errors: not_found for a reservation or customer that is not here.
Result<RefundFacts> load_refund_facts(App& app, Snapshot& snapshot, const ReservationId& id, const std::optional<HoldId>& own_hold = {});

// The facts of a reservation already read. Errors: not_found where an exchange rate is missing, naming it.
Result<policy::RefundCase> refund_case_of(Snapshot& snapshot, FactsCache& cache, const Customer& customer,
                                          const Reservation& today_reservation, Instant now);

// Every return that still counts and every hold that still holds, but for one's own.
Result<policy::AllowanceHistory> load_allowance(Snapshot& snapshot, const CustomerId& customer, Instant now,
                                                const std::optional<HoldId>& own_hold = {});

// The case as it stands against the allowance at a moment, on the meter that binds.
policy::RefundCase with_allowance(policy::RefundCase refund_case, const policy::AllowanceHistory& history, Instant at,
                                  const policy::Pack& pack, policy::Meter meter);

// The meter that binds: the desk's choice where the pack leaves one. Errors: invalid_argument.
Result<policy::Meter> binding_meter(const policy::Pack& pack, const std::string& chosen);

}  // namespace prorata
