// Who is who: the partner's resellers, its customers, and what a customer has (desk rules section 1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata {

// Under which agreement the customer buys. Only CSP customers can be served by this desk.
enum class OfferType { csp, pay_as_you_go, individual, customer_agreement, enterprise_agreement };
template <>
inline constexpr auto kWords<OfferType> = std::to_array<Word<OfferType>>({{OfferType::csp, "csp"},
                                                                          {OfferType::pay_as_you_go, "pay_as_you_go"},
                                                                          {OfferType::individual, "individual"},
                                                                          {OfferType::customer_agreement, "customer_agreement"},
                                                                          {OfferType::enterprise_agreement, "enterprise_agreement"}});

struct Reseller {
  ResellerId id;
  std::string name;
  friend bool operator==(const Reseller&, const Reseller&) = default;
};

struct Subscription {
  SubscriptionId id;
  std::string name;
  std::vector<std::string> resource_groups;
  std::string management_group;       // the group it stands in; empty: the tenant's root
  std::optional<Instant> since;       // from when this desk knows it
  std::optional<Instant> registered;  // from then on reservations can be bought for it by a cart
  bool suspended = false;
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

// Whom the partner's invoices to the customer go to, as Partner Center keeps it. Nobody writes to it from here.
struct BillingProfile {
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string culture = "en-US";
  std::string language = "en";
  std::string company;  // empty: the customer's name
  std::string region;   // a state, a province
  std::string city;
  std::string line1;
  std::string line2;
  std::string postal_code;
  std::string phone;
  friend bool operator==(const BillingProfile&, const BillingProfile&) = default;
};

struct Customer {
  CustomerId id;             // the tenant (directory) id
  std::int64_t version = 0;  // moves with every return, hold and exchange: it guards the allowance
  std::string name;
  std::string domain;
  std::string country;                  // ISO 3166, two letters
  Currency currency = Currency::usd();  // what the customer's reservations are billed in
  OfferType offer = OfferType::csp;
  std::optional<ResellerId> reseller;  // absent: served by the partner itself
  std::vector<Subscription> subscriptions;
  std::vector<std::string> management_groups;
  Ratio price_ratio{1, 1};    // customer price over cost for what is bought from now on; 11/10 is ten per cent on top
  Ratio handling_rate{0, 1};  // the partner's own charge on a refund, of the customer's credit
  bool may_buy = false;       // the partner lets the customer's own people buy
  std::optional<BillingProfile> billing;
  friend bool operator==(const Customer& a, const Customer& b) = default;
};

// Why a customer of that offer cannot be served here and where to go; empty for csp.
std::string_view where_to_go(OfferType offer);

}  // namespace prorata
