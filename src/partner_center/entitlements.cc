// What a customer has a right to, and the way from there to its reservations: the id of the artifact's resource is the id of the
// reservation order at Microsoft.Capacity.
#include <algorithm>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "partner_center/orders.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Response;

constexpr PageSizes kPages{.usual = 200, .most = 500};

// What still stands of the order; absent where nothing does.
std::optional<OrderRow> standing(OrderRow row) {
  std::erase_if(row.reservations, [](const Reservation& each) { return !is_active(each); });
  if (row.reservations.empty()) return std::nullopt;
  row.order.original_quantity = 0;
  for (const Reservation& each : row.reservations) row.order.original_quantity += each.quantity;
  return row;
}

Outcome<Response> list_entitlements(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const std::string_view type = call.request.query.get("entitlementType", "reservedinstance");
  const bool with_expiry = equal_ignoring_case(call.request.query.get("showExpiry"), "true");
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_for(call, *snapshot, Right::list_customers, Access::read));
  if (!equal_ignoring_case(type, "reservedinstance")) return collection(call, 0, {}, [](wire::JsonWriter&) {});
  const Day today = day_of(TRY(load_moment(call.app, *snapshot)).now);

  std::vector<OrderRow> found;
  OrderQuery query{.customer = customer.id, .after = ask.after};
  do {
    query.limit = ask.limit - found.size();
    Page<Order> page = TRY(snapshot->orders(query));
    for (OrderRow& each : TRY(with_reservations(*snapshot, std::move(page.items), today)))
      if (std::optional<OrderRow> row = standing(std::move(each))) found.push_back(*std::move(row));
    query.after = page.next;
  } while (!query.after.empty() && found.size() < ask.limit);
  return collection_of(call, found, {.cursor = query.after}, [&](wire::JsonWriter& w, const OrderRow& each) {
    wire::write_entitlement(w, partner_order(each, customer.currency), with_expiry);
  });
}

Outcome<Response> get_artifact(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_of(call, *snapshot));
  const bool as_linked = call.path.at("line") == "0" && equal_ignoring_case(call.path.at("group"), call.path.at("resource"));
  if (!as_linked) return refuse(404, code::kNotFound, "no such artifact; take its address from the customer's entitlements");
  OrderRow row = TRY(order_of(call, *snapshot, customer, call.path.at("resource")));
  const auto may_open = [&](const Reservation& each) { return call.allows(Right::open_record, Access::read, target_of(customer, each)); };
  if (!row.reservations.empty() && std::ranges::none_of(row.reservations, may_open))
    TRY(allow(call, Right::open_record, Access::read, target_of(customer, row.reservations.front())));
  std::erase_if(row.reservations, [&](const Reservation& each) { return !may_open(each); });
  return written(200, [&](wire::JsonWriter& w) { wire::write_artifact(w, row.reservations); });
}

}  // namespace

std::vector<Route> entitlement_routes() {
  std::vector<Route> routes;
  routes.push_back({.pattern = "/v1/customers/{customer}/entitlements", .handler = list_entitlements});
  routes.push_back({.pattern = "/v1/customers/{customer}/artifacts/reservedinstance/groups/{group}/lineitems/{line}/resource/{resource}",
                    .handler = get_artifact});
  return routes;
}

}  // namespace prorata::partner_center
