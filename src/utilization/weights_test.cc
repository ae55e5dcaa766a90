#include "utilization/weights.h"

#include <gtest/gtest.h>

namespace prorata::utilization {
namespace {

std::vector<Ratio> ratios(std::initializer_list<std::string_view> texts) {
  std::vector<Ratio> all;
  for (const std::string_view text : texts) all.push_back(*parse_decimal(text));
  return all;
}

TEST(WeightsOf, AreTheSmallestWholeNumbers) {
  EXPECT_EQ(*weights_of(ratios({"1", "2", "4", "8", "16", "24", "32"})), (std::vector<std::int64_t>{1, 2, 4, 8, 16, 24, 32}));
  EXPECT_EQ(*weights_of(ratios({"1", "2", "4", "8", "10", "16", "28.8"})), (std::vector<std::int64_t>{5, 10, 20, 40, 50, 80, 144}));
  EXPECT_EQ(*weights_of(ratios({"2", "4"})), (std::vector<std::int64_t>{1, 2})) << "over the smallest";
  EXPECT_EQ(*weights_of(ratios({"0.25", "1"})), (std::vector<std::int64_t>{1, 4}));
  EXPECT_EQ(*weights_of(ratios({"1", "14.666666667"})), (std::vector<std::int64_t>{3, 44})) << "within a millionth";
  EXPECT_EQ(*weights_of(ratios({"1", "2.333333333", "1.5"})), (std::vector<std::int64_t>{6, 14, 9}));
}

TEST(WeightsOf, SaysWhereNoFactorFits) {
  EXPECT_FALSE(weights_of(ratios({"1", "1.92308"})).has_value());
  EXPECT_FALSE(weights_of(ratios({"0", "1"})).has_value());
}

TEST(RatioTable, KnowsSizesInAnyLetterCase) {
  const RatioTable table = RatioTable::make(
      std::vector<FlexibilityRatio>{{"DSv3 Series", "Standard_D2s_v3", {1, 1}}, {"DSv3 Series", "Standard_D4s_v3", {2, 1}}});
  EXPECT_EQ(table.weight("STANDARD_D4S_V3"), (SizeWeight{"dsv3 series", 2}));
  EXPECT_EQ(table.weight("Standard_New_v9"), (SizeWeight{"standard_new_v9", 1})) << "a group of its own";
  EXPECT_FALSE(table.holds("Standard_New_v9"));
}

TEST(RatioTable, RefusesAGroupUnlessItsWeightsAreSetByHand) {
  const std::vector<FlexibilityRatio> rows = {{"M", "m1", {1, 1}}, {"M", "m2", {192'308, 100'000}}, {"D", "d1", {1, 1}}};
  const RatioTable table = RatioTable::make(rows);
  ASSERT_EQ(table.refused().size(), 1U);
  EXPECT_EQ(table.refused()[0].group, "m");
  EXPECT_FALSE(table.holds("m2"));
  EXPECT_TRUE(table.holds("d1"));
  const RatioTable mended = RatioTable::make(rows, std::vector<HandSetWeight>{{"M", "m1", 13}, {"M", "m2", 25}});
  EXPECT_TRUE(mended.refused().empty());
  EXPECT_EQ(mended.weight("m2"), (SizeWeight{"m", 25}));
}

TEST(RatioTable, ASizeOfTwoGroupsBelongsToTheFirstUnlessTheGroupIsGiven) {
  const RatioTable table =
      RatioTable::make(std::vector<FlexibilityRatio>{{"Isolated", "e64", {1, 1}}, {"Hosts", "e64", {2, 1}}, {"Hosts", "e32", {1, 1}}});
  EXPECT_EQ(table.weight("e64").group, "hosts");
  EXPECT_EQ(table.weight("e64", "isolated"), (SizeWeight{"isolated", 1}));
}

TEST(Ratios, CutASpanWhereTheTableChanges) {
  const Day change = make_day(2026, 3, 10);
  const Ratios ratios = *Ratios::make({{change, RatioTable()}, {make_day(2025, 1, 1), RatioTable()}});
  const HourSpan march{first_hour(make_day(2026, 3, 1)), first_hour(make_day(2026, 4, 1))};
  const std::vector<RatioPeriod> periods = ratios.periods(march);
  ASSERT_EQ(periods.size(), 2U);
  EXPECT_EQ(periods[0].span, (HourSpan{march.from, first_hour(change)}));
  EXPECT_EQ(periods[1].span, (HourSpan{first_hour(change), march.until}));
  EXPECT_EQ(&ratios.on(make_day(2020, 1, 1)), periods[0].table) << "before the first, the first";
  EXPECT_FALSE(Ratios::make({}).has_value());
  EXPECT_FALSE(Ratios::make({{change, RatioTable()}, {change, RatioTable()}}).has_value());
}

}  // namespace
}  // namespace prorata::utilization
