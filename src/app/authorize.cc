#include "app/authorize.h"

#include "base/check.h"

namespace prorata {
namespace {

// The subscription that pays for a reservation; absent where none is known.
std::optional<SubscriptionId> payer_of(const Reservation& reservation) {
  const Result<access::Scope> scope = access::parse_scope(reservation.billing_scope);
  if (!scope || scope->subscription.empty()) return std::nullopt;
  return scope->subscription;
}

}  // namespace

Result<void> authorize(const App& app, const access::Action& action, const access::Target& target) {
  if (app.acting == nullptr) return {};
  const access::Decision decision = access::decide(app.acting->principal, app.acting->assignments, action, target);
  if (decision.allowed) return {};
  return fail(Code::forbidden, access::refusal_text(app.acting->principal, action.name, target.scope));
}

Result<void> authorize(const App& app, access::Right right, const access::Target& target, access::Access access) {
  return authorize(app, access::action_of(right, access), target);
}

bool allowed(const App& app, access::Right right, const access::Target& target, access::Access access) {
  if (app.acting == nullptr) return true;
  return access::decide(app.acting->principal, app.acting->assignments, access::action_of(right, access), target).allowed;
}

Result<void> authorize(const App& app, std::string_view action, const access::Target& target) {
  const access::Action* known = access::find_action(action);
  CHECK(known != nullptr, "an action of the role table");
  return authorize(app, *known, target);
}

access::Target target_of_desk() { return {.scope = access::root_scope()}; }

access::Target target_of(const Customer& customer) {
  return {.scope = access::capacity_scope(), .customer = customer.id, .reseller = customer.reseller, .customer_may_buy = customer.may_buy};
}

access::Target target_of_purchase(const Customer& customer, const std::string& billing_scope) {
  access::Target target = target_of(customer);
  const Result<access::Scope> scope = access::parse_scope(billing_scope);
  if (scope && !scope->subscription.empty()) target.scope = access::scope_of(scope->subscription);
  return target;
}

access::Target target_at(const Customer& customer, access::Scope scope) {
  access::Target target = target_of(customer);
  target.scope = std::move(scope);
  return target;
}

access::Target target_of(const Customer& customer, const Reservation& reservation) {
  access::Target target = target_of(customer);
  target.scope = access::scope_of(reservation.order, reservation.id);
  target.subscription = payer_of(reservation);
  return target;
}

}  // namespace prorata
