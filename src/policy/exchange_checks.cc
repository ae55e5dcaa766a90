#include "policy/exchange_checks.h"

#include <algorithm>

#include <fmt/format.h>

#include "policy/step.h"

namespace prorata::policy {
namespace {

struct RuleText {
  std::string_view rule;
  ExchangeRefusal refusal;
  std::string_view met[2];  // English, Swedish
  std::string_view fix[2];
};

// In the order of ExchangeRefusal, which is that of precedence.
constexpr RuleText kRules[] = {
    {"exchange.one_customer",
     ExchangeRefusal::different_customers,
     {"All of it belongs to one customer.", "Allt tillhör en och samma kund."},
     {"Take away the lines of the other customer, and make an exchange of their own for them.",
      "Ta bort den andra kundens rader och gör ett eget byte för dem."}},
    {"exchange.one_currency",
     ExchangeRefusal::different_currencies,
     {"All of it is billed in one currency.", "Allt faktureras i en och samma valuta."},
     {"Take away the lines that are billed in another currency.", "Ta bort raderna som faktureras i en annan valuta."}},
    {"exchange.one_family",
     ExchangeRefusal::different_product_family,
     {"All of it is one type of product.", "Allt är av samma produkttyp."},
     {"Take away the lines of another type, or choose something of the same type instead.",
      "Ta bort raderna av annan typ, eller välj något av samma typ i stället."}},
    {"exchange.exchangeable",
     ExchangeRefusal::product_not_exchangeable,
     {"The product may be exchanged.", "Produkten får bytas."},
     {"Take the lines away. Whether they can be returned for money is another question: ask for a refund.",
      "Ta bort raderna. Om de kan lämnas tillbaka mot pengar är en annan fråga: begär en återbetalning."}},
    {"exchange.right",
     ExchangeRefusal::exchange_right_used,
     {"", ""},
     {"Take the lines away. Keep the units, return them for money, or move to a savings plan.",
      "Ta bort raderna. Behåll enheterna, lämna tillbaka dem mot pengar eller gå över till en sparplan."}},
    {"exchange.at_least",
     ExchangeRefusal::purchase_too_small,
     {"What is bought is worth enough.", "Det som köps är värt tillräckligt mycket."},
     {"Buy for {} more, or return fewer units.", "Köp för {} till, eller lämna tillbaka färre enheter."}},
    {"exchange.no_payout",
     ExchangeRefusal::net_payable_negative,
     {"Nothing is paid out: what is bought costs at least what comes back.",
      "Inget betalas ut: det som köps kostar minst det som kommer tillbaka."},
     {"Buy for {} more, or return fewer units.", "Köp för {} till, eller lämna tillbaka färre enheter."}}};

constexpr std::string_view kReturnedRule = "exchange.returned";
// What is approved later stands against nothing now.
constexpr Refusal kApproval = Refusal::support_request_required;

std::size_t in(Language language) { return language == Language::swedish ? 1 : 0; }

const RuleText& text_of(std::string_view rule) { return *std::ranges::find(kRules, rule, &RuleText::rule); }

bool right_ends(const ExchangeReturnCase& line, const Pack& pack) {
  return pack.exchange.ends_for_bought_from && pack.covered_by_savings_plan(line.facts.product);
}

Currency currency_of(const ExchangeReturnCase& line) { return line.facts.schedule.payments.front().billing.currency; }

template <class Range, class Stands>
std::vector<std::size_t> places(const Range& range, const Stands& stands) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < range.size(); ++i)
    if (stands(range[i])) out.push_back(i);
  return out;
}

// Which lines a rule that looks at lines stands against.
void name_lines(ExchangeCheck& check, ExchangeRefusal refusal, std::span<const ExchangeReturnCase> returns,
                std::span<const ExchangePurchaseCase> purchases, const Pack& pack) {
  const ExchangeReturnCase& first = returns.front();
  switch (refusal) {
    case ExchangeRefusal::different_customers:
      check.returned = places(returns, [&](const auto& each) { return each.customer != first.customer; });
      return;
    case ExchangeRefusal::different_currencies:
      check.returned = places(returns, [&](const auto& each) { return currency_of(each) != currency_of(first); });
      check.bought = places(purchases, [&](const auto& each) { return each.price.currency != currency_of(first); });
      return;
    case ExchangeRefusal::different_product_family:
      check.returned = places(returns, [&](const auto& each) { return !equal_ignoring_case(each.facts.product, first.facts.product); });
      check.bought = places(purchases, [&](const auto& each) { return !equal_ignoring_case(each.product, first.facts.product); });
      return;
    case ExchangeRefusal::product_not_exchangeable:
      check.returned = places(returns, [&](const auto& each) { return !pack.exchangeable(each.facts.product); });
      return;
    case ExchangeRefusal::exchange_right_used:
      check.returned = places(
          returns, [&](const auto& each) { return right_ends(each, pack) && *pack.exchange.ends_for_bought_from <= each.purchased; });
      return;
    case ExchangeRefusal::purchase_too_small:
    case ExchangeRefusal::net_payable_negative: return;
  }
}

