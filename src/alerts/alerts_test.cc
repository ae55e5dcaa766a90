#include "alerts/alerts.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace prorata::alerts {
namespace {

Reservation expiring_on(Day day, ProvisioningState state = ProvisioningState::succeeded) {
  Reservation r;
  r.id = *ReservationId::parse("01970000-0000-7000-8000-000000000001");
  r.expiry = {start_of(day).ticks + 15 * 3'600 * kTicksPerSecond};  // in the afternoon: the day counts
  r.state = state;
  return r;
}

std::vector<std::int32_t> days_of(const std::vector<ExpiryCause>& causes) {
  std::vector<std::int32_t> out;
  for (const ExpiryCause& each : causes) out.push_back(each.renewal ? -each.days : each.days);
  return out;
}

TEST(Expiry, FiresOnTheDayThatLiesSoManyDaysBefore) {
  struct Case {
    Day expiry;
    Day today;
    std::vector<std::int32_t> fires;
  };
  const Day end = make_day(2026, 12, 31);
  const std::vector<Case> cases = {
      {end, make_day(2026, 10, 1), {}},                     // 91 left
      {end, make_day(2026, 10, 2), {90}},                   // 90
      {end, make_day(2026, 10, 3), {}},                     // 89
      {end, make_day(2026, 11, 1), {60}},                   //
      {end, make_day(2026, 12, 1), {30}},                   //
      {end, make_day(2026, 12, 23), {}},                    // 8
      {end, make_day(2026, 12, 24), {7}},                   //
      {end, make_day(2026, 12, 25), {}},                    // 6
      {end, make_day(2026, 12, 31), {}},                    // the day itself
      {make_day(2028, 3, 1), make_day(2028, 1, 31), {30}},  // over a leap day: 29 days of February and one of March
      {make_day(2027, 3, 1), make_day(2027, 1, 30), {30}},  // the same without one
      {make_day(2028, 2, 29), make_day(2028, 2, 22), {7}},  //
      {make_day(2028, 2, 29), make_day(2027, 12, 1), {90}},
  };
  for (const Case& each : cases)
    EXPECT_EQ(days_of(expiry_causes(expiring_on(each.expiry), add_days(each.today, -1), each.today)), each.fires)
        << to_string(each.expiry) << " seen on " << to_string(each.today);
}

TEST(Expiry, ASpanOfManyDaysHasEveryCauseOnceWhereverItIsCut) {
  const Reservation r = expiring_on(make_day(2028, 3, 1));
  const Day from = make_day(2027, 11, 1);
  const Day until = make_day(2028, 3, 10);
  EXPECT_EQ(days_of(expiry_causes(r, from, until)), (std::vector<std::int32_t>{90, 60, 30, 7}));
  for (Day cut = from; cut < until; cut = add_days(cut, 1))
    EXPECT_EQ(expiry_causes(r, from, cut).size() + expiry_causes(r, cut, until).size(), 4u) << to_string(cut);
}

TEST(Expiry, TheRenewalWindowOpensThirtyDaysBeforeForWhatRenews) {
  Reservation r = expiring_on(make_day(2026, 12, 31));
  r.renew = true;
  EXPECT_EQ(days_of(expiry_causes(r, make_day(2026, 11, 30), make_day(2026, 12, 1))), (std::vector<std::int32_t>{30, -30}));
  EXPECT_EQ(days_of(expiry_causes(r, make_day(2026, 12, 1), make_day(2026, 12, 2))), (std::vector<std::int32_t>{}));
}

TEST(Expiry, WhatWasGivenBackSaysNothingWhatHasEndedDoes) {
  const Day end = make_day(2026, 12, 31);
  for (const auto state : {ProvisioningState::cancelled, ProvisioningState::split, ProvisioningState::merged, ProvisioningState::failed})
    EXPECT_TRUE(expiry_causes(expiring_on(end, state), make_day(2026, 1, 1), end).empty()) << to_string(state);
  EXPECT_EQ(expiry_causes(expiring_on(end, ProvisioningState::expired), make_day(2026, 1, 1), end).size(), 4u)
      << "a clock that moved past the end raises them in order";
}

constexpr AllowanceRuleOf kRule{.limit = 5'000'000, .window_days = 365, .percent = 80};
Instant on(int year, unsigned month, unsigned day) { return start_of(make_day(year, month, day)); }

TEST(Allowance, NearlyUsedAtTheReturnThatCrossesTheLine) {
  const std::vector<Counted> counted = {
      {"a", on(2026, 1, 10), 3'000'000}, {"b", on(2026, 2, 10), 999'999}, {"c", on(2026, 3, 10), 1}, {"d", on(2026, 4, 10), 500'000}};
  const auto causes = allowance_causes("x", counted, kRule, on(2026, 1, 1), on(2026, 12, 31));
  ASSERT_EQ(causes.size(), 1u) << "one cent under 80 % is not there yet; what comes later crosses nothing";
  EXPECT_EQ(causes[0].key, "allowance.nearly_used/x/c");
  EXPECT_EQ(causes[0].used, 4'000'000);
  EXPECT_TRUE(allowance_causes("x", counted, kRule, on(2026, 3, 10), on(2026, 12, 31)).empty()) << "after, not at";
  EXPECT_EQ(allowance_causes("x", counted, kRule, Instant{on(2026, 3, 10).ticks - 1}, on(2026, 3, 10)).size(), 1u);
}

TEST(Allowance, TwoReturnsOfOneMomentCrossOnce) {
  const std::vector<Counted> counted = {{"a", on(2026, 1, 10), 4'000'000}, {"b", on(2026, 1, 10), 500'000}};
  const auto causes = allowance_causes("x", counted, kRule, on(2026, 1, 1), on(2026, 2, 1));
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_EQ(causes[0].key, "allowance.nearly_used/x/a");
}

TEST(Allowance, ComesBackExactlyWindowTimesADayLaterAlsoOverALeapDay) {
  const std::vector<Counted> counted = {{"a", on(2027, 6, 1), 1'000'000}, {"b", on(2027, 6, 1), 500'000}, {"c", on(2027, 8, 1), 100}};
  const Instant back = on(2028, 5, 31);  // 365 days, one of them 29 February 2028
  const auto causes = allowance_causes("x", counted, kRule, on(2028, 1, 1), on(2028, 7, 1));
  ASSERT_EQ(causes.size(), 1u) << "those of one moment leave together";
  EXPECT_TRUE(causes[0].back);
  EXPECT_EQ(causes[0].at, back);
  EXPECT_EQ(causes[0].amount, 1'500'000);
  EXPECT_EQ(causes[0].used, 100);
  EXPECT_TRUE(allowance_causes("x", counted, kRule, back, on(2028, 7, 1)).empty());
  EXPECT_TRUE(allowance_causes("x", counted, kRule, on(2028, 1, 1), Instant{back.ticks - 1}).empty());
}

TEST(Allowance, CrossesAgainAfterSomeCameBack) {
  const std::vector<Counted> counted = {{"a", on(2026, 1, 1), 4'000'000}, {"b", on(2027, 1, 2), 4'000'000}};
  const auto causes = allowance_causes("x", counted, kRule, on(2025, 12, 1), on(2027, 2, 1));
  ASSERT_EQ(causes.size(), 3u);
  EXPECT_EQ(causes[0].key, "allowance.nearly_used/x/a");
  EXPECT_TRUE(causes[1].back);
  EXPECT_EQ(causes[2].key, "allowance.nearly_used/x/b");
}

TEST(Utilization, BelowTheThresholdNotAtIt) {
  const Windows at{.days_7 = utilization::Percent{8'000}, .days_30 = utilization::Percent{7'999}, .watermark = make_day(2026, 2, 28)};
  const auto causes = utilization_causes("r", at, 80);
  ASSERT_EQ(causes.size(), 1u);
  EXPECT_EQ(causes[0].key, "utilization.low/r/30/2026-02");
  EXPECT_EQ(causes[0].days, 30);
  EXPECT_TRUE(utilization_causes("r", {.watermark = make_day(2026, 2, 28)}, 80).empty()) << "no active hour is not zero";
  EXPECT_EQ(utilization_causes("r", {.days_7 = utilization::Percent{0}, .watermark = make_day(2026, 2, 28)}, 80).size(), 1u);
}

TEST(Credit, IsOverdueSoManyDaysAfterTheDayOfTheReturn) {
  EXPECT_EQ(credit_overdue_on(on(2028, 1, 15), 45), make_day(2028, 2, 29));
  EXPECT_EQ(credit_overdue_on(Instant{on(2027, 1, 16).ticks - 1}, 45), make_day(2027, 3, 1));
}

}  // namespace
}  // namespace prorata::alerts
