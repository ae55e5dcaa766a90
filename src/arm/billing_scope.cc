#include "arm/billing_scope.h"

#include <fmt/format.h>

namespace prorata::arm {

Outcome<BillingPlace> billing_place(const Caller& caller, Snapshot& snapshot, std::string_view account, std::string_view profile) {
  const auto missing = [&](std::string_view what, std::string_view name) {
    return refuse(404, "NotFound", fmt::format("The billing {} '{}' could not be found.", what, name));
  };
  const Result<CustomerId> id = CustomerId::parse(account);
  if (!id) return missing("account", account);
  std::optional<Customer> customer = TRY(known_customer(caller, snapshot, *id));
  if (!customer) return missing("account", account);
  if (!profile.empty() && !equal_ignoring_case(profile, account)) return missing("profile", profile);
  access::Target target = target_of(*customer, access::root_scope());
  return BillingPlace{.customer = *std::move(customer),
                      .target = std::move(target),
                      .account = "/providers/Microsoft.Billing/billingAccounts/" + id->text(),
                      .profile = profile.empty() ? std::string() : id->text()};
}

Outcome<BillingPlace> billing_place(const Call& call, Snapshot& snapshot) {
  return billing_place(call.caller, snapshot, call.path.at("account"), call.path.has("profile") ? call.path.at("profile") : "");
}

}  // namespace prorata::arm
