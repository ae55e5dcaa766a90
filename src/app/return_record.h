// The record of units given back, as a return and as a line of an exchange make it from the same decision.
#pragma once

#include <string>

#include "app/app.h"
#include "books/customer_price.h"
#include "policy/refund.h"

namespace prorata {

struct GivenBackUnits {
  const policy::RefundDecision& decision;
  const Reservation& reservation;  // as it stands today, before the units go
  Money refund;                    // what the provider owes for them
  Money fee;                       // what the provider kept as its fee
  books::CreditRule credit;        // how the customer's credit follows
  Instant at;
  std::string reference;  // the approved support request
};

// Forfeited and handling are zero, the pricing refund is left to the caller, and it counts to the allowance: what a return or an exchange
// knows better it puts in.
ReturnRecord record_of(App& app, const GivenBackUnits& units);

}  // namespace prorata
