// The allowance as an agent sees it: both meters, what holds it, what comes back when; and holds set by hand for a request in flight.
#pragma once

#include <string>
#include <vector>

#include "app/refund_facts.h"

namespace prorata {

struct AllowanceView {
  Customer customer;
  const policy::Pack* pack = nullptr;
  policy::Meter meter = policy::Meter::refund;  // the one that binds
  Instant now;
  policy::AllowanceState state;
  std::vector<policy::AllowanceEvent> calendar;
  std::vector<Hold> holds;  // that still hold
};

Result<AllowanceView> allowance_view(App& app, const CustomerId& customer);

struct HoldAsk {
  CustomerId customer;
  Money refund;     // USD
  Money cancelled;  // USD
  std::string reference;
};

// Errors: refused where it does not fit what is free on the meter that binds; not_found; those of Store::commit.
Result<Hold> place_hold(App& app, const HoldAsk& ask);

// Lets it go without using it. Errors: not_found, refused where it holds nothing any more.
Result<Hold> release_hold(App& app, const HoldId& id);

}  // namespace prorata
