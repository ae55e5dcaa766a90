#include "policy/refund.h"

#include <algorithm>

#include <fmt/format.h>

namespace prorata::policy {
namespace {

Refusals known_refusals(const RefundCase& facts, const RefundRequest& request, const Pack& pack, bool within_term) {
  Refusals refusals;
  refusals.set(Refusal::not_authorized, !facts.authorized);
  refusals.set(Refusal::customer_offer_not_supported, facts.offer != OfferType::csp);
  refusals.set(Refusal::reservation_not_active, !within_term || (!facts.active && !facts.operation_in_progress));
  refusals.set(Refusal::operation_in_progress, facts.operation_in_progress);
  refusals.set(Refusal::invalid_quantity, request.quantity < 1 || request.quantity > facts.quantity);
  refusals.set(Refusal::product_not_refundable, !pack.refundable(facts.product));
  refusals.set(Refusal::transferred_upfront, facts.transferred_in && facts.plan == BillingPlan::upfront);
  refusals.set(Refusal::support_request_required,
               request.channel.value_or(pack.channel) == Channel::support_request && !request.channel_approved);
  return refusals;
}

// The last payment due on or before the day.
std::size_t current_payment(const Schedule& schedule, Day day) {
  std::size_t current = 0;
  for (std::size_t i = 0; i < schedule.payments.size(); ++i)
    if (schedule.payments[i].due <= day) current = i;
  return current;
}

// The returned units' part of an amount. The instalments of one schedule differ by a minor unit at most, so what was shared last is often
// asked again.
class Share {
 public:
  Share(const RefundRequest& request, const RefundCase& facts) : units_{request.quantity, facts.quantity} {}
  std::int64_t operator()(std::int64_t amount) {
    if (amount != amount_) {
      amount_ = amount;
      part_ = scale_minor(amount, units_, Rounding::half_away);
    }
    return part_;
  }

