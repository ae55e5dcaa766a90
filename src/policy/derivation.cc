#include "policy/derivation.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::policy {
namespace {

class Derivation {
 public:
  Derivation(const RefundDecision& decision, const RefundCase& facts, const Pack& pack)
      : decision_(decision), facts_(facts), pack_(pack), amounts_(decision.amounts) {}

  std::vector<Step> all() {
    if (decision_.facts.accept_nothing) {
      add("refund.nothing", {}, billing(0));
    } else {
      add_row();
      add_paid();
      add_credit();
      add_refund();
      if (monthly() || meter_is_commitment()) add_commitment();
      if (!sides_agree()) add_pricing();
      add_allowance();
    }
    for (const Warning each : in_order(amounts_.warnings)) add(fmt::format("warning.{}", to_string(each)), {}, std::nullopt);
    for (const Refusal each : in_order(amounts_.refusals)) add(fmt::format("refusal.{}", to_string(each)), {}, std::nullopt);
    return std::move(steps_);
  }

 private:
  void add(std::string_view rule, std::vector<Input> inputs, std::optional<Value> result) {
    steps_.push_back(make_step(rule, std::move(inputs), std::move(result)));
  }

  Money billing(std::int64_t minor) const { return decision_.billing(minor); }
  static Money usd(std::int64_t minor) { return RefundDecision::pricing(minor); }
  UnitCount units() const { return {decision_.quantity}; }
  UnitCount of_units() const { return {decision_.of_quantity}; }
  DayCount days() const { return {decision_.facts.period_days}; }
  DayCount left() const { return {decision_.facts.left_days}; }
  bool monthly() const { return facts_.plan == BillingPlan::monthly; }
  bool meter_is_commitment() const { return decision_.facts.meter == Meter::cancelled_commitment; }
  bool price_is_lower() const { return decision_.facts.basis_part < decision_.facts.basis_over; }
  const Row& row() const { return pack_.rows[static_cast<std::size_t>(amounts_.row)]; }

  // What the row gives before today's price is looked at.
  std::int64_t row_credit(const SideAmounts& side) const { return row().credit == Credit::full ? side.paid : side.pro_rated; }

  // Billed in USD at the prices the allowance knows: the second run of the same steps would repeat the first.
  bool sides_agree() const {
    const SideFacts& b = decision_.facts.billing;
    const SideFacts& p = decision_.facts.pricing;
    return decision_.currency == Currency::usd() && decision_.period.billing_all == decision_.period.pricing_all && b.paid == p.paid &&
           b.remaining == p.remaining;
  }

  void add_row() {
    const std::int32_t elapsed = decision_.facts.elapsed_days;
    add("refund.elapsed", {{"start", facts_.start}, {"as_of", decision_.today}}, DayCount{elapsed});
    const RuleWord credit{to_string(row().credit)};
    if (decision_.facts.usage != Usage::unknown)
      return add("refund.row",
                 {{"policy", pack_.id},
                  {"elapsed", DayCount{elapsed}},
                  {"usage", RuleWord{to_string(decision_.facts.usage)}},
                  {"credit", credit},
                  {"fee_rate", row().fee_rate}},
                 row().name);
    const Row& other = pack_.rows[pack_.row_index(elapsed, !row().used)];
    add("refund.row_usage_unknown",
        {{"policy", pack_.id},
         {"elapsed", DayCount{elapsed}},
         {"credit", credit},
         {"fee_rate", row().fee_rate},
         {"other_row", other.name},
         {"other_credit", RuleWord{to_string(other.credit)}},
         {"other_fee_rate", other.fee_rate}},
        row().name);
  }

  void add_paid() {
    const PaidPeriod& period = decision_.period;
    const Money all_units = billing(period.billing_all);
    const Money paid = billing(amounts_.billing.paid);
    const Number instalment{period.instalment + 1};
    const Number instalments{decision_.total_payments};
    if (!monthly())
      add("refund.paid_upfront", {{"all_units", all_units}, {"units", units()}, {"of_units", of_units()}}, paid);
    else if (period.succeeded)
      add("refund.paid_instalment",
          {{"instalment", instalment},
           {"instalments", instalments},
           {"due", period.from},
           {"all_units", all_units},
           {"units", units()},
           {"of_units", of_units()}},
          paid);
    else
      add("refund.instalment_unpaid", {{"instalment", instalment}, {"instalments", instalments}, {"due", period.from}}, paid);
    add("refund.left", {{"from", period.from}, {"until", period.until}, {"as_of", decision_.today}, {"days", days()}}, left());
  }

  void add_credit() {
    const SideAmounts& b = amounts_.billing;
    add("refund.consumed", {{"paid", billing(b.paid)}, {"days", days()}, {"left", left()}}, billing(b.consumed));
    const Money credit = billing(row_credit(b));
    if (row().credit == Credit::full)
      add("refund.credit_full", {{"paid", billing(b.paid)}}, credit);
    else
      add("refund.credit_pro_rated", {{"paid", billing(b.paid)}, {"consumed", billing(b.consumed)}}, credit);
    if (pack_.price_basis == PriceBasis::purchase || !facts_.current_unit_price) return;
    add(price_is_lower() ? "refund.price_lower" : "refund.price_not_lower",
        {{"credit", credit},
         {"current_unit_price", *facts_.current_unit_price},
         {"of_units", of_units()},
         {"purchase_price", total_billing(facts_.schedule)}},
        billing(b.credit));
  }

