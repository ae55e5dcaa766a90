// Moves an order with all its reservations to another customer's tenant.
#pragma once

#include <vector>

#include "app/app.h"

namespace prorata {

struct DirectoryChange {
  Order order;
  std::vector<Reservation> reservations;  // as they are from now on
};

// What was charged so far stays with the customer it was charged to; what falls due from today on is the new one's. Scopes that name
// something of the old tenant become Shared. Errors: not_found (the order, or no such customer here), refused where an operation holds a
// reservation, or where the two are billed in different currencies, those of Store::commit.
Result<DirectoryChange> change_directory(App& app, const OrderId& order, const CustomerId& destination);

}  // namespace prorata