std::vector<ExchangeCheck> checks_of_returns(const ExchangeDecision& decision) {
  Refusals all = decision.line_refusals;
  all.clear(kApproval);
  std::vector<ExchangeCheck> out;
  for (const Refusal refusal : in_order(all))
    out.push_back({.rule = kReturnedRule,
                   .met = false,
                   .returned_refusal = refusal,
                   .returned = places(decision.returns, [&](const RefundDecision& each) { return each.amounts.refusals.has(refusal); })});
  if (out.empty()) out.push_back({.rule = kReturnedRule});
  return out;
}

Money missing_for(ExchangeRefusal refusal, const ExchangeDecision& decision, const Pack& pack) {
  const bool credits_do = refusal == ExchangeRefusal::purchase_too_small && pack.exchange.at_least == AtLeast::credit;
  return (credits_do ? decision.credits : decision.refunds_total) - decision.purchases_total;
}

std::string right_met(const ExchangeCheck& check, Language language) {
  const bool swedish = language == Language::swedish;
  if (check.right == ExchangeRight::last) {
    return swedish ? "Enheterna har ett sista byte kvar; det som köps nu kan inte bytas igen."
                   : "The units have one last exchange; what is bought now cannot be exchanged again.";
  }
  if (check.until) {
    return fmt::format(fmt::runtime(swedish ? "Enheterna får bytas; det som är köpt före {} behåller ett byte."
                                            : "The units may be exchanged; what is bought before {} keeps one exchange."),
                       to_string(*check.until));
  }
  return swedish ? "Enheterna får bytas, hur ofta som helst." : "The units may be exchanged, any number of times.";
}

}  // namespace

ExchangeRight exchange_right(const ExchangeReturnCase& line, const Pack& pack, Day today) {
  if (!right_ends(line, pack)) return ExchangeRight::open;
  const Day ends = *pack.exchange.ends_for_bought_from;
  if (ends <= line.purchased) return ExchangeRight::used;
  return ends <= today ? ExchangeRight::last : ExchangeRight::open;
}

std::vector<ExchangeCheck> checks_of(std::span<const ExchangeReturnCase> returns, std::span<const ExchangePurchaseCase> purchases,
                                     const ExchangeDecision& decision, const Pack& pack, Day today) {
  std::vector<ExchangeCheck> out = checks_of_returns(decision);
  const bool added_up = !decision.refusals.has(ExchangeRefusal::different_currencies);
  for (const RuleText& each : kRules) {
    const bool of_amounts = ExchangeRefusal::purchase_too_small <= each.refusal;
    if (of_amounts && !added_up) continue;
    ExchangeCheck check{.rule = each.rule, .met = !decision.refusals.has(each.refusal)};
    if (!check.met) name_lines(check, each.refusal, returns, purchases, pack);
    if (!check.met && of_amounts) check.missing = missing_for(each.refusal, decision, pack);
    if (each.refusal == ExchangeRefusal::exchange_right_used) {
      for (const ExchangeReturnCase& line : returns) {
        check.right = std::max(check.right, exchange_right(line, pack, today));
        if (right_ends(line, pack)) check.until = pack.exchange.ends_for_bought_from;
      }
    }
    out.push_back(std::move(check));
  }
  return out;
}

std::string sentence(const ExchangeCheck& check, Language language) {
  const bool swedish = language == Language::swedish;
  if (check.returned_refusal) return std::string(sentence(*check.returned_refusal, swedish));
  if (check.rule == kReturnedRule) return swedish ? "Enheterna får lämnas tillbaka." : "The units may be given back.";
  const RuleText& text = text_of(check.rule);
  if (!check.met) return std::string(sentence(text.refusal, swedish));
  return text.refusal == ExchangeRefusal::exchange_right_used ? right_met(check, language) : std::string(text.met[in(language)]);
}

std::string fix(const ExchangeCheck& check, Language language) {
  if (check.met) return {};
  const bool swedish = language == Language::swedish;
  if (check.returned_refusal == Refusal::invalid_quantity)
    return swedish ? "Välj minst en enhet och högst så många som reservationen har."
                   : "Choose at least one unit and no more than there are.";
  if (check.returned_refusal)
    return swedish ? "Ta bort raden, eller vänta tills hindret är borta." : "Take the line away, or wait until this is over.";
  const std::string_view text = text_of(check.rule).fix[in(language)];
  return check.missing ? fmt::format(fmt::runtime(text), readable(*check.missing, language)) : std::string(text);
}

std::optional<Addition> smallest_addition(Money missing, std::span<const Money> unit_prices, std::int64_t units_max) {
  if (missing.minor <= 0) return std::nullopt;
  std::optional<Addition> best;
  for (std::size_t i = 0; i < unit_prices.size(); ++i) {
    const Money unit = unit_prices[i];
    if (unit.currency != missing.currency || unit.minor <= 0) continue;
    const std::int64_t units = (missing.minor - 1) / unit.minor + 1;
    if (units_max < units) continue;
    const Addition each{.offer = i, .units = units, .cost = unit * units};
    const auto rank = [](const Addition& a) { return std::pair(a.cost.minor, a.units); };
    if (!best || rank(each) < rank(*best)) best = each;
  }
  return best;
}

}  // namespace prorata::policy
