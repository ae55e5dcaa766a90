// Changes of a reservation that move no money: name, scope, renewal, archive, split and merge. Each is one commit with a numbered
// revision and an audit record.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

struct ChangeAsk {
  ReservationId reservation;
  std::string action;  // "rename", "scope", "renewal", "archive": for the revision and the audit trail
  std::string detail;  // what is asked, in a line
  std::string key;
};

// `change` is one of the pure functions of reservation.h. Errors: not_found, what `change` refuses, those of Store::commit.
using Change = std::function<Result<Reservation>(Reservation, Instant now)>;
Result<Reservation> change_reservation(App& app, const ChangeAsk& ask, const Change& change);

// Returns the parts, in the order asked.
Result<std::vector<Reservation>> split_reservation(App& app, const ReservationId& id, const std::vector<std::int64_t>& quantities,
                                                   const std::string& key);

Result<Reservation> merge_reservations(App& app, const std::vector<ReservationId>& ids, const std::string& key);

}  // namespace prorata
