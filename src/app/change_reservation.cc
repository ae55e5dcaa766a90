#include "app/change_reservation.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/due.h"
#include "app/shared.h"
#include "app/write.h"
#include "base/check.h"

namespace prorata {
namespace {

Result<Reservation> load_today(Snapshot& snapshot, const ReservationId& id, Due& due) {
  return due.take(TRY(load_reservation(snapshot, id)));
}

Result<void> authorize_change(const App& app, Snapshot& snapshot, const Reservation& reservation) {
  if (app.acting == nullptr) return {};
  return authorize(app, access::Right::change_scope, target_of(TRY(load_customer_of(snapshot, reservation)), reservation));
}

AuditNote note(const App& app, Instant now, std::string action, const Reservation& about, std::string after) {
  return {.at = now,
          .actor = app.actor,
          .action = std::move(action),
          .customer = about.customer.text(),
          .subject = about.id.text(),
          .before = fmt::format("{} units, {}", about.quantity, to_string(about.state)),
          .after = std::move(after)};
}

Result<std::vector<Reservation>> load_all(App& app, const std::string& ids) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<Reservation> out;
  for (std::size_t at = 0; at < ids.size(); at += 37) {
    std::optional<Reservation> each = TRY(snapshot->reservation(ReservationId::trusted(ids.substr(at, 36))));
    if (!each) return fail(Code::storage_corrupt, "a key answers with a reservation that is not here; run 'prorata audit verify'");
    out.push_back(std::move(*each));
  }
  return out;
}

std::string joined(const std::vector<ReservationId>& ids) {
  std::string out;
  for (const ReservationId& id : ids) (out += out.empty() ? "" : " ") += id.text();
  return out;
}

}  // namespace

Result<Reservation> change_reservation(App& app, const ChangeAsk& ask, const Change& change) {
  const WriteRequest request{ask.key, fmt::format("{} {} {}", ask.action, ask.reservation.text(), ask.detail)};
  TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    Due due(app, snapshot, now);
    const Reservation before = TRY(load_today(snapshot, ask.reservation, due));
    TRY(authorize_change(app, snapshot, before));
    Reservation after = TRY(change(before, now));
    Changes changes;
    due.move_into(changes);
    changes.audit = note(app, now, "reservation." + ask.action, before, ask.detail);
    put_revised(changes, app, ask.action, std::move(after), now);
    return changes;
  }));
  return TRY(load_all(app, ask.reservation.text())).front();
}

Result<std::vector<Reservation>> split_reservation(App& app, const ReservationId& id, const std::vector<std::int64_t>& quantities,
                                                   const std::string& key) {
  std::vector<ReservationId> ids;
  for (std::size_t i = 0; i < quantities.size(); ++i) ids.push_back(ReservationId::trusted(app.ids.next()));
  const std::string parts = fmt::format("{}", fmt::join(quantities, " "));
  const WriteRequest request{key, fmt::format("split {} {}", id.text(), parts)};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    Due due(app, snapshot, now);
    const Reservation before = TRY(load_today(snapshot, id, due));
    TRY(authorize_change(app, snapshot, before));
    SplitResult result = TRY(split(before, quantities, ids, now));
    std::optional<Order> order = TRY(snapshot.order(before.order));
    CHECK(order.has_value(), "a reservation belongs to an order");

    Changes changes;
    due.move_into(changes);
    changes.audit = note(app, now, "reservation.split", before, "into " + parts);
    put_revised(changes, app, "split", std::move(result.source), now);
    for (Reservation& part : result.parts) {
      add_reservation(*order, part.id);
      put_revised(changes, app, "split", std::move(part), now);
    }
    changes.orders.push_back(std::move(*order));
    if (!key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, joined(ids)};
    return changes;
  }));
  return load_all(app, committed.replayed ? committed.answer : joined(ids));
}

Result<Reservation> merge_reservations(App& app, const std::vector<ReservationId>& ids, const std::string& key) {
  const ReservationId merged_id = ReservationId::trusted(app.ids.next());
  const WriteRequest request{key, "merge " + joined(ids)};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    Due due(app, snapshot, now);
    std::vector<Reservation> sources;
    for (const ReservationId& id : ids) sources.push_back(TRY(load_today(snapshot, id, due)));
    for (const Reservation& each : sources) TRY(authorize_change(app, snapshot, each));
    MergeResult result = TRY(merge(std::move(sources), merged_id, now));
    std::optional<Order> order = TRY(snapshot.order(result.merged.order));
    CHECK(order.has_value(), "a reservation belongs to an order");
    add_reservation(*order, merged_id);

    Changes changes;
    due.move_into(changes);
    changes.audit = note(app, now, "reservation.merge", result.merged, fmt::format("out of {}", joined(ids)));
    for (Reservation& source : result.sources) put_revised(changes, app, "merge", std::move(source), now);
    put_revised(changes, app, "merge", std::move(result.merged), now);
    changes.orders.push_back(std::move(*order));
    if (!key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, merged_id.text()};
    return changes;
  }));
  return TRY(load_all(app, committed.replayed ? committed.answer : merged_id.text())).front();
}

}  // namespace prorata
