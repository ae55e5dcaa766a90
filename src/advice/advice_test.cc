#include "advice/buy.h"

#include <gtest/gtest.h>

#include "advice/explain.h"
#include "advice/what_if.h"

namespace prorata::advice {
namespace {

using namespace utilization;

constexpr std::int32_t kHours = 8'760;  // a year, so that a share of a year's price is the whole
constexpr Hour kFirst{500'000};

// Machines m1, m2, ... of one size each, that run from the first hour on for so many hours.
struct World {
  std::vector<std::pair<std::string, std::int32_t>> machines;  // size, hours
  std::vector<ReservationVersion> versions;
  std::vector<HourlyPrice> hourly = {{"small", "eu", Day{0}, Currency::usd(), 1'000'000'000},
                                     {"large", "eu", Day{0}, Currency::usd(), 2'000'000'000}};
  std::vector<PriceRow> lifetime = {{"", "small", "eu", Term{1}, Day{0}, {438'000, Currency::usd()}}};  // 0.50 an hour

  Roster roster;
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;
  RatioTable table = RatioTable::make(std::vector<FlexibilityRatio>{{"g", "small", {1, 1}}, {"g", "large", {2, 1}}});
  std::vector<RatioPeriod> periods;

  History history() {
    roster.clear(), resource.clear(), hour.clear(), quantity.clear();
    for (std::size_t i = 0; i < machines.size(); ++i) {
      roster.push_back(make_identity("m" + std::to_string(i + 1), machines[i].first, "eu", "s", "g"));
      for (std::int32_t h = 0; h < machines[i].second; ++h) {
        resource.push_back(static_cast<std::uint32_t>(i));
        hour.push_back(static_cast<std::uint16_t>(h));
        quantity.push_back(1'000'000);
      }
    }
    const HourSpan span{kFirst, add_hours(kFirst, kHours)};
    periods = {{span, &table}};
    return {.roster = &roster,
            .usage = *UsageRows::make(span, resource, hour, quantity, roster.size()),
            .versions = versions,
            .periods = periods};
  }
  Prices prices() const { return Prices::make(Currency::usd(), hourly, lifetime, Day{20'000}); }
};

ReservationVersion owned(std::string id, std::int64_t quantity) {
  return {.id = std::move(id),
          .region = "eu",
          .size = "small",
          .quantity = quantity,
          .start = start_of(kFirst),
          .end = start_of(add_hours(kFirst, 3 * kHours))};
}

struct Case {
  const char* name;
  std::vector<std::pair<std::string, std::int32_t>> machines;
  std::int64_t reserved;  // units that are owned already
  std::int64_t quantity;  // to buy
  std::int64_t saving;    // cents
};

// The unit costs as much as 4,380 hours of a small machine.
const std::vector<Case> kCases = {
    {"a machine that never rests", {{"small", 8'760}}, 0, 1, 438'000},
    {"one hour more than it takes", {{"small", 4'381}}, 0, 1, 100},
    {"exactly as dear: nothing is bought", {{"small", 4'380}}, 0, 0, 0},
    {"one hour less", {{"small", 4'379}}, 0, 0, 0},
    {"two, of which one runs too little", {{"small", 8'760}, {"small", 100}}, 0, 1, 438'000},
    {"two that run too little, at the same hours", {{"small", 4'000}, {"small", 4'000}}, 0, 0, 0},
    {"a large one is two units", {{"large", 8'760}}, 0, 2, 876'000},
    {"half of it is covered already", {{"large", 8'760}}, 1, 1, 438'000},
};

TEST(Buying, Boundaries) {
  for (const Case& each : kCases) {
    World world{.machines = each.machines};
    if (each.reserved > 0) world.versions = {owned("r", each.reserved)};
    const auto advised = advise_buying(world.history(), world.prices(), {.size = "Small"});
    ASSERT_TRUE(advised && advised->size() == 1) << each.name;
    EXPECT_TRUE(advised->front().missing.empty()) << each.name;
    EXPECT_EQ(advised->front().quantity, each.quantity) << each.name;
    EXPECT_EQ(advised->front().cost.saving().minor, each.saving) << each.name;
    EXPECT_EQ(advised->front().break_even_hours, 4'380) << each.name;
  }
}

TEST(Buying, NothingUncoveredNeedsNothing) {
  World world{.machines = {{"small", 10}}, .versions = {owned("r", 1)}};
  EXPECT_TRUE(advise_buying(world.history(), world.prices(), {})->empty());
  World silent{.machines = {{"small", 0}}};
  EXPECT_TRUE(advise_buying(silent.history(), silent.prices(), {})->empty());
}

TEST(Buying, SaysWhichPriceIsMissing) {
  World world{.machines = {{"small", 10}, {"large", 10}}};
  world.hourly.pop_back();
  world.lifetime.clear();
  const auto advised = advise_buying(world.history(), world.prices(), {});
  ASSERT_TRUE(advised && advised->size() == 1);
  ASSERT_EQ(advised->front().missing.size(), 2U);
  EXPECT_TRUE(advised->front().missing[0].starts_with("no P1Y reservation price of small in eu in USD")) << advised->front().missing[0];
  EXPECT_TRUE(advised->front().missing[1].starts_with("no pay-as-you-go price of large in eu in USD")) << advised->front().missing[1];
}

TEST(Buying, ASizeOfNoPoolIsNamed) {
  World world{.machines = {{"small", 10}}};
  const auto advised = advise_buying(world.history(), world.prices(), {.size = "Other"});
  ASSERT_FALSE(advised);
  EXPECT_EQ(advised.error().code, Code::invalid_argument);
}

TEST(Prices, TheNewestRowInForceCountsAndRoundingIsHalfAway) {
  const std::vector<HourlyPrice> rows = {{"S", "West Europe", Day{10}, Currency::usd(), 5},
                                         {"s", "westeurope", Day{20}, Currency::usd(), 7}};
  const auto on = [&](int day) { return Prices::make(Currency::usd(), rows, {}, Day{day}).hour_nano("westeurope", "s"); };
  EXPECT_EQ(on(9), std::nullopt);
  EXPECT_EQ(on(19), 5);
  EXPECT_EQ(on(20), 7);
  EXPECT_EQ(payg(1'000'000, 1, 4'999'999, Currency::usd()).minor, 0);
  EXPECT_EQ(payg(1'000'000, 1, 5'000'000, Currency::usd()).minor, 1);
  EXPECT_EQ(payg(3'000'000, 2, 10'000'000, Currency::usd()).minor, 2);  // 1.5 hours at a cent
  EXPECT_EQ(reservation_share({8'760, Currency::usd()}, Term{3}, 3, 1).minor, 1);
}

TEST(Explaining, SaysWhyOrderAndWhatIsLeft) {
  World world{.machines = {{"small", 2}, {"large", 1}}, .versions = {owned("b", 1), owned("a", 1)}};
  world.versions.push_back(owned("exact", 1));
  world.versions.back().exact = true, world.versions.back().size = "large";
  world.versions.push_back(owned("elsewhere", 1));
  world.versions.back().scope = {.kind = ScopeKind::subscription, .subscription = "other"};
  world.versions.push_back(owned("over", 1));
  world.versions.back().end = start_of(add_hours(kFirst, -1)), world.versions.back().start = start_of(add_hours(kFirst, -9));
  const auto hour = explain_hour(world.history(), "B", kFirst);
  ASSERT_TRUE(hour);
  std::vector<std::string> order;
  for (const ReservationExplained& each : hour->reservations) order.push_back(each.reservation);
  EXPECT_EQ(order, (std::vector<std::string>{"elsewhere", "exact", "over", "a", "b"}));
  ASSERT_EQ(hour->machines.size(), 2U);
  const auto standing = [&](std::size_t machine, std::size_t place) { return hour->machines[machine].offered[place].standing; };
  EXPECT_EQ(standing(0, 0), Standing::out_of_scope);
  EXPECT_EQ(standing(0, 1), Standing::other_size);
  EXPECT_EQ(standing(0, 2), Standing::inactive);
  EXPECT_EQ(hour->machines[0].offered[3], (Offered{"a", Standing::eligible, 1'000'000}));
  EXPECT_EQ(hour->machines[1].offered[1], (Offered{"exact", Standing::eligible, 2'000'000}));
  EXPECT_EQ(hour->machines[1].offered[4], (Offered{"b", Standing::eligible, 0}));
  EXPECT_EQ(hour->left(), 0);
  EXPECT_FALSE(explain_hour(world.history(), "nobody", kFirst));
  EXPECT_FALSE(explain_hour(world.history(), "b", add_hours(kFirst, -1)));
}

TEST(Resizing, AMachineOfAnotherGroupFindsRoom) {
  World world{.machines = {{"standard_e2_v1", 24}}, .versions = {owned("r", 1)}};
  world.table = RatioTable::make(std::vector<FlexibilityRatio>{{"g", "standard_d2_v1", {1, 1}}, {"g", "standard_d4_v1", {2, 1}}});
  world.versions[0].size = "standard_d2_v1";
  world.hourly = {{"standard_e2_v1", "eu", Day{0}, Currency::usd(), 100'000'000}};
  const std::vector<std::string> sizes = {"standard_d2_v1", "standard_d4_v1", "standard_e2_v1"};
  const auto advised = advise_resizing(world.history(), world.prices(), sizes);
  ASSERT_TRUE(advised && advised->size() == 1);
  EXPECT_EQ(advised->front().to_size, "standard_d2_v1");
  EXPECT_EQ(advised->front().difference.saving().minor, 240);
  EXPECT_EQ(advised->front().change.used_after_uh - advised->front().change.used_before_uh, 24'000'000);
}

TEST(Resizing, ReadsProcessorsOffTheName) {
  EXPECT_EQ(processors_of("standard_d4s_v5"), 4);
  EXPECT_EQ(processors_of("standard_e104ids_v5"), 104);
  EXPECT_EQ(processors_of("standard"), 0);
}

TEST(Returning, OnlyUnitsThatNobodyEverNeeded) {
  World world{.machines = {{"large", 1}}, .versions = {owned("r", 5)}};
  const auto advised = advise_returning(world.history());
  ASSERT_TRUE(advised && advised->size() == 1);
  EXPECT_EQ(advised->front().quantity, 3);
  EXPECT_EQ(advised->front().of_quantity, 5);
}

}  // namespace
}  // namespace prorata::advice
