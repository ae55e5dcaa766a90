#include "policy/refund.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <functional>

#include "policy/sample_packs.h"

namespace prorata::policy {
namespace {

const Day kStart = make_day(2026, 3, 1);

Currency currency(std::string_view code) { return *Currency::parse(code); }

// An active reservation of a CSP customer, priced, its product on no list.
RefundCase reservation(BillingPlan plan, std::int64_t quantity, Money price, Day start = kStart, Term term = Term{1}) {
  RefundCase facts{.start = start, .term = term, .plan = plan, .quantity = quantity, .product = "VirtualMachines", .usage = Usage::used};
  facts.schedule = make_schedule(plan, term, start, price, Money{price.minor, Currency::usd()});
  return facts;
}

RefundDecision decide(RefundCase facts, RefundRequest request, const Pack& pack) {
  facts.schedule = on_day(std::move(facts.schedule), day_of(request.as_of));
  Result<RefundDecision> decision = decide_refund(facts, request, pack);
  EXPECT_TRUE(decision) << decision.error().text();
  return std::move(*decision);
}

RefundRequest on(Day day, std::int64_t quantity = 1) { return {.quantity = quantity, .as_of = start_of(day), .channel_approved = true}; }

Money usd(std::int64_t minor) { return {minor, Currency::usd()}; }

TEST(Refusals, EachComesByItself) {
  struct Row {
    Refusal refusal;
    std::function<void(RefundCase&, RefundRequest&)> make;
  };
  const Row rows[] = {
      {Refusal::not_authorized, [](RefundCase& f, RefundRequest&) { f.authorized = false; }},
      {Refusal::customer_offer_not_supported, [](RefundCase& f, RefundRequest&) { f.offer = OfferType::enterprise_agreement; }},
      {Refusal::reservation_not_active, [](RefundCase& f, RefundRequest&) { f.active = false; }},
      {Refusal::reservation_not_active, [](RefundCase&, RefundRequest& r) { r.as_of = start_of(add_days(kStart, -1)); }},
      {Refusal::reservation_not_active, [](RefundCase&, RefundRequest& r) { r.as_of = start_of(make_day(2027, 3, 1)); }},
      {Refusal::operation_in_progress, [](RefundCase& f, RefundRequest&) { f.operation_in_progress = !(f.active = false); }},
      {Refusal::invalid_quantity, [](RefundCase&, RefundRequest& r) { r.quantity = 0; }},
      {Refusal::invalid_quantity, [](RefundCase&, RefundRequest& r) { r.quantity = -1; }},
      {Refusal::invalid_quantity, [](RefundCase&, RefundRequest& r) { r.quantity = 4; }},
      {Refusal::product_not_refundable, [](RefundCase& f, RefundRequest&) { f.product = "SUSELINUX"; }},
      {Refusal::transferred_upfront, [](RefundCase& f, RefundRequest&) { f.transferred_in = true; }},
      {Refusal::refund_limit_exceeded, [](RefundCase& f, RefundRequest&) { f.allowance_used = 5'000'000; }},
  };
  for (const Row& row : rows) {
    RefundCase facts = reservation(BillingPlan::upfront, 3, usd(365'000));
    RefundRequest request = on(add_days(kStart, 10));
    request.channel_approved = false;  // nobody asks for it under this pack
    row.make(facts, request);
    EXPECT_EQ(in_order(decide(facts, request, azure_2022()).amounts.refusals), std::vector{row.refusal}) << to_string(row.refusal);
  }
}

TEST(Refusals, AllThatApplyComeInOrderOfPrecedence) {
  RefundCase facts = reservation(BillingPlan::upfront, 3, usd(36'500'000));
  facts.authorized = facts.active = false;
  facts.operation_in_progress = facts.transferred_in = true;
  facts.offer = OfferType::individual;
  facts.product = "SuseLinux";
  Pack pack = azure_2022();
  pack.channel = Channel::support_request;
  RefundRequest request = on(add_days(kStart, 10), 3);
  request.channel_approved = false;
  const RefundDecision decision = decide(facts, request, pack);
  EXPECT_EQ(in_order(decision.amounts.refusals),
            (std::vector{Refusal::not_authorized, Refusal::customer_offer_not_supported, Refusal::operation_in_progress,
                         Refusal::product_not_refundable, Refusal::transferred_upfront, Refusal::support_request_required,
                         Refusal::refund_limit_exceeded}));
  EXPECT_GT(decision.refund.minor, 0) << "the figures are shown all the same";

  request.quantity = 4;
  request.as_of = start_of(make_day(2027, 3, 1));
  const RefundDecision nothing = decide(facts, request, pack);
  EXPECT_EQ(in_order(nothing.amounts.refusals),
            (std::vector{Refusal::not_authorized, Refusal::customer_offer_not_supported, Refusal::reservation_not_active,
                         Refusal::operation_in_progress, Refusal::invalid_quantity, Refusal::product_not_refundable,
                         Refusal::transferred_upfront, Refusal::support_request_required}));
  EXPECT_EQ(nothing.amounts.billing, SideAmounts{});
  EXPECT_EQ(nothing.row, "");
}

TEST(Refusals, AnUpfrontOneThatMovedIsRefusedAndAMonthlyOneIsNot) {
  RefundCase facts = reservation(BillingPlan::monthly, 1, usd(120'000));
  facts.transferred_in = true;
  EXPECT_FALSE(decide(facts, on(kStart), azure_2022()).refused());
}

TEST(Refusals, EachHasACodeAndASentenceInBothLanguages) {
  for (const auto& [refusal, word] : kWords<Refusal>) {
    EXPECT_NE(arm_code(refusal), "BadRequest") << word;
    EXPECT_TRUE(sentence(refusal, false).ends_with('.')) << word;
    EXPECT_TRUE(sentence(refusal, true).ends_with('.')) << word;
    EXPECT_NE(sentence(refusal, false), sentence(refusal, true)) << word;
  }
}

TEST(Refund, ChangesAfterTheFifthDay) {
  struct Row {
    std::int32_t day;
    Usage usage;
    const char* row;
    std::int64_t credit, fee, refund;
  };
  for (const Row& row : {Row{0, Usage::unused, "grace_unused", 365'000, 0, 365'000},
                         {5, Usage::unused, "grace_unused", 365'000, 0, 365'000},
                         {5, Usage::used, "grace_used", 360'000, 0, 360'000},
                         {6, Usage::unused, "later_unused", 359'000, 43'080, 315'920},
                         {6, Usage::used, "later_used", 359'000, 43'080, 315'920},
                         {364, Usage::used, "later_used", 1'000, 120, 880}}) {
    RefundCase facts = reservation(BillingPlan::upfront, 1, usd(365'000));
    facts.usage = row.usage;
    const RefundDecision decision = decide(facts, on(add_days(kStart, row.day)), csp_2020());
    EXPECT_EQ(decision.row, row.row) << row.day;
    EXPECT_EQ(decision.amounts.billing.credit, row.credit) << row.day;
    EXPECT_EQ(decision.amounts.billing.fee, row.fee) << row.day;
    EXPECT_EQ(decision.refund, usd(row.refund)) << row.day;
    EXPECT_EQ(decision.kept, usd(365'000 - row.refund)) << row.day;
  }
}

TEST(Refund, TheHourOfTheDayDoesNotMatter) {
  const RefundCase facts = reservation(BillingPlan::upfront, 1, usd(365'000));
  RefundRequest last = on(add_days(kStart, 5));
  last.as_of = {start_of(add_days(kStart, 6)).ticks - 1};
  EXPECT_EQ(decide(facts, last, csp_2020()).row, "grace_used");
  EXPECT_EQ(decide(facts, on(add_days(kStart, 6)), csp_2020()).row, "later_used");
}

TEST(Refund, PeriodsFollowTheCalendar) {
  struct Row {
    const char* name;
    BillingPlan plan;
    Day start;
    Term term;
    Day today;
    std::int32_t days, left;
  };
  const auto upfront = BillingPlan::upfront;
  const auto monthly = BillingPlan::monthly;
  for (const Row& row : {
           Row{"over 29 February", upfront, make_day(2023, 3, 1), Term{1}, make_day(2024, 2, 29), 366, 1},
           Row{"begun on 29 February", upfront, make_day(2024, 2, 29), Term{1}, make_day(2024, 2, 29), 365, 365},
           Row{"begun on 29 February, its last day", upfront, make_day(2024, 2, 29), Term{1}, make_day(2025, 2, 27), 365, 1},
           Row{"three years with a leap day", upfront, make_day(2023, 6, 1), Term{3}, make_day(2023, 6, 1), 1096, 1096},
           Row{"three years that end just after one", upfront, make_day(2025, 3, 1), Term{3}, make_day(2025, 3, 1), 1096, 1096},
           Row{"three years over 2100, no leap year", upfront, make_day(2098, 6, 1), Term{3}, make_day(2098, 6, 1), 1095, 1095},
           Row{"five years", upfront, make_day(2024, 1, 1), Term{5}, make_day(2024, 1, 1), 1827, 1827},
           Row{"31 January, day before the clamp", monthly, make_day(2026, 1, 31), Term{1}, make_day(2026, 2, 27), 28, 1},
           Row{"28 February is the second of 31 January", monthly, make_day(2026, 1, 31), Term{1}, make_day(2026, 2, 28), 31, 31},
           Row{"29 February in a leap year", monthly, make_day(2024, 1, 31), Term{1}, make_day(2024, 2, 29), 31, 31},
           Row{"31 March does not drift", monthly, make_day(2026, 1, 31), Term{1}, make_day(2026, 3, 31), 30, 30},
           Row{"30 November", monthly, make_day(2026, 10, 30), Term{1}, make_day(2026, 11, 30), 30, 30},
           Row{"the last instalment, its last day", monthly, make_day(2026, 1, 31), Term{1}, make_day(2027, 1, 30), 31, 1},
       }) {
    const RefundDecision decision = decide(reservation(row.plan, 1, usd(1'200'000), row.start, row.term), on(row.today), azure_2022());
    EXPECT_EQ(decision.facts.period_days, row.days) << row.name;
    EXPECT_EQ(decision.facts.left_days, row.left) << row.name;
    EXPECT_FALSE(decision.refused()) << row.name;
  }
}

TEST(Refund, AnUnpaidInstalmentIsCancelledAndNothingOfItComesBack) {
  for (const PaymentStatus status : {PaymentStatus::scheduled, PaymentStatus::failed}) {
    RefundCase facts = reservation(BillingPlan::monthly, 3, usd(360'000));
    const Day today = make_day(2026, 5, 20);
    facts.schedule = on_day(std::move(facts.schedule), today);
    facts.schedule.payments[2].status = status;
    const RefundDecision decision = decide(facts, on(today), azure_2022());
    EXPECT_EQ(decision.amounts.billing.paid, 0);
    EXPECT_EQ(decision.refund, usd(0));
    EXPECT_EQ(decision.amounts.billing.remaining_commitment, 10 * 10'000);
    EXPECT_EQ(decision.completed_payments, 2);
    EXPECT_EQ(decision.total_paid, usd(60'000));
  }
}

TEST(Refund, ACancelledInstalmentIsNeitherPaidNorCancelledAgain) {
  RefundCase facts = reservation(BillingPlan::monthly, 1, usd(120'000));
  facts.schedule = on_day(std::move(facts.schedule), kStart);
  facts.schedule.payments[5].status = PaymentStatus::cancelled;
  EXPECT_EQ(decide(facts, on(kStart), azure_2022()).amounts.billing.remaining_commitment, 10 * 10'000);
}

TEST(Refund, EachInstalmentIsSharedByItself) {
  // 100.00 a month, one of three units: 33.33 each, not a third of the sum.
  const RefundDecision decision = decide(reservation(BillingPlan::monthly, 3, usd(120'000)), on(kStart), azure_2022());
  EXPECT_EQ(decision.amounts.billing.paid, 3'333);
  EXPECT_EQ(decision.amounts.billing.remaining_commitment, 11 * 3'333);
}

TEST(Refund, TheLowerPriceScalesTheCreditAndNotWhatWasPaid) {
  struct Row {
    std::optional<std::int64_t> unit_price;
    std::int64_t credit;
    bool warned;
  };
  // Two units for 3,650.00; one returned on day 10, used: 1,775.00 is left.
  for (const Row& row : {Row{91'250, 88'750, false},
                         {182'499, 177'499, false},
                         {182'500, 177'500, false},
                         {182'501, 177'500, false},
                         {0, 0, false},
                         {std::nullopt, 177'500, true}}) {
    RefundCase facts = reservation(BillingPlan::upfront, 2, usd(365'000));
    if (row.unit_price) facts.current_unit_price = usd(*row.unit_price);
    const RefundDecision decision = decide(facts, on(add_days(kStart, 10)), azure_2022());
    EXPECT_EQ(decision.amounts.billing.credit, row.credit);
    EXPECT_EQ(decision.amounts.billing.paid, 182'500);
    EXPECT_EQ(decision.amounts.warnings.has(Warning::current_price_unknown), row.warned);
    EXPECT_EQ(decide(facts, on(add_days(kStart, 10)), csp_2020()).amounts.billing.credit, 177'500) << "csp-2020 looks at what was paid";
  }
}

TEST(Refund, KeepsTheDigitsOfItsCurrency) {
  struct Row {
    const char* code;
    std::int64_t price, paid, consumed, fee, refund;
  };
  // One of three units, day 65 of 365, 12 %.
  for (const Row& row : {Row{"JPY", 365'001, 121'667, 21'667, 12'000, 88'000},
                         {"KWD", 3'650'001, 1'216'667, 216'667, 120'000, 880'000},
                         {"JPY", 100, 33, 6, 3, 24},
                         {"KWD", 1, 0, 0, 0, 0}}) {
    const RefundDecision decision =
        decide(reservation(BillingPlan::upfront, 3, {row.price, currency(row.code)}), on(add_days(kStart, 65)), csp_2020());
    EXPECT_EQ(decision.amounts.billing.paid, row.paid) << row.code;
    EXPECT_EQ(decision.amounts.billing.consumed, row.consumed) << row.code;
    EXPECT_EQ(decision.amounts.billing.fee, row.fee) << row.code;
    EXPECT_EQ(decision.refund, (Money{row.refund, currency(row.code)})) << row.code;
  }
}

TEST(Refund, HalvesOfAMinorUnitGoAwayFromZero) {
  RefundCase facts = reservation(BillingPlan::upfront, 2, usd(1));
  facts.usage = Usage::unused;
  EXPECT_EQ(decide(facts, on(kStart), azure_2022()).refund, usd(1)) << "half a cent is a cent";
}

TEST(Refund, ThePricingSideIsWorkedOutFromItsOwnPayments) {
  RefundCase facts = reservation(BillingPlan::upfront, 3, {100'000, currency("SEK")});
  facts.schedule.payments[0].pricing = usd(10'001);
  const RefundDecision decision = decide(facts, on(add_days(kStart, 65)), csp_2020());
  EXPECT_EQ(decision.amounts.pricing.paid, 3'334);
  EXPECT_EQ(decision.amounts.pricing.consumed, 594);
  EXPECT_EQ(decision.amounts.pricing.fee, 329);
  EXPECT_EQ(decision.amounts.pricing.refund, 2'411);
  EXPECT_EQ(decision.amounts.metered, 2'411);
}

TEST(RefundAllowance, TheLastCentFitsAndOneMoreIsRefused) {
  RefundCase facts = reservation(BillingPlan::upfront, 1, usd(100'000));
  facts.usage = Usage::unused;
  facts.allowance_used = 4'000'000;
  facts.allowance_held = 900'000;
  EXPECT_FALSE(decide(facts, on(kStart), azure_2022()).refused());
  facts.allowance_held = 900'001;
  const RefundDecision over = decide(facts, on(kStart), azure_2022());
  EXPECT_TRUE(over.amounts.refusals.has(Refusal::refund_limit_exceeded));
  EXPECT_EQ(over.refund, usd(100'000)) << "refused, and still shown";
}

TEST(RefundAllowance, TheMeterIsThePacksOrTheDesksChoice) {
  const RefundCase facts = reservation(BillingPlan::monthly, 1, usd(12'000'000));  // 10,000.00 a month
  EXPECT_FALSE(decide(facts, on(kStart), azure_2022()).refused());
  RefundRequest chosen = on(kStart);
  chosen.meter = Meter::cancelled_commitment;
  EXPECT_TRUE(decide(facts, chosen, azure_2022()).amounts.refusals.has(Refusal::refund_limit_exceeded));
  EXPECT_TRUE(decide(facts, on(kStart), azure_2026()).amounts.refusals.has(Refusal::refund_limit_exceeded));
  chosen.meter = Meter::refund;
  const auto decision = decide_refund(facts, chosen, azure_2026());
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().code, Code::invalid_argument);
}

TEST(RefundAllowance, AClipGivesWhatIsFreeAndForfeitsTheRest) {
  struct Row {
    std::int64_t used, refund, forfeited;
    bool clipped;
  };
  for (const Row& row : {Row{0, 100'000, 0, false},
                         {4'900'000, 100'000, 0, false},
                         {4'900'001, 99'999, 1, true},
                         {4'999'999, 1, 99'999, true},
                         {5'000'000, 0, 100'000, true},
                         {6'000'000, 0, 100'000, true}}) {
    RefundCase facts = reservation(BillingPlan::upfront, 1, usd(100'000));
    facts.usage = Usage::unused;
    facts.allowance_used = row.used;
    const RefundDecision decision = decide(facts, on(kStart), csp_2020());
    EXPECT_EQ(decision.refund, usd(row.refund)) << row.used;
    EXPECT_EQ(decision.amounts.forfeited, row.forfeited) << row.used;
    EXPECT_EQ(decision.amounts.pricing.refund, row.refund) << row.used;
    EXPECT_EQ(decision.amounts.metered, 100'000) << "before the clip";
    EXPECT_EQ(decision.needs_consent(), row.clipped) << row.used;
    EXPECT_FALSE(decision.refused()) << row.used;
  }
}

TEST(RefundAllowance, AClipInAnotherCurrencyKeepsTheProportion) {
  RefundCase facts = reservation(BillingPlan::upfront, 1, {1'000'003, currency("SEK")});
  facts.schedule.payments[0].pricing = usd(100'000);
  facts.usage = Usage::unused;
  facts.allowance_used = 4'966'667;  // a third of the refund is free
  const RefundDecision decision = decide(facts, on(kStart), csp_2020());
  EXPECT_EQ(decision.amounts.pricing.refund, 33'333);
  EXPECT_EQ(decision.refund.minor, 333'331) << "1,000,003 x 33,333 / 100,000 is 333,330.99...";
  EXPECT_EQ(decision.amounts.forfeited, 1'000'003 - 333'331);
}

TEST(UnknownUsage, TakesTheRowThatPaysLessAndSaysSo) {
  RefundCase facts = reservation(BillingPlan::upfront, 1, usd(365'000));
  facts.usage = Usage::unknown;
  for (const auto& [day, row] : {std::pair(0, "grace_used"), {5, "grace_used"}, {6, "later_used"}}) {
    const RefundDecision decision = decide(facts, on(add_days(kStart, day)), csp_2020());
    EXPECT_EQ(decision.row, row) << "and on a tie the one for used reservations, day " << day;
    EXPECT_TRUE(decision.amounts.warnings.has(Warning::usage_unknown));
  }
  Pack odd = csp_2020();
  odd.rows[2].fee_rate = {1, 2};  // unused ones fare worse here
  EXPECT_EQ(decide(facts, on(add_days(kStart, 6)), *check_pack(odd)).row, "later_unused");
}

TEST(Errors, ACaseThatCannotBePricedSaysWhatToImport) {
  RefundCase facts = reservation(BillingPlan::upfront, 1, usd(365'000));
  facts.schedule.payments[0].pricing.reset();
  const auto without_rate = decide_refund(facts, on(kStart), csp_2020());
  ASSERT_FALSE(without_rate);
  EXPECT_NE(without_rate.error().message.find("prorata import rates"), std::string::npos);
  facts.schedule = {};
  const auto without_price = decide_refund(facts, on(kStart), csp_2020());
  ASSERT_FALSE(without_price);
  EXPECT_EQ(without_price.error().code, Code::invalid_argument);
  EXPECT_NE(without_price.error().message.find("prorata import azure"), std::string::npos);
}

RC_GTEST_PROP(RefundProperty, PartsAddUpToTheWholeAndMoreUnitsNeverGiveLess, ()) {
  const auto quantity = *rc::gen::inRange<std::int64_t>(1, 50);
  const auto plan = *rc::gen::element(BillingPlan::upfront, BillingPlan::monthly);
  const RefundCase facts = reservation(plan, quantity, usd(*rc::gen::inRange<std::int64_t>(0, 5'000'000)));
  const Day today = add_days(kStart, *rc::gen::inRange(0, 365));
  std::int64_t before = 0;
  for (std::int64_t q = 1; q <= quantity; ++q) {
    const RefundDecision d = decide(facts, on(today, q), azure_2022());
    const SideAmounts& a = d.amounts.billing;
    RC_ASSERT(a.consumed + a.pro_rated == a.paid);
    RC_ASSERT(a.refund + a.fee == a.credit);
    RC_ASSERT(d.refund + d.kept == d.total_paid);
    RC_ASSERT(0 <= a.refund && a.refund <= a.paid);
    RC_ASSERT(before <= a.refund);
    before = a.refund;
  }
}

}  // namespace
}  // namespace prorata::policy
