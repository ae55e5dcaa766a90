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

}  // namespace prorata::wire
