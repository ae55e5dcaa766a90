// Matching by hand: every pair is looked at, nothing is grouped or remembered, and each line says for itself what it can be. The fast rules
// must say the same, whatever order lines and credits come in.
#include "books/matching.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace prorata::books {
namespace {

struct Case {
  std::vector<ExpectedCredit> expected;
  std::vector<CreditLine> lines;
  Tolerance tolerance;
};

const std::vector<ExchangeRate>& rates() {
  static const std::vector<ExchangeRate> all = {{make_day(2026, 1, 1), Currency::usd(), *Currency::parse("SEK"), {105, 10}}};
  return all;
}

// Few orders, few amounts, few units: so that things meet.
Case drawn() {
  const auto pick = [](int from, int until) { return *rc::gen::inRange(from, until); };
  const auto money = [&] { return Money{100 * pick(1, 5), pick(0, 4) == 0 ? Currency::usd() : *Currency::parse("SEK")}; };
  const auto order = [&] { return OrderId::trusted("order-" + std::to_string(pick(0, 3))); };
  const auto customer = [&] { return CustomerId::trusted("customer-" + std::to_string(pick(0, 2))); };
  Case out;
  out.tolerance = {.minor = pick(0, 3) == 0 ? 100 : 0, .across = {pick(0, 20), 100}};
  for (int i = pick(0, 6); i > 0; --i)
    out.expected.push_back({ReturnId::trusted("return-" + std::to_string(i)), customer(), order(), pick(1, 3), money()});
  for (int i = pick(0, 6); i > 0; --i) {
    CreditLine line{.customer = customer(), .quantity = pick(0, 3), .amount = money(), .day = make_day(2026, 2, 1)};
    if (pick(0, 4) != 0) line.order = order();
    out.lines.push_back(line);
  }
  return out;
}

// What line i could be by its amount, or by its order alone.
std::set<std::size_t> could_be(const Case& c, std::size_t i, bool by_amount, const std::set<std::size_t>& taken) {
  const CreditLine& line = c.lines[i];
  std::set<std::size_t> all;
  for (std::size_t k = 0; k < c.expected.size(); ++k) {
    const ExpectedCredit& credit = c.expected[k];
    if (taken.contains(k)) continue;
    if (line.order ? *line.order != credit.order : line.customer != credit.customer) continue;
    if (by_amount) {
      const Result<Money> came = convert(line.amount, credit.amount.currency, rates(), line.day);
      if (!came) continue;
      const std::int64_t off = std::abs(came->minor - credit.amount.minor);
      const bool same = line.amount.currency == credit.amount.currency;
      std::int64_t allowed = same ? c.tolerance.minor : scale(credit.amount, c.tolerance.across, Rounding::half_away).minor;
      if (!line.order) allowed = 0;
      if (off > allowed) continue;
    }
    all.insert(k);
  }
  std::set<std::size_t> same_units;
  for (const std::size_t k : all)
    if (c.expected[k].quantity == line.quantity) same_units.insert(k);
  return line.quantity != 0 && !same_units.empty() ? same_units : all;
}

struct Said {
  Verdict verdict = Verdict::unexpected;
  std::set<std::size_t> credits;
};

std::vector<Said> by_hand(const Case& c) {
  std::vector<Said> said(c.lines.size());
  std::set<std::size_t> taken;
  for (const bool by_amount : {true, false}) {
    const std::vector<Said> before = said;
    const auto is_asked = [&](std::size_t i) { return by_amount || (before[i].credits.empty() && c.lines[i].order); };
    const std::set<std::size_t> taken_before = taken;
    for (std::size_t i = 0; i < c.lines.size(); ++i) {
      if (!is_asked(i)) continue;
      const std::set<std::size_t> mine = could_be(c, i, by_amount, taken_before);
      if (mine.empty()) continue;
      taken.insert(mine.begin(), mine.end());
      bool alone = mine.size() == 1;
      for (std::size_t other = 0; other < c.lines.size(); ++other)
        if (other != i && is_asked(other) && could_be(c, other, by_amount, taken_before).contains(*mine.begin())) alone = false;
      said[i] = {alone ? (by_amount ? Verdict::matched : Verdict::different) : Verdict::ambiguous, mine};
    }
  }
  return said;
}

RC_GTEST_PROP(MatchingTwin, SaysTheSameOfEveryLine, ()) {
  const Case c = drawn();
  const CreditMatches fast = match_credits(c.expected, c.lines, rates(), c.tolerance);
  const std::vector<Said> slow = by_hand(c);
  for (std::size_t i = 0; i < c.lines.size(); ++i) {
    RC_ASSERT(fast.lines[i].verdict == slow[i].verdict);
    RC_ASSERT((std::set<std::size_t>(fast.lines[i].expected.begin(), fast.lines[i].expected.end()) == slow[i].credits));
  }
}

RC_GTEST_PROP(MatchingTwin, NoCreditIsTakenTwiceAndOrderDoesNotMatter, ()) {
  const Case c = drawn();
  const CreditMatches found = match_credits(c.expected, c.lines, rates(), c.tolerance);
  std::set<std::size_t> taken;
  for (const LineMatch& each : found.lines)
    if (each.verdict == Verdict::matched || each.verdict == Verdict::different) RC_ASSERT(taken.insert(each.expected.front()).second);

  Case turned = c;
  std::ranges::reverse(turned.lines);
  const CreditMatches again = match_credits(turned.expected, turned.lines, rates(), turned.tolerance);
  for (std::size_t i = 0; i < c.lines.size(); ++i) RC_ASSERT(again.lines[c.lines.size() - 1 - i].verdict == found.lines[i].verdict);
}

}  // namespace
}  // namespace prorata::books
