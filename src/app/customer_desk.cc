#include "app/customer_desk.h"

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "base/fingerprint.h"
#include "support/contact.h"

namespace prorata {
namespace {

constexpr std::size_t kTextBytesMax = 256;

Result<Customer> load(Snapshot& snapshot, const CustomerId& id) {
  std::optional<Customer> customer = TRY(snapshot.customer(id));
  if (!customer) return fail(Code::not_found, fmt::format("customer {} is not in this desk", id.text()));
  return *std::move(customer);
}

Result<Subscription*> subscription_in(Customer& customer, const SubscriptionId& id) {
  for (Subscription& each : customer.subscriptions)
    if (each.id == id) return &each;
  return fail(Code::not_found, fmt::format("{} has no subscription {}", customer.name, id.text()));
}

access::Target target_of(const Customer& customer, const SubscriptionId& subscription) {
  access::Target target = prorata::target_of(customer);
  target.scope = access::scope_of(subscription);
  target.subscription = subscription;
  return target;
}

Result<void> check_mark(std::string_view seen, std::string_view now, std::string_view what) {
  if (seen == now) return {};
  return fail(Code::stale_quote, fmt::format("{} was changed since it was read; read it again", what), {}, "mark");
}

AuditNote note_of(const App& app, std::string action, const Customer& customer, Instant now) {
  return {.at = now, .actor = app.actor, .action = std::move(action), .customer = customer.id.text()};
}

std::string line_of(const BillingProfile& p) {
  return fmt::format("{} {}, {}, {} {}", p.first_name, p.last_name, p.email, p.city, p.line1);
}

std::string line_of(const Subscription& s) { return fmt::format("{}, {}", s.name, s.suspended ? "suspended" : "active"); }

Result<void> check(const BillingProfile& profile) {
  if (!profile.email.empty() && !support::is_email(profile.email))
    return fail(Code::invalid_argument, fmt::format("'{}' is no e-mail address", profile.email.substr(0, 80)), "email");
  for (const std::string* each :
       {&profile.first_name, &profile.last_name, &profile.email, &profile.culture, &profile.language, &profile.company, &profile.region,
        &profile.city, &profile.line1, &profile.line2, &profile.postal_code, &profile.phone})
    if (each->size() > kTextBytesMax)
      return fail(Code::invalid_argument, fmt::format("'{}...' is longer than {} bytes", each->substr(0, 40), kTextBytesMax));
  return {};
}

}  // namespace

std::string mark_of(const BillingProfile& p) {
  Fingerprint mark;
  for (const std::string* each : {&p.first_name, &p.last_name, &p.email, &p.culture, &p.language, &p.company, &p.region, &p.city, &p.line1,
                                  &p.line2, &p.postal_code, &p.phone})
    mark.add(*each);
  return mark.text();
}

std::string mark_of(const Subscription& s) {
  Fingerprint mark;
  mark.add(s.id.text()).add(s.name).add(int{s.suspended});
  return mark.text();
}

std::string mark_of_buying(const Customer& customer) {
  Fingerprint mark;
  mark.add(customer.id.text()).add(int{customer.may_buy});
  return mark.text();
}

BillingProfile billing_profile_of(const Customer& customer) {
  BillingProfile profile = customer.billing.value_or(BillingProfile{});
  if (profile.company.empty()) profile.company = customer.name;
  return profile;
}

Result<std::string> change_billing_profile(App& app, const BillingProfileAsk& ask) {
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    Customer customer = TRY(load(snapshot, ask.customer));
    TRY(authorize(app, access::Right::change_scope, prorata::target_of(customer)));

    const BillingProfile before = billing_profile_of(customer);
    TRY(check_mark(ask.mark, mark_of(before), "the billing profile"));
    TRY(check(ask.profile));
    customer.billing = ask.profile;

    Changes changes{.audit = note_of(app, "customer.billing_profile", customer, at.now), .customers = {customer}};
    changes.audit.before = line_of(before);
    changes.audit.after = line_of(ask.profile);
    return Telling{std::move(changes), ask.tell(customer)};
  });
}

Result<std::string> change_subscription(App& app, const SubscriptionAsk& ask) {
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    Customer customer = TRY(load(snapshot, ask.customer));
    Subscription& subscription = *TRY(subscription_in(customer, ask.subscription));
    TRY(authorize(app, access::Right::change_scope, target_of(customer, ask.subscription)));

    const std::string before = line_of(subscription);
    TRY(check_mark(ask.mark, mark_of(subscription), "the subscription"));
    if (ask.name && (trim(*ask.name).empty() || ask.name->size() > kTextBytesMax))
      return fail(Code::invalid_argument, fmt::format("a name has between 1 and {} bytes", kTextBytesMax), "friendlyName");
    subscription.name = ask.name.value_or(subscription.name);
    subscription.suspended = ask.suspended.value_or(subscription.suspended);

    Changes changes{.audit = note_of(app, "subscription.change", customer, at.now), .customers = {customer}};
    changes.audit.subject = ask.subscription.text();
    changes.audit.before = before;
    changes.audit.after = line_of(subscription);
    return Telling{std::move(changes), ask.tell(subscription)};
  });
}

Registration registration_of(const Subscription& subscription, Instant real_now) {
  if (!subscription.registered) return Registration::not_registered;
  return real_now < *subscription.registered ? Registration::registering : Registration::registered;
}

Result<void> register_subscription(App& app, const RegistrationAsk& ask) {
  TRY(write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    Customer customer = TRY(load(snapshot, ask.customer));
    Subscription& subscription = *TRY(subscription_in(customer, ask.subscription));
    access::Target target = target_of(customer, ask.subscription);
    TRY(authorize(app, access::Right::buy, target));

    if (subscription.suspended)
      return fail(Code::refused, fmt::format("subscription {} is suspended; set it active first", ask.subscription.text()), {},
                  "subscription_not_active");
    Changes changes{.audit = note_of(app, "subscription.register", customer, at.now)};
    changes.audit.subject = ask.subscription.text();
    if (!subscription.registered) {
      subscription.registered = add_seconds(app.clock.now(), at.desk.lag_seconds);
      changes.customers = {customer};
    }
    return Telling{std::move(changes), "registered"};
  }));
  return {};
}

Result<std::string> allow_buying(App& app, const BuyingAsk& ask) {
  return write_and_tell(app, ask.request, [&](Snapshot& snapshot) -> Result<Telling> {
    const Moment at = TRY(load_moment(app, snapshot));
    Customer customer = TRY(load(snapshot, ask.customer));
    TRY(authorize(app, access::Right::let_customer_buy, prorata::target_of(customer)));

    if (ask.mark) TRY(check_mark(*ask.mark, mark_of_buying(customer), "the permission to buy"));
    const auto said = [](bool on) { return on ? "its people may buy" : "its people may not buy"; };
    Changes changes{.audit = note_of(app, "customer.allow_buying", customer, at.now)};
    changes.audit.before = said(customer.may_buy);
    changes.audit.after = said(ask.allowed);
    customer.may_buy = ask.allowed;
    changes.customers = {customer};
    return Telling{std::move(changes), ask.tell ? ask.tell(customer) : std::string()};
  });
}

}  // namespace prorata
