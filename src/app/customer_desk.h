// What the partner keeps about a customer: whom its invoices go to, whether its own people may buy, and of each subscription its name,
// whether it is suspended and whether reservations can be bought for it by a cart.
//
//   TRY(allow_buying(app, {.customer = id, .allowed = true}));
//
// Errors of all: not_found for the customer or the subscription; forbidden; stale_quote where the mark that the caller saw is no longer
// that of what is there; those of Store::commit.
#pragma once

#include <optional>
#include <string>

#include "app/told.h"

namespace prorata {

// Short names of what can be changed: another content, another mark. A change names the mark that it was made for.
std::string mark_of(const BillingProfile& profile);
std::string mark_of(const Subscription& subscription);
std::string mark_of_buying(const Customer& customer);

// The profile as it is, or as it is before anybody wrote one: the customer's name, nothing else.
BillingProfile billing_profile_of(const Customer& customer);

struct BillingProfileAsk {
  CustomerId customer;
  BillingProfile profile;
  std::string mark;
  WriteRequest request;
  Tell<Customer> tell;
};
// Errors: invalid_argument for an e-mail address that is none or a text that is too long.
Result<std::string> change_billing_profile(App& app, const BillingProfileAsk& ask);

struct SubscriptionAsk {
  CustomerId customer;
  SubscriptionId subscription;
  std::optional<std::string> name;
  std::optional<bool> suspended;
  std::string mark;
  WriteRequest request;
  Tell<Subscription> tell;
};
// Errors: invalid_argument for a name that is empty or too long.
Result<std::string> change_subscription(App& app, const SubscriptionAsk& ask);

// Registered is who has asked, in a sandbox a while later. That while passes in real time: a clock that stands still would never end it.
enum class Registration { not_registered, registering, registered };
template <>
inline constexpr auto kWords<Registration> = std::to_array<Word<Registration>>({{Registration::not_registered, "notregistered"},
                                                                                {Registration::registering, "registering"},
                                                                                {Registration::registered, "registered"}});
Registration registration_of(const Subscription& subscription, Instant real_now);

struct RegistrationAsk {
  CustomerId customer;
  SubscriptionId subscription;
  WriteRequest request;
};
// Again: the same. Errors: refused for a suspended subscription.
Result<void> register_subscription(App& app, const RegistrationAsk& ask);

struct BuyingAsk {
  CustomerId customer;
  bool allowed = false;
  std::optional<std::string> mark;  // absent: whatever is there
  WriteRequest request;
  Tell<Customer> tell;  // absent: nothing is told
};
// Off is how every customer begins. On, those of its people buy who may (app/accounts.h).
Result<std::string> allow_buying(App& app, const BuyingAsk& ask);

}  // namespace prorata