 private:
  Ratio units_;
  std::int64_t amount_ = 0;
  std::int64_t part_ = 0;  // of nothing
};

// Everything that was paid upfront: one payment, unless a list split the lifetime price into several.
void gather_upfront(const RefundCase& facts, Day expiry, PaidPeriod& period) {
  Money billing = Money::zero(facts.schedule.payments.front().billing.currency);
  Money pricing = Money::zero(Currency::usd());
  for (const Payment& payment : facts.schedule.payments) {
    if (payment.status != PaymentStatus::succeeded) continue;
    billing += payment.billing;
    pricing += *payment.pricing;
  }
  period = {.from = facts.start, .until = expiry, .billing_all = billing.minor, .pricing_all = pricing.minor};
}

// What was paid for the instalment that runs now.
void gather_instalment(const RefundCase& facts, Day today, Day expiry, PaidPeriod& period) {
  const auto& payments = facts.schedule.payments;
  const std::size_t current = current_payment(facts.schedule, today);
  period = {.from = payments[current].due,
            .until = current + 1 < payments.size() ? payments[current + 1].due : expiry,
            .instalment = static_cast<int>(current),
            .succeeded = payments[current].status == PaymentStatus::succeeded};
  if (!period.succeeded) return;
  period.billing_all = payments[current].billing.minor;
  period.pricing_all = payments[current].pricing->minor;
}

// What a return would cancel: each instalment's share by itself.
void gather_remaining(const RefundCase& facts, Share& billing_share, Share& pricing_share, ReturnFacts& out) {
  for (const Payment& payment : facts.schedule.payments) {
    if (!is_unpaid(payment)) continue;
    out.billing.remaining += billing_share(payment.billing.minor);
    out.pricing.remaining += pricing_share(payment.pricing->minor);
  }
}

void gather_payments(const RefundCase& facts, const RefundRequest& request, Day expiry, RefundDecision& decision) {
  PaidPeriod& period = decision.period;
  ReturnFacts& out = decision.facts;
  Share billing_share(request, facts);
  Share pricing_share(request, facts);
  if (facts.plan == BillingPlan::upfront) {
    gather_upfront(facts, expiry, period);
  } else {
    gather_instalment(facts, decision.today, expiry, period);
    gather_remaining(facts, billing_share, pricing_share, out);
  }
  out.billing.paid = billing_share(period.billing_all);
  out.pricing.paid = pricing_share(period.pricing_all);
  out.period_days = static_cast<std::int32_t>(std::max<std::int64_t>(1, days_between(period.from, period.until)));
  out.left_days = static_cast<std::int32_t>(std::clamp<std::int64_t>(days_between(decision.today, period.until), 0, out.period_days));
}

// min(1, current / purchase) of one unit's lifetime price, as an exact fraction: current x units over the price of all of them.
void gather_price_basis(const RefundCase& facts, const Pack& pack, ReturnFacts& out) {
  if (pack.price_basis == PriceBasis::purchase) return;
  if (!facts.current_unit_price) return out.warnings.set(Warning::current_price_unknown);
  const std::int64_t purchase = total_billing(facts.schedule).minor;
  const __int128 current = static_cast<__int128>(facts.current_unit_price->minor) * facts.quantity;
  if (current >= purchase) return;
  out.basis_part = static_cast<std::int64_t>(current);
  out.basis_over = purchase;
}

Result<Meter> meter_for(const RefundRequest& request, const Pack& pack) {
  const Meter meter = request.meter.value_or(pack.allowance.meter);
  if (pack.allows(meter)) return meter;
  return fail(Code::invalid_argument, fmt::format("policy {} does not let the meter be '{}'", pack.id, to_string(meter)));
}

Result<void> check_payments(const RefundCase& facts) {
  if (facts.schedule.empty())
    return fail(
        Code::invalid_argument,
        "the price is unknown; import the order with its schedule ('prorata import azure'), or a price list ('prorata import prices')");
  for (const Payment& payment : facts.schedule.payments)
    if (!payment.pricing)
      return fail(
          Code::invalid_argument,
          fmt::format("the payment due {} has no amount in USD; import exchange rates ('prorata import rates')", to_string(payment.due)));
  return {};
}

}  // namespace

Result<RefundDecision> decide_refund(const RefundCase& facts, const RefundRequest& request, const Pack& pack) {
  return decide_refund(facts, request, pack, CompiledPack(pack));
}

Result<RefundDecision> decide_refund(const RefundCase& facts, const RefundRequest& request, const Pack& pack,
                                     const CompiledPack& compiled) {
  TRY(check_payments(facts));
  const Day today = day_of(request.as_of);
  const Day expiry = facts.expiry.value_or(add_months(facts.start, facts.term.months()));
  const bool within_term = facts.start <= today && today < expiry;

  RefundDecision decision{.policy = pack.id, .today = today, .quantity = request.quantity, .of_quantity = facts.quantity};
  ReturnFacts& gathered = decision.facts;
  gathered.meter = TRY(meter_for(request, pack));
  gathered.allowance_used = facts.allowance_used;
  gathered.allowance_held = facts.allowance_held;
  gathered.usage = facts.usage;
  gathered.elapsed_days = static_cast<std::int32_t>(days_between(facts.start, today));
  gathered.refusals = known_refusals(facts, request, pack, within_term);
  gathered.accept_nothing = gathered.refusals.has(Refusal::reservation_not_active) || gathered.refusals.has(Refusal::invalid_quantity);
  if (!gathered.accept_nothing) {
    gathered.warnings.set(Warning::usage_unknown, facts.usage == Usage::unknown);
    gather_payments(facts, request, expiry, decision);
    gather_price_basis(facts, pack, gathered);
  }

  decision.amounts = decide_return(gathered, compiled);
  if (decision.amounts.row >= 0) decision.row = pack.rows[static_cast<std::size_t>(decision.amounts.row)].name;
  decision.total_paid = paid_billing(facts.schedule);
  decision.currency = decision.total_paid.currency;
  decision.refund = decision.billing(decision.amounts.billing.refund);
  decision.kept = decision.total_paid - decision.refund;
  decision.total_payments = static_cast<int>(facts.schedule.payments.size());
  decision.completed_payments = static_cast<int>(std::ranges::count(facts.schedule.payments, PaymentStatus::succeeded, &Payment::status));
  return decision;
}

}  // namespace prorata::policy
