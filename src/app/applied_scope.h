// Which usage of a customer a reservation may cover: what a scope may name, and what a scope covers.
#pragma once

#include <string>
#include <string_view>

#include "party/party.h"
#include "reservation/reservation.h"

namespace prorata {

// Whether the customer has what the scope names. Shared always fits; a resource group fits where its subscription does and the groups of
// that subscription are unknown or name it; a management group fits where the customer lists it, or it is the tenant's root.
bool may_apply_to(const Customer& customer, const Scope& scope);

// The scope with the name that a person reads, where it has none of its own: that of the subscription.
Scope named_scope(const Customer& customer, Scope scope);

// Whether usage of that subscription is covered.
bool covers(const Customer& customer, const Scope& scope, const SubscriptionId& subscription);

const Subscription* find_subscription(const Customer& customer, const SubscriptionId& id);  // nullptr where it is not the customer's

}  // namespace prorata
