// Which line of the provider's invoice brings which expected credit, and whether what it charges is what was bought (specs/invoices.md).
//
//   const CreditMatches found = match_credits(expected, lines, rates, {});
//   if (found.lines[0].verdict == Verdict::matched) book(expected[found.lines[0].expected.front()]);
//
// Nothing is guessed. A line and a credit belong together where each is the only one that the other can be; where a line could be of two
// credits, or two lines of one, neither is taken and all are named. When and in which currency a line arrives does not matter. The order in
// which lines and credits come does not either.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/time.h"
#include "catalog/catalog.h"

namespace prorata::books {

// How far a line may be from what was expected: nothing in the same currency unless a partner says so; across currencies a share of it,
// for the provider's rate is not the desk's.
struct Tolerance {
  std::int64_t minor = 0;
  Ratio across{1, 100};
};

struct ExpectedCredit {
  ReturnId returned;
  CustomerId customer;
  OrderId order;
  std::int64_t quantity = 0;
  Money amount;
};

// `amount` is what the line gives back, above zero. A line without an order is of its customer, and matches only to the last minor unit.
struct CreditLine {
  std::optional<OrderId> order;
  std::optional<CustomerId> customer;
  std::int64_t quantity = 0;  // zero: it does not say
  Money amount;
  Day day;  // whose rate counts where currencies differ
};

enum class Verdict : std::uint8_t { matched, different, ambiguous, unexpected };

struct LineMatch {
  Verdict verdict = Verdict::unexpected;
  std::vector<std::size_t> expected;  // one where matched or different; all it could be where ambiguous
  std::optional<Money> difference;    // where matched or different: what came less what was expected, in the expected currency
};

struct CreditMatches {
  std::vector<LineMatch> lines;                       // as the lines were given
  std::vector<std::vector<std::size_t>> of_expected;  // for each expected credit the lines that it is or may be on
};

// First by amount: a line may be of every credit of its order whose amount it has. Then what is left, by the order alone: a line with
// another amount. In both, where units are told and some credits have just as many, only these count.
CreditMatches match_credits(std::span<const ExpectedCredit> expected, std::span<const CreditLine> lines,
                            std::span<const ExchangeRate> rates, const Tolerance& tolerance);

// What a line says less what was expected; absent where no rate of that day is known.
std::optional<Money> difference_of(Money came, Money expected, std::span<const ExchangeRate> rates, Day day);
// Within the tolerance.
bool close_enough(Money came, Money difference, Money expected, const Tolerance& tolerance);

// What the books say was charged for a reservation of an order on a day, at cost.
struct ExpectedCharge {
  OrderId order;
  Day day;
  Money amount;
};

struct ChargeLine {
  OrderId order;
  Day day;  // the first of what it charges for
  Money amount;
};

// Charges are compared by order and calendar month, all lines of an invoice together: matched, or different by the whole difference, which
// stands on the first of them. Without a charge in that month they are unexpected.
std::vector<LineMatch> match_charges(std::span<const ExpectedCharge> expected, std::span<const ChargeLine> lines,
                                     std::span<const ExchangeRate> rates, const Tolerance& tolerance);

}  // namespace prorata::books
