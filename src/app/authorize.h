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

// Where a right is needed: at the desk as a whole, at everything of a customer, or at one reservation.
access::Target target_of_desk();
access::Target target_of(const Customer& customer);
access::Target target_of(const Customer& customer, const Reservation& reservation);

}  // namespace prorata
