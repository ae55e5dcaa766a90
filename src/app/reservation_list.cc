#include "app/reservation_list.h"

#include <algorithm>

namespace prorata {
namespace {

constexpr std::size_t kRowsAtOnceMin = 50;
constexpr std::size_t kRowsAtOnceMax = 1'000;

// The cursor behind the first `count` rows after query.after.
Result<std::string> cursor_after(Snapshot& snapshot, ReservationQuery query, std::size_t count) {
  if (count == 0) return query.after;
  query.limit = count;
  return TRY(snapshot.reservations(query)).next;
}

}  // namespace

Result<ListedReservations> list_reservations(Snapshot& snapshot, ReservationQuery query, const ListAsk& ask, const Wanted& wanted) {
  ListedReservations out;
  std::size_t skip = ask.skip;
  for (std::size_t looked_at = 0; looked_at < kRowsLookedAtMax;) {
    query.limit = std::clamp(ask.take - out.items.size(), kRowsAtOnceMin, kRowsAtOnceMax);
    Page<Reservation> page = TRY(snapshot.reservations(query));
    for (std::size_t i = 0; i < page.items.size(); ++i) {
      if (out.items.size() == ask.take) {  // the page of the store goes on where this one ends
        out.next = TRY(cursor_after(snapshot, query, i));
        return out;
      }
      Reservation today = on_day(std::move(page.items[i]), day_of(ask.now));
      if (!TRY(wanted(today))) continue;
      if (skip > 0)
        --skip;
      else
        out.items.push_back(std::move(today));
    }
    looked_at += page.items.size();
    out.next = std::move(page.next);
    if (out.next.empty() || out.items.size() == ask.take) return out;
    query.after = out.next;
  }
  return out;
}

void count(ReservationCounts& counts, DisplayState state) {
  switch (state) {
    case DisplayState::succeeded: ++counts.succeeded; break;
    case DisplayState::expiring: ++counts.expiring; break;
    case DisplayState::expired: ++counts.expired; break;
    case DisplayState::pending: ++counts.pending; break;
    case DisplayState::processing: ++counts.processing; break;
    case DisplayState::cancelled: ++counts.cancelled; break;
    case DisplayState::failed: ++counts.failed; break;
  }
}

Result<ReservationCounts> count_reservations(Snapshot& snapshot, ReservationQuery query, Instant now, const Wanted& wanted) {
  ReservationCounts counts;
  query.limit = kRowsAtOnceMax;
  query.after.clear();
  do {
    Page<Reservation> page = TRY(snapshot.reservations(query));
    for (Reservation& each : page.items) {
      const Reservation today = on_day(std::move(each), day_of(now));
      if (TRY(wanted(today))) count(counts, display_state(today, now));
    }
    query.after = std::move(page.next);
  } while (!query.after.empty());
  return counts;
}

}  // namespace prorata
