#include "utilization/summary.h"

#include <gtest/gtest.h>

namespace prorata::utilization {
namespace {

std::optional<Percent> percent(std::int64_t reserved, std::int64_t used) {
  UsedTotals totals;
  totals.add(reserved, used, 1);
  return totals.percent();
}

TEST(Percent, IsCutAndNeverRounded) {
  EXPECT_EQ(to_string(*percent(1'000'000, 999'999)), "99.99") << "100.00 only where nothing was lost";
  EXPECT_EQ(to_string(*percent(1'000'000, 1'000'000)), "100.00");
  EXPECT_EQ(to_string(*percent(1'000'000, 99)), "0.00");
  EXPECT_EQ(to_string(*percent(1'000'000, 100)), "0.01");
  EXPECT_EQ(to_string(*percent(3, 1)), "33.33");
  EXPECT_FALSE(UsedTotals().percent().has_value()) << "no active hour is no data";
}

TEST(UsedTotals, AddsWeightsWithoutLosingAPart) {
  UsedTotals totals;
  totals.add(7'000'000, 6'999'999, 7);  // 999,999 and 6/7 uh of a million
  totals.add(11'000'000, 11'000'000, 11);
  totals.add(7'000'000, 1, 7);
  EXPECT_EQ(totals.reserved_uh(), 3'000'000);
  EXPECT_EQ(totals.used_uh(), 2'000'000) << "six sevenths and one make a whole";
  EXPECT_EQ(to_string(*totals.percent()), "66.66");
}

// One machine of weight one, on for so many hours of each day, from the first day on.
struct History {
  std::vector<int> hours;
  Day first = make_day(2026, 3, 1);

  ReservationWindows windows(Hour watermark, Instant start, Instant end) const {
    const HourSpan span{first_hour(first), first_hour(add_days(first, static_cast<std::int32_t>(hours.size())))};
    const std::vector<ReservationVersion> versions = {{.id = "r", .region = "eu", .size = "d2", .quantity = 1, .start = start, .end = end}};
    std::vector<std::uint16_t> hour;
    for (std::size_t day = 0; day < hours.size(); ++day)
      for (int h = 0; h < hours[day]; ++h) hour.push_back(static_cast<std::uint16_t>(day * 24 + static_cast<std::size_t>(h)));
    const std::vector<std::uint32_t> resource(hour.size());
    const std::vector<std::uint32_t> quantity(hour.size(), kFullHour);
    const Plan plan = *Plan::make({make_identity("vm", "d2", "eu")}, versions, RatioTable(), span);
    Coverage coverage;
    EXPECT_TRUE(cover(plan, *UsageRows::make(span, resource, hour, quantity, 1), {}, coverage).has_value());
    const std::vector<const Coverage*> all = {&coverage};
    return windows_of(versions, all, watermark).at(0);
  }
};

TEST(Windows, EndAtTheWatermarkAndKnowNoDataFromZero) {
  const History history{std::vector<int>(40, 12)};
  const Hour watermark = first_hour(add_days(history.first, 40));
  const ReservationWindows long_held = history.windows(watermark, start_of(make_day(2025, 1, 1)), start_of(make_day(2027, 1, 1)));
  EXPECT_EQ(to_string(*long_held.day_1), "50.00");
  EXPECT_EQ(to_string(*long_held.days_30), "50.00");
  EXPECT_EQ(long_held.trend, Trend::same);
  const ReservationWindows noon =
      history.windows(add_hours(watermark, -12), start_of(make_day(2025, 1, 1)), start_of(make_day(2027, 1, 1)));
  EXPECT_EQ(to_string(*noon.day_1), "50.00") << "half of one day and half of the other";

  const ReservationWindows new_one = history.windows(watermark, *parse_instant("2026-04-09T12:00:00Z"), start_of(make_day(2027, 1, 1)));
  EXPECT_EQ(to_string(*new_one.day_1), "0.00") << "active for the twelve hours in which nothing ran";
  EXPECT_EQ(new_one.days_7, new_one.day_1);
  EXPECT_FALSE(new_one.trend.has_value());
  const ReservationWindows ended = history.windows(watermark, start_of(make_day(2025, 1, 1)), *parse_instant("2026-04-01T00:00:00Z"));
  EXPECT_FALSE(ended.day_1.has_value());
  EXPECT_FALSE(ended.days_7.has_value());
  EXPECT_TRUE(ended.days_30.has_value());
}

TEST(Trend, NeedsAWholePoint) {
  const auto trend = [](int before, int now_of_first_day, int now) {
    std::vector<int> hours(14, before);
    std::fill(hours.begin() + 7, hours.end(), now);
    hours[7] = now_of_first_day;
    const History history{hours};
    return *history.windows(first_hour(add_days(history.first, 14)), start_of(make_day(2025, 1, 1)), start_of(make_day(2027, 1, 1))).trend;
  };
  EXPECT_EQ(trend(12, 13, 12), Trend::same) << "one hour of 168 is 0.59 points";
  EXPECT_EQ(trend(12, 14, 12), Trend::up) << "two are 1.19";
  EXPECT_EQ(trend(12, 10, 12), Trend::down);
}

}  // namespace
}  // namespace prorata::utilization
