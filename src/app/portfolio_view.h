// Customers and reservations as whoever acts may know of them: lists decided element by element, and one reservation's record.
#pragma once

#include "app/app.h"
#include "app/reservation_list.h"

namespace prorata {

// By name. However few may be seen, the whole list is looked through. Errors: those of reading.
Result<Page<Customer>> customers_seen(App& app, CustomerQuery query);

// A page of those that may be seen; as list_reservations() it may be short and still have a next one.
Result<Page<Reservation>> reservations_seen(App& app, ReservationQuery query);

// As it stands today. Errors: not_found; forbidden.
Result<Reservation> open_reservation(App& app, const ReservationId& id);

// May whoever acts look into everything of that customer? Errors: not_found; forbidden.
Result<void> check_open(App& app, const CustomerId& id);
// The customers of a list into which whoever acts may look.
Result<std::vector<CustomerId>> open_ones(App& app, std::vector<CustomerId> ids);

}  // namespace prorata
