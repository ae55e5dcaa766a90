// Where a request takes place: which customer a subscription, an order or a scope belongs to, as far as the caller may know of it.
//
// A token of a customer's tenant reaches that customer. A token of the partner's own tenant reaches every customer that its holder sees.
// What somebody may not know of is not found, in the same words as what is not there.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "arm/outcome.h"
#include "party/party.h"

namespace prorata::arm {

// By name.
Result<std::vector<Customer>> customers_seen(const Caller& caller, Snapshot& snapshot);
// The customer whose tenant the token is of; absent at the partner's own tenant, and where the caller may not know of it.
Result<std::optional<Customer>> customer_of_tenant(const Caller& caller, Snapshot& snapshot);

// The customer of that id, where the caller may know of it at the tenant of its token.
Result<std::optional<Customer>> known_customer(const Caller& caller, Snapshot& snapshot, const CustomerId& id);

access::Target target_of(const Customer& customer, access::Scope scope);

// The subscription that pays for a reservation; absent where none is known.
std::optional<SubscriptionId> payer_of(const Reservation& reservation);

// An id as the client spelled it. Refuses with InvalidSubscriptionId.
Outcome<SubscriptionId> subscription_id(std::string_view text);

struct SubscriptionPlace {
  Customer customer;
  Subscription subscription;
  access::Target target;  // the subscription
};
// `text` is the id as the client spelled it. Refuses with InvalidSubscriptionId or SubscriptionNotFound.
Outcome<SubscriptionPlace> subscription_place(const Caller& caller, Snapshot& snapshot, std::string_view text);

// The customer that a scope belongs to, and the subscription that pays for an order. Refuses what is not there or not to be known with the
// service's words.
Outcome<access::Target> scope_target(const Caller& caller, Snapshot& snapshot, const access::Scope& scope);

}  // namespace prorata::arm
