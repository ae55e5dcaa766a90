#include "wire/arm_consumption.h"

#include <fmt/format.h>

#include "wire/arm_reservation.h"

namespace prorata::wire {
namespace {

using ledger::Account;

std::optional<std::int64_t> on(const ledger::Entry& entry, Account account) {
  for (const ledger::Posting& each : entry.postings())
    if (each.account == account) return each.amount_minor;
  return std::nullopt;
}

// 20190901 for anything in September 2019.
std::int64_t billing_month(Instant at) {
  const std::string day = to_string(day_of(at));
  return parse_integer(day.substr(0, 4) + day.substr(5, 2) + "01", 0, INT32_MAX, "a month").value_or(0);
}

// "Standard_DS1_v2 westus 1 Year"
std::string description_of(const Reservation& r) {
  return fmt::format("{} {} {} {}", r.sku, r.region, r.term.years, r.term.years == 1 ? "Year" : "Years");
}

std::string hours(std::int64_t uh) {
  std::string text = utilization::quantity_text(static_cast<std::uint64_t>(uh));
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

// "2", "14.4"; cut at the sixth decimal.
std::string decimal(Ratio ratio) {
  return utilization::quantity_text(static_cast<std::uint64_t>(static_cast<__int128>(ratio.part) * utilization::kFullHour / ratio.over));
}

// 20171001 for a day or the month that begins with it.
std::string compact(Day day) {
  std::string text = to_string(day);
  std::erase(text, '-');
  return text;
}

// Units that were used at a time, on average; to a millionth, cut.
std::int64_t used_units_millionth(const Reservation& r, const utilization::UsedTotals& totals) {
  const auto all = static_cast<__int128>(r.quantity) * utilization::kFullHour * totals.used_uh();
  return totals.reserved_uh() == 0 ? 0 : static_cast<std::int64_t>(all / totals.reserved_uh());
}

void write_head(JsonWriter& w, const Reservation& r, std::string_view kind, Day day) {
  w.begin_object();
  w.field("id", fmt::format("providers/Microsoft.Capacity/reservationOrders/{}/reservations/{}/providers/Microsoft.Consumption/{}/{}",
                            r.order.text(), r.id.text(), kind, compact(day)));
  w.field("name", fmt::format("{}_{}_{}", r.order.text(), r.id.text(), compact(day)));
  w.field("type", fmt::format("Microsoft.Consumption/{}", kind)).key("tags").begin_object().end_object();
  w.key("properties").begin_object().field("reservationOrderId", r.order.text()).field("reservationId", r.id.text());
}

}  // namespace

std::optional<Transaction> transaction_of(const ledger::Entry& entry, bool customer_side) {
  const ledger::EntryHead& head = entry.head();
  const bool told = head.event == "purchase" || head.event == "instalment" || head.event == "return" || head.event == "exchange";
  if (!told || head.reservation.empty()) return std::nullopt;
  Transaction out{.entry = head.id, .at = head.at};
  // What is owed to the provider is a credit; what the provider owes back a debit.
  if (const auto owed = on(entry, Account::provider_payable)) {
    const std::int64_t minor = customer_side ? on(entry, Account::customer_receivable).value_or(0) : -*owed;
    out.amount = {minor, head.currency};
    return out;
  }
  if (const auto back = on(entry, Account::provider_credit_receivable)) {
    const std::int64_t minor = customer_side ? on(entry, Account::customer_credit_payable).value_or(0) : -*back;
    out.refund = true;
    out.amount = {minor, head.currency};
    return out;
  }
  return std::nullopt;
}

void write_transaction(JsonWriter& w, const Transaction& t, const TransactionView& view) {
  const Reservation& r = *t.reservation;
  const bool modern = !view.profile.empty();
  const std::string owner = modern ? fmt::format("{}/billingProfiles/{}", view.account, view.profile) : view.account;
  w.begin_object().field("id", fmt::format("{}/providers/Microsoft.Consumption/reservationTransactions/{}", owner, t.entry.text()));
  w.field("name", t.entry.text()).field("type", "Microsoft.Consumption/reservationTransactions").key("tags").begin_array().end_array();
  w.key("properties").begin_object().field("eventDate", arm_instant(t.at)).field("reservationOrderId", r.order.text());
  w.field("description", description_of(r)).field("eventType", t.refund ? "Refund" : "Purchase").field("quantity", t.quantity);
  w.key("amount").raw(arm_number(t.amount)).field("currency", t.amount.currency.code()).field("reservationOrderName", r.name);
  w.field("armSkuName", r.sku).field("term", to_string(r.term)).field("region", r.region);
  if (t.paying != nullptr) w.field("purchasingSubscriptionGuid", t.paying->id.text()).field("purchasingSubscriptionName", t.paying->name);
  w.field("billingFrequency", r.plan == BillingPlan::monthly ? "recurring" : "onetime");
  if (modern)
    w.field("billingProfileId", owner).field("billingProfileName", view.profile_name);
  else
    w.field("billingMonth", billing_month(t.at));
  w.end_object().end_object();
}

void write_usage_summary(JsonWriter& w, const Reservation& r, const GrainFigures& figures) {
  const std::int64_t used = used_units_millionth(r, figures.totals);
  write_head(w, r, "reservationSummaries", figures.from);
  w.field("skuName", r.sku).field("kind", "Reservation").key("reservedHours").raw(hours(figures.totals.reserved_uh()));
  w.field("usageDate", to_string(start_of(figures.from))).key("usedHours").raw(hours(figures.totals.used_uh()));
  w.key("minUtilizationPercentage").raw(to_string(figures.least)).key("avgUtilizationPercentage").raw(to_string(figures.average));
  w.key("maxUtilizationPercentage").raw(to_string(figures.most)).field("purchasedQuantity", r.quantity);
  w.key("remainingQuantity").raw(hours(r.quantity * utilization::kFullHour - used)).field("totalReservedQuantity", r.quantity);
  w.key("usedQuantity").raw(hours(used)).key("utilizedPercentage").raw(to_string(figures.average)).end_object().end_object();
}

void write_usage_detail(JsonWriter& w, const Reservation& r, const UsageDetail& detail, const std::optional<FlexibilityRatio>& ratio) {
  write_head(w, r, "reservationDetails", detail.day);
  w.field("usageDate", to_string(start_of(detail.day))).field("skuName", r.sku).field("instanceId", detail.resource_id);
  w.field("totalReservedQuantity", r.quantity).key("reservedHours").raw(hours(detail.reserved_uh));
  w.key("usedHours").raw(hours(detail.used_uh)).field("kind", "Reservation");
  w.field("instanceFlexibilityGroup", ratio ? ratio->group : "NA");
  w.field("instanceFlexibilityRatio", ratio ? decimal(ratio->ratio) : "1").end_object().end_object();
}

}  // namespace prorata::wire
