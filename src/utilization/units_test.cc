#include "utilization/units.h"

#include <gtest/gtest.h>

namespace prorata::utilization {
namespace {

Instant at(std::string_view text) { return *parse_instant(text); }

TEST(Hour, IsCountedInUtcWhateverTheOffset) {
  EXPECT_EQ(hour_of(at("1970-01-01T00:59:59.9999999Z")).since_epoch, 0);
  EXPECT_EQ(hour_of(at("1969-12-31T23:59:59Z")).since_epoch, -1);
  EXPECT_EQ(hour_at_or_after(at("1969-12-31T23:00:01Z")).since_epoch, 0);
  EXPECT_EQ(hour_of(at("2026-03-29T03:30:00+02:00")), hour_of(at("2026-03-29T01:30:00Z")));
  EXPECT_EQ(to_string(hour_of(at("2026-03-01T13:20:00Z"))), "2026-03-01T13:00:00Z");
}

TEST(Hour, ADayHasTwentyFourEvenWhereClocksAreMoved) {
  for (const Day day : {make_day(2026, 3, 29), make_day(2026, 10, 25), make_day(2024, 2, 29), make_day(1969, 12, 31)}) {
    EXPECT_EQ(hours_between(first_hour(day), first_hour(add_days(day, 1))), 24);
    EXPECT_EQ(day_of(first_hour(day)), day);
    EXPECT_EQ(day_of(add_hours(first_hour(day), 23)), day);
    EXPECT_EQ(hour_of_day(add_hours(first_hour(day), 23)), 23);
  }
}

TEST(WholeHours, LeavesOutTheOneThatHasBegun) {
  const HourSpan from_13 = whole_hours(at("2026-03-01T13:00:00Z"), at("2026-03-02T00:00:00Z"));
  EXPECT_EQ(from_13.hours(), 11);
  EXPECT_EQ(whole_hours(at("2026-03-01T13:20:00Z"), at("2026-03-02T00:00:00Z")).hours(), 10);
  EXPECT_EQ(whole_hours(at("2026-03-01T13:00:00.0000001Z"), at("2026-03-02T00:00:00Z")).hours(), 10);
  EXPECT_EQ(whole_hours(at("2026-03-01T13:00:00Z"), at("2026-03-01T23:59:59.9999999Z")).hours(), 10);
  EXPECT_TRUE(whole_hours(at("2026-03-01T13:10:00Z"), at("2026-03-01T13:50:00Z")).empty());
}

TEST(ParseQuantity, IsExactAndRoundsHalfUpAtTheSeventhDecimal) {
  const std::pair<std::string_view, std::uint32_t> kCases[] = {{"1", 1'000'000},
                                                               {"0", 0},
                                                               {"-0", 0},
                                                               {"0.000", 0},
                                                               {"0.5", 500'000},
                                                               {".5", 500'000},
                                                               {"5.", 5'000'000},
                                                               {"+0.25", 250'000},
                                                               {" 1.5 ", 1'500'000},
                                                               {"0.0000005", 1},
                                                               {"0.0000004999999", 0},
                                                               {"0.9999995", 1'000'000},
                                                               {"0.999999499999", 999'999},
                                                               {"0.1", 100'000},
                                                               {"1E-3", 1'000},
                                                               {"1e-6", 1},
                                                               {"5e-7", 1},
                                                               {"4.9e-7", 0},
                                                               {"1e-400", 0},
                                                               {"0e999999999999", 0},
                                                               {"1.5E+2", 150'000'000},
                                                               {"0.00012e4", 1'200'000},
                                                               {"4294.967295", 4'294'967'295U},
                                                               {"4294.9672954", 4'294'967'295U},
                                                               {"000000000000000000000001.000000000000000000000000000", 1'000'000},
                                                               {"42949672950000e-10", 4'294'967'295U}};
  for (const auto& [text, uh] : kCases) {
    const Result<std::uint32_t> parsed = parse_quantity(text);
    ASSERT_TRUE(parsed.has_value()) << text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, uh) << text;
  }
}

TEST(ParseQuantity, SaysWhyItRefuses) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"", "not a number"},         {"abc", "not a number"},    {"NaN", "not a number"},
      {"inf", "not a number"},      {"1,5", "not a number"},    {"1.2.3", "not a number"},
      {".", "not a number"},        {"-", "not a number"},      {"1e", "not a number"},
      {"1e+", "not a number"},      {"0x10", "not a number"},   {"1 2", "not a number"},
      {"-1", "negative"},           {"-0.0000001", "negative"}, {"4294.9672955", "too large"},
      {"4294.967296", "too large"}, {"1e10", "too large"},      {"1e999999999999999999999", "too large"}};
  for (const auto& [text, why] : kCases) {
    const Result<std::uint32_t> parsed = parse_quantity(text);
    ASSERT_FALSE(parsed.has_value()) << text << " was read as " << *parsed;
    EXPECT_EQ(parsed.error().code, Code::invalid_argument);
    EXPECT_NE(parsed.error().message.find(why), std::string::npos) << parsed.error().message;
  }
}

TEST(QuantityText, IsReadBack) {
  EXPECT_EQ(quantity_text(0), "0");
  EXPECT_EQ(quantity_text(750'000), "0.75");
  EXPECT_EQ(quantity_text(24'000'000), "24");
  for (const std::uint32_t uh : {1U, 999'999U, 1'000'001U, 4'294'967'295U}) EXPECT_EQ(*parse_quantity(quantity_text(uh)), uh);
}

}  // namespace
}  // namespace prorata::utilization
