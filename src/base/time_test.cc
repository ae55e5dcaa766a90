#include "base/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/id.h"
#include "base/text.h"

namespace prorata {
namespace {

TEST(Day, MonthStepsClampAndNeverDrift) {
  const Day january = make_day(2024, 1, 31);
  EXPECT_EQ(to_string(add_months(january, 1)), "2024-02-29");
  EXPECT_EQ(to_string(add_months(january, 2)), "2024-03-31") << "counted from the first date, not from the clamped one";
  EXPECT_EQ(to_string(add_months(make_day(2023, 1, 31), 1)), "2023-02-28");
  EXPECT_EQ(to_string(add_months(make_day(2024, 2, 29), 12)), "2025-02-28");
  EXPECT_EQ(to_string(add_months(make_day(2023, 12, 5), 1)), "2024-01-05");
  EXPECT_EQ(to_string(add_months(make_day(2024, 3, 31), -1)), "2024-02-29");
}

TEST(Day, TermsSpanLeapDays) {
  EXPECT_EQ(days_between(make_day(2023, 3, 4), add_months(make_day(2023, 3, 4), 12)), 366);
  EXPECT_EQ(days_between(make_day(2022, 3, 4), add_months(make_day(2022, 3, 4), 12)), 365);
  EXPECT_EQ(days_between(make_day(2024, 7, 10), add_months(make_day(2024, 7, 10), 36)), 1095);
  EXPECT_EQ(days_between(make_day(2021, 7, 10), add_months(make_day(2021, 7, 10), 36)), 1096);
}

TEST(Day, RefusesDatesThatDoNotExist) {
  for (const std::string_view text :
       {"", "2023-02-29", "2023-13-01", "2023-00-10", "2023-1-1", "20230101", "0000-01-01", "2023-01-01x", "2023/01/01"})
    EXPECT_FALSE(parse_day(text)) << text;
  EXPECT_EQ(*parse_day("2024-02-29"), make_day(2024, 2, 29));
  EXPECT_EQ(*parse_day("2024-02-29T23:59:59Z"), make_day(2024, 2, 29));
}

TEST(Instant, KeepsSevenDigitsAndFoldsOffsets) {
  EXPECT_EQ(to_string(*parse_instant("2023-03-04T04:23:12.3497675Z")), "2023-03-04T04:23:12.3497675Z");
  EXPECT_EQ(to_string(*parse_instant("2023-03-04T04:23:12.5Z")), "2023-03-04T04:23:12.5000000Z");
  EXPECT_EQ(to_string(*parse_instant("2023-03-04T01:00:00+02:00")), "2023-03-03T23:00:00Z");
  EXPECT_EQ(to_string(*parse_instant("2023-03-04T23:30:00-01:30")), "2023-03-05T01:00:00Z");
  EXPECT_EQ(to_string(*parse_instant("2023-03-04")), "2023-03-04T00:00:00Z");
  EXPECT_EQ(to_string(*parse_instant("1969-12-31T23:59:59Z")), "1969-12-31T23:59:59Z");
  EXPECT_EQ(day_of(*parse_instant("1969-12-31T23:59:59Z")), make_day(1969, 12, 31));
}

TEST(Instant, RefusesHalfWrittenMoments) {
  for (const std::string_view text :
       {"2023-03-04T", "2023-03-04T04", "2023-03-04T24:00:00Z", "2023-03-04T04:60:00Z", "2023-03-04T04:00:61Z", "2023-03-04T04:00:00.Z",
        "2023-03-04T04:00:00+2", "2023-03-04T04:00:00Zx", "2023-02-30T04:00:00Z", "now"})
    EXPECT_FALSE(parse_instant(text)) << text;
}

RC_GTEST_PROP(TimeProperty, DaysAndInstantsReadBackTheSame, ()) {
  const Day day{*rc::gen::inRange(-700'000, 2'900'000)};
  RC_ASSERT(*parse_day(to_string(day)) == day);
  const Instant at{start_of(day).ticks + *rc::gen::inRange<std::int64_t>(0, kTicksPerDay)};
  RC_ASSERT(*parse_instant(to_string(at)) == at);
  RC_ASSERT(day_of(at) == day);
}

TEST(Term, IsOneThreeOrFiveYears) {
  EXPECT_EQ(parse_term("P3Y")->months(), 36);
  EXPECT_EQ(parse_term("p1y")->years, 1);
  for (const std::string_view text : {"", "P2Y", "P10Y", "3", "None", "P1M"}) EXPECT_FALSE(parse_term(text)) << text;
}

TEST(Id, FoldsLetterCaseAndRefusesTheRest) {
  EXPECT_EQ(OrderId::parse("AB9761BB-324C-474A-B96C-3471BD643328")->text(), "ab9761bb-324c-474a-b96c-3471bd643328");
  EXPECT_EQ(OrderId::parse("{ab9761bb-324c-474a-b96c-3471bd643328}")->text(), "ab9761bb-324c-474a-b96c-3471bd643328");
  for (const std::string_view text :
       {"", "ab9761bb324c474ab96c3471bd643328", "ab9761bb-324c-474a-b96c-3471bd64332g", "ab9761bb-324c-474a-b96c-3471bd6433280"}) {
    const auto id = OrderId::parse(text);
    ASSERT_FALSE(id) << text;
    EXPECT_NE(id.error().message.find("reservation order id"), std::string::npos);
  }
}

TEST(Text, ParsesWholeNumbersWithinTheirRange) {
  EXPECT_EQ(*parse_integer("12", 1, 100, "a quantity"), 12);
  for (const std::string_view text : {"", "0", "101", "1.5", "x", "99999999999999999999", " 1"})
    EXPECT_FALSE(parse_integer(text, 1, 100, "a quantity")) << text;
}

}  // namespace
}  // namespace prorata
