// Windows of the list of reservations for other areas than the list itself.
#pragma once

#include <unordered_map>

#include "portal_api/answer.h"

namespace prorata::portal_api {

struct ListAsked {
  FleetQuery query;
  WindowAsk window;
};

// What the caller may see of it: from the list in memory, or, for whoever has role assignments and no role, decided row by row.
Outcome<FleetWindow> window_for(Call& call, Snapshot& snapshot, const ListAsked& asked, Instant now);

// The rows of a window with their customers, as they stand today.
struct ListedRows {
  std::unordered_map<ReservationId, Reservation> rows;
  std::unordered_map<CustomerId, Customer> customers;
};
Outcome<ListedRows> rows_of(Snapshot& snapshot, const std::vector<ReservationId>& ids, Instant now);

}  // namespace prorata::portal_api
