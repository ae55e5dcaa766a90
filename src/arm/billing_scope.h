// Billing accounts: in this desk a customer is one, under the id of its tenant, with one billing profile of the same name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "arm/outcome.h"
#include "arm/places.h"

namespace prorata::arm {

struct BillingPlace {
  Customer customer;
  access::Target target;
  std::string account;  // "/providers/Microsoft.Billing/billingAccounts/{guid}"
  std::string profile;  // the profile's name; empty where the account itself was asked about
};

// Of the braces {account} and {profile} of a path. Refuses what is not there or not to be known with 404.
Outcome<BillingPlace> billing_place(const Call& call, Snapshot& snapshot);
Outcome<BillingPlace> billing_place(const Caller& caller, Snapshot& snapshot, std::string_view account, std::string_view profile);

}  // namespace prorata::arm
