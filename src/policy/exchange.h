// May these units be exchanged for those? The whole decision: what comes back for each returned line, what the new ones cost, what is
// left to pay, and every rule that stands in the way (refund rules section 6).
//
//   ExchangeDecision decision = TRY(decide_exchange(returns, purchases, {.as_of = now}, pack));
//   if (decision.refused()) ...                 // data, not an error: reasons of the lines and of the whole, each in order
//   decision.net_payable                        // purchases_total - refunds_total
//
// A returned line is credited by the same table as a return (decide_refund is asked), without its fee and without the allowance: what
// belongs to an exchange never touches it. What is bought must cost at least what the pack asks for, and never less than what comes
// back, so nothing is ever paid out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "policy/refund.h"

namespace prorata::policy {

// In order of precedence, after those of the returned lines.
enum class ExchangeRefusal : std::uint8_t {
  different_customers,       // one exchange serves one customer
  different_currencies,      // one billing currency
  different_product_family,  // all lines are of one product
  product_not_exchangeable,  // the pack's list
  exchange_right_used,       // bought too late for the pack to exchange it
  purchase_too_small,        // below what the pack asks for
  net_payable_negative,      // money would have to be paid out
};
using ExchangeRefusals = Marks<ExchangeRefusal>;

std::string_view sentence(ExchangeRefusal refusal, bool swedish);  // what a clerk would say

struct ExchangeReturnCase {
  RefundCase facts;
  CustomerId customer;
  Day purchased;  // of the units: an exchange right belongs to the day they were bought
  std::int64_t quantity = 0;
};

struct ExchangePurchaseCase {
  std::string product;
  std::int64_t quantity = 0;
  Money price;  // lifetime, all units
};

struct ExchangeRequest {
  Instant as_of;
  bool channel_approved = false;   // an approved support request is being executed
  std::optional<Channel> channel;  // a sandbox's own; absent: the pack's
};

struct ExchangeDecision {
  std::string policy;
  std::vector<RefundDecision> returns;  // in the order asked; credit and remaining_commitment of each are what counts
  Currency currency;                    // billing; totals are zero where the lines do not share one
  Money credits;                        // sum of the lines' credits
  Money commitments;                    // sum of their remaining commitments, never charged
  Money refunds_total;                  // both together
  Money purchases_total;
  Money net_payable;  // purchases_total - refunds_total
  // Where too little is bought: how many units of the first bought line would do, the others as they are. Absent where no number would, or
  // something else stands in the way.
  std::optional<std::int64_t> smallest_quantity;
  Refusals line_refusals;  // of all returned lines together
  ExchangeRefusals refusals;
  Warnings warnings;

  bool refused() const { return line_refusals.any() || refusals.any(); }
  Money credit(std::size_t line) const { return returns[line].billing(returns[line].amounts.billing.credit); }
  Money remaining_commitment(std::size_t line) const { return returns[line].billing(returns[line].amounts.billing.remaining_commitment); }
};

// Requires a returned line; one that buys nothing is refused like any that buys too little. Errors: those of decide_refund.
Result<ExchangeDecision> decide_exchange(std::span<const ExchangeReturnCase> returns, std::span<const ExchangePurchaseCase> purchases,
                                         const ExchangeRequest& request, const Pack& pack);

}  // namespace prorata::policy

namespace prorata {
template <>
inline constexpr auto kWords<policy::ExchangeRefusal> =
    std::to_array<Word<policy::ExchangeRefusal>>({{policy::ExchangeRefusal::different_customers, "different_customers"},
                                                  {policy::ExchangeRefusal::different_currencies, "different_currencies"},
                                                  {policy::ExchangeRefusal::different_product_family, "different_product_family"},
                                                  {policy::ExchangeRefusal::product_not_exchangeable, "product_not_exchangeable"},
                                                  {policy::ExchangeRefusal::exchange_right_used, "exchange_right_used"},
                                                  {policy::ExchangeRefusal::purchase_too_small, "purchase_too_small"},
                                                  {policy::ExchangeRefusal::net_payable_negative, "net_payable_negative"}});
}  // namespace prorata
