#include "arm/places.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/applied_scope.h"

namespace prorata::arm {
namespace {

constexpr std::size_t kCustomersAtOnce = 500;

bool sees(const Caller& caller, const Customer& customer) { return access::sees(caller.principal, customer.id, customer.reseller); }

// The customer of the token's tenant, seen or not.
Result<std::optional<Customer>> tenant_customer(const Caller& caller, Snapshot& snapshot) {
  const Result<CustomerId> id = CustomerId::parse(caller.tenant);
  if (!id) return std::optional<Customer>();
  return snapshot.customer(*id);
}

// Calls `visit` with every customer seen, by name, until it returns false.
template <class Visit>
Result<void> each_customer(const Caller& caller, Snapshot& snapshot, const Visit& visit) {
  if (const std::optional<Customer> own = TRY(tenant_customer(caller, snapshot))) {
    if (sees(caller, *own)) visit(*own);
    return {};
  }
  if (caller.principal.customer) {
    const std::optional<Customer> only = TRY(snapshot.customer(*caller.principal.customer));
    if (only && sees(caller, *only)) visit(*only);
    return {};
  }
  CustomerQuery query{.reseller = caller.principal.reseller, .limit = kCustomersAtOnce};
  for (;;) {
    const Page<Customer> page = TRY(snapshot.customers(query));
    for (const Customer& each : page.items)
      if (sees(caller, each) && !visit(each)) return {};
    if (page.next.empty()) return {};
    query.after = page.next;
  }
}

struct Owned {
  Customer customer;
  Subscription subscription;
};
Result<std::optional<Owned>> owner_of(const Caller& caller, Snapshot& snapshot, const SubscriptionId& id) {
  std::optional<Owned> found;
  TRY(each_customer(caller, snapshot, [&](const Customer& customer) {
    const Subscription* subscription = find_subscription(customer, id);
    if (subscription != nullptr) found = {customer, *subscription};
    return subscription == nullptr;
  }));
  return found;
}

std::unexpected<Refused> no_subscription(std::string_view id) {
  return refuse(404, "SubscriptionNotFound", fmt::format("The subscription '{}' could not be found.", id));
}

std::unexpected<Refused> no_order(const OrderId& order) {
  return refuse(404, "ReservationOrderNotFound", fmt::format("The reservation order '{}' could not be found.", order.text()));
}

Outcome<access::Target> order_target(const Caller& caller, Snapshot& snapshot, const access::Scope& scope) {
  const std::optional<Order> order = TRY(snapshot.order(scope.order));
  if (!order) return no_order(scope.order);
  const std::optional<Customer> customer = TRY(known_customer(caller, snapshot, order->customer));
  if (!customer) return no_order(scope.order);
  access::Target target = target_of(*customer, scope);
  if (scope.kind == access::ScopeKind::order) {
    if (order->reservations.empty()) return target;
    if (const std::optional<Reservation> first = TRY(snapshot.reservation(order->reservations.front())))
      target.subscription = payer_of(*first);
    return target;
  }
  const std::optional<Reservation> reservation = TRY(snapshot.reservation(scope.reservation));
  if (!reservation || reservation->order != scope.order)
    return refuse(404, "ReservationNotFound",
                  fmt::format("The reservation '{}' could not be found in the reservation order '{}'.", scope.reservation.text(),
                              scope.order.text()));
  target.subscription = payer_of(*reservation);
  return target;
}

}  // namespace

Result<std::vector<Customer>> customers_seen(const Caller& caller, Snapshot& snapshot) {
  std::vector<Customer> out;
  TRY(each_customer(caller, snapshot, [&](const Customer& customer) {
    out.push_back(customer);
    return true;
  }));
  return out;
}

Result<std::optional<Customer>> customer_of_tenant(const Caller& caller, Snapshot& snapshot) {
  std::optional<Customer> customer = TRY(tenant_customer(caller, snapshot));
  if (customer && !sees(caller, *customer)) customer.reset();
  return customer;
}

Result<std::optional<Customer>> known_customer(const Caller& caller, Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer || !sees(caller, *customer)) return std::optional<Customer>();
  const std::optional<Customer> tenant = TRY(tenant_customer(caller, snapshot));
  if (tenant && tenant->id != id) return std::optional<Customer>();
  return customer;
}

access::Target target_of(const Customer& customer, access::Scope scope) {
  access::Target target{
      .scope = std::move(scope), .customer = customer.id, .reseller = customer.reseller, .customer_may_buy = customer.may_buy};
  if (!target.scope.subscription.empty()) target.subscription = target.scope.subscription;
  return target;
}

std::optional<SubscriptionId> payer_of(const Reservation& reservation) {
  const Result<access::Scope> scope = access::parse_scope(reservation.billing_scope);
  if (!scope || scope->subscription.empty()) return std::nullopt;
  return scope->subscription;
}

Outcome<SubscriptionId> subscription_id(std::string_view text) {
  Result<SubscriptionId> id = SubscriptionId::parse(text);
  if (id) return *std::move(id);
  return refuse(400, "InvalidSubscriptionId", fmt::format("The provided subscription identifier '{}' is malformed or invalid.", text));
}

Outcome<SubscriptionPlace> subscription_place(const Caller& caller, Snapshot& snapshot, std::string_view text) {
  const SubscriptionId id = TRY(subscription_id(text));
  std::optional<Owned> found = TRY(owner_of(caller, snapshot, id));
  if (!found) return no_subscription(id.text());
  access::Target target = target_of(found->customer, access::scope_of(id));
  return SubscriptionPlace{std::move(found->customer), std::move(found->subscription), std::move(target)};
}

Outcome<access::Target> scope_target(const Caller& caller, Snapshot& snapshot, const access::Scope& scope) {
  switch (scope.kind) {
    case access::ScopeKind::root:
    case access::ScopeKind::capacity: return access::Target{.scope = scope};
    case access::ScopeKind::order:
    case access::ScopeKind::reservation: return order_target(caller, snapshot, scope);
    case access::ScopeKind::subscription:
    case access::ScopeKind::resource_group: break;
  }
  SubscriptionPlace place = TRY(subscription_place(caller, snapshot, scope.subscription.text()));
  if (scope.kind == access::ScopeKind::resource_group &&
      std::ranges::none_of(place.subscription.resource_groups,
                           [&](const std::string& group) { return equal_ignoring_case(group, scope.resource_group); }))
    return refuse(404, "ResourceGroupNotFound", fmt::format("Resource group '{}' could not be found.", scope.resource_group));
  place.target.scope = scope;
  return std::move(place.target);
}

}  // namespace prorata::arm
