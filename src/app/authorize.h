// May whoever acts do this? Every use case asks once it knows what it is done to, before it decides anything.
//
//   TRY(authorize(app, access::Right::settle, target_of(customer)));
//
// Errors: forbidden, naming the missing action and the scope.
#pragma once

#include "access/access.h"
#include "app/app.h"
#include "party/party.h"
#include "reservation/reservation.h"

namespace prorata {

Result<void> authorize(const App& app, const access::Action& action, const access::Target& target);
Result<void> authorize(const App& app, access::Right right, const access::Target& target, access::Access access = access::Access::full);

bool allowed(const App& app, access::Right right, const access::Target& target, access::Access access = access::Access::full);
// An action of Azure's role model by its own name, for what rests on that very action.
Result<void> authorize(const App& app, std::string_view action, const access::Target& target);

// Where a right is needed: at the desk as a whole, at everything of a customer, or at one reservation.
access::Target target_of_desk();
// At the subscription that is to pay, "/subscriptions/<id>"; at everything of the customer where none is named.
access::Target target_of_purchase(const Customer& customer, const std::string& billing_scope);
access::Target target_at(const Customer& customer, access::Scope scope);
access::Target target_of(const Customer& customer);
access::Target target_of(const Customer& customer, const Reservation& reservation);

}  // namespace prorata
