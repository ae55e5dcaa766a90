// What is to be bought: by a purchase, an exchange, or a request for one.
#pragma once

#include <cstdint>
#include <string>

#include "reservation/reservation.h"

namespace prorata {

struct PurchaseLine {
  std::string product = "VirtualMachines";
  std::string sku;
  std::string region;
  Term term;
  BillingPlan plan = BillingPlan::upfront;
  std::int64_t quantity = 1;
  Scope scope;
  std::string name;
  std::string billing_scope;  // "/subscriptions/<id>"; empty: none was named
  bool renew = false;
  bool instance_flexibility = true;
  friend bool operator==(const PurchaseLine&, const PurchaseLine&) = default;
};

}  // namespace prorata
