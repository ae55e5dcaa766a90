#include "catalog/catalog.h"

#include <gtest/gtest.h>

namespace prorata {
namespace {

const Currency kGbp = *Currency::parse("GBP");
const Currency kJpy = *Currency::parse("JPY");

TEST(PriceOn, TakesTheNewestRowInForce) {
  const std::vector<PriceRow> rows = {{.from = make_day(2024, 1, 1), .price = {100, kGbp}},
                                      {.from = make_day(2025, 1, 1), .price = {200, kGbp}}};
  EXPECT_EQ(price_on(rows, make_day(2023, 12, 31)), nullptr);
  EXPECT_EQ(price_on(rows, make_day(2024, 12, 31))->price.minor, 100);
  EXPECT_EQ(price_on(rows, make_day(2025, 1, 1))->price.minor, 200);
}

TEST(Convert, UsesTheNewestRateOnOrBeforeTheDay) {
  const std::vector<ExchangeRate> rates = {{make_day(2026, 1, 1), kGbp, Currency::usd(), {125, 100}},
                                           {make_day(2026, 2, 1), kGbp, Currency::usd(), {130, 100}}};
  EXPECT_EQ(convert({100, kGbp}, Currency::usd(), rates, make_day(2026, 1, 31))->minor, 125);
  EXPECT_EQ(convert({100, kGbp}, Currency::usd(), rates, make_day(2026, 2, 1))->minor, 130);
  EXPECT_EQ(convert({125, Currency::usd()}, kGbp, rates, make_day(2026, 1, 1))->minor, 100) << "the inverse of the same pair";
  EXPECT_EQ(convert({7, kGbp}, kGbp, {}, make_day(2026, 1, 1))->minor, 7);
}

TEST(Convert, MovesBetweenDecimals) {
  const std::vector<ExchangeRate> rates = {{make_day(2026, 1, 1), kJpy, Currency::usd(), {7, 1000}}};
  EXPECT_EQ(convert({1000, kJpy}, Currency::usd(), rates, make_day(2026, 1, 1))->minor, 700) << "1000 yen are 7.00 dollars";
  EXPECT_EQ(convert({700, Currency::usd()}, kJpy, rates, make_day(2026, 1, 1))->minor, 1000);
}

TEST(Convert, SaysWhichRateIsMissing) {
  const auto missing = convert({100, kGbp}, Currency::usd(), {}, make_day(2026, 1, 1));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_NE(missing.error().message.find("GBP to USD on or before 2026-01-01"), std::string::npos);
}

}  // namespace
}  // namespace prorata
