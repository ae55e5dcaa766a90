#include "books/matching.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

namespace prorata::books {
namespace {

Money magnitude(Money amount) { return amount.is_negative() ? -amount : amount; }

Day first_of_month(Day day) { return *parse_day(to_string(day).substr(0, 8) + "01"); }

// For each line the credits that it may be of.
using Edges = std::vector<std::vector<std::size_t>>;

// Where some have as many units as the line says, the others are out.
void narrow_by_units(const CreditLine& line, std::span<const ExpectedCredit> expected, std::vector<std::size_t>& candidates) {
  const auto same_units = [&](std::size_t each) { return expected[each].quantity == line.quantity; };
  if (line.quantity == 0 || std::ranges::none_of(candidates, same_units)) return;
  std::erase_if(candidates, [&](std::size_t each) { return !same_units(each); });
}

// The credits a line can be about at all, with what it differs by. Those of an order are found without looking at all others.
class Candidates {
 public:
  explicit Candidates(std::span<const ExpectedCredit> expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      by_order_[expected[i].order].push_back(i);
      by_customer_[expected[i].customer].push_back(i);
    }
  }
  std::span<const std::size_t> of(const CreditLine& line) const {
    if (line.order) return look(by_order_, *line.order);
    if (line.customer) return look(by_customer_, *line.customer);
    return {};
  }

 private:
  template <class Key>
  static std::span<const std::size_t> look(const std::map<Key, std::vector<std::size_t>>& in, const Key& key) {
    const auto found = in.find(key);
    return found == in.end() ? std::span<const std::size_t>() : std::span<const std::size_t>(found->second);
  }
  std::map<OrderId, std::vector<std::size_t>> by_order_;
  std::map<CustomerId, std::vector<std::size_t>> by_customer_;
};

// Takes the pairs in which each is the other's only one; what else has an edge is ambiguous.
void settle(const Edges& edges, Verdict where_one, const std::function<std::optional<Money>(std::size_t, std::size_t)>& difference,
            CreditMatches& found) {
  for (std::size_t line = 0; line < edges.size(); ++line)
    for (const std::size_t credit : edges[line]) found.of_expected[credit].push_back(line);
  for (std::size_t line = 0; line < edges.size(); ++line) {
    if (edges[line].empty()) continue;
    const bool only_pair = edges[line].size() == 1 && found.of_expected[edges[line].front()].size() == 1;
    found.lines[line] = {.verdict = only_pair ? where_one : Verdict::ambiguous, .expected = edges[line]};
    if (only_pair) found.lines[line].difference = difference(line, edges[line].front());
  }
}

}  // namespace

std::optional<Money> difference_of(Money came, Money expected, std::span<const ExchangeRate> rates, Day day) {
  const Result<Money> converted = convert(came, expected.currency, rates, day);
  if (!converted) return std::nullopt;
  return *converted - expected;
}

bool close_enough(Money came, Money difference, Money expected, const Tolerance& tolerance) {
  const bool same_currency = came.currency == expected.currency;
  const Money allowed =
      same_currency ? Money{tolerance.minor, expected.currency} : magnitude(scale(expected, tolerance.across, Rounding::half_away));
  return !less(allowed, magnitude(difference));
}

CreditMatches match_credits(std::span<const ExpectedCredit> expected, std::span<const CreditLine> lines,
                            std::span<const ExchangeRate> rates, const Tolerance& tolerance) {
  CreditMatches found{.lines = std::vector<LineMatch>(lines.size()), .of_expected = std::vector<std::vector<std::size_t>>(expected.size())};
  const Candidates candidates(expected);
  const auto difference = [&](std::size_t line, std::size_t credit) {
    return difference_of(lines[line].amount, expected[credit].amount, rates, lines[line].day);
  };

  Edges by_amount(lines.size());
  for (std::size_t line = 0; line < lines.size(); ++line) {
    const Tolerance allowed = lines[line].order ? tolerance : Tolerance{.minor = 0, .across = {0, 1}};
    for (const std::size_t credit : candidates.of(lines[line])) {
      const std::optional<Money> off = difference(line, credit);
      if (off && close_enough(lines[line].amount, *off, expected[credit].amount, allowed)) by_amount[line].push_back(credit);
    }
    narrow_by_units(lines[line], expected, by_amount[line]);
  }
  settle(by_amount, Verdict::matched, difference, found);

  Edges by_order(lines.size());
  for (std::size_t line = 0; line < lines.size(); ++line) {
    const bool looked_for = by_amount[line].empty() && lines[line].order;
    if (!looked_for) continue;
    for (const std::size_t credit : candidates.of(lines[line]))
      if (found.of_expected[credit].empty()) by_order[line].push_back(credit);
    narrow_by_units(lines[line], expected, by_order[line]);
  }
  settle(by_order, Verdict::different, difference, found);
  return found;
}

std::vector<LineMatch> match_charges(std::span<const ExpectedCharge> expected, std::span<const ChargeLine> lines,
                                     std::span<const ExchangeRate> rates, const Tolerance& tolerance) {
  using Key = std::pair<OrderId, Day>;  // the first day of the month
  std::map<Key, Money> charged;
  for (const ExpectedCharge& each : expected) {
    const auto [at, is_first] = charged.try_emplace({each.order, first_of_month(each.day)}, each.amount);
    if (!is_first) at->second += each.amount;
  }
  std::map<Key, std::vector<std::size_t>> together;
  for (std::size_t i = 0; i < lines.size(); ++i) together[{lines[i].order, first_of_month(lines[i].day)}].push_back(i);

  std::vector<LineMatch> found(lines.size());
  for (const auto& [key, members] : together) {
    const auto of = charged.find(key);
    if (of == charged.end()) continue;
    Money came = Money::zero(lines[members.front()].amount.currency);
    bool one_currency = true;
    for (const std::size_t each : members) {
      one_currency = one_currency && lines[each].amount.currency == came.currency;
      if (one_currency) came += lines[each].amount;
    }
    const std::optional<Money> off =
        one_currency ? difference_of(came, of->second, rates, lines[members.front()].day) : std::optional<Money>();
    const bool matched = off && close_enough(came, *off, of->second, tolerance);
    for (const std::size_t each : members) found[each].verdict = matched ? Verdict::matched : Verdict::different;
    found[members.front()].difference = off;
  }
  return found;
}

}  // namespace prorata::books
