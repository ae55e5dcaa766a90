#include "books/matching.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace prorata::books {
namespace {

const Currency kSek = *Currency::parse("SEK");
const Currency kUsd = Currency::usd();
const Day kDay = make_day(2026, 3, 31);

OrderId order(int n) { return OrderId::trusted("order-" + std::to_string(n)); }
CustomerId customer(int n) { return CustomerId::trusted("customer-" + std::to_string(n)); }

ExpectedCredit credit(int n, int of, std::int64_t quantity, std::int64_t minor, Currency currency = kSek) {
  return {ReturnId::trusted("return-" + std::to_string(n)), customer(1), order(of), quantity, {minor, currency}};
}
CreditLine line(int of, std::int64_t quantity, std::int64_t minor, Currency currency = kSek) {
  return {.order = order(of), .customer = customer(1), .quantity = quantity, .amount = {minor, currency}, .day = kDay};
}
CreditLine without_order(int of_customer, std::int64_t quantity, std::int64_t minor) {
  return {.customer = customer(of_customer), .quantity = quantity, .amount = {minor, kSek}, .day = kDay};
}

const std::vector<ExchangeRate> kRates = {{make_day(2026, 1, 1), kUsd, kSek, {10, 1}}};

struct Row {
  const char* name;
  std::vector<ExpectedCredit> expected;
  std::vector<CreditLine> lines;
  std::vector<Verdict> verdicts;
  Tolerance tolerance = {};
  std::vector<std::int64_t> differences = {};  // of lines that have one, in order
};

TEST(Matching, ALineIsOfTheOneCreditThatItCanBe) {
  using enum Verdict;
  const Row rows[] = {
      {"the amount of the order's one return", {credit(1, 1, 2, 500)}, {line(1, 2, 500)}, {matched}, {}, {0}},
      {"nothing expected of that order", {credit(1, 1, 2, 500)}, {line(2, 2, 500)}, {unexpected}},
      {"another amount", {credit(1, 1, 2, 500)}, {line(1, 2, 460)}, {different}, {}, {-40}},
      {"two returns of one amount and one line", {credit(1, 1, 1, 500), credit(2, 1, 1, 500)}, {line(1, 1, 500)}, {ambiguous}},
      {"one return and two lines of its amount", {credit(1, 1, 1, 500)}, {line(1, 1, 500), line(1, 1, 500)}, {ambiguous, ambiguous}},
      {"units tell two returns of one amount apart", {credit(1, 1, 1, 500), credit(2, 1, 2, 500)}, {line(1, 2, 500)}, {matched}, {}, {0}},
      {"two returns of two amounts",
       {credit(1, 1, 1, 500), credit(2, 1, 1, 400)},
       {line(1, 1, 400), line(1, 1, 500)},
       {matched, matched},
       {},
       {0, 0}},
      {"what is left after a match differs",
       {credit(1, 1, 1, 500), credit(2, 1, 1, 400)},
       {line(1, 1, 390), line(1, 1, 500)},
       {different, matched},
       {},
       {-10, 0}},
      {"one line for two returns together", {credit(1, 1, 1, 500), credit(2, 1, 1, 400)}, {line(1, 0, 900)}, {ambiguous}},
      {"units tell which of two it differs from", {credit(1, 1, 1, 500), credit(2, 1, 3, 400)}, {line(1, 3, 390)}, {different}, {}, {-10}},
      {"within a tolerance", {credit(1, 1, 1, 500)}, {line(1, 1, 498)}, {matched}, {.minor = 2}, {-2}},
      {"just beyond it", {credit(1, 1, 1, 500)}, {line(1, 1, 497)}, {different}, {.minor = 2}, {-3}},
      {"another currency at the desk's rate", {credit(1, 1, 1, 50'000)}, {line(1, 1, 5'000, kUsd)}, {matched}, {}, {0}},
      {"another currency within a hundredth", {credit(1, 1, 1, 50'000)}, {line(1, 1, 5'050, kUsd)}, {matched}, {}, {500}},
      {"another currency beyond it", {credit(1, 1, 1, 50'000)}, {line(1, 1, 5'051, kUsd)}, {different}, {}, {510}},
      {"a currency without a rate can still be of the order",
       {credit(1, 1, 1, 50'000)},
       {line(1, 1, 50'000, *Currency::parse("JPY"))},
       {different}},
      {"no order: the customer's return of that amount", {credit(1, 1, 1, 500)}, {without_order(1, 1, 500)}, {matched}, {}, {0}},
      {"no order, and no tolerance", {credit(1, 1, 1, 500)}, {without_order(1, 1, 499)}, {unexpected}, {.minor = 5}},
      {"no order, another customer", {credit(1, 1, 1, 500)}, {without_order(2, 1, 500)}, {unexpected}},
  };
  for (const Row& row : rows) {
    const CreditMatches found = match_credits(row.expected, row.lines, kRates, row.tolerance);
    std::vector<Verdict> verdicts;
    std::vector<std::int64_t> differences;
    for (const LineMatch& each : found.lines) {
      verdicts.push_back(each.verdict);
      if (each.difference) differences.push_back(each.difference->minor);
    }
    EXPECT_EQ(verdicts, row.verdicts) << row.name;
    EXPECT_EQ(differences, row.differences) << row.name;
  }
}

TEST(Matching, AnAmbiguousLineNamesAllItCouldBeAndTheyNameIt) {
  const std::vector<ExpectedCredit> expected = {credit(1, 1, 1, 500), credit(2, 1, 1, 500), credit(3, 2, 1, 500)};
  const std::vector<CreditLine> lines = {line(1, 1, 500)};
  const CreditMatches found = match_credits(expected, lines, kRates, {});
  EXPECT_EQ(found.lines[0].expected, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(found.of_expected[0], std::vector<std::size_t>{0});
  EXPECT_EQ(found.of_expected[1], std::vector<std::size_t>{0});
  EXPECT_TRUE(found.of_expected[2].empty());
}

TEST(Matching, ChargesAreComparedByOrderAndMonth) {
  using enum Verdict;
  const auto charge = [](int of, Day day, std::int64_t minor) { return ExpectedCharge{order(of), day, {minor, kSek}}; };
  const auto said = [](int of, Day day, std::int64_t minor) { return ChargeLine{order(of), day, {minor, kSek}}; };
  const Day march = make_day(2026, 3, 4);
  const Day april = make_day(2026, 4, 4);
  const std::vector<ExpectedCharge> expected = {charge(1, march, 100), charge(1, march, 50), charge(1, april, 150), charge(2, march, 80)};
  const std::vector<ChargeLine> lines = {said(1, make_day(2026, 3, 1), 150),
                                         said(1, april, 149),
                                         said(2, march, 30),
                                         said(2, march, 50),
                                         said(2, april, 80),
                                         said(3, march, 1)};
  const std::vector<LineMatch> found = match_charges(expected, lines, {}, {});
  std::vector<Verdict> verdicts;
  for (const LineMatch& each : found) verdicts.push_back(each.verdict);
  EXPECT_EQ(verdicts, (std::vector<Verdict>{matched, different, matched, matched, unexpected, unexpected}));
  EXPECT_EQ(found[1].difference->minor, -1);
  EXPECT_FALSE(found[3].difference) << "the difference of a month stands on its first line";
}

}  // namespace
}  // namespace prorata::books
