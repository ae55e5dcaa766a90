// Carts, their checkout, and orders.
#include "partner_center/orders.h"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/carts.h"
#include "app/desk.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;

constexpr PageSizes kPages{.usual = 500, .most = 500};

std::unexpected<Refused> no_cart(std::string_view id) {
  return refuse(404, code::kNoCart, fmt::format("cart {} is not here, or its time is over; make a new one", id.substr(0, 80)));
}

Outcome<CartId> cart_of(const Call& call) {
  const Result<CartId> id = CartId::parse(call.path.at("cart"));
  if (!id) return no_cart(call.path.at("cart"));
  return *id;
}

Outcome<Customer> buyer_of(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  return customer_for(call, *snapshot, Right::buy, Access::full);
}

Outcome<std::string> put(Call& call, const CartId& id, bool is_new) {
  const Customer customer = TRY(buyer_of(call));
  wire::JsonReader reader;
  return TRY(put_cart(
      call.app, {.customer = customer.id,
                 .cart = id,
                 .is_new = is_new,
                 .lines = TRY(wire::read_cart(reader, call.request.body)),
                 .request = call.write_request(),
                 .tell = [&](const Cart& cart) { return body_of([&](wire::JsonWriter& w) { wire::write_cart(w, cart, customer); }); }}));
}

Outcome<Response> post_cart(Call& call) { return http::json(201, TRY(put(call, CartId::trusted(call.app.ids.next()), true))); }

Outcome<Response> put_cart_again(Call& call) { return http::json(200, TRY(put(call, TRY(cart_of(call)), false))); }

Outcome<Response> get_cart(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_for(call, *snapshot, Right::buy, Access::full));
  const Cart cart = TRY(load_cart(call.app, *snapshot, customer.id, TRY(cart_of(call))));
  return written(200, [&](wire::JsonWriter& w) { wire::write_cart(w, cart, customer); });
}

Outcome<Response> post_checkout(Call& call) {
  const Customer customer = TRY(buyer_of(call));
  std::string answer = TRY(check_out(
      call.app, {.customer = customer.id, .cart = TRY(cart_of(call)), .request = call.write_request(), .tell = [](const CheckedOut& out) {
                   return body_of([&](wire::JsonWriter& w) { wire::write_checked_out(w, out); });
                 }}));
  return http::json(201, std::move(answer));
}

// Reservations are bought at once or month by month; nothing else is ever ordered here.
Outcome<std::optional<BillingPlan>> plan_asked(const Call& call) {
  const std::string type = to_lower(call.request.query.get("billingType"));
  if (type.empty()) return std::optional<BillingPlan>();
  if (type == "onetime" || type == "one_time") return std::optional(BillingPlan::upfront);
  if (type == "monthly") return std::optional(BillingPlan::monthly);
  return refuse(400, code::kBadRequest, fmt::format("billingType may be onetime or monthly, not '{}'", type.substr(0, 40)));
}

