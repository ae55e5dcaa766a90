// The catalogue, carts, orders, entitlements and invoices as Partner Center prints them. Addresses in links are relative and without /v1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/carts.h"
#include "app/provider_invoices.h"
#include "catalog/catalog.h"
#include "reservation/order.h"
#include "reservation/reservation.h"
#include "wire/json.h"

namespace prorata::wire {

// A size, whatever the region and the term: "Standard_D2s_v5".
struct PartnerProduct {
  std::string sku;
  std::string kind;  // "VirtualMachines"
};
// That size in a region for a term, with what is known of it.
struct PartnerSku {
  PartnerProduct product;
  std::string region;
  Term term;
};
struct PartnerAvailability {
  PartnerSku sku;
  Money price;  // of one unit for the whole term, today
};
// `country` is what the client asked by; it comes back in the links.
void write_product(JsonWriter& w, const PartnerProduct& product, std::string_view country);
void write_sku(JsonWriter& w, const PartnerSku& sku, std::string_view country);
void write_availability(JsonWriter& w, const PartnerAvailability& availability, std::string_view country);

void write_cart(JsonWriter& w, const Cart& cart, const Customer& customer);

// An order of this desk is one line of Partner Center: the reservations of one purchase. `first` is one of them, for what was bought.
struct PartnerOrder {
  Order order;
  Reservation first;
  Currency currency;
};
void write_order(JsonWriter& w, const PartnerOrder& order);
void write_provisioning_status(JsonWriter& w, const PartnerOrder& order);
void write_checked_out(JsonWriter& w, const CheckedOut& out);
// "pending", "completed", "cancelled"
std::string_view order_status(ProvisioningState state);

// What a customer has a right to: one for each reservation order. The artifact is the order's reservations.
void write_entitlement(JsonWriter& w, const PartnerOrder& order, bool with_expiry);
void write_artifact(JsonWriter& w, const std::vector<Reservation>& reservations);
std::string artifact_uri(const PartnerOrder& order);

void write_invoice(JsonWriter& w, const ProviderInvoice& invoice);
// All invoices of one currency, oldest first.
void write_invoice_summary(JsonWriter& w, const std::vector<ProviderInvoice>& of_currency);
void write_invoice_line(JsonWriter& w, const BilledLine& line, const ProviderInvoice& invoice, std::string_view partner);

}  // namespace prorata::wire
