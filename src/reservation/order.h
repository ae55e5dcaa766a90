// A reservation order: what was bought at one time. It holds reservations (splits and merges make more of them over time) and is the
// level at which the right to refund is asked.
#pragma once

#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "reservation/reservation.h"

namespace prorata {

struct Order {
  OrderId id;
  CustomerId customer;
  std::int64_t version = 0;
  std::int64_t revision = 1;
  std::string name;
  Term term;
  BillingPlan plan = BillingPlan::upfront;
  std::int64_t original_quantity = 0;
  Instant requested;
  Instant created;
  Instant benefit_start;
  Instant expiry;
  ProvisioningState state = ProvisioningState::creating;
  std::string billing_account;
  std::string billing_profile;
  Schedule schedule;  // of all units, as an order list gave it; empty where none did. Each reservation holds its own share.
  std::vector<ReservationId> reservations;  // all there ever were, the cancelled ones too

  friend bool operator==(const Order&, const Order&) = default;
};

// Adds what a split or merge made, once.
void add_reservation(Order& order, const ReservationId& id);

}  // namespace prorata
