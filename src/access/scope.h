// Where a role is assigned and an action done: the paths of Azure's role model that this desk has things at.
//
//   Scope order = TRY(parse_scope("/providers/Microsoft.Capacity/reservationOrders/{o}"));
//   contains(TRY(parse_scope("/providers/Microsoft.Capacity")), order)      // true: what is assigned above is inherited below
//
// /                                                            everything
//   /providers/Microsoft.Capacity                              all orders
//     /providers/Microsoft.Capacity/reservationOrders/{o}      an order
//       .../reservations/{r}                                   a reservation of it
//   /subscriptions/{s}                                         a subscription
//     /subscriptions/{s}/resourceGroups/{g}                    a resource group of it
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"

namespace prorata::access {

enum class ScopeKind : std::uint8_t { root, capacity, order, reservation, subscription, resource_group };

// Only the fields of its kind are filled: a reservation has its order too, a resource group its subscription.
struct Scope {
  ScopeKind kind = ScopeKind::root;
  OrderId order;
  ReservationId reservation;
  SubscriptionId subscription;
  std::string resource_group;  // in lower case

  friend bool operator==(const Scope&, const Scope&) = default;
};

Scope root_scope();
Scope capacity_scope();
Scope scope_of(const OrderId& order);
Scope scope_of(const OrderId& order, const ReservationId& reservation);
Scope scope_of(const SubscriptionId& subscription);

// Any letter case, with or without the slash at either end. Errors: invalid_argument, naming the text.
Result<Scope> parse_scope(std::string_view text);
std::string to_string(const Scope& scope);

// The same place or above it.
bool contains(const Scope& above, const Scope& below);

}  // namespace prorata::access
