#include "arm/capacity.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/desk.h"
#include "arm/places.h"
#include "wire/arm_reservation.h"
#include "wire/unicode.h"

namespace prorata::arm {
namespace capacity {
namespace {

Outcome<ReservationId> reservation_in(const OrderId& order, const std::string& text) {
  Result<ReservationId> id = ReservationId::parse(text);
  if (id) return *std::move(id);
  return refuse(400, "InvalidReservationId", fmt::format("'{}' is not a reservation id of reservation order '{}'.", text, order.text()));
}

std::unexpected<Refused> not_in_order(const ReservationId& id, const OrderId& order) {
  return refuse(404, "ReservationIdNotInReservationOrder",
                fmt::format("Reservation '{}' is not in reservation order '{}'.", id.text(), order.text()));
}

Outcome<Customer> customer_of(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return std::unexpected(Refused(Error{.code = Code::storage_corrupt, .message = "an order without its customer"}));
  return *std::move(customer);
}

// A token of one customer's tenant opens nothing of another's.
Outcome<void> reached(const Call& call, Snapshot& snapshot, const access::Target& target, std::string_view action) {
  if (call.caller.tenant == target.customer->text()) return {};
  const std::optional<CustomerId> own = TRY(customer_of_token(call, snapshot));
  if (!own || *own == *target.customer) return {};
  return refuse(403, access::kAuthorizationFailed, access::refusal_text(call.caller.principal, action, target.scope));
}

// A cursor of the store within a query: its bytes in hexadecimal behind a letter, so that it is never taken for a number.
constexpr char kCursorMark = 'c';

std::optional<std::string> bytes_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    const int high = value(hex[i]);
    const int low = value(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

// What the stores make ends with the id of a row, and has no byte that a database refuses.
bool is_cursor(std::string_view text) {
  const std::string_view id = text.substr(text.rfind('\n') + 1);
  if (!ReservationId::parse(id) || text.size() == id.size()) return false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = wire::take_character(text, at);
    if (character == 0 || character == wire::kReplacementCharacter) return false;
  }
  return true;
}

}  // namespace

Outcome<OrderId> order_of(const Call& call) {
  Result<OrderId> id = OrderId::parse(call.path.at("order"));
  if (id) return *std::move(id);
  return refuse(400, "InvalidReservationOrderId", fmt::format("'{}' is not a reservation order id.", call.path.at("order")));
}

Outcome<ReservationId> reservation_of(const Call& call) { return reservation_in(TRY(order_of(call)), call.path.at("reservation")); }

Outcome<SubscriptionId> subscription_of(const Call& call) { return subscription_id(call.path.at("subscription")); }

access::Target target_of(const Order& order, const Customer& customer, const std::optional<SubscriptionId>& payer) {
  return {.scope = access::scope_of(order.id), .customer = customer.id, .reseller = customer.reseller, .subscription = payer};
}

access::Target target_of(const Reservation& reservation, const Customer& customer) {
  return {.scope = access::scope_of(reservation.order, reservation.id),
          .customer = customer.id,
          .reseller = customer.reseller,
          .subscription = payer_of(reservation)};
}

Result<std::optional<CustomerId>> customer_of_token(const Call& call, Snapshot& snapshot) {
  if (call.caller.principal.customer) return call.caller.principal.customer;
  const Result<CustomerId> tenant = CustomerId::parse(call.caller.tenant);
  if (!tenant || !TRY(snapshot.customer(*tenant))) return std::optional<CustomerId>();
  return std::optional(*tenant);
}

Outcome<OrderHere> open_order(const Call& call, Snapshot& snapshot, const OrderId& id, std::string_view action) {
  Moment moment = TRY(load_moment(call.app, snapshot));
  std::optional<Order> order = TRY(snapshot.order(id));
  if (!order) return refuse(404, "ReservationOrderNotFound", fmt::format("Reservation order '{}' was not found.", id.text()));
  OrderHere here{.order = *std::move(order), .desk = std::move(moment.desk), .now = moment.now};
  for (Reservation& each : TRY(snapshot.reservations_of(id))) here.reservations.push_back(on_day(std::move(each), day_of(here.now)));
  here.customer = TRY(customer_of(snapshot, here.order.customer));
  const std::optional<SubscriptionId> payer = here.reservations.empty() ? std::nullopt : payer_of(here.reservations.front());
  here.target = target_of(here.order, here.customer, payer);
  TRY(reached(call, snapshot, here.target, action));
  TRY(allow(call, action, here.target));
  return here;
}

Outcome<ReservationHere> open_reservation(const Call& call, Snapshot& snapshot, std::string_view action) {
  const OrderId order = TRY(order_of(call));
  const ReservationId id = TRY(reservation_of(call));
  const Moment moment = TRY(load_moment(call.app, snapshot));
  std::optional<Reservation> found = TRY(snapshot.reservation(id));
  if (!found || found->order != order) {
    if (!TRY(snapshot.order(order)))
      return refuse(404, "ReservationOrderNotFound", fmt::format("Reservation order '{}' was not found.", order.text()));
    return not_in_order(id, order);
  }
  ReservationHere here{.reservation = on_day(*std::move(found), day_of(moment.now)), .now = moment.now};
  here.customer = TRY(customer_of(snapshot, here.reservation.customer));
  const access::Target target = target_of(here.reservation, here.customer);
  TRY(reached(call, snapshot, target, action));
  TRY(allow(call, action, target));
  return here;
}

Outcome<const Reservation*> find_in(const OrderHere& here, const wire::ReservationReference& reference) {
  const auto found = std::ranges::find(here.reservations, reference.reservation, &Reservation::id);
  if (found == here.reservations.end() || reference.order.value_or(here.order.id) != here.order.id)
    return not_in_order(reference.reservation, here.order.id);
  return &*found;
}

Outcome<Customer> open_subscription(const Call& call, Snapshot& snapshot, const SubscriptionId& id, std::string_view action,
                                    NamedBy named) {
  Outcome<SubscriptionPlace> place = subscription_place(call.caller, snapshot, id.text());
  if (!place && named == NamedBy::body && place.error().response.status == 404)
    return refuse(400, "InvalidSubscriptionId", fmt::format("The subscription '{}' could not be found.", id.text()));
  if (!place) return std::unexpected(std::move(place).error());
  TRY(allow(call, action, place->target));
  return std::move(place->customer);
}

Outcome<Scope> applied_scope(const Customer& customer, const Scope& asked) {
  if (may_apply_to(customer, asked)) return named_scope(customer, asked);
  return refuse(400, "AppliedScopesNotAssociatedWithCommerceAccount",
                fmt::format("The applied scope '{}' does not belong to tenant '{}'.", asked.id, customer.id.text()));
}

std::string url_of(const Call& call, std::string_view path) {
  return fmt::format("{}{}?api-version={}", call.request.base_url(), path, call.version);
}

Outcome<PageStart> page_start(const Call& call) {
  const std::string_view token = call.request.query.get("$skiptoken");
  if (token.empty()) return PageStart{};
  if (token.front() == kCursorMark) {
    std::optional<std::string> after = bytes_of(token.substr(1));
    if (after && is_cursor(*after)) return PageStart{.after = *std::move(after)};
  }
  const Result<std::int64_t> skip = parse_integer(token, 0, 1'000'000, "$skiptoken");
  if (skip) return PageStart{.skip = static_cast<std::size_t>(*skip)};
  return refuse(400, "BadRequest", fmt::format("'{}' is not a $skiptoken of this list.", token));
}

std::string skip_token(std::string_view cursor) {
  std::string out(1, kCursorMark);
  for (const char c : cursor) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

}  // namespace capacity

std::vector<Route> capacity_routes() {
  using http::Kind;
  using http::Method;
  namespace c = capacity;
  struct Row {
    Method method;
    std::string_view path;
    Outcome<http::Response> (*handler)(Call&);
    Kind kind = Kind::reads;
  };
  constexpr std::string_view kProvider = "/providers/Microsoft.Capacity";
  constexpr std::string_view kSubscription = "/subscriptions/{subscription}/providers/Microsoft.Capacity";
  const auto rows = std::to_array<Row>({
      {Method::get, "/operations", c::list_operations},
      {Method::get, "/reservations", c::list_all_reservations},
      {Method::get, "/reservationOrders", c::list_orders},
      {Method::post, "/calculatePrice", c::calculate_price, Kind::writes},
      {Method::get, "/reservationOrders/{order}", c::get_order},
      {Method::put, "/reservationOrders/{order}", c::purchase, Kind::writes},
      {Method::get, "/reservationOrders/{order}/reservations", c::list_reservations_in_order},
      {Method::get, "/reservationOrders/{order}/reservations/{reservation}", c::get_reservation},
      {Method::patch, "/reservationOrders/{order}/reservations/{reservation}", c::update, Kind::writes},
      {Method::get, "/reservationOrders/{order}/reservations/{reservation}/revisions", c::list_revisions},
      {Method::post, "/reservationOrders/{order}/reservations/{reservation}/availableScopes", c::available_scopes},
      {Method::post, "/reservationOrders/{order}/reservations/{reservation}/archive", c::archive, Kind::writes},
      {Method::post, "/reservationOrders/{order}/reservations/{reservation}/unarchive", c::unarchive, Kind::writes},
      {Method::post, "/reservationOrders/{order}/split", c::split, Kind::writes},
      {Method::post, "/reservationOrders/{order}/merge", c::merge, Kind::writes},
      {Method::get, "/reservationOrders/{order}/splitOperationResults/{operation}", c::split_result},
      {Method::get, "/reservationOrders/{order}/mergeOperationResults/{operation}", c::merge_result},
      {Method::post, "/reservationOrders/{order}/calculateRefund", c::calculate_refund, Kind::writes},
      {Method::post, "/reservationOrders/{order}/return", c::give_back, Kind::writes},
      {Method::post, "/reservationOrders/{order}/changeDirectory", c::move_to_directory, Kind::writes},
      {Method::post, "/calculateExchange", c::calculate_exchange, Kind::writes},
      {Method::post, "/exchange", c::exchange, Kind::writes},
      {Method::get, "/operationResults/{operation}", c::operation_result},
  });
  const std::vector<std::string_view> versions = {"2022-11-01", c::kFirstVersion};
  std::vector<Route> routes;
  for (const Row& row : rows)
    routes.push_back({.method = row.method,
                      .pattern = fmt::format("{}{}", kProvider, row.path),
                      .versions = versions,
                      .handler = answering(row.handler),
                      .kind = row.kind});
  routes.push_back({.pattern = fmt::format("{}/catalogs", kSubscription), .versions = versions, .handler = answering(c::list_catalog)});
  routes.push_back(
      {.pattern = fmt::format("{}/appliedReservations", kSubscription), .versions = versions, .handler = answering(c::list_applied)});
  return routes;
}

}  // namespace prorata::arm