Outcome<Response> list_orders(Call& call) {
  const PageAsk ask = TRY(page_ask(call, kPages));
  const std::optional<BillingPlan> plan = TRY(plan_asked(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_for(call, *snapshot, Right::list_customers, Access::read));
  const Day today = day_of(TRY(load_moment(call.app, *snapshot)).now);
  std::vector<Order> found;
  OrderQuery query{.customer = customer.id, .after = ask.after};
  do {
    query.limit = ask.limit - found.size();
    Page<Order> page = TRY(snapshot->orders(query));
    for (Order& each : page.items)
      if (!plan || each.plan == *plan) found.push_back(std::move(each));
    query.after = page.next;
  } while (!query.after.empty() && found.size() < ask.limit);
  const std::vector<OrderRow> rows = TRY(with_reservations(*snapshot, std::move(found), today));
  return collection_of(call, rows, {.cursor = query.after},
                       [&](wire::JsonWriter& w, const OrderRow& each) { wire::write_order(w, partner_order(each, customer.currency)); });
}

using WriteOrder = void (*)(wire::JsonWriter&, const wire::PartnerOrder&);

Handler showing(WriteOrder write) {
  return [write](Call& call) -> Outcome<Response> {
    const auto snapshot = TRY(call.app.store.snapshot());
    const Customer customer = TRY(customer_of(call, *snapshot));
    const OrderRow row = TRY(order_of(call, *snapshot, customer, call.path.at("order")));
    access::Target target = target_of(customer);
    target.scope = access::scope_of(row.order.id);
    if (!row.reservations.empty()) target.subscription = target_of(customer, row.reservations.front()).subscription;
    TRY(allow(call, Right::open_record, Access::read, target));
    return written(200, [&](wire::JsonWriter& w) { write(w, partner_order(row, customer.currency)); });
  };
}

// A list, as the service gives it: one status for each line of the order.
void write_provisioning(wire::JsonWriter& w, const wire::PartnerOrder& order) {
  w.begin_object().field("totalCount", std::int64_t{1}).key("items").begin_array();
  wire::write_provisioning_status(w, order);
  w.end_array();
  wire::write_attributes(w, "Collection");
  w.end_object();
}

}  // namespace

Result<std::vector<OrderRow>> with_reservations(Snapshot& snapshot, std::vector<Order> orders, Day today) {
  std::vector<ReservationId> ids;
  for (const Order& each : orders) ids.insert(ids.end(), each.reservations.begin(), each.reservations.end());
  std::unordered_map<std::string, Reservation> by_id;
  for (const Reservation& each : TRY(snapshot.reservations_by_id(ids))) by_id.emplace(each.id.text(), on_day(each, today));
  std::vector<OrderRow> rows;
  for (Order& each : orders) {
    OrderRow row{.order = std::move(each)};
    for (const ReservationId& id : row.order.reservations)
      if (const auto found = by_id.find(id.text()); found != by_id.end()) row.reservations.push_back(found->second);
    rows.push_back(std::move(row));
  }
  return rows;
}

wire::PartnerOrder partner_order(const OrderRow& row, Currency currency) {
  wire::PartnerOrder order{.order = row.order, .currency = currency};
  order.first.term = row.order.term;  // an order that nothing is known of has a term at least
  if (!row.reservations.empty()) order.first = row.reservations.front();
  return order;
}

Outcome<OrderRow> order_of(const Call& call, Snapshot& snapshot, const Customer& customer, std::string_view word) {
  const Result<OrderId> id = OrderId::parse(word);
  const std::optional<Order> order = id ? TRY(snapshot.order(*id)) : std::nullopt;
  if (!order || order->customer != customer.id)
    return refuse(404, code::kNoOrder, fmt::format("the customer has no order {}", word.substr(0, 80)));
  const Day today = day_of(TRY(load_moment(call.app, snapshot)).now);
  return std::move(TRY(with_reservations(snapshot, {*order}, today)).front());
}

std::vector<Route> order_routes() {
  const std::string carts = "/v1/customers/{customer}/carts";
  const std::string orders = "/v1/customers/{customer}/orders";
  std::vector<Route> routes;
  routes.push_back({.method = Method::post, .pattern = carts, .handler = post_cart, .kind = http::Kind::writes});
  routes.push_back({.pattern = carts + "/{cart}", .handler = get_cart});
  routes.push_back({.method = Method::put, .pattern = carts + "/{cart}", .handler = put_cart_again, .kind = http::Kind::writes});
  routes.push_back({.method = Method::post, .pattern = carts + "/{cart}/checkout", .handler = post_checkout, .kind = http::Kind::writes});
  routes.push_back({.pattern = orders, .handler = list_orders});
  routes.push_back({.pattern = orders + "/{order}", .handler = showing(wire::write_order)});
  routes.push_back({.pattern = orders + "/{order}/provisioningstatus", .handler = showing(write_provisioning)});
  return routes;
}

}  // namespace prorata::partner_center
