#include "wire/arm_reservation.h"

#include <fmt/format.h>

#include "policy/refusal.h"

namespace prorata::wire {
namespace {

std::string path_of(std::string_view provider, const OrderId& order) {
  return fmt::format("/providers/{}/reservationOrders/{}", provider, order.text());
}

std::string path_of(std::string_view provider, const OrderId& order, const ReservationId& reservation) {
  return fmt::format("{}/reservations/{}", path_of(provider, order), reservation.text());
}

void write_time(JsonWriter& w, std::string_view name, Instant at) { w.field(name, arm_instant(at)); }
void write_day(JsonWriter& w, std::string_view name, Day day) { w.field(name, to_string(day)); }

void write_scope_properties(JsonWriter& w, const Scope& scope) {
  if (scope.type == ScopeType::shared) return;
  const std::string_view name = scope.type == ScopeType::single           ? "subscriptionId"
                                : scope.type == ScopeType::resource_group ? "resourceGroupId"
                                                                          : "managementGroupId";
  w.key("appliedScopeProperties").begin_object().field(name, scope.id);
  w.field_if("displayName", scope.display_name);
  w.end_object();
}

// A reservation names its sources and heirs by their ids alone; a revision and an answer of split or merge by their whole paths.
enum class Naming { ids, paths };

void write_ids(JsonWriter& w, std::string_view name, const OrderId& order, const std::vector<ReservationId>& ids, Naming naming) {
  w.key(name).begin_array();
  for (const ReservationId& id : ids) w.text(naming == Naming::ids ? id.text() : own_reservation_path(order, id));
  w.end_array();
}

void write_lineage(JsonWriter& w, const Reservation& r, Naming naming) {
  const auto path = [&](const ReservationId& id) {
    return naming == Naming::ids ? reservation_path(r.order, id) : own_reservation_path(r.order, id);
  };
  const Lineage& l = r.lineage;
  if (l.split_source || !l.split_destinations.empty()) {
    w.key("splitProperties").begin_object();
    if (l.split_source) w.field("splitSource", path(*l.split_source));
    if (!l.split_destinations.empty()) write_ids(w, "splitDestinations", r.order, l.split_destinations, naming);
    w.end_object();
  }
  if (l.merge_destination || !l.merge_sources.empty()) {
    w.key("mergeProperties").begin_object();
    if (l.merge_destination) w.field("mergeDestination", path(*l.merge_destination));
    if (!l.merge_sources.empty()) write_ids(w, "mergeSources", r.order, l.merge_sources, naming);
    w.end_object();
  }
}

void write_status(JsonWriter& w, const std::optional<StatusInfo>& status) {
  if (!status) return;
  w.key("extendedStatusInfo").begin_object().field("statusCode", status->code);
  w.field("message", status->message).end_object();
}

// What was computed; where nothing was and it is known to be unused, zero in every window. Otherwise no figure is better than a wrong one.
MonthWindows windows_of(const Reservation& r, const std::optional<MonthWindows>& computed) {
  if (computed) return *computed;
  const bool known_unused = is_active(r) && r.usage == Usage::unused;
  if (!known_unused) return {};
  constexpr utilization::Percent kNone{};
  return {.day_1 = kNone, .days_7 = kNone, .days_30 = kNone, .trend = utilization::Trend::same};
}

// 0.0, 87.5, 66.66
std::string percentage(utilization::Percent percent) {
  std::string text = to_string(percent);
  if (text.ends_with('0')) text.pop_back();
  return text;
}

void write_utilization(JsonWriter& w, const Reservation& r, const std::optional<MonthWindows>& computed) {
  const MonthWindows windows = windows_of(r, computed);
  w.key("utilization").begin_object();
  if (windows.trend) w.field("trend", to_string(*windows.trend));
  w.key("aggregates").begin_array();
  for (const auto& [grain, percent] :
       {std::pair("1.0", windows.day_1), std::pair("7.0", windows.days_7), std::pair("30.0", windows.days_30)}) {
    if (!percent) continue;
    w.begin_object().key("grain").raw(grain).field("grainUnit", "days").key("value").raw(percentage(*percent));
    w.field("valueUnit", "percentage").end_object();
  }
  w.end_array().end_object();
}

void write_renewal(JsonWriter& w, const Reservation& r, const std::optional<PurchasePrice>& price) {
  const RenewalTerms& terms = *r.renewal;
  w.key("renewProperties").begin_object().key("purchaseProperties").begin_object();
  w.key("sku").begin_object().field("name", terms.sku).end_object();
  w.field("location", terms.region.empty() ? r.region : terms.region).key("properties").begin_object();
  w.field("billingScopeId", r.billing_scope).field("term", to_string(terms.term));
  w.field("billingPlan", to_string(terms.plan)).field("quantity", terms.quantity);
  w.field("displayName", terms.name.empty() ? r.name : terms.name);
  w.field("appliedScopeType", applied_scope_type(r.scope.type));
  w.key("reservedResourceProperties").begin_object().field("instanceFlexibility", r.instance_flexibility ? "On" : "Off").end_object();
  w.field("reservedResourceType", r.product).field("instanceFlexibility", r.instance_flexibility ? "On" : "Off");
  w.end_object().end_object();
  if (price) {
    write_amount(w, "billingCurrencyTotal", price->billing);
    write_amount(w, "pricingCurrencyTotal", price->pricing);
  }
  w.end_object();
}

void write_policy_error(JsonWriter& w, std::string_view code, std::string_view message) {
  w.begin_object().field("code", code).field("message", message).end_object();
}

void write_policy_errors(JsonWriter& w, policy::Refusals refusals) {
  w.key("policyErrors").begin_array();
  for (const policy::Refusal each : in_order(refusals)) write_policy_error(w, arm_code(each), arm_message(each));
  w.end_array();
}

void write_purchase_request(JsonWriter& w, const ExchangePurchaseLine& line) {
  w.key("properties").begin_object().field("location", line.region).key("properties").begin_object();
  w.key("appliedScopes").null().key("reservedResourceProperties").null().key("instanceFlexibility").null().key("renew").null();
  w.field("billingScopeId", line.billing_scope).field("term", to_string(line.term));
  w.field("billingPlan", to_string(line.plan)).field("quantity", line.quantity).field("displayName", line.name);
  w.field("appliedScopeType", applied_scope_type(line.scope.type)).field("reservedResourceType", line.product);
  w.key("reviewDateTime").null().end_object();
  w.key("sku").begin_object().field("name", line.sku).end_object().end_object();
}

// Whether the returns, and whether the purchases of an exchange are done, in the words of its items.
std::string_view status_of_returns(ExchangeState state) {
  switch (state) {
    case ExchangeState::pending_purchases:
    case ExchangeState::succeeded: return "Succeeded";
    case ExchangeState::failed: return "Failed";
    default: return "Pending";
  }
}

std::string_view status_of_purchases(ExchangeState state) {
  return state == ExchangeState::succeeded ? "Succeeded" : state == ExchangeState::failed ? "Failed" : "Pending";
}

struct BillingInformation {
  BillingPlan plan;
  std::int64_t completed;
  std::int64_t total;
  Money paid;  // all units
  Money kept;
  Money remaining;
};

void write_billing_information(JsonWriter& w, const BillingInformation& b) {
  w.key("billingInformation").begin_object().field("billingPlan", to_string(b.plan));
  w.field("completedTransactions", b.completed).field("totalTransactions", b.total);
  write_amount(w, "billingCurrencyTotalPaidAmount", b.paid);
  write_amount(w, "billingCurrencyProratedAmount", b.kept);
  write_amount(w, "billingCurrencyRemainingCommitmentAmount", b.remaining);
  w.end_object();
}

}  // namespace

std::string order_path(const OrderId& order) { return path_of("Microsoft.Capacity", order); }
std::string reservation_path(const OrderId& order, const ReservationId& reservation) {
  return path_of("Microsoft.Capacity", order, reservation);
}
std::string own_order_path(const OrderId& order) { return path_of("microsoft.capacity", order); }
std::string own_reservation_path(const OrderId& order, const ReservationId& reservation) {
  return path_of("microsoft.capacity", order, reservation);
}

std::string_view applied_scope_type(ScopeType type) { return type == ScopeType::resource_group ? "Single" : to_string(type); }

std::string arm_instant(Instant at) {
  const std::int64_t fraction = ((at.ticks % kTicksPerSecond) + kTicksPerSecond) % kTicksPerSecond;
  const std::string whole = to_string(Instant{at.ticks - fraction});
  return fmt::format("{}.{:07}Z", whole.substr(0, whole.size() - 1), fraction);
}

std::string_view arm_message(policy::Refusal refusal) {
  if (refusal != policy::Refusal::support_request_required) return sentence(refusal, false);
  return "Self Service refunds are currently not supported for this resource, please contact support.";
}

std::string arm_number(Money amount) {
  std::string digits = to_string(amount);
  if (digits.find('.') == std::string::npos) return digits + ".0";
  while (digits.back() == '0' && digits[digits.size() - 2] != '.') digits.pop_back();
  return digits;
}

void write_amount(JsonWriter& w, std::string_view name, Money amount) {
  w.key(name).begin_object().field("currencyCode", amount.currency.code()).key("amount").raw(arm_number(amount));
  w.end_object();
}

void write_reservation(JsonWriter& w, const Reservation& r, const ReservationView& view) {
  const bool billing = !view.account.empty();
  const std::string below_account = fmt::format("{}/reservationOrders/{}/reservations/{}", view.account, r.order.text(), r.id.text());
  w.begin_object().field("id", billing ? below_account : own_reservation_path(r.order, r.id)).field("name", r.id.text());
  w.field("type", billing ? "microsoft.billing/billingAccounts/reservationOrders/reservations"
                          : "microsoft.capacity/reservationOrders/reservations");
  w.field("location", r.region);
  if (billing) w.key("tags").begin_object().end_object();
  w.field("etag", r.revision).key("sku").begin_object().field("name", r.sku).end_object();
  w.key("properties").begin_object();
  write_lineage(w, r, Naming::ids);
  if (view.applied_scopes && r.scope.type != ScopeType::shared) w.key("appliedScopes").begin_array().text(r.scope.id).end_array();
  write_scope_properties(w, r.scope);
  if (is_active(r) && r.product == "VirtualMachines") w.field("capabilities", "ApiReturnEnabled, ApiExchangeEnabled");
  w.field("reservedResourceType", r.product).field("userFriendlyRenewState", user_friendly_renew_state(r));
  w.field("skuDescription", r.sku_description).field("renew", r.renew).field("archived", r.archived);
  w.field("quantity", r.quantity).field("appliedScopeType", applied_scope_type(r.scope.type));
  w.field("displayName", r.name).field("provisioningState", to_string(r.state));
  write_status(w, r.status);
  w.field("term", to_string(r.term)).field("displayProvisioningState", to_string(display_state(r, view.now)));
  w.field("userFriendlyAppliedScopeType", to_string(r.scope.type));
  write_time(w, "expiryDateTime", r.expiry);
  write_time(w, "purchaseDateTime", r.purchased);
  write_time(w, "benefitStartTime", r.benefit_start);
  write_time(w, "lastUpdatedDateTime", r.updated);
  write_day(w, "expiryDate", day_of(r.expiry));
  write_day(w, "purchaseDate", day_of(r.purchased));
  write_time(w, "effectiveDateTime", r.updated);
  w.field("instanceFlexibility", r.instance_flexibility ? "On" : "Off");
  write_utilization(w, r, view.windows);
  w.field("billingPlan", to_string(r.plan));
  w.field_if("billingScopeId", r.billing_scope);
  if (r.lineage.renewed_into) w.field("renewDestination", r.lineage.renewed_into->text());
  if (r.lineage.renewed_from) w.field("renewSource", r.lineage.renewed_from->text());
  if (view.renew_properties && r.renewal) write_renewal(w, r, view.renewal_price);
  w.end_object().end_object();
}

namespace {

// What a revision and an answer of split or merge say of a reservation.
void write_short_properties(JsonWriter& w, const Reservation& r, bool expiry_as_day) {
  w.key("properties").begin_object().field("appliedScopeType", applied_scope_type(r.scope.type));
  w.field("quantity", r.quantity).field("provisioningState", to_string(r.state));
  if (expiry_as_day)
    write_day(w, "expiryDate", day_of(r.expiry));
  else
    write_time(w, "expiryDateTime", r.expiry);
  write_time(w, "benefitStartTime", r.benefit_start);
  w.field("displayName", r.name);
  write_time(w, "effectiveDateTime", r.updated);
  write_status(w, r.status);
  write_time(w, "lastUpdatedDateTime", r.updated);
  w.field("reservedResourceType", r.product).field("instanceFlexibility", r.instance_flexibility ? "On" : "Off");
  w.field("skuDescription", r.sku_description);
  write_lineage(w, r, Naming::paths);
  write_scope_properties(w, r.scope);
  w.field("renew", r.renew).field("archived", r.archived).end_object();
}

}  // namespace

void write_split_part(JsonWriter& w, const Reservation& r) {
  w.begin_object().key("sku").begin_object().field("name", r.sku).end_object();
  w.field("id", own_reservation_path(r.order, r.id)).field("type", "Microsoft.Capacity/reservationOrders/reservations");
  w.field("name", fmt::format("{}/{}", r.order.text(), r.id.text())).field("etag", r.revision);
  w.field("location", r.region);
  write_short_properties(w, r, true);
  w.end_object();
}

void write_revision(JsonWriter& w, const Revision& revision) {
  const Reservation& r = revision.after;
  w.begin_object().key("sku").begin_object().field("name", r.sku).end_object();
  w.field("id", fmt::format("{}/revisions/{}", own_reservation_path(r.order, r.id), revision.number));
  w.field("type", "Microsoft.Capacity/reservationOrders/reservations/revisions");
  w.field("name", std::to_string(revision.number)).field("etag", revision.number);
  w.field("location", r.region);
  write_short_properties(w, r, false);
  w.end_object();
}

namespace {

void write_plan(JsonWriter& w, const OrderView& view) {
  if (!view.schedule || !view.payments || view.payments->empty()) return;
  const Schedule& schedule = *view.payments;
  w.key("planInformation").begin_object();
  if (const std::optional<Money> pricing = total_pricing(schedule)) write_amount(w, "pricingCurrencyTotal", *pricing);
  write_day(w, "startDate", schedule.payments.front().due);
  for (const Payment& payment : schedule.payments) {
    if (payment.status != PaymentStatus::scheduled) continue;
    write_day(w, "nextPaymentDueDate", payment.due);
    break;
  }
  w.key("transactions").begin_array();
  for (const Payment& payment : schedule.payments) {
    w.begin_object();
    write_day(w, "dueDate", payment.due);
    if (payment.status == PaymentStatus::succeeded) write_day(w, "paymentDate", payment.due);
    w.field("status", to_string(payment.status));
    if (payment.pricing) write_amount(w, "pricingCurrencyTotal", *payment.pricing);
    write_amount(w, "billingCurrencyTotal", payment.billing);
    w.end_object();
  }
  w.end_array().end_object();
}

}  // namespace

void write_order(JsonWriter& w, const Order& order, const OrderView& view) {
  const bool billing = !view.account.empty();
  const std::string below_account = fmt::format("{}/reservationOrders/{}", view.account, order.id.text());
  w.begin_object().field("id", billing ? below_account : own_order_path(order.id)).field("name", order.id.text());
  w.field("type", billing ? "microsoft.billing/billingAccounts/reservationOrders" : "microsoft.capacity/reservationOrders");
  w.field("etag", order.revision);
  if (billing) w.key("tags").begin_object().end_object();
  w.key("properties").begin_object();
  w.field("originalQuantity", order.original_quantity);
  write_time(w, "requestDateTime", order.requested);
  w.field("billingPlan", to_string(order.plan)).key("reservations").begin_array();
  for (const ReservationId& id : order.reservations) w.begin_object().field("id", reservation_path(order.id, id)).end_object();
  w.end_array().field("term", to_string(order.term)).field("displayName", order.name);
  const bool born = order.state == ProvisioningState::succeeded || order.created != Instant{};
  if (born) write_time(w, "createdDateTime", order.created);
  if (born) write_time(w, "benefitStartTime", order.benefit_start);
  w.field("provisioningState", to_string(order.state));
  w.field_if("billingProfileId", order.billing_profile);
  w.field_if("billingAccountId", order.billing_account);
  if (born) write_time(w, "expiryDateTime", order.expiry);
  write_plan(w, view);
  w.end_object().end_object();
}

void write_refund(JsonWriter& w, const RefundQuote& quote) {
  const policy::RefundDecision& d = quote.decision;
  const Reservation& r = quote.facts.reservation;
  w.begin_object().field("id", reservation_path(r.order, r.id)).key("properties").begin_object();
  w.field("sessionId", quote.quote.id.text()).field("quantity", d.quantity);
  write_amount(w, "billingRefundAmount", d.refund);
  write_amount(w, "pricingRefundAmount", policy::RefundDecision::pricing(d.amounts.pricing.refund));
  w.key("policyResult").begin_object().key("properties").begin_object();
  write_amount(w, "consumedRefundsTotal", policy::RefundDecision::pricing(quote.allowance.used.on(d.facts.meter)));
  write_amount(w, "maxRefundLimit", policy::RefundDecision::pricing(quote.pack->allowance.limit_minor));
  write_policy_errors(w, d.amounts.refusals);
  w.end_object().end_object();
  write_billing_information(w, {.plan = r.plan,
                                .completed = d.completed_payments,
                                .total = d.total_payments,
                                .paid = d.total_paid,
                                .kept = d.kept,
                                .remaining = d.billing(d.amounts.billing.remaining_commitment)});
  w.end_object().end_object();
}

void write_price(JsonWriter& w, const PriceView& view) {
  const Money zero = Money::zero(view.price.billing.currency);
  const Schedule schedule = make_schedule(view.line.plan, view.line.term, view.today, view.price.billing, view.price.pricing);
  w.begin_object().key("properties").begin_object();
  write_amount(w, "billingCurrencyTotal", view.price.billing);
  for (const std::string_view name : {"netTotal", "taxTotal", "grandTotal"}) w.key(name).raw(arm_number(zero));
  if (view.line.plan == BillingPlan::monthly) {
    w.key("paymentSchedule").begin_array();
    for (std::size_t i = 0; i < schedule.payments.size(); ++i) {
      const Payment& payment = schedule.payments[i];
      w.begin_object();
      write_day(w, "dueDate", payment.due);
      write_amount(w, "pricingCurrencyTotal", *payment.pricing);
      if (i == 0) write_amount(w, "billingCurrencyTotal", payment.billing);
      w.field("status", to_string(PaymentStatus::scheduled)).end_object();
    }
    w.end_array();
  }
  w.field("reservationOrderId", view.order.text());
  w.field("skuTitle", sku_title(view.line)).field("skuDescription", view.asked_sku.empty() ? view.line.sku : view.asked_sku);
  write_amount(w, "pricingCurrencyTotal", view.price.pricing);
  w.end_object().end_object();
}

void write_exchange(JsonWriter& w, const Exchange& e, const policy::ExchangeDecision* decision) {
  const bool runs = decision == nullptr;
  w.begin_object().field("sessionId", e.id.text());
  write_amount(w, "netPayable", e.net_payable);
  write_amount(w, "refundsTotal", e.refunds_total);
  write_amount(w, "purchasesTotal", e.purchases_total);
  w.key("policyResult").begin_object();
  if (runs || !decision->refused()) {
    w.key("policyErrors").null();
  } else {
    w.key("policyErrors").begin_array();
    for (const policy::Refusal each : in_order(decision->line_refusals)) write_policy_error(w, arm_code(each), arm_message(each));
    for (const policy::ExchangeRefusal each : in_order(decision->refusals)) write_policy_error(w, to_string(each), sentence(each, false));
    w.end_array();
  }
  w.end_object().key("reservationsToPurchase").begin_array();
  for (const ExchangePurchaseLine& line : e.purchases) {
    w.begin_object();
    write_purchase_request(w, line);
    if (runs) w.field("reservationOrderId", order_path(line.order));
    if (e.state == ExchangeState::succeeded) w.field("reservationId", reservation_path(line.order, line.reservation));
    write_amount(w, "billingCurrencyTotal", line.price);
    w.key("paymentSchedule").null().key("pricingCurrencyTotal").null();
    if (runs) w.field("status", status_of_purchases(e.state));
    w.end_object();
  }
  w.end_array().key("savingsPlansToPurchase").begin_array().end_array().key("reservationsToExchange").begin_array();
  for (const ExchangeReturnLine& line : e.returns) {
    w.begin_object().field("reservationId", own_reservation_path(line.order, line.reservation));
    w.field("quantity", line.quantity);
    write_amount(w, "billingRefundAmount", line.credit);
    write_billing_information(w, {.plan = line.plan,
                                  .completed = line.completed_payments,
                                  .total = line.total_payments,
                                  .paid = line.total_paid,
                                  .kept = line.total_paid - line.credit,
                                  .remaining = line.remaining_commitment});
    if (runs) w.field("status", status_of_returns(e.state));
    w.end_object();
  }
  w.end_array().end_object();
}

}  // namespace prorata::wire
