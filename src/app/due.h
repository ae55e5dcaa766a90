// What time alone brings to a reservation, written down in the commit that takes notice of it: instalments that fell due are charged
// on their own days, a term that has ended is Expired, a renewal buys the successor.
//
//   Due due(app, snapshot, now);
//   const Reservation today = TRY(due.take(stored));       // the promise: whoever stores `today` also commits what is in `due`
//   due.move_into(changes);
//
// A reservation stored as it stands today without these entries would never be charged: the next one to look finds it paid already.
#pragma once

#include <cstdint>
#include <map>

#include "app/app.h"
#include "app/refund_facts.h"

namespace prorata {

class Due {
 public:
  Due(App& app, Snapshot& snapshot, Instant now) : app_(app), snapshot_(snapshot), now_(now) {}

  // The reservation as it stands today, its own row left to the caller. Errors: those of reading.
  Result<Reservation> take(const Reservation& stored);

  // Adds the entries, revisions and successors; the reservations taken are the caller's to put.
  void move_into(Changes& changes);

  std::int64_t instalments() const { return instalments_; }
  std::int64_t expired() const { return expired_; }
  std::int64_t renewed() const { return renewed_; }
  std::int64_t renewals_failed() const { return renewals_failed_; }  // no price for what they would buy

 private:
  void charge_instalments(const Reservation& before, const Reservation& after);
  Result<void> renew(Reservation& ended);
  Result<const Customer*> customer_of(const Reservation& reservation);

  App& app_;
  Snapshot& snapshot_;
  Instant now_;
  Changes changes_;
  std::map<CustomerId, Customer> customers_;
  FactsCache cache_;
  std::int64_t instalments_ = 0;
  std::int64_t expired_ = 0;
  std::int64_t renewed_ = 0;
  std::int64_t renewals_failed_ = 0;
};

}  // namespace prorata
