// What must hold in a desk whatever happens to it, followed from step to step beside the books: each instalment charged once, each
// refund booked once, nothing refunded that was not paid, units neither made nor lost, the allowance never passed.
//
//   Promises promises(packs);
//   TRY(promises.hold_after_step(*snapshot));      // after every operation, on the same store
//
// It reckons from reservations, returns, settlements and holds as they are read, never from entries, so that a wrong entry stands out.
// A broken promise is Code::internal and says which.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "app/store.h"
#include "policy/pack.h"

namespace prorata::sim {

class Promises {
 public:
  explicit Promises(const policy::PackSet& packs) : packs_(packs) {}

  // Errors: internal where a promise is broken; those of reading. `now` is the desk's.
  Result<void> hold_after_step(Snapshot& snapshot, Instant now);
  // The provider's credit for a return came in: the books alone know, so whoever saw it succeed says so.
  void credit_received(const ReturnRecord& record, bool to_bank);

  const std::vector<Reservation>& reservations() const { return reservations_; }  // as of the last step, by id
  const std::vector<ReturnState>& returns() const { return returns_; }            // oldest first

 private:
  using Account = std::tuple<std::string, std::string, std::string>;  // customer, currency, account

  void post(const CustomerId& customer, Money amount, ledger::Account debit, ledger::Account credit);
  void charge(const Reservation& before, const Reservation& after);
  void charge_changes(const std::vector<Reservation>& now, Day today);
  Result<void> book_returns(Snapshot& snapshot, const std::vector<ReturnState>& now);
  Result<void> check_balances(Snapshot& snapshot) const;
  Result<void> check_units(Snapshot& snapshot) const;
  Result<void> check_allowance(Snapshot& snapshot, const CustomerId& customer, Instant now, std::int64_t added, const policy::Pack& pack,
                               policy::Meter meter) const;
  Result<void> check_holds(Snapshot& snapshot, Instant now);

  const policy::PackSet& packs_;
  std::vector<Reservation> reservations_;
  std::vector<ReturnState> returns_;
  std::set<HoldId> holds_;
  std::map<Account, std::int64_t> books_;
};

// Every reservation there is, by id.
Result<std::vector<Reservation>> all_reservations(Snapshot& snapshot);

}  // namespace prorata::sim
