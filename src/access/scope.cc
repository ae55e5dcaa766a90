#include "access/scope.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace prorata::access {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return out;
}

std::unexpected<Error> not_a_scope(std::string_view text) {
  return fail(Code::invalid_argument,
              fmt::format("'{}' is not a scope of this desk; write /, /providers/Microsoft.Capacity, an order or a reservation below it, "
                          "or /subscriptions/GUID with a resource group or without",
                          text.substr(0, 120)));
}

// What a resource group may be called; anything else could not be told from a path.
bool is_group_name(std::string_view name) {
  return !name.empty() && name.size() <= 90 && name.find_first_of("/<>%&\\?#") == std::string_view::npos;
}

Result<Scope> capacity_path(const std::vector<std::string_view>& part, std::string_view text) {
  if (part.size() == 2) return capacity_scope();
  if (part.size() != 4 && part.size() != 6) return not_a_scope(text);
  if (!equal_ignoring_case(part[2], "reservationOrders")) return not_a_scope(text);
  const OrderId order = TRY(OrderId::parse(part[3]));
  if (part.size() == 4) return scope_of(order);
  if (!equal_ignoring_case(part[4], "reservations")) return not_a_scope(text);
  return scope_of(order, TRY(ReservationId::parse(part[5])));
}

Result<Scope> subscription_path(const std::vector<std::string_view>& part, std::string_view text) {
  Scope scope = scope_of(TRY(SubscriptionId::parse(part[1])));
  if (part.size() == 2) return scope;
  if (part.size() != 4 || !equal_ignoring_case(part[2], "resourceGroups") || !is_group_name(part[3])) return not_a_scope(text);
  scope.kind = ScopeKind::resource_group;
  scope.resource_group = to_lower(part[3]);
  return scope;
}

}  // namespace

Scope root_scope() { return {}; }
Scope capacity_scope() { return {.kind = ScopeKind::capacity}; }
Scope scope_of(const OrderId& order) { return {.kind = ScopeKind::order, .order = order}; }
Scope scope_of(const OrderId& order, const ReservationId& reservation) {
  return {.kind = ScopeKind::reservation, .order = order, .reservation = reservation};
}
Scope scope_of(const SubscriptionId& subscription) { return {.kind = ScopeKind::subscription, .subscription = subscription}; }

Result<Scope> parse_scope(std::string_view text) {
  if (text == "/") return root_scope();
  std::string_view path = text;
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::vector<std::string_view> part = segments_of(path);
  if (part.size() < 2) return not_a_scope(text);
  if (equal_ignoring_case(part[0], "subscriptions")) return subscription_path(part, text);
  if (equal_ignoring_case(part[0], "providers") && equal_ignoring_case(part[1], "Microsoft.Capacity")) return capacity_path(part, text);
  return not_a_scope(text);
}

std::string to_string(const Scope& scope) {
  switch (scope.kind) {
    case ScopeKind::root: return "/";
    case ScopeKind::capacity: return "/providers/Microsoft.Capacity";
    case ScopeKind::order: return "/providers/Microsoft.Capacity/reservationOrders/" + scope.order.text();
    case ScopeKind::reservation:
      return fmt::format("/providers/Microsoft.Capacity/reservationOrders/{}/reservations/{}", scope.order.text(),
                         scope.reservation.text());
    case ScopeKind::subscription: return "/subscriptions/" + scope.subscription.text();
    case ScopeKind::resource_group:
      return fmt::format("/subscriptions/{}/resourceGroups/{}", scope.subscription.text(), scope.resource_group);
  }
  return {};
}

bool contains(const Scope& above, const Scope& below) {
  const bool of_capacity = below.kind == ScopeKind::capacity || below.kind == ScopeKind::order || below.kind == ScopeKind::reservation;
  switch (above.kind) {
    case ScopeKind::root: return true;
    case ScopeKind::capacity: return of_capacity;
    case ScopeKind::order: return !below.order.empty() && below.order == above.order;
    case ScopeKind::subscription: return !below.subscription.empty() && below.subscription == above.subscription;
    case ScopeKind::reservation:
    case ScopeKind::resource_group: return above == below;
  }
  return false;
}

}  // namespace prorata::access
