// Lists of reservations that are decided element by element: a page of those that are wanted, and the counts of all of them.
//
//   ListedReservations page = TRY(list_reservations(snapshot, query, {.take = 50, .now = now}, wanted));
//
// Reservations are shown as they stand today. However few of them are wanted, one call looks at kRowsLookedAtMax rows at most: its page
// may then be short or empty and still have a next one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/store.h"

namespace prorata {

inline constexpr std::size_t kRowsLookedAtMax = 20'000;

using Wanted = std::function<Result<bool>(const Reservation&)>;

struct ListAsk {
  std::size_t take = 50;
  std::size_t skip = 0;  // of those that are wanted
  Instant now;
};

struct ListedReservations {
  std::vector<Reservation> items;
  std::string next;  // for ReservationQuery::after; empty on the last page
};
Result<ListedReservations> list_reservations(Snapshot& snapshot, ReservationQuery query, const ListAsk& ask, const Wanted& wanted);

struct ReservationCounts {
  std::int64_t succeeded = 0;
  std::int64_t failed = 0;
  std::int64_t expiring = 0;
  std::int64_t expired = 0;
  std::int64_t pending = 0;
  std::int64_t cancelled = 0;
  std::int64_t processing = 0;
};
void count(ReservationCounts& counts, DisplayState state);
// Goes through all that match the query: as long as there are rows.
Result<ReservationCounts> count_reservations(Snapshot& snapshot, ReservationQuery query, Instant now, const Wanted& wanted);

}  // namespace prorata
