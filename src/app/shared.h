// What use cases do in one way: a reservation or its customer by id, a changed reservation with its numbered revision, new entry ids.
#pragma once

#include <string>

#include "app/app.h"
#include "books/books.h"

namespace prorata {

// Errors: not_found, saying where to look for what is here.
Result<Reservation> load_reservation(Snapshot& snapshot, const ReservationId& id);

// The customer that it belongs to; CHECKs that there is one.
Result<Customer> load_customer_of(Snapshot& snapshot, const Reservation& reservation);

// The reservation as it is from now on, and the revision that says who made it so.
void put_revised(Changes& changes, const App& app, std::string action, Reservation after, Instant now);

books::NextId entry_ids(App& app);

}  // namespace prorata
