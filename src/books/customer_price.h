// What the customer pays and gets back, where its price differs from the partner's cost.
//
//   Money credit   = customer_credit_of(refund, cost, customer_price);     // refund 2,640.00 at 110 %: 2,904.00
//   Money handling = handling_charge(credit, customer.handling_rate);      // 2 % of it: 58.08
//   Money owed     = credit - handling;                                    // what a settlement pays
//
// The customer's credit follows its price in the proportion in which the provider's refund follows the cost. Every figure is rounded
// once, half away from zero. Amounts are of one currency; mixing two is a bug.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/money.h"
#include "base/text.h"
#include "reservation/payment.h"

namespace prorata::books {

// round(refund * customer / cost), both for the lifetime of the same units. What cost nothing is credited with nothing.
// With 0 <= refund <= cost the credit is never more than the customer's price, and a full refund gives exactly that price.
Money customer_credit_of(Money refund, Money cost_lifetime, Money customer_lifetime);

// What a customer gets for a return, before the partner's own charge.
enum class CreditRule : std::uint8_t {
  proportional,  // the provider's refund in the proportion of the customer's price to the cost
  as_refunded,   // the provider's refund itself, whatever the customer paid: the margin stays with the partner
  before_fee,    // the same proportion of refund and provider's fee together: the partner bears the fee
};

// A refund cut by the allowance comes as it was cut, and what was forfeited comes back under no rule.
Money customer_credit_by(CreditRule rule, Money refund, Money fee, Money cost_lifetime, Money customer_lifetime);

// The partner's own charge on a return: round(credit * rate). A rate from 0 to 1 never takes more than the credit.
Money handling_charge(Money customer_credit, Ratio rate);

// The customer's part of payment `index` of a schedule. Parts follow the cost of each payment and add up to the customer's price:
// each is the difference of two rounded running totals, so no minor unit is lost on the way.
Money customer_part_of(const Schedule& schedule, Money customer_lifetime, std::size_t index);

}  // namespace prorata::books

namespace prorata {
template <>
inline constexpr auto kWords<books::CreditRule> = std::to_array<Word<books::CreditRule>>({{books::CreditRule::proportional, "proportional"},
                                                                                          {books::CreditRule::as_refunded, "as_refunded"},
                                                                                          {books::CreditRule::before_fee, "before_fee"}});
}  // namespace prorata
