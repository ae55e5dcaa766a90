// Microsoft.Billing, as far as it shows reservations: the same orders and reservations, seen from the account that pays for them.
#include <fmt/format.h>

#include "app/desk.h"
#include "arm/billing_scope.h"
#include "arm/capacity.h"
#include "arm/paging.h"
#include "wire/arm_reservation.h"

namespace prorata::arm {
namespace {

using capacity::OrderHere;
using http::Method;
using wire::JsonWriter;

const std::vector<std::string_view> kVersions = {"2024-04-01"};
constexpr PageSizes kPages{.usual = 100, .most = 1'000};
constexpr std::string_view kReadReservations = "Microsoft.Billing/billingAccounts/reservations/read";
constexpr std::string_view kReadOrders = "Microsoft.Billing/billingAccounts/reservationOrders/read";
constexpr std::string_view kReadInOrder = "Microsoft.Billing/billingAccounts/reservationOrders/reservations/read";

std::string_view expand_of(const Call& call) { return call.request.query.get("$expand", call.request.query.get("expand")); }

Outcome<http::Response> list_reservations(Call& call) {
  BillingPlace place;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    place = TRY(billing_place(call, *snapshot));
  }
  TRY(allow(call, kReadReservations, place.target));
  return capacity::list_reservations_for(call, {.customer = place.customer.id, .action = kReadReservations, .account = place.account});
}

Outcome<http::Response> list_orders(Call& call) {
  const PageAsk ask = TRY(page_ask(call.request, kPages));
  const auto snapshot = TRY(call.app.store.snapshot());
  const BillingPlace place = TRY(billing_place(call, *snapshot));
  TRY(allow(call, kReadOrders, place.target));
  const Instant now = TRY(load_moment(call.app, *snapshot)).now;
  const Page<Order> page = TRY(snapshot->orders({.customer = place.customer.id, .limit = ask.limit, .after = ask.after}));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Order& each : page.items) write_order(w, each, {.today = day_of(now), .account = place.account});
    w.end_array();
    if (!page.next.empty()) w.field("nextLink", next_link(call.request, page.next));
    w.end_object();
  });
}

struct Seen {
  BillingPlace place;
  OrderHere order;
};
Outcome<Seen> open(const Call& call, Snapshot& snapshot, std::string_view action) {
  BillingPlace place = TRY(billing_place(call, snapshot));
  const OrderId id = TRY(capacity::order_of(call));
  const std::optional<Order> there = TRY(snapshot.order(id));
  if (!there || there->customer != place.customer.id)
    return refuse(404, "ReservationOrderNotFound", fmt::format("Reservation order '{}' was not found.", id.text()));
  OrderHere order = TRY(capacity::open_order(call, snapshot, id, action));
  return Seen{std::move(place), std::move(order)};
}

Outcome<http::Response> get_order(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Seen seen = TRY(open(call, *snapshot, kReadOrders));
  wire::OrderView view{
      .schedule = equal_ignoring_case(expand_of(call), "schedule"), .today = day_of(seen.order.now), .account = seen.place.account};
  if (view.schedule) view.payments = capacity::payments_of(seen.order);
  return written(200, [&](JsonWriter& w) { write_order(w, seen.order.order, view); });
}

Outcome<http::Response> list_in_order(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Seen seen = TRY(open(call, *snapshot, kReadInOrder));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Reservation& each : seen.order.reservations)
      write_reservation(w, each, {.now = seen.order.now, .account = seen.place.account});
    w.end_array().end_object();
  });
}

Outcome<http::Response> get_reservation(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Seen seen = TRY(open(call, *snapshot, kReadInOrder));
  const ReservationId id = TRY(capacity::reservation_of(call));
  const Reservation* found = TRY(capacity::find_in(seen.order, {.order = seen.order.order.id, .reservation = id}));
  const bool renewal = equal_ignoring_case(expand_of(call), "renewProperties");
  return written(200, [&](JsonWriter& w) {
    write_reservation(w, *found, {.now = seen.order.now, .renew_properties = renewal, .account = seen.place.account});
  });
}

}  // namespace

std::vector<Route> billing_routes() {
  std::vector<Route> routes;
  const std::string account = "/providers/Microsoft.Billing/billingAccounts/{account}";
  const auto add = [&](std::string pattern, Outcome<http::Response> (*handler)(Call&)) {
    routes.push_back({.method = Method::get, .pattern = std::move(pattern), .versions = kVersions, .handler = answering(handler)});
  };
  add(account + "/reservations", list_reservations);
  add(account + "/billingProfiles/{profile}/reservations", list_reservations);
  add(account + "/reservationOrders", list_orders);
  add(account + "/reservationOrders/{order}", get_order);
  add(account + "/reservationOrders/{order}/reservations", list_in_order);
  add(account + "/reservationOrders/{order}/reservations/{reservation}", get_reservation);
  return routes;
}

}  // namespace prorata::arm
