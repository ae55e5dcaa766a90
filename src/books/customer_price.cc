#include "books/customer_price.h"

#include "base/check.h"

namespace prorata::books {
namespace {

Money cost_of_first(const Schedule& schedule, std::size_t count) {
  Money cost = Money::zero(schedule.payments.front().billing.currency);
  for (std::size_t i = 0; i < count; ++i) cost += schedule.payments[i].billing;
  return cost;
}

}  // namespace

Money customer_credit_of(Money refund, Money cost_lifetime, Money customer_lifetime) {
  CHECK(refund.currency == cost_lifetime.currency && refund.currency == customer_lifetime.currency,
        "a refund, its cost and the customer's price are of one currency");
  if (cost_lifetime.is_zero()) return Money::zero(refund.currency);
  return scale(refund, {customer_lifetime.minor, cost_lifetime.minor}, Rounding::half_away);
}

Money customer_credit_by(CreditRule rule, Money refund, Money fee, Money cost_lifetime, Money customer_lifetime) {
  switch (rule) {
    case CreditRule::proportional: return customer_credit_of(refund, cost_lifetime, customer_lifetime);
    case CreditRule::as_refunded: return refund;
    case CreditRule::before_fee: return customer_credit_of(refund + fee, cost_lifetime, customer_lifetime);
  }
  CHECK(false, "a credit rule");
}

Money handling_charge(Money customer_credit, Ratio rate) { return scale(customer_credit, rate, Rounding::half_away); }

Money customer_part_of(const Schedule& schedule, Money customer_lifetime, std::size_t index) {
  CHECK(index < schedule.payments.size(), "the payment is one of the schedule");
  const Money whole = total_billing(schedule);
  if (whole.is_zero())  // nothing to follow: a price on what costs nothing is spread evenly
    return split_evenly(customer_lifetime, static_cast<std::int64_t>(schedule.payments.size()))[index];
  const Money before = customer_credit_of(cost_of_first(schedule, index), whole, customer_lifetime);
  const Money after = customer_credit_of(cost_of_first(schedule, index + 1), whole, customer_lifetime);
  return after - before;
}

}  // namespace prorata::books
