#include "policy/allowance.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace prorata::policy {
namespace {

constexpr std::int32_t kYear = 365;
const Instant kReturned = *parse_instant("2025-03-10T14:30:00.0000001Z");
const Instant kLeaves{kReturned.ticks + std::int64_t{365} * 24 * 3600 * 10'000'000};

Instant tick_before(Instant at) { return {at.ticks - 1}; }

TEST(Allowance, AReturnCountsFor365Times24HoursToTheTick) {
  const AllowanceHistory history{.returns = {{kReturned, {100, 900}}}};
  EXPECT_EQ(allowance_at(history, tick_before(kReturned), kYear).used, MeteredAmount{}) << "not yet";
  EXPECT_EQ(allowance_at(history, kReturned, kYear).used, (MeteredAmount{100, 900}));
  EXPECT_EQ(allowance_at(history, tick_before(kLeaves), kYear).used, (MeteredAmount{100, 900}));
  EXPECT_EQ(allowance_at(history, kLeaves, kYear).used, MeteredAmount{});
  EXPECT_EQ(to_string(kLeaves), "2026-03-10T14:30:00.0000001Z");
}

TEST(Allowance, TheWindowIsCountedInHoursAndNotInCalendarYears) {
  EXPECT_EQ(to_string(leaves_window(*parse_instant("2023-06-01T08:00:00Z"), kYear)), "2024-05-31T08:00:00Z") << "over 29 February";
}

TEST(Allowance, AHoldHoldsUntilTheMomentItExpires) {
  const AllowanceHistory history{.holds = {{kReturned, {70, 80}}}};
  EXPECT_EQ(allowance_at(history, tick_before(kReturned), kYear).held, (MeteredAmount{70, 80}));
  EXPECT_EQ(allowance_at(history, kReturned, kYear).held, MeteredAmount{});
}

TEST(Allowance, FreeIsPerMeterAndNeverBelowZero) {
  const AllowanceState state{.used = {.refund = 4'000, .cancelled = 600}, .held = {.refund = 2'000, .cancelled = 399}};
  EXPECT_EQ(state.free(Meter::cancelled_commitment, 1'000), 1);
  EXPECT_EQ(state.free(Meter::cancelled_commitment, 999), 0);
  EXPECT_EQ(state.free(Meter::refund, 5'000), 0);
  EXPECT_EQ(state.free(Meter::refund, 6'001), 1);
}

TEST(Allowance, TheCalendarTellsWhatComesBackWhenInOrder) {
  const Instant now = *parse_instant("2026-01-01T00:00:00Z");
  const Instant hold_ends = *parse_instant("2026-01-15T00:00:00Z");
  const AllowanceHistory history{.returns = {{now, {3, 3}},  // counts from this moment on
                                             {kReturned, {1, 1}},
                                             {*parse_instant("2026-01-01T00:00:00.0000001Z"), {9, 9}},  // not yet
                                             {*parse_instant("2025-01-01T00:00:00Z"), {8, 8}}},         // leaves at this very moment
                                 .holds = {{hold_ends, {2, 2}}, {now, {7, 7}}}};
  const std::vector<AllowanceEvent> events = calendar(history, now, kYear);
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[0].at, hold_ends);
  EXPECT_TRUE(events[0].is_hold);
  EXPECT_EQ(events[0].back.refund, 2);
  EXPECT_EQ(events[1].at, kLeaves);
  EXPECT_FALSE(events[1].is_hold);
  EXPECT_EQ(to_string(events[2].at), "2027-01-01T00:00:00Z");
}

RC_GTEST_PROP(AllowanceProperty, TheCalendarGivesBackExactlyWhatStandsAgainstIt, ()) {
  AllowanceHistory history;
  const auto moment = [] { return Instant{*rc::gen::inRange<std::int64_t>(-400, 400) * kTicksPerDay / 3}; };
  for (int i = *rc::gen::inRange(0, 8); i > 0; --i) history.returns.push_back({moment(), {*rc::gen::inRange(0, 100), 1}});
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) history.holds.push_back({moment(), {*rc::gen::inRange(0, 100), 1}});
  const Instant now = moment();
  std::erase_if(history.returns, [&](const CountedReturn& each) { return each.at > now; });
  AllowanceState state = allowance_at(history, now, 60);
  for (const AllowanceEvent& event : calendar(history, now, 60)) {
    (event.is_hold ? state.held : state.used).refund -= event.back.refund;
    RC_ASSERT(allowance_at(history, {event.at.ticks - 1}, 60).used.refund >= state.used.refund);
  }
  RC_ASSERT(state.used.refund == 0);
  RC_ASSERT(state.held.refund == 0);
}

TEST(LargestQuantity, IsFoundAtItsEdge) {
  for (const std::int64_t edge : {0, 1, 2, 499, 999, 1'000})
    EXPECT_EQ(largest_quantity_that_fits(1'000, [&](std::int64_t q) { return q <= edge; }), edge);
  EXPECT_EQ(largest_quantity_that_fits(1'000'000'000'000, [](std::int64_t q) { return q <= 123'456'789'012; }), 123'456'789'012);
  EXPECT_EQ(largest_quantity_that_fits(0, [](std::int64_t) { return true; }), 0);
}

TEST(FirstMoment, IsTheEventOrTheMidnightAtWhichItFits) {
  const Instant from = *parse_instant("2026-03-09T12:00:00Z");
  const Instant until = *parse_instant("2026-06-01T00:00:00Z");
  const AllowanceHistory history{.returns = {{kReturned, {100, 100}}}};
  const auto first = [&](const std::function<bool(Instant)>& fits) { return first_moment_that_fits(history, from, until, kYear, fits); };
  EXPECT_EQ(first([&](Instant at) { return allowance_at(history, at, kYear).used.refund == 0; }), kLeaves);
  EXPECT_EQ(first([&](Instant at) { return at > kLeaves; }), *parse_instant("2026-03-11T00:00:00Z")) << "values decay at midnight";
  EXPECT_EQ(first([](Instant) { return true; }), *parse_instant("2026-03-10T00:00:00Z")) << "after now, not now";
  EXPECT_EQ(first([](Instant) { return false; }), std::nullopt);
  EXPECT_EQ(first([&](Instant at) { return at >= until; }), std::nullopt) << "the end is no part of the term";
}

TEST(FirstMoment, AHoldThatExpiresMakesRoom) {
  const Instant from = *parse_instant("2026-03-09T12:00:00Z");
  const Instant expires = *parse_instant("2026-03-09T18:30:00Z");
  const AllowanceHistory history{.holds = {{expires, {100, 100}}}};
  EXPECT_EQ(first_moment_that_fits(history, from, *parse_instant("2026-03-12"), kYear,
                                   [&](Instant at) { return allowance_at(history, at, kYear).held.refund == 0; }),
            expires);
}

}  // namespace
}  // namespace prorata::policy
