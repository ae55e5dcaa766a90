// The Azure subscriptions of a customer, and their registration for reservations.
#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "partner_center/answer.h"

namespace prorata::partner_center {
namespace {

using access::Access;
using access::Right;
using http::Method;
using http::Response;

Outcome<Response> list_subscriptions(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_for(call, *snapshot, Right::list_customers, Access::read));
  return collection_of(call, customer.subscriptions, {},
                       [&](wire::JsonWriter& w, const Subscription& each) { wire::write_partner_subscription(w, customer.id, each); });
}

struct Place {
  Customer customer;
  SubscriptionId id;
  const Subscription& subscription() const { return *find_subscription(customer, id); }
};

Outcome<Place> place_of(Call& call, Right right, Access access) {
  const auto snapshot = TRY(call.app.store.snapshot());
  Customer customer = TRY(customer_of(call, *snapshot));
  const SubscriptionId id = TRY(subscription_of(call, customer));
  access::Target target = target_of(customer);
  target.scope = access::scope_of(id);
  target.subscription = id;
  TRY(allow(call, right, access, target));
  return Place{std::move(customer), id};
}

Outcome<Response> get_subscription(Call& call) {
  const Place place = TRY(place_of(call, Right::list_customers, Access::read));
  return written(200, [&](wire::JsonWriter& w) { wire::write_partner_subscription(w, place.customer.id, place.subscription()); });
}

Outcome<Response> patch_subscription(Call& call) {
  const Place place = TRY(place_of(call, Right::change_scope, Access::full));
  const std::string mark = TRY(etag_of(call));
  wire::JsonReader reader;
  wire::SubscriptionBody body = TRY(wire::read_subscription_change(reader, call.request.body));
  std::string answer = TRY(change_subscription(call.app, {.customer = place.customer.id,
                                                          .subscription = place.id,
                                                          .name = std::move(body.name),
                                                          .suspended = body.suspended,
                                                          .mark = mark,
                                                          .request = call.write_request(),
                                                          .tell = [&](const Subscription& after) {
                                                            return body_of([&](wire::JsonWriter& w) {
                                                              wire::write_partner_subscription(w, place.customer.id, after);
                                                            });
                                                          }}));
  return http::json(200, std::move(answer));
}

Outcome<Response> post_registration(Call& call) {
  const Place place = TRY(place_of(call, Right::buy, Access::full));
  TRY(register_subscription(call.app, {.customer = place.customer.id, .subscription = place.id, .request = call.write_request()}));
  return http::empty(202).with("Location", wire::subscription_uri(place.customer.id, place.id) + "/registrationstatus");
}

Outcome<Response> get_registration(Call& call) {
  const Place place = TRY(place_of(call, Right::list_customers, Access::read));
  const Registration registration = registration_of(place.subscription(), call.app.clock.now());
  return written(200, [&](wire::JsonWriter& w) { wire::write_registration(w, place.subscription(), registration); });
}

}  // namespace

std::vector<Route> subscription_routes() {
  const std::string all = "/v1/customers/{customer}/subscriptions";
  const std::string one = all + "/{subscription}";
  std::vector<Route> routes;
  routes.push_back({.pattern = all, .handler = list_subscriptions});
  routes.push_back({.pattern = one, .handler = get_subscription});
  routes.push_back({.method = Method::patch, .pattern = one, .handler = patch_subscription, .kind = http::Kind::writes});
  routes.push_back({.method = Method::post, .pattern = one + "/registrations", .handler = post_registration, .kind = http::Kind::writes});
  routes.push_back({.pattern = one + "/registrationstatus", .handler = get_registration});
  return routes;
}

}  // namespace prorata::partner_center