  // Before the allowance may cut it.
  void add_refund() {
    const SideAmounts& b = amounts_.billing;
    const Money refund = billing(b.refund + amounts_.forfeited);
    if (row().fee_rate.part == 0) return add("refund.refund_without_fee", {{"credit", billing(b.credit)}}, refund);
    add("refund.fee", {{"credit", billing(b.credit)}, {"fee_rate", row().fee_rate}}, billing(b.fee));
    add("refund.refund", {{"credit", billing(b.credit)}, {"fee", billing(b.fee)}}, refund);
  }

  // What is not yet paid, payments of one amount together: a schedule has one or two amounts.
  std::vector<EqualPayments> unpaid(Money (*amount_of)(const Payment&)) const {
    std::vector<EqualPayments> all;
    for (const Payment& payment : facts_.schedule.payments) {
      if (!is_unpaid(payment)) continue;
      const Money amount = amount_of(payment);
      const auto same = std::ranges::find(all, amount, &EqualPayments::each);
      if (same == all.end())
        all.push_back({1, amount});
      else
        ++same->count;
    }
    return all;
  }

  void add_commitment() {
    const Money remaining = billing(amounts_.billing.remaining_commitment);
    std::vector<EqualPayments> payments;
    if (monthly()) payments = unpaid([](const Payment& payment) { return payment.billing; });
    if (!payments.empty())
      add("refund.remaining_commitment", {{"unpaid", std::move(payments)}, {"units", units()}, {"of_units", of_units()}}, remaining);
    else
      add("refund.no_remaining_commitment", {}, remaining);
    add("refund.cancelled_commitment", {{"credit", billing(amounts_.billing.credit)}, {"remaining_commitment", remaining}},
        billing(amounts_.billing.cancelled_commitment));
  }

  void add_pricing() {
    const SideAmounts& p = amounts_.pricing;
    const Ratio factor = price_is_lower() ? Ratio{decision_.facts.basis_part, decision_.facts.basis_over} : Ratio{1, 1};
    add("pricing.refund",
        {{"all_units", usd(decision_.period.pricing_all)},
         {"units", units()},
         {"of_units", of_units()},
         {"paid", usd(p.paid)},
         {"days", days()},
         {"left", left()},
         {"consumed", usd(p.consumed)},
         {"row_credit", RuleWord{to_string(row().credit)}},
         {"price_factor", factor},
         {"credit", usd(p.credit)},
         {"fee_rate", row().fee_rate},
         {"fee", usd(p.fee)}},
        usd(p.credit - p.fee));  // p.refund is what the allowance left of it
    if (!meter_is_commitment()) return;
    const Money remaining = usd(p.remaining_commitment);
    std::vector<EqualPayments> payments;
    if (monthly()) payments = unpaid([](const Payment& payment) { return *payment.pricing; });
    if (!payments.empty())
      add("pricing.remaining_commitment", {{"unpaid", std::move(payments)}, {"units", units()}, {"of_units", of_units()}}, remaining);
    add("pricing.cancelled_commitment", {{"credit", usd(p.credit)}, {"remaining_commitment", remaining}}, usd(p.cancelled_commitment));
  }

  void add_allowance() {
    const std::int64_t used = decision_.facts.allowance_used;
    const std::int64_t held = decision_.facts.allowance_held;
    const Money free = usd(amounts_.free);
    const Money metered = usd(amounts_.metered);
    const bool exhausted = used + held > pack_.allowance.limit_minor;
    add(exhausted ? "allowance.exhausted" : "allowance.free",
        {{"limit", usd(pack_.allowance.limit_minor)},
         {"window", DayCount{pack_.allowance.window_days}},
         {"used", usd(used)},
         {"held", usd(held)}},
        free);
    if (amounts_.warnings.has(Warning::clipped)) {
      const Money refund = billing(amounts_.billing.refund + amounts_.forfeited);
      add("allowance.clip", {{"refund", refund}, {"metered", metered}, {"free", free}}, decision_.refund);
      return add("allowance.forfeited", {{"refund", refund}, {"clipped", decision_.refund}}, billing(amounts_.forfeited));
    }
    const RuleWord meter{to_string(decision_.facts.meter)};
    const bool fits = amounts_.metered <= amounts_.free;
    add(fits ? "allowance.left" : "allowance.short", {{"meter", meter}, {"metered", metered}, {"free", free}},
        fits ? free - metered : metered - free);
  }

  const RefundDecision& decision_;
  const RefundCase& facts_;
  const Pack& pack_;
  const ReturnAmounts& amounts_;
  std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> derive(const RefundDecision& decision, const RefundCase& facts, const Pack& pack) {
  CHECK(decision.policy == pack.id, "a derivation reads the pack that decided");
  return Derivation(decision, facts, pack).all();
}

}  // namespace prorata::policy
