#include "wire/partner_commerce.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/purchase.h"
#include "wire/partner_bodies.h"
#include "wire/partner_customers.h"

namespace prorata::wire {
namespace {

std::string product_uri(std::string_view sku, std::string_view country) { return fmt::format("/products/{}?country={}", sku, country); }
std::string sku_uri(std::string_view sku, std::string_view region, Term term, std::string_view rest, std::string_view country) {
  return fmt::format("/products/{}/skus/{}{}?country={}", sku, sku_name(region, term), rest, country);
}

std::string duration_of(Term term) { return term.years == 1 ? "1Year" : fmt::format("{}Years", term.years); }
std::string title_of(const PartnerSku& sku) {
  return sku_title({.product = sku.product.kind, .sku = sku.product.sku, .region = sku.region, .term = sku.term});
}
std::string_view cycle_of(BillingPlan plan) { return plan == BillingPlan::upfront ? "one_time" : "monthly"; }
// "Standard_D2s_v5" is called "D2s v5".
std::string short_name(std::string_view sku) {
  std::string name(sku.substr(sku.starts_with("Standard_") ? 9 : 0));
  std::ranges::replace(name, '_', ' ');
  return name;
}

void write_sku_members(JsonWriter& w, const PartnerSku& sku, std::string_view country) {
  const std::string title = title_of(sku);
  w.field("id", std::string_view(sku_name(sku.region, sku.term))).field("productId", std::string_view(sku.product.sku));
  w.field("title", std::string_view(title)).field("description", std::string_view(title));
  w.field("minimumQuantity", std::int64_t{1}).field("maximumQuantity", kCartUnitsMax).field("isTrial", false);
  w.key("supportedBillingCycles").begin_array().text("one_time").text("monthly").end_array();
  w.key("purchasePrerequisites").begin_array().text("AzureSubscriptionRegistration").text("InventoryCheck").end_array();
  w.key("inventoryVariables").begin_array().text("CustomerId").text("AzureSubscriptionId").end_array();
  w.key("provisioningVariables").begin_array().text("Scope").text("SubscriptionId").end_array();
  w.key("dynamicAttributes").begin_object().field("armSkuName", std::string_view(sku.product.sku));
  w.field("skuDisplayName", std::string_view(short_name(sku.product.sku))).field("armRegionName", std::string_view(region_key(sku.region)));
  w.field("duration", std::string_view(duration_of(sku.term))).field("region", std::string_view(region_title(sku.region))).end_object();
  w.key("links").begin_object();
  write_link(w, "availabilities", sku_uri(sku.product.sku, sku.region, sku.term, "/availabilities", country));
  write_link(w, "self", sku_uri(sku.product.sku, sku.region, sku.term, "", country));
  w.end_object();
}

std::string order_uri(const Order& order) { return fmt::format("{}/orders/{}", customer_uri(order.customer), order.id.text()); }

void write_order_line(JsonWriter& w, const PartnerOrder& o) {
  const Reservation& r = o.first;
  w.begin_object().field("lineItemNumber", std::int64_t{0});
  w.field("offerId", std::string_view(item_name({r.sku, r.region, r.term, o.currency}))).field("termDuration", to_string(r.term));
  w.field("transactionType", "New").field("friendlyName", std::string_view(o.order.name)).field("quantity", o.order.original_quantity);
  w.key("provisioningContext").begin_object();
  w.field_if("subscriptionId", std::string_view(r.billing_scope).substr(r.billing_scope.rfind('/') + 1));
  w.field("scope", std::string_view(to_lower(to_string(r.scope.type)))).end_object();
  w.key("links").begin_object();
  write_link(w, "sku", sku_uri(r.sku, r.region, r.term, "", "US"));
  w.end_object().end_object();
}

void write_reservation(JsonWriter& w, const Reservation& r) {
  w.begin_object().field("reservationId", std::string_view(r.id.text())).field("displayName", std::string_view(r.name));
  w.field("scopeType", to_string(r.scope.type)).key("appliedScopes").begin_array();
  if (!r.scope.id.empty()) w.text(r.scope.id);
  w.end_array().field("quantity", r.quantity).field("expiryDateTime", std::string_view(to_string(r.expiry)));
  w.field("effectiveDateTime", std::string_view(to_string(r.benefit_start)));
  // The service says Created of a reservation that stands.
  w.field("provisioningState", r.state == ProvisioningState::succeeded ? std::string_view("Created") : to_string(r.state)).end_object();
}

void write_invoice_detail(JsonWriter& w, std::string_view name) {
  w.begin_object().field("invoiceLineItemType", "billing_line_items").field("billingProvider", "one_time").key("links").begin_object();
  write_link(w, "self", fmt::format("/invoices/OneTime-{}/lineitems/OneTime/BillingLineItems", name));
  w.end_object();
  write_attributes(w, "InvoiceDetail");
  w.end_object();
}

std::string invoice_date(const ProviderInvoice& invoice) { return to_string(start_of(add_months(invoice.month, 1))); }

void write_summary_members(JsonWriter& w, const std::vector<ProviderInvoice>& invoices) {
  Money balance = Money::zero(invoices.front().currency);
  for (const ProviderInvoice& each : invoices) balance += each.total;
  write_number(w, "balanceAmount", balance);
  w.field("currencyCode", balance.currency.code()).field("currencySymbol", std::string_view(currency_symbol(balance.currency)));
  w.field("accountingDate", std::string_view(invoice_date(invoices.back())));
  w.field("firstInvoiceCreationDate", std::string_view(invoice_date(invoices.front()))).field("lastPaymentDate", kNoDate);
  w.key("lastPaymentAmount").integer(0).field("latestInvoiceDate", std::string_view(invoice_date(invoices.back())));
}

// In the words that reconciliation files use.
std::string_view charge_type(LineKind kind) {
  switch (kind) {
    case LineKind::purchase: return "new";
    case LineKind::instalment: return "cycleCharge";
    case LineKind::credit: return "cancel";
  }
  return {};
}

// A share of an amount, cut to its currency's digits once.
std::string each_of(Money amount, std::int64_t quantity) {
  return to_string(quantity < 1 ? amount : scale(amount, {1, quantity}, Rounding::half_away));
}

}  // namespace

void write_product(JsonWriter& w, const PartnerProduct& product, std::string_view country) {
  w.begin_object().field("id", std::string_view(product.sku));
  w.field("title", std::string_view(fmt::format("Reserved {}, {}", product.kind, product.sku)));
  w.field("description",
          std::string_view(fmt::format("Reservations of {} in every region and for every term they are sold for", product.sku)));
  w.key("productType").begin_object().field("id", "Azure").field("displayName", "Azure").key("subType").begin_object();
  w.field("id", std::string_view(product.kind)).field("displayName", std::string_view(product.kind)).end_object().end_object();
  w.field("isMicrosoftProduct", true).field("publisherName", "Microsoft").key("links").begin_object();
  write_link(w, "skus", fmt::format("/products/{}/skus?country={}", product.sku, country));
  write_link(w, "self", product_uri(product.sku, country));
  w.end_object().end_object();
}

void write_sku(JsonWriter& w, const PartnerSku& sku, std::string_view country) {
  w.begin_object();
  write_sku_members(w, sku, country);
  w.end_object();
}

void write_availability(JsonWriter& w, const PartnerAvailability& a, std::string_view country) {
  const Currency currency = a.price.currency;
  w.begin_object().field("id", currency.code()).field("productId", std::string_view(a.sku.product.sku));
  w.field("skuId", std::string_view(sku_name(a.sku.region, a.sku.term)));
  w.field("catalogItemId", std::string_view(item_name({a.sku.product.sku, a.sku.region, a.sku.term, currency})));
  w.key("defaultCurrency")
      .begin_object()
      .field("code", currency.code())
      .field("symbol", std::string_view(currency_symbol(currency)))
      .end_object();
  w.field("segment", "commercial").field_if("country", country).field("isPurchasable", true).field("isRenewable", false);
  w.key("sku").begin_object();
  write_sku_members(w, a.sku, country);
  w.end_object().key("terms").begin_array();
  for (const std::string_view cycle : {"one_time", "monthly"})
    w.begin_object()
        .field("duration", to_string(a.sku.term))
        .field("billingCycle", cycle)
        .field("description", std::string_view(duration_of(a.sku.term)))
        .end_object();
  w.end_array();
  write_number(w, "listPrice", a.price);
  w.key("links").begin_object();
  write_link(w, "self", sku_uri(a.sku.product.sku, a.sku.region, a.sku.term, fmt::format("/availabilities/{}", currency.code()), country));
  w.end_object();
  write_attributes(w, "Availability");
  w.end_object();
}

void write_cart(JsonWriter& w, const Cart& cart, const Customer& customer) {
  w.begin_object().field("id", std::string_view(cart.id.text())).field("creationTimestamp", std::string_view(to_string(cart.created)));
  w.field("lastModifiedTimestamp", std::string_view(to_string(cart.modified)));
  w.field("expirationTimestamp", std::string_view(to_string(cart.expires))).field("lastModifiedUser", std::string_view(cart.created_by));
  w.field("status", cart.ordered ? "Submitted" : "Active").key("lineItems").begin_array();
  std::int64_t number = 0;
  for (const CartLine& each : cart.lines) {
    const std::string payer = each.line.billing_scope.substr(each.line.billing_scope.rfind('/') + 1);
    w.begin_object().field("id", number++).field("catalogItemId", std::string_view(each.item)).field_if("friendlyName", each.line.name);
    w.field("quantity", each.line.quantity).field("currencyCode", customer.currency.code());
    w.field("billingCycle", cycle_of(each.line.plan)).field("termDuration", to_string(each.line.term));
    w.key("provisioningContext").begin_object().field("subscriptionId", std::string_view(payer));
    w.field("scope", each.line.scope.type == ScopeType::shared ? "shared" : "single").end_object();
    w.field("orderGroup", std::string_view(each.group));
    if (!each.problem.empty())
      w.key("error")
          .begin_object()
          .field("errorCode", std::string_view(std::to_string(each.problem_code)))
          .field("errorDescription", std::string_view(each.problem))
          .end_object();
    w.end_object();
  }
  w.end_array().key("links").begin_object();
  write_link(w, "self", fmt::format("{}/carts/{}", customer_uri(cart.customer), cart.id.text()));
  w.end_object();
  write_attributes(w, "Cart");
  w.end_object();
}

std::string_view order_status(ProvisioningState state) {
  switch (state) {
    case ProvisioningState::succeeded:
    case ProvisioningState::expired: return "completed";
    case ProvisioningState::cancelled:
    case ProvisioningState::failed:
    case ProvisioningState::billing_failed: return "cancelled";
    default: return "pending";
  }
}

void write_order(JsonWriter& w, const PartnerOrder& o) {
  w.begin_object().field("id", std::string_view(o.order.id.text())).field("alternateId", std::string_view(o.order.id.text().substr(24)));
  w.field("referenceCustomerId", std::string_view(o.order.customer.text())).field("billingCycle", cycle_of(o.order.plan));
  w.field("currencyCode", o.currency.code()).field("currencySymbol", std::string_view(currency_symbol(o.currency)));
  w.key("lineItems").begin_array();
  write_order_line(w, o);
  w.end_array().field("creationDate", std::string_view(to_string(o.order.requested))).field("status", order_status(o.order.state));
  w.field("transactionType", "UserPurchase").key("links").begin_object();
  write_link(w, "provisioningStatus", order_uri(o.order) + "/provisioningstatus");
  write_link(w, "self", order_uri(o.order));
  w.end_object();
  write_attributes(w, "Order");
  w.end_object();
}

void write_provisioning_status(JsonWriter& w, const PartnerOrder& o) {
  const std::string_view status = order_status(o.order.state);
  w.begin_object().field("lineItemNumber", std::int64_t{0});
  w.field("status", status == "completed" ? "Fulfilled" : status == "cancelled" ? "Cancelled" : "Pending");
  w.key("quantityProvisioningInformation").begin_array().begin_object().field("quantity", o.order.original_quantity);
  w.field("status", status == "completed" ? "Fulfilled" : status == "cancelled" ? "Cancelled" : "Pending").key("links").begin_object();
  write_link(w, "sku", sku_uri(o.first.sku, o.first.region, o.first.term, "", "US"));
  w.end_object().end_object().end_array();
  write_attributes(w, "OrderLineItemProvisioningStatus");
  w.end_object();
}

void write_checked_out(JsonWriter& w, const CheckedOut& out) {
  w.begin_object().key("orders").begin_array();
  for (std::size_t i = 0; i < out.orders.size(); ++i) write_order(w, {out.orders[i], out.reservations[i], out.customer.currency});
  w.end_array().key("orderErrors").begin_array();
  for (const CartLine& each : out.cart.lines)
    if (!each.problem.empty())
      w.begin_object()
          .field("orderGroupId", std::string_view(each.group))
          .field("code", each.problem_code)
          .field("description", std::string_view(each.problem))
          .end_object();
  w.end_array();
  write_attributes(w, "CartCheckoutResult");
  w.end_object();
}

std::string artifact_uri(const PartnerOrder& o) {
  return fmt::format("{}/artifacts/reservedinstance/groups/{}/lineitems/0/resource/{}", customer_uri(o.order.customer), o.order.id.text(),
                     o.order.id.text());
}

void write_entitlement(JsonWriter& w, const PartnerOrder& o, bool with_expiry) {
  const Reservation& r = o.first;
  w.begin_object().key("includedEntitlements").begin_array().end_array();
  w.key("referenceOrder").begin_object().field("id", std::string_view(o.order.id.text())).field("lineItemId", "0");
  w.field("alternateId", std::string_view(o.order.id.text().substr(24))).end_object();
  w.field("productId", std::string_view(r.sku)).field("skuId", std::string_view(sku_name(r.region, r.term)));
  w.field("quantity", o.order.original_quantity).key("entitledArtifacts").begin_array().begin_object().key("link").begin_object();
  w.field("uri", std::string_view(artifact_uri(o))).field("method", "GET").key("headers").begin_array().end_array().end_object();
  w.field("resourceId", std::string_view(o.order.id.text())).field("artifactType", "reservedinstance").end_object().end_array();
  w.field("skuTitle", std::string_view(r.sku_description)).field("entitlementType", "reservedinstance");
  if (with_expiry) w.field("expiryDate", std::string_view(to_string(o.order.expiry)));
  w.key("dynamicAttributes").begin_object().field("reservationType", std::string_view(to_lower(r.product))).end_object();
  write_attributes(w, "Entitlement");
  w.end_object();
}

void write_artifact(JsonWriter& w, const std::vector<Reservation>& reservations) {
  w.begin_object().field("type", "reservedinstance");
  // Clients of different ages look under different names for the same.
  for (const char* name : {"reservations", "virtualMachineReservations"}) {
    w.key(name).begin_array();
    for (const Reservation& each : reservations) write_reservation(w, each);
    w.end_array();
  }
  write_attributes(w, "ReservedInstanceArtifact");
  w.end_object();
}

void write_invoice(JsonWriter& w, const ProviderInvoice& invoice) {
  const std::string name = invoice_name(invoice);
  w.begin_object().field("id", std::string_view(name)).field("invoiceDate", std::string_view(invoice_date(invoice)));
  w.field("billingPeriodStartDate", std::string_view(to_string(start_of(invoice.month))));
  w.field("billingPeriodEndDate", std::string_view(to_string(start_of(add_days(add_months(invoice.month, 1), -1)))));
  write_number(w, "totalCharges", invoice.total);
  w.key("paidAmount").integer(0).field("currencyCode", invoice.currency.code());
  w.field("currencySymbol", std::string_view(currency_symbol(invoice.currency)));
  w.field("pdfDownloadLink", std::string_view(fmt::format("/invoices/{}/documents/statement", name)));
  w.key("taxReceipts").begin_array().end_array().key("invoiceDetails").begin_array();
  write_invoice_detail(w, name);
  w.end_array().field("documentType", invoice.total.is_negative() ? "credit_note" : "invoice").field("invoiceType", "OneTime");
  w.key("links").begin_object();
  write_link(w, "self", fmt::format("/invoices/OneTime-{}", name));
  w.end_object();
  write_attributes(w, "Invoice");
  w.end_object();
}

void write_invoice_summary(JsonWriter& w, const std::vector<ProviderInvoice>& of_currency) {
  w.begin_object();
  write_summary_members(w, of_currency);
  w.key("details").begin_array().begin_object().field("invoiceType", "OneTime").key("summary").begin_object();
  write_summary_members(w, of_currency);
  write_attributes(w, "InvoiceSummary");
  w.end_object().end_object().end_array().key("links").begin_object();
  write_link(w, "self", "/invoices/summary");
  w.end_object();
  write_attributes(w, "InvoiceSummary");
  w.end_object();
}

void write_invoice_line(JsonWriter& w, const BilledLine& line, const ProviderInvoice& invoice, std::string_view partner) {
  const Reservation* r = line.reservation ? &*line.reservation : nullptr;
  const Customer* c = line.customer ? &*line.customer : nullptr;
  const std::int64_t quantity = line.quantity;
  const std::string order = r == nullptr ? std::string() : r->order.text();
  const std::string amount = to_string(line.amount);
  const auto text = [&](std::string_view name, const std::string& value) { w.field(name, std::string_view(value)); };
  w.begin_object();
  w.field("partnerId", partner);
  text("customerId", line.entry.customer.text());
  text("customerName", c == nullptr ? std::string() : c->name);
  text("customerDomainName", c == nullptr ? std::string() : c->domain);
  text("customerCountry", c == nullptr ? std::string() : c->country);
  text("invoiceNumber", invoice_name(invoice));
  w.field("mpnId", "0").field("resellerMpnId", "0");
  text("orderId", order);
  text("orderDate", r == nullptr ? std::string() : to_string(r->purchased));
  text("productId", r == nullptr ? std::string() : r->sku);
  text("skuId", r == nullptr ? std::string() : sku_name(r->region, r->term));
  w.field("availabilityId", line.amount.currency.code());
  text("productName", r == nullptr ? line.entry.memo : r->sku_description);
  text("skuName", r == nullptr ? std::string() : short_name(r->sku));
  w.key("productQualifiers").begin_array().end_array().field("chargeType", charge_type(line.kind));
  text("unitPrice", each_of(line.amount, quantity));
  text("effectiveUnitPrice", each_of(line.amount, quantity));
  w.field("unitType", "");
  text("quantity", std::to_string(quantity));
  text("subtotal", amount);
  w.field("taxTotal", "0");
  text("totalForCustomer", amount);
  w.field("currency", line.amount.currency.code()).field("publisherName", "Microsoft Corporation").field("publisherId", "");
  w.field("subscriptionDescription", "");
  text("subscriptionId", r == nullptr ? std::string() : r->billing_scope.substr(r->billing_scope.rfind('/') + 1));
  text("subscriptionStartDate", r == nullptr ? std::string() : to_string(r->benefit_start));
  text("subscriptionEndDate", r == nullptr ? std::string() : to_string(r->expiry));
  text("chargeStartDate", to_string(line.entry.at));
  text("chargeEndDate", r == nullptr ? to_string(line.entry.at) : to_string(r->expiry));
  text("termAndBillingCycle",
       r == nullptr ? std::string()
                    : fmt::format("{} Reservation, {}", r->term.years == 1 ? "1 Year" : fmt::format("{} Years", r->term.years),
                                  r->plan == BillingPlan::upfront ? "one time" : "monthly"));
  text("alternateId", order.empty() ? order : order.substr(24));
  text("referenceId", line.entry.id.text());
  w.field("priceAdjustmentDescription", "").field("discountDetails", "").field("pricingCurrency", line.amount.currency.code());
  w.field("pcToBCExchangeRate", "1");
  text("pcToBCExchangeRateDate", to_string(start_of(invoice.month)));
  text("billableQuantity", std::to_string(quantity));
  w.field("meterDescription", "").field("billingFrequency", r != nullptr && r->plan == BillingPlan::monthly ? "Monthly" : "");
  text("reservationOrderId", order);
  w.field("invoiceLineItemType", "billing_line_items").field("billingProvider", "one_time").field("promotionId", "");
  write_attributes(w, "OneTimeInvoiceLineItem");
  w.end_object();
}

}  // namespace prorata::wire
