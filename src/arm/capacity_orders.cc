// Buying: the price that is promised for an order id, the purchase at that price, and an order's move to another tenant.
#include <fmt/format.h>

#include "app/agreed_purchase.h"
#include "app/change_directory.h"
#include "app/desk.h"
#include "arm/capacity.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

struct Purchase {
  CustomerId customer;
  PurchaseLine line;
};

// What a body asks to buy, and for whom; refuses what the caller may not buy.
Outcome<Purchase> purchase_of(const Call& call, const wire::PurchaseBody& body, std::string_view action) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(open_subscription(call, *snapshot, body.billing, action, NamedBy::body));
  Purchase out{.customer = customer.id, .line = body.line};
  out.line.scope = TRY(applied_scope(customer, body.line.scope));
  return out;
}

// The words that the service has for what stands in the way of a price or a purchase.
std::unexpected<Refused> in_service_words(const Error& error) {
  if (error.reason == "no_price") {
    const std::string words = error.message.substr(0, error.message.find(';'));
    return refuse(400, "CalculatePriceFailed", fmt::format("There is {}.", words));
  }
  if (error.reason == "order_exists") return refuse(409, "ReservationOrderIdAlreadyExists", error.message);
  if (error.reason == "no_quote" || error.reason == "other_purchase") return refuse(400, "CreateQuoteFailed", error.message);
  return std::unexpected(Refused(error));
}

// As the service answers a purchase: on its way, with no dates yet.
Order as_accepted(Order order) {
  order.revision = 1;
  order.state = ProvisioningState::creating;
  order.created = {};
  return order;
}

}  // namespace

Outcome<Response> calculate_price(Call& call) {
  const wire::PurchaseBody body = TRY(wire::read_purchase(call.request.body));
  const Purchase asked = TRY(purchase_of(call, body, "Microsoft.Capacity/calculateprice/action"));
  const Result<AgreedPrice> agreed = agree_price(call.app, {.customer = asked.customer, .line = asked.line});
  if (!agreed) return in_service_words(agreed.error());
  return written(200, [&](wire::JsonWriter& w) {
    write_price(w, {.line = agreed->line,
                    .price = {agreed->billing, agreed->pricing},
                    .order = agreed->id,
                    .today = day_of(agreed->as_of),
                    .asked_sku = body.line.sku});
  });
}

Outcome<Response> purchase(Call& call) {
  const OrderId order = TRY(order_of(call));
  const wire::PurchaseBody body = TRY(wire::read_purchase(call.request.body));
  const Purchase asked = TRY(purchase_of(call, body, "Microsoft.Capacity/reservationorders/write"));
  const Result<AgreedPurchase> bought = buy_at_agreed_price(call.app, {.order = order, .customer = asked.customer, .line = asked.line});
  if (!bought) return in_service_words(bought.error());
  const Order accepted = as_accepted(bought->order);
  return written(202, [&](wire::JsonWriter& w) { write_order(w, accepted, {}); })
      .with("Location", url_of(call, wire::order_path(order)))
      .with("Retry-After", "1");
}

Outcome<Response> move_to_directory(Call& call) {
  const OrderId order = TRY(order_of(call));
  constexpr std::string_view kAction = "Microsoft.Capacity/reservationorders/changedirectory/action";
  CustomerId destination;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const OrderHere here = TRY(open_order(call, *snapshot, order, kAction));
    destination = TRY(wire::read_change_directory(call.request.body));
    const std::optional<Customer> to = TRY(snapshot->customer(destination));
    access::Target there = here.target;
    there.customer = destination;
    there.reseller = to ? to->reseller : std::nullopt;
    TRY(allow(call, kAction, there));
  }
  const Result<DirectoryChange> done = change_directory(call.app, order, destination);
  if (!done && done.error().reason == "no_tenant") return refuse(400, "InvalidTenantId", done.error().message);
  if (!done) return std::unexpected(Refused(done.error()));
  const auto write_result = [](wire::JsonWriter& w, const std::string& id, const std::string& name) {
    w.begin_object().field("id", std::string_view(id)).field("name", std::string_view(name)).field("isSucceeded", true).end_object();
  };
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("reservationOrder");
    write_result(w, done->order.id.text(), done->order.name);
    w.key("reservations").begin_array();
    for (const Reservation& each : done->reservations) write_result(w, each.id.text(), each.name);
    w.end_array().end_object();
  });
}

}  // namespace prorata::arm::capacity
