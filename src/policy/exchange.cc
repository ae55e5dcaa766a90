#include "policy/exchange.h"

#include <algorithm>

#include "base/check.h"

namespace prorata::policy {
namespace {

// What a return alone would be refused for, and an exchange is not: it has a list of its own and leaves the allowance alone.
Refusals without_those_of_refunds(Refusals refusals) {
  refusals.clear(Refusal::product_not_refundable);
  refusals.clear(Refusal::refund_limit_exceeded);
  return refusals;
}

Warnings without_those_of_refunds(Warnings warnings) {
  warnings.clear(Warning::clipped);
  return warnings;
}

bool right_has_ended(const ExchangeReturnCase& line, const Pack& pack) {
  const std::optional<Day>& ends = pack.exchange.ends_for_bought_from;
  return ends && *ends <= line.purchased && pack.covered_by_savings_plan(line.facts.product);
}

// Rules that look at the lines and not at amounts.
ExchangeRefusals refusals_of_lines(std::span<const ExchangeReturnCase> returns, std::span<const ExchangePurchaseCase> purchases,
                                   const Pack& pack) {
  ExchangeRefusals refusals;
  const ExchangeReturnCase& first = returns.front();
  const auto other_product = [&](std::string_view product) { return !equal_ignoring_case(product, first.facts.product); };
  const Currency currency = first.facts.schedule.payments.front().billing.currency;
  for (const ExchangeReturnCase& line : returns) {
    refusals.set(ExchangeRefusal::different_customers, line.customer != first.customer);
    refusals.set(ExchangeRefusal::different_currencies, line.facts.schedule.payments.front().billing.currency != currency);
    refusals.set(ExchangeRefusal::different_product_family, other_product(line.facts.product));
    refusals.set(ExchangeRefusal::product_not_exchangeable, !pack.exchangeable(line.facts.product));
    refusals.set(ExchangeRefusal::exchange_right_used, right_has_ended(line, pack));
  }
  for (const ExchangePurchaseCase& line : purchases) {
    refusals.set(ExchangeRefusal::different_currencies, line.price.currency != currency);
    refusals.set(ExchangeRefusal::different_product_family, other_product(line.product));
  }
  return refusals;
}

void add_up(ExchangeDecision& decision, std::span<const ExchangePurchaseCase> purchases) {
  for (std::size_t i = 0; i < decision.returns.size(); ++i) {
    decision.credits += decision.credit(i);
    decision.commitments += decision.remaining_commitment(i);
  }
  for (const ExchangePurchaseCase& line : purchases) decision.purchases_total += line.price;
  decision.refunds_total = decision.credits + decision.commitments;
  decision.net_payable = decision.purchases_total - decision.refunds_total;
}

// Units of the first bought line with which purchases reach refunds_total, which is never below what a pack asks for.
std::optional<std::int64_t> smallest_quantity(const ExchangeDecision& decision, std::span<const ExchangePurchaseCase> purchases) {
  if (purchases.empty()) return std::nullopt;
  const ExchangePurchaseCase& first = purchases.front();
  const std::int64_t unit = first.price.minor / first.quantity;
  if (unit == 0) return std::nullopt;
  const std::int64_t missing = (decision.refunds_total - (decision.purchases_total - first.price)).minor;
  return std::max<std::int64_t>(1, (missing + unit - 1) / unit);
}

void weigh(ExchangeDecision& decision, std::span<const ExchangePurchaseCase> purchases, const Pack& pack) {
  const bool lines_fit = !decision.refusals.any() && !decision.line_refusals.any();
  const Money needed = pack.exchange.at_least == AtLeast::credit ? decision.credits : decision.refunds_total;
  decision.refusals.set(ExchangeRefusal::purchase_too_small, less(decision.purchases_total, needed));
  decision.refusals.set(ExchangeRefusal::net_payable_negative, decision.net_payable.is_negative());
  if (lines_fit && decision.net_payable.is_negative()) decision.smallest_quantity = smallest_quantity(decision, purchases);
}

}  // namespace

std::string_view sentence(ExchangeRefusal refusal, bool swedish) {
  switch (refusal) {
    case ExchangeRefusal::different_customers:
      return swedish ? "Raderna tillhör olika kunder; ett byte gäller en kund."
                     : "The lines belong to several customers; an exchange is for one.";
    case ExchangeRefusal::different_currencies:
      return swedish ? "Raderna har olika faktureringsvalutor; ett byte görs i en."
                     : "The lines are billed in several currencies; an exchange is in one.";
    case ExchangeRefusal::different_product_family:
      return swedish ? "Ett byte sker inom en och samma produkttyp." : "An exchange stays within one type of product.";
    case ExchangeRefusal::product_not_exchangeable:
      return swedish ? "Produkten kan inte bytas enligt den här policyn." : "This policy does not exchange the product.";
    case ExchangeRefusal::exchange_right_used:
      return swedish ? "Enheter som är köpta så sent har ingen bytesrätt; en sparplan täcker produkten."
                     : "Units bought that late have no right to exchange; a savings plan covers the product.";
    case ExchangeRefusal::purchase_too_small:
      return swedish ? "Det som köps kostar mindre än policyn kräver för det som lämnas tillbaka."
                     : "What is bought costs less than the policy asks for what is returned.";
    case ExchangeRefusal::net_payable_negative:
      return swedish ? "Det som köps kostar mindre än det som lämnas tillbaka; inget betalas ut vid ett byte."
                     : "What is bought costs less than what comes back; an exchange never pays out.";
  }
  return {};
}

Result<ExchangeDecision> decide_exchange(std::span<const ExchangeReturnCase> returns, std::span<const ExchangePurchaseCase> purchases,
                                         const ExchangeRequest& request, const Pack& pack) {
  CHECK(!returns.empty(), "an exchange returns something");
  ExchangeDecision decision{.policy = pack.id};
  for (const ExchangeReturnCase& line : returns) {
    RefundDecision each = TRY(decide_refund(
        line.facts,
        {.quantity = line.quantity, .as_of = request.as_of, .channel_approved = request.channel_approved, .channel = request.channel},
        pack));
    decision.line_refusals |= without_those_of_refunds(each.amounts.refusals);
    decision.warnings |= without_those_of_refunds(each.amounts.warnings);
    decision.returns.push_back(std::move(each));
  }
  decision.refusals = refusals_of_lines(returns, purchases, pack);
  decision.currency = decision.returns.front().currency;
  decision.credits = decision.commitments = decision.refunds_total = decision.purchases_total = decision.net_payable =
      Money::zero(decision.currency);
  if (decision.refusals.has(ExchangeRefusal::different_currencies)) return decision;  // nothing to add up
  add_up(decision, purchases);
  weigh(decision, purchases, pack);
  return decision;
}

}  // namespace prorata::policy
