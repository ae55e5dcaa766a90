#include "wire/partner_customers.h"

#include <fmt/format.h>

#include "wire/partner_bodies.h"

namespace prorata::wire {
namespace {

void write_self(JsonWriter& w, std::string_view uri) {
  w.key("links").begin_object();
  write_link(w, "self", uri);
  w.end_object();
}

void write_company(JsonWriter& w, const Customer& customer, bool whole) {
  const BillingProfile billing = billing_profile_of(customer);
  w.begin_object().field("tenantId", std::string_view(customer.id.text())).field("domain", std::string_view(customer.domain));
  w.field("companyName", std::string_view(customer.name));
  if (whole) {
    w.key("address").begin_object().field_if("country", customer.country).field_if("region", billing.region).field_if("city", billing.city);
    w.field_if("addressLine1", billing.line1).field_if("addressLine2", billing.line2).field_if("postalCode", billing.postal_code);
    w.field_if("phoneNumber", billing.phone).end_object().field_if("email", billing.email);
  }
  write_self(w, customer_uri(customer.id) + "/profiles/company");
  write_attributes(w, "CustomerCompanyProfile");
  w.end_object();
}

}  // namespace

std::string customer_uri(const CustomerId& customer) { return "/customers/" + customer.text(); }
std::string subscription_uri(const CustomerId& customer, const SubscriptionId& subscription) {
  return fmt::format("{}/subscriptions/{}", customer_uri(customer), subscription.text());
}

void write_company_profile(JsonWriter& w, const Customer& customer) { write_company(w, customer, true); }

void write_billing_profile(JsonWriter& w, const Customer& customer) {
  const BillingProfile p = billing_profile_of(customer);
  w.begin_object().field("id", std::string_view(customer.id.text())).field_if("firstName", p.first_name).field_if("lastName", p.last_name);
  w.field_if("email", p.email).field_if("culture", p.culture).field_if("language", p.language).field_if("companyName", p.company);
  w.key("defaultAddress").begin_object().field_if("country", customer.country).field_if("city", p.city).field_if("state", p.region);
  w.field_if("addressLine1", p.line1).field_if("addressLine2", p.line2).field_if("postalCode", p.postal_code);
  w.field_if("firstName", p.first_name).field_if("lastName", p.last_name).field_if("phoneNumber", p.phone).end_object();
  write_self(w, customer_uri(customer.id) + "/profiles/billing");
  write_attributes(w, "CustomerBillingProfile", mark_of(p));
  w.end_object();
}

void write_listed_customer(JsonWriter& w, const Customer& customer) {
  w.begin_object().field("id", std::string_view(customer.id.text())).key("companyProfile");
  write_company(w, customer, false);
  w.field("relationshipToPartner", "reseller");
  write_self(w, customer_uri(customer.id));
  write_attributes(w, "Customer");
  w.end_object();
}

void write_partner_customer(JsonWriter& w, const Customer& customer) {
  w.begin_object().field("id", std::string_view(customer.id.text())).field("commerceId", std::string_view(customer.id.text()));
  w.key("companyProfile");
  write_company(w, customer, true);
  w.key("billingProfile");
  write_billing_profile(w, customer);
  w.field("relationshipToPartner", "reseller").field("allowDelegatedAccess", true).key("customDomains").begin_array();
  if (!customer.domain.empty()) w.text(customer.domain);
  w.end_array();
  if (customer.reseller) w.field("associatedPartnerId", std::string_view(customer.reseller->text()));
  write_self(w, customer_uri(customer.id));
  write_attributes(w, "Customer");
  w.end_object();
}

void write_buying(JsonWriter& w, const Customer& customer) {
  w.begin_object().field("allowed", customer.may_buy);
  write_self(w, customer_uri(customer.id) + "/purchasepermission");
  write_attributes(w, "CustomerPurchasePermission", mark_of_buying(customer));
  w.end_object();
}

void write_partner_subscription(JsonWriter& w, const CustomerId& customer, const Subscription& s) {
  const std::string id = s.id.text();
  w.begin_object().field("id", std::string_view(id)).field("entitlementId", std::string_view(id));
  w.field("offerId", "MS-AZR-0145P").field("offerName", "Microsoft Azure").field("friendlyName", std::string_view(s.name));
  w.field("quantity", std::int64_t{1}).field("unitType", "Usage-based");
  if (s.since) {
    w.field("creationDate", std::string_view(to_string(*s.since)));
    w.field("effectiveStartDate", std::string_view(to_string(start_of(day_of(*s.since)))));
  }
  w.field("commitmentEndDate", "9999-12-10T00:00:00Z").field("status", s.suspended ? "suspended" : "active");
  w.field("autoRenewEnabled", false).field("billingType", "usage").field("contractType", "subscription").key("links").begin_object();
  write_link(w, "self", subscription_uri(customer, s.id));
  write_link(w, "registrationStatus", subscription_uri(customer, s.id) + "/registrationstatus");
  w.end_object();
  write_attributes(w, "Subscription", mark_of(s));
  w.end_object();
}

void write_registration(JsonWriter& w, const Subscription& subscription, Registration registration) {
  w.begin_object().field("subscriptionId", std::string_view(subscription.id.text())).field("status", to_string(registration));
  write_attributes(w, "SubscriptionRegistrationStatus");
  w.end_object();
}

void write_customer_user(JsonWriter& w, const User& user) {
  w.begin_object().field("id", std::string_view(user.id.text())).field("userPrincipalName", std::string_view(user.name));
  w.field("displayName", std::string_view(user.display.empty() ? user.name : user.display));
  w.field("userDomainType", "managed").field("state", "active");
  if (user.customer) write_self(w, fmt::format("{}/users/{}", customer_uri(*user.customer), user.id.text()));
  write_attributes(w, "CustomerUser");
  w.end_object();
}

void write_directory_role(JsonWriter& w, const DirectoryRole& role, const CustomerId& customer) {
  w.begin_object().field("id", role.id).field("name", role.name).key("links").begin_object();
  write_link(w, "userMembers", fmt::format("{}/directoryroles/{}/usermembers", customer_uri(customer), role.id));
  w.end_object();
  write_attributes(w, "DirectoryRole");
  w.end_object();
}

void write_user_member(JsonWriter& w, const User& user, const DirectoryRole& role) {
  w.begin_object().field("displayName", std::string_view(user.display.empty() ? user.name : user.display));
  w.field("userPrincipalName", std::string_view(user.name)).field("roleId", role.id).field("id", std::string_view(user.id.text()));
  write_attributes(w, "UserMember");
  w.end_object();
}

}  // namespace prorata::wire
