#include "app/change_directory.h"

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "app/due.h"
#include "app/shared.h"
#include "app/write.h"

namespace prorata {
namespace {

Result<void> check_movable(const Order& order, const Customer& from, const Customer& to) {
  if (from.id == to.id)
    return fail(Code::invalid_argument, fmt::format("reservation order {} is in tenant {} already", order.id.text(), to.id.text()));
  if (to.offer != OfferType::csp)
    return fail(Code::refused, fmt::format("{} does not buy through a cloud solution provider", to.name), {},
                "customer_offer_not_supported");
  if (from.currency != to.currency)
    return fail(Code::refused, fmt::format("reservation order {} is billed in {}, and tenant {} in {}", order.id.text(),
                                           from.currency.code(), to.id.text(), to.currency.code()));
  return {};
}

Result<Reservation> moved(Reservation reservation, const Customer& to, Instant now) {
  if (reservation.state == ProvisioningState::pending)
    return fail(Code::refused,
                fmt::format("reservation {} is held by {}; wait until it is done", reservation.id.text(), reservation.operation));
  reservation.customer = to.id;
  if (!may_apply_to(to, reservation.scope)) reservation.scope = {};
  ++reservation.revision;
  reservation.updated = now;
  return reservation;
}

}  // namespace

Result<DirectoryChange> change_directory(App& app, const OrderId& id, const CustomerId& destination) {
  DirectoryChange done;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    done = {};
    const Instant now = TRY(load_moment(app, snapshot)).now;
    std::optional<Order> order = TRY(snapshot.order(id));
    if (!order) return fail(Code::not_found, fmt::format("reservation order {} is not in this desk", id.text()));
    const std::optional<Customer> from = TRY(snapshot.customer(order->customer));
    const std::optional<Customer> to = TRY(snapshot.customer(destination));
    if (!from || !to) return fail(Code::not_found, fmt::format("tenant {} is not served here", destination.text()), {}, "no_tenant");
    const std::vector<Reservation> of_order = TRY(snapshot.reservations_of(id));
    access::Target target = of_order.empty() ? target_of(*from) : target_of(*from, of_order.front());
    target.scope = access::scope_of(id);
    TRY(authorize(app, "Microsoft.Capacity/reservationorders/changedirectory/action", target));
    TRY(check_movable(*order, *from, *to));

    Changes changes;
    Due due(app, snapshot, now);
    for (const Reservation& stored : of_order) {
      Reservation after = TRY(moved(TRY(due.take(stored)), *to, now));
      done.reservations.push_back(after);
      put_revised(changes, app, "directory", std::move(after), now);
    }
    due.move_into(changes);
    order->customer = to->id;
    ++order->revision;
    done.order = *order;
    changes.orders.push_back(std::move(*order));
    changes.audit = {.at = now,
                     .actor = app.actor,
                     .action = "order.change_directory",
                     .customer = to->id.text(),
                     .subject = id.text(),
                     .before = fmt::format("in tenant {}", from->id.text()),
                     .after = fmt::format("in tenant {}", to->id.text())};
    changes.seen.push_back({Seen::Kind::customer, from->id.text(), from->version});
    changes.seen.push_back({Seen::Kind::customer, to->id.text(), to->version});
    return changes;
  }));
  return done;
}

}  // namespace prorata
