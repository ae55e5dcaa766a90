#include "app/applied_scope.h"

#include <algorithm>
#include <optional>

namespace prorata {
namespace {

constexpr std::string_view kSubscriptions = "/subscriptions/";
constexpr std::size_t kGuidLength = 36;

// The subscription of "/subscriptions/<id>[/resourceGroups/<name>]".
std::optional<SubscriptionId> subscription_of(const Scope& scope) {
  if (!to_lower(scope.id).starts_with(kSubscriptions)) return std::nullopt;
  Result<SubscriptionId> id = SubscriptionId::parse(std::string_view(scope.id).substr(kSubscriptions.size(), kGuidLength));
  return id ? std::optional(*std::move(id)) : std::nullopt;
}

std::string_view last_segment(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& each) { return equal_ignoring_case(each, name); });
}

}  // namespace

const Subscription* find_subscription(const Customer& customer, const SubscriptionId& id) {
  const auto found = std::ranges::find(customer.subscriptions, id, &Subscription::id);
  return found == customer.subscriptions.end() ? nullptr : &*found;
}

bool may_apply_to(const Customer& customer, const Scope& scope) {
  if (scope.type == ScopeType::shared) return true;
  const std::string_view name = last_segment(scope.id);
  if (scope.type == ScopeType::management_group)
    return equal_ignoring_case(name, customer.id.text()) || has(customer.management_groups, name);
  const std::optional<SubscriptionId> id = subscription_of(scope);
  const Subscription* subscription = id ? find_subscription(customer, *id) : nullptr;
  if (subscription == nullptr) return false;
  return scope.type == ScopeType::single || subscription->resource_groups.empty() || has(subscription->resource_groups, name);
}

Scope named_scope(const Customer& customer, Scope scope) {
  if (!scope.display_name.empty() || scope.type == ScopeType::shared) return scope;
  const std::optional<SubscriptionId> id = subscription_of(scope);
  const Subscription* subscription = id ? find_subscription(customer, *id) : nullptr;
  if (subscription != nullptr) scope.display_name = subscription->name;
  return scope;
}

bool covers(const Customer& customer, const Scope& scope, const SubscriptionId& subscription) {
  const Subscription* held = find_subscription(customer, subscription);
  if (held == nullptr) return false;
  switch (scope.type) {
    case ScopeType::shared: return true;
    case ScopeType::single:
    case ScopeType::resource_group: return subscription_of(scope) == subscription;
    case ScopeType::management_group: {
      const std::string_view name = last_segment(scope.id);
      return equal_ignoring_case(name, customer.id.text()) || equal_ignoring_case(name, held->management_group);
    }
  }
  return false;
}

}  // namespace prorata
