#include "base/money.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>

namespace prorata {
namespace {

Currency currency(std::string_view code) { return *Currency::parse(code); }

TEST(Currency, KnowsItsDigitsAndAnyLetterCase) {
  EXPECT_EQ(currency("jpy").digits(), 0);
  EXPECT_EQ(currency("SEK").digits(), 2);
  EXPECT_EQ(currency("Kwd").digits(), 3);
  EXPECT_EQ(currency("TRY").code(), "TRY");
}

TEST(Currency, RefusesWhatIsoDoesNotList) {
  for (const std::string_view code : {"", "US", "USDX", "ABC", "12A", "us$"}) {
    const auto parsed = Currency::parse(code);
    ASSERT_FALSE(parsed) << code;
    EXPECT_EQ(parsed.error().code, Code::invalid_argument);
  }
}

TEST(Money, RoundsHalfAwayFromZero) {
  struct Row {
    std::int64_t amount, part, over, expected;
  };
  for (const Row& row : {Row{1, 1, 2, 1}, Row{-1, 1, 2, -1}, Row{3, 1, 2, 2}, Row{-3, 1, 2, -2}, Row{1, 1, 3, 0}, Row{2, 1, 3, 1},
                         Row{365'000, 5, 365, 5'000}, Row{549, 1, 3, 183}, Row{0, 7, 9, 0}})
    EXPECT_EQ(scale_minor(row.amount, {row.part, row.over}, Rounding::half_away), row.expected)
        << row.amount << '*' << row.part << '/' << row.over;
}

TEST(Money, ScalesTheLargestAmountThrough128Bits) {
  EXPECT_EQ(scale_minor(kMinorMax, {999'999'999, 1'000'000'000}, Rounding::half_away), kMinorMax - kMinorMax / 1'000'000'000);
  EXPECT_EQ(scale_minor(INT64_MAX, {1'000'000'000, 1'000'000'000}, Rounding::half_away), INT64_MAX);
}

RC_GTEST_PROP(Divisor, ScalesAsTheDivisionDoes, ()) {
  const auto over = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(1, 5'000), rc::gen::inRange<std::int64_t>(1, 1'000'000'000));
  const auto part = *rc::gen::inRange<std::int64_t>(0, over + 1);
  const auto x = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(-1'000, 1'000), rc::gen::inRange<std::int64_t>(0, kMinorMax),
                                 rc::gen::inRange<std::int64_t>((std::int64_t{1} << 40) - 100, (std::int64_t{1} << 40) + 100));
  RC_ASSERT(Divisor(over).scale(x, part, Rounding::half_away) == scale_minor(x, {part, over}, Rounding::half_away));
}

TEST(Divisor, IsExactAtTheEdgesOfEveryQuotient) {
  for (std::int64_t over = 1; over <= Divisor::kOverMax + 1; ++over) {
    const Divisor divisor(over);
    const std::int64_t top = static_cast<std::int64_t>(Divisor::kAmountMax) - 1;
    for (const std::int64_t x :
         {std::int64_t{0}, std::int64_t{1}, over - 1, over, over + 1, over / 2, top / over * over - 1, top / over * over, top})
      for (const std::int64_t part : {std::int64_t{0}, std::int64_t{1}, over / 2, over - 1, over})
        ASSERT_EQ(divisor.scale(x, part, Rounding::half_away), scale_minor(x, {part, over}, Rounding::half_away))
            << x << '*' << part << '/' << over;
  }
}

TEST(Money, PrintsExactDigits) {
  EXPECT_EQ(to_string(Money{123'450, currency("SEK")}), "1234.50");
  EXPECT_EQ(to_string(Money{-5, currency("USD")}), "-0.05");
  EXPECT_EQ(to_string(Money{7, currency("JPY")}), "7");
  EXPECT_EQ(to_string(Money{1'234'567, currency("KWD")}), "1234.567");
  EXPECT_EQ(to_string(Money{0, currency("KWD")}), "0.000");
}

TEST(Money, ReadsDecimals) {
  EXPECT_EQ(parse_money("3650.00", currency("USD"))->minor, 365'000);
  EXPECT_EQ(parse_money("3650", currency("USD"))->minor, 365'000);
  EXPECT_EQ(parse_money("-0.5", currency("USD"))->minor, -50);
  EXPECT_EQ(parse_money("1.5000", currency("USD"))->minor, 150) << "zeros beyond the decimals are harmless";
  EXPECT_EQ(parse_money("12", currency("JPY"))->minor, 12);
  EXPECT_EQ(parse_money("0.001", currency("KWD"))->minor, 1);
}

TEST(Money, RefusesWhatIsNotAnAmount) {
  for (const std::string_view text : {"", "-", ".", ".5", "5.", "1,000", "1e3", "0x10", " 1", "1 ", "+1", "1.2.3", "NaN", "1.005",
                                      "99999999999999999999", "10000000000000.01", "--1", "1-"})
    EXPECT_FALSE(parse_money(text, currency("USD"))) << text;
}

TEST(Money, RoundsTheNumbersOfAPriceList) {
  EXPECT_EQ(round_money("9.725E1", currency("USD"))->minor, 9'725);
  EXPECT_EQ(round_money("1.25e6", currency("USD"))->minor, 125'000'000);
  EXPECT_EQ(round_money("3E0", currency("JPY"))->minor, 3);
  EXPECT_EQ(round_money("0.497297", currency("USD"))->minor, 50);
  EXPECT_EQ(round_money("0.005", currency("USD"))->minor, 1);
  EXPECT_EQ(round_money("0.0049999", currency("USD"))->minor, 0);
  EXPECT_EQ(round_money("5e-1", currency("JPY"))->minor, 1);
  EXPECT_EQ(round_money("1e-999999999", currency("USD"))->minor, 0);
  EXPECT_EQ(round_money("0e999999999", currency("USD"))->minor, 0);
  EXPECT_FALSE(round_money("1e400", currency("USD")));
  EXPECT_FALSE(round_money("1e", currency("USD")));
}

TEST(Money, ReadsExactFractions) {
  EXPECT_EQ(*parse_decimal("0.12"), (Ratio{12, 100}));
  EXPECT_EQ(*parse_decimal("28.8"), (Ratio{288, 10}));
  EXPECT_EQ(*parse_decimal("4"), (Ratio{4, 1}));
  EXPECT_FALSE(parse_decimal("-1"));
  EXPECT_FALSE(parse_decimal("1.0123456789"));
  EXPECT_FALSE(parse_decimal("x"));
}

RC_GTEST_PROP(MoneyProperty, PrintedAmountsReadBackTheSame, ()) {
  const auto code = *rc::gen::element("JPY", "SEK", "USD", "KWD");
  const Money money{*rc::gen::inRange<std::int64_t>(-kMinorMax, kMinorMax), currency(code)};
  RC_ASSERT(*parse_money(to_string(money), money.currency) == money);
}

RC_GTEST_PROP(MoneyProperty, PartsAddUpAndDifferByOneUnit, ()) {
  const Money whole{*rc::gen::inRange<std::int64_t>(-kMinorMax, kMinorMax), currency("SEK")};
  const auto count = *rc::gen::inRange<std::int64_t>(1, 61);
  const auto parts = split_evenly(whole, count);
  RC_ASSERT(static_cast<std::int64_t>(parts.size()) == count);
  RC_ASSERT(std::accumulate(parts.begin(), parts.end(), Money::zero(whole.currency)) == whole);
  const auto [least, most] = std::minmax(parts.front().minor, parts.back().minor);
  RC_ASSERT(most - least <= 1);
}

RC_GTEST_PROP(MoneyProperty, ScalingAgreesWithLongDivision, ()) {
  const auto amount = *rc::gen::inRange<std::int64_t>(-kMinorMax, kMinorMax);
  const auto over = *rc::gen::inRange<std::int64_t>(1, 2'000'000);
  const auto part = *rc::gen::inRange<std::int64_t>(0, over + 1);
  const __int128 twice = static_cast<__int128>(amount < 0 ? -amount : amount) * part * 2 + over;  // round half up of the magnitude
  const auto magnitude = static_cast<std::int64_t>(twice / (static_cast<__int128>(over) * 2));
  RC_ASSERT(scale_minor(amount, {part, over}, Rounding::half_away) == (amount < 0 ? -magnitude : magnitude));
}

TEST(MoneyDeathTest, AddingTwoCurrenciesIsABug) {
  EXPECT_DEATH((void)(Money{1, currency("SEK")} + Money{1, currency("USD")}), "two currencies");
}

}  // namespace
}  // namespace prorata
