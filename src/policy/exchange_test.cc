#include "policy/exchange.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace prorata::policy {
namespace {

const Currency kGbp = *Currency::parse("GBP");
const CustomerId kCustomer = *CustomerId::parse("0a0a0a0a-0000-4000-8000-000000000001");
const CustomerId kOther = *CustomerId::parse("0a0a0a0a-0000-4000-8000-000000000002");
const Day kStart = make_day(2026, 3, 4);
const Instant kNow = *parse_instant("2026-03-06T12:00:00Z");

Pack pack(AtLeast at_least) {
  Pack p{.id = "test", .from = make_day(2020, 1, 1)};
  p.rows = {{.name = "grace_unused", .elapsed_until = 5, .credit = Credit::full},
            {.name = "grace_used", .elapsed_until = 5, .used = true},
            {.name = "later_unused", .elapsed_from = 6, .fee_rate = {12, 100}},
            {.name = "later_used", .elapsed_from = 6, .used = true, .fee_rate = {12, 100}}};
  p.allowance = {.limit_minor = 5'000'000};
  p.not_refundable = {"Databricks"};
  p.not_exchangeable = {"SuseLinux"};
  p.savings_plan_products = {"VirtualMachines"};
  p.channel = Channel::self_service;
  p.exchange = {.at_least = at_least, .ends_for_bought_from = make_day(2027, 2, 1)};
  return *check_pack(std::move(p));
}

ExchangeReturnCase returned(BillingPlan plan, std::int64_t price, std::int64_t quantity, std::int64_t of, Currency currency = kGbp) {
  ExchangeReturnCase line{.customer = kCustomer, .purchased = kStart, .quantity = quantity};
  line.facts = {.start = kStart, .term = Term{1}, .plan = plan, .quantity = of, .product = "VirtualMachines", .usage = Usage::unused};
  line.facts.schedule =
      on_day(make_schedule(plan, Term{1}, kStart, {price, currency}, Money{price * 6 / 5, Currency::usd()}), day_of(kNow));
  return line;
}

ExchangePurchaseCase bought(std::int64_t price, std::int64_t quantity, Currency currency = kGbp) {
  return {.product = "VirtualMachines", .quantity = quantity, .price = {price, currency}};
}

ExchangeDecision decide(const std::vector<ExchangeReturnCase>& returns, const std::vector<ExchangePurchaseCase>& purchases,
                        AtLeast at_least = AtLeast::credit_and_commitment) {
  return *decide_exchange(returns, purchases, {.as_of = kNow}, pack(at_least));
}

TEST(Exchange, ComesOutAsRecordedFromTheService) {
  const ExchangeDecision d = decide({returned(BillingPlan::monthly, 54'000, 1, 3), returned(BillingPlan::monthly, 13'500, 1, 3)},
                                    {bought(12'000, 3), bought(47'700, 3)});
  EXPECT_EQ(to_string(d.credit(0)), "15.00");
  EXPECT_EQ(to_string(d.remaining_commitment(0)), "165.00");
  EXPECT_EQ(to_string(d.credit(1)), "3.75");
  EXPECT_EQ(to_string(d.remaining_commitment(1)), "41.25");
  EXPECT_EQ(to_string(d.refunds_total), "225.00");
  EXPECT_EQ(to_string(d.purchases_total), "597.00");
  EXPECT_EQ(to_string(d.net_payable), "372.00");
  EXPECT_FALSE(d.refused());
  EXPECT_FALSE(d.smallest_quantity);
}

TEST(Exchange, EachRuleIsARefusalOfItsOwn) {
  struct Row {
    const char* name;
    std::function<void(ExchangeReturnCase&, ExchangePurchaseCase&)> breaks;
    ExchangeRefusal refusal;
  };
  const Row rows[] = {
      {"another customer", [](auto& out, auto&) { out.customer = kOther; }, ExchangeRefusal::different_customers},
      {"another currency bought", [](auto&, auto& in) { in.price.currency = Currency::usd(); }, ExchangeRefusal::different_currencies},
      {"another currency returned", [](auto& out, auto&) { out = returned(BillingPlan::upfront, 36'500, 1, 1, Currency::usd()); },
       ExchangeRefusal::different_currencies},
      {"another family bought", [](auto&, auto& in) { in.product = "SqlDatabases"; }, ExchangeRefusal::different_product_family},
      {"another family returned", [](auto& out, auto&) { out.facts.product = "SqlDatabases"; }, ExchangeRefusal::different_product_family},
      {"bought on the day the right ends", [](auto& out, auto&) { out.purchased = make_day(2027, 2, 1); },
       ExchangeRefusal::exchange_right_used},
  };
  for (const Row& row : rows) {
    ExchangeReturnCase second = returned(BillingPlan::upfront, 36'500, 1, 1);
    ExchangePurchaseCase purchase = bought(1'000'000, 1);
    row.breaks(second, purchase);
    const ExchangeDecision d = decide({returned(BillingPlan::upfront, 36'500, 1, 1), second}, {purchase});
    EXPECT_EQ(in_order(d.refusals), std::vector{row.refusal}) << row.name;
    EXPECT_FALSE(d.line_refusals.any()) << row.name;
  }
}

TEST(Exchange, HasAListOfItsOwn) {
  ExchangeReturnCase suse = returned(BillingPlan::upfront, 36'500, 1, 1);
  ExchangePurchaseCase purchase = bought(36'500, 1);
  suse.facts.product = purchase.product = "suselinux";
  EXPECT_TRUE(decide({suse}, {purchase}).refusals.has(ExchangeRefusal::product_not_exchangeable));
  suse.facts.product = purchase.product = "Databricks";
  EXPECT_FALSE(decide({suse}, {purchase}).refused()) << "what is not refunded may still be exchanged";
}

TEST(Exchange, TheRightBelongsToUnitsBoughtBeforeAndToFamiliesWithASavingsPlan) {
  ExchangeReturnCase line = returned(BillingPlan::upfront, 36'500, 1, 1);
  line.purchased = make_day(2027, 1, 31);
  EXPECT_FALSE(decide({line}, {bought(36'500, 1)}).refused());
  line.purchased = make_day(2027, 2, 1);
  EXPECT_TRUE(decide({line}, {bought(36'500, 1)}).refused());
  ExchangePurchaseCase purchase = bought(36'500, 1);
  line.facts.product = purchase.product = "Redis";
  EXPECT_FALSE(decide({line}, {purchase}).refused()) << "no savings plan covers it";
}

TEST(Exchange, TheLastCentDecides) {
  const std::vector returns = {returned(BillingPlan::monthly, 120'000, 1, 1)};  // 100.00 back, 1,100.00 never charged
  struct Row {
    AtLeast at_least;
    std::int64_t price;
    std::vector<ExchangeRefusal> refusals;
  };
  const auto small = ExchangeRefusal::purchase_too_small;
  const auto negative = ExchangeRefusal::net_payable_negative;
  for (const Row& row : {Row{AtLeast::credit_and_commitment, 120'000, {}}, Row{AtLeast::credit_and_commitment, 119'999, {small, negative}},
                         Row{AtLeast::credit, 120'000, {}}, Row{AtLeast::credit, 119'999, {negative}},
                         Row{AtLeast::credit, 10'000, {negative}}, Row{AtLeast::credit, 9'999, {small, negative}}}) {
    const ExchangeDecision d = decide(returns, {bought(row.price, 1)}, row.at_least);
    EXPECT_EQ(in_order(d.refusals), row.refusals) << to_string(row.at_least) << " " << row.price;
    EXPECT_EQ(d.smallest_quantity.has_value(), !row.refusals.empty());
  }
}

TEST(Exchange, NeverTakesAFeeNorTouchesTheAllowance) {
  ExchangeReturnCase line = returned(BillingPlan::upfront, 100'000'000, 1, 1);  // far beyond the limit
  line.facts.usage = Usage::used;
  line.facts.allowance_used = 5'000'000;
  const Instant later = *parse_instant("2026-06-12");  // day 100, where a return pays twelve per cent
  const ExchangeDecision d =
      *decide_exchange(std::vector{line}, std::vector{bought(100'000'000, 1)}, {.as_of = later}, pack(AtLeast::credit));
  EXPECT_FALSE(d.refused());
  EXPECT_EQ(d.credit(0).minor, 100'000'000 - 27'397'260);
  EXPECT_EQ(d.refunds_total, d.credit(0));
}

TEST(Exchange, ReportsWhatStandsAgainstALine) {
  ExchangeReturnCase line = returned(BillingPlan::upfront, 36'500, 2, 1);
  line.facts.offer = OfferType::pay_as_you_go;
  const ExchangeDecision d = decide({line}, {bought(36'500, 1)});
  EXPECT_EQ(in_order(d.line_refusals), (std::vector{Refusal::customer_offer_not_supported, Refusal::invalid_quantity}));
  EXPECT_TRUE(d.refunds_total.is_zero());
}

TEST(Exchange, EveryRefusalHasASentenceInBothLanguages) {
  for (const auto& [refusal, word] : kWords<ExchangeRefusal>) {
    EXPECT_FALSE(sentence(refusal, false).empty()) << word;
    EXPECT_FALSE(sentence(refusal, true).empty()) << word;
    EXPECT_NE(sentence(refusal, true), sentence(refusal, false)) << word;
  }
}

RC_GTEST_PROP(ExchangeProperty, TheSmallestQuantityIsTheFirstThatIsEnough, ()) {
  const auto price = *rc::gen::inRange<std::int64_t>(1, 10'000'000);
  const auto plan = *rc::gen::element(BillingPlan::upfront, BillingPlan::monthly);
  const std::vector returns = {returned(plan, price, 1, *rc::gen::inRange<std::int64_t>(1, 9))};
  const auto unit = *rc::gen::inRange<std::int64_t>(1, 100'000);
  const std::int64_t other = *rc::gen::inRange<std::int64_t>(0, 100'000);
  const auto with = [&](std::int64_t quantity) { return decide(returns, {bought(unit * quantity, quantity), bought(other, 1)}); };
  const ExchangeDecision d = with(1);
  RC_ASSERT(d.refunds_total == d.credits + d.commitments);
  RC_ASSERT(d.net_payable == d.purchases_total - d.refunds_total);
  RC_ASSERT(d.refused() == d.net_payable.is_negative());
  if (!d.smallest_quantity) return RC_ASSERT(!d.refused());
  RC_ASSERT(!with(*d.smallest_quantity).refused());
  RC_ASSERT(with(*d.smallest_quantity - 1).refused());
}

}  // namespace
}  // namespace prorata::policy
