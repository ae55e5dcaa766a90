// Customers, their subscriptions and their people as Partner Center prints them. Addresses in links are relative and without /v1.
#pragma once

#include <string>
#include <string_view>

#include "app/customer_desk.h"
#include "app/directory_roles.h"
#include "app/server_records.h"
#include "party/party.h"
#include "wire/json.h"

namespace prorata::wire {

std::string customer_uri(const CustomerId& customer);  // "/customers/{id}"
std::string subscription_uri(const CustomerId& customer, const SubscriptionId& subscription);

void write_listed_customer(JsonWriter& w, const Customer& customer);  // as a list shows it
void write_partner_customer(JsonWriter& w, const Customer& customer);
void write_company_profile(JsonWriter& w, const Customer& customer);
void write_billing_profile(JsonWriter& w, const Customer& customer);
void write_buying(JsonWriter& w, const Customer& customer);

void write_partner_subscription(JsonWriter& w, const CustomerId& customer, const Subscription& subscription);
void write_registration(JsonWriter& w, const Subscription& subscription, Registration registration);

void write_customer_user(JsonWriter& w, const User& user);
void write_directory_role(JsonWriter& w, const DirectoryRole& role, const CustomerId& customer);
void write_user_member(JsonWriter& w, const User& user, const DirectoryRole& role);

}  // namespace prorata::wire
