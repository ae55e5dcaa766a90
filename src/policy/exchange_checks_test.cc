#include "policy/exchange_checks.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace prorata::policy {
namespace {

const Currency kGbp = *Currency::parse("GBP");
const CustomerId kCustomer = *CustomerId::parse("0a0a0a0a-0000-4000-8000-000000000001");
const CustomerId kOther = *CustomerId::parse("0a0a0a0a-0000-4000-8000-000000000002");
const Day kStart = make_day(2026, 3, 4);
const Instant kNow = *parse_instant("2026-03-26T12:00:00Z");
const Day kToday = day_of(kNow);

Pack pack(AtLeast at_least) {
  Pack p{.id = "test", .from = make_day(2020, 1, 1)};
  p.rows = {{.name = "unused"}, {.name = "used", .used = true}};
  p.allowance = {.limit_minor = 5'000'000};
  p.not_exchangeable = {"SuseLinux"};
  p.savings_plan_products = {"VirtualMachines"};
  p.channel = Channel::self_service;
  p.exchange = {.at_least = at_least, .ends_for_bought_from = make_day(2027, 2, 1)};
  return *check_pack(std::move(p));
}

ExchangeReturnCase returned(BillingPlan plan, std::int64_t price, std::int64_t quantity, std::int64_t of, Currency currency = kGbp) {
  ExchangeReturnCase line{.customer = kCustomer, .purchased = kStart, .quantity = quantity};
  line.facts = {.start = kStart, .term = Term{1}, .plan = plan, .quantity = of, .product = "VirtualMachines", .usage = Usage::unused};
  line.facts.schedule = on_day(make_schedule(plan, Term{1}, kStart, {price, currency}, Money{price * 6 / 5, Currency::usd()}), kToday);
  return line;
}

ExchangePurchaseCase bought(std::int64_t unit, std::int64_t quantity, Currency currency = kGbp) {
  return {.product = "VirtualMachines", .quantity = quantity, .price = {unit * quantity, currency}};
}

struct Checked {
  ExchangeDecision decision;
  std::vector<ExchangeCheck> checks;
  const ExchangeCheck& of(std::string_view rule) const { return *std::ranges::find(checks, rule, &ExchangeCheck::rule); }
};

Checked check(const std::vector<ExchangeReturnCase>& returns, const std::vector<ExchangePurchaseCase>& purchases,
              AtLeast at_least = AtLeast::credit_and_commitment, Day today = kToday) {
  const Pack rules = pack(at_least);
  Checked out{.decision = *decide_exchange(returns, purchases, {.as_of = kNow}, rules), .checks = {}};
  out.checks = checks_of(returns, purchases, out.decision, rules, today);
  return out;
}

TEST(ExchangeChecks, ARuleNamesTheLinesThatStandAgainstIt) {
  ExchangeReturnCase theirs = returned(BillingPlan::upfront, 36'500, 1, 1);
  theirs.customer = kOther;
  ExchangePurchaseCase sql = bought(90'000, 1);
  sql.product = "SqlDatabases";
  const Checked c = check({returned(BillingPlan::upfront, 36'500, 1, 1), theirs}, {bought(1'000, 1), sql});
  EXPECT_FALSE(c.of("exchange.one_customer").met);
  EXPECT_EQ(c.of("exchange.one_customer").returned, std::vector<std::size_t>{1});
  EXPECT_EQ(c.of("exchange.one_family").bought, std::vector<std::size_t>{1});
  EXPECT_TRUE(c.of("exchange.one_family").returned.empty());
  EXPECT_TRUE(c.of("exchange.returned").met);
  EXPECT_TRUE(c.of("exchange.at_least").met);
}

TEST(ExchangeChecks, SayHowMuchMoreHasToBeBought) {
  const Checked c = check({returned(BillingPlan::monthly, 36'500, 1, 1)}, {}, AtLeast::credit);
  EXPECT_EQ(c.of("exchange.at_least").missing, c.decision.credits);
  EXPECT_EQ(c.of("exchange.no_payout").missing, c.decision.refunds_total);
  EXPECT_NE(fix(c.of("exchange.no_payout"), Language::english).find("343"), std::string::npos)
      << fix(c.of("exchange.no_payout"), Language::english);
}

TEST(ExchangeChecks, SumsOfSeveralCurrenciesAreNotJudged) {
  const Checked c = check({returned(BillingPlan::upfront, 36'500, 1, 1)}, {bought(99'000, 1, Currency::usd())});
  EXPECT_FALSE(c.of("exchange.one_currency").met);
  EXPECT_EQ(std::ranges::find(c.checks, "exchange.at_least", &ExchangeCheck::rule), c.checks.end());
}

TEST(ExchangeChecks, TheRightToExchangeBelongsToTheDayOfPurchase) {
  const Day end = make_day(2027, 2, 1);
  ExchangeReturnCase line = returned(BillingPlan::upfront, 36'500, 1, 1);
  line.purchased = add_days(end, -1);
  const Pack rules = pack(AtLeast::credit);
  EXPECT_EQ(exchange_right(line, rules, add_days(end, -1)), ExchangeRight::open);
  EXPECT_EQ(exchange_right(line, rules, end), ExchangeRight::last);
  line.purchased = end;
  EXPECT_EQ(exchange_right(line, rules, end), ExchangeRight::used);
  line.facts.product = "SqlDatabases";  // which no savings plan covers
  EXPECT_EQ(exchange_right(line, rules, end), ExchangeRight::open);
}

// Every check has a sentence in both languages, and a way out exactly where it is not met; together they say what the decision says.
RC_GTEST_PROP(ExchangeChecks, SayWhatTheDecisionSays, ()) {
  std::vector<ExchangeReturnCase> returns;
  std::vector<ExchangePurchaseCase> purchases;
  for (int i = *rc::gen::inRange(1, 4); 0 < i; --i) {
    const auto of = *rc::gen::inRange<std::int64_t>(1, 5);
    returns.push_back(returned(*rc::gen::element(BillingPlan::upfront, BillingPlan::monthly),
                               *rc::gen::inRange<std::int64_t>(1'200, 90'000), *rc::gen::inRange<std::int64_t>(1, of + 2), of,
                               *rc::gen::element(kGbp, kGbp, kGbp, Currency::usd())));
    returns.back().customer = *rc::gen::element(kCustomer, kCustomer, kCustomer, kOther);
    returns.back().facts.product = *rc::gen::element<std::string>("VirtualMachines", "VirtualMachines", "SuseLinux");
    returns.back().facts.operation_in_progress = *rc::gen::inRange(0, 5) == 0;
    returns.back().purchased = *rc::gen::element(kStart, make_day(2027, 2, 1));
  }
  for (int i = *rc::gen::inRange(0, 3); 0 < i; --i)
    purchases.push_back(bought(*rc::gen::inRange<std::int64_t>(1, 90'000), *rc::gen::inRange<std::int64_t>(1, 4)));
  const Checked c = check(returns, purchases, *rc::gen::element(AtLeast::credit, AtLeast::credit_and_commitment));
  RC_ASSERT(std::ranges::all_of(c.checks, &ExchangeCheck::met) == !c.decision.refused());
  for (const ExchangeCheck& each : c.checks) {
    for (const Language language : {Language::english, Language::swedish}) {
      RC_ASSERT(!sentence(each, language).empty());
      RC_ASSERT(fix(each, language).empty() == each.met);
      RC_ASSERT(fix(each, language).find('{') == std::string::npos && sentence(each, language).find('{') == std::string::npos);
    }
    for (const std::size_t place : each.returned) RC_ASSERT(place < returns.size());
    for (const std::size_t place : each.bought) RC_ASSERT(place < purchases.size());
  }
}

// The slow twin: every number of units of every kind, each decided as a whole exchange; the cheapest that is not refused.
RC_GTEST_PROP(SmallestAddition, IsThatOfTryingThemAll, ()) {
  const Pack rules = pack(*rc::gen::element(AtLeast::credit, AtLeast::credit_and_commitment));
  const std::vector<ExchangeReturnCase> returns = {
      returned(*rc::gen::element(BillingPlan::upfront, BillingPlan::monthly), *rc::gen::inRange<std::int64_t>(1'200, 4'000), 1, 1)};
  std::vector<Money> units;
  std::vector<ExchangePurchaseCase> purchases;
  for (int i = *rc::gen::inRange(1, 4); 0 < i; --i) {
    units.push_back({*rc::gen::inRange<std::int64_t>(0, 900), kGbp});
    purchases.push_back(bought(units.back().minor, *rc::gen::inRange<std::int64_t>(1, 3)));
  }
  const auto decided = [&](const std::vector<ExchangePurchaseCase>& all) { return *decide_exchange(returns, all, {.as_of = kNow}, rules); };
  const ExchangeDecision now = decided(purchases);

  constexpr std::int64_t kUnitsMax = 40;
  std::optional<Addition> best;
  for (std::size_t i = 0; now.refused() && i < purchases.size(); ++i) {
    for (std::int64_t n = 1; n <= kUnitsMax; ++n) {
      std::vector<ExchangePurchaseCase> more = purchases;
      more[i] = bought(units[i].minor, purchases[i].quantity + n);
      if (decided(more).refused()) continue;
      const Addition each{.offer = i, .units = n, .cost = units[i] * n};
      if (!best || std::pair(each.cost.minor, n) < std::pair(best->cost.minor, best->units)) best = each;
      break;
    }
  }
  RC_ASSERT(smallest_addition(now.refunds_total - now.purchases_total, units, kUnitsMax) == best);
}

TEST(SmallestAddition, LeavesOutWhatHasNoPriceInTheCurrency) {
  EXPECT_EQ(smallest_addition({100, kGbp}, {}), std::nullopt);
  EXPECT_EQ(smallest_addition({0, kGbp}, std::vector<Money>{{10, kGbp}}), std::nullopt);
  EXPECT_EQ(smallest_addition({100, kGbp}, std::vector<Money>{{50, Currency::usd()}, {0, kGbp}}), std::nullopt);
  EXPECT_EQ(smallest_addition({100, kGbp}, std::vector<Money>{{1, kGbp}}, 99), std::nullopt);
  const std::vector<Money> equal = {{25, kGbp}, {50, kGbp}, {100, kGbp}};
  EXPECT_EQ(smallest_addition({100, kGbp}, equal)->offer, 2U);
}

}  // namespace
}  // namespace prorata::policy
