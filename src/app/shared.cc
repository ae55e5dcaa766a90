#include "app/shared.h"

#include <fmt/format.h>

#include "base/check.h"

namespace prorata {

Result<Reservation> load_reservation(Snapshot& snapshot, const ReservationId& id) {
  std::optional<Reservation> reservation = TRY(snapshot.reservation(id));
  if (!reservation)
    return fail(Code::not_found, fmt::format("reservation {} is not in this desk; 'prorata reservation list' shows what is", id.text()));
  return *std::move(reservation);
}

Result<Customer> load_customer_of(Snapshot& snapshot, const Reservation& reservation) {
  std::optional<Customer> customer = TRY(snapshot.customer(reservation.customer));
  CHECK(customer.has_value(), "a reservation belongs to a customer of the desk");
  return *std::move(customer);
}

void put_revised(Changes& changes, const App& app, std::string action, Reservation after, Instant now) {
  changes.revisions.push_back({after.id, after.revision, now, app.actor, std::move(action), after});
  changes.reservations.push_back(std::move(after));
}

books::NextId entry_ids(App& app) {
  return [&app] { return EntryId::trusted(app.ids.next()); };
}

}  // namespace prorata
