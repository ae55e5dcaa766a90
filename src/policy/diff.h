// Which cases two packs pay differently: a grid of made-up returns around every edge of both tables, decided under each.
#pragma once

#include <string>
#include <vector>

#include "policy/refund.h"

namespace prorata::policy {

struct DiffCase {
  std::string what;  // "day 6, used, Upfront, 3650.00 USD, VirtualMachines"
  std::int32_t day = 0;
  bool used = false;
  BillingPlan plan = BillingPlan::upfront;
  Money price;  // for the term of one year
  std::string product;
  RefundDecision a;
  RefundDecision b;
};

// The cases where refund, fee, forfeited or refusals differ. Both packs must be checked.
std::vector<DiffCase> diff(const Pack& a, const Pack& b);

}  // namespace prorata::policy
