// The rules of an exchange one by one, met or not, each with what would help; and the smallest addition with which enough is bought. For
// whoever puts an exchange together and wants to see, at every step, what still stands in the way. Pure, like the decision it explains.
//
//   const ExchangeDecision decision = TRY(decide_exchange(returns, purchases, request, pack));
//   for (const ExchangeCheck& each : checks_of(returns, purchases, decision, pack, today)) ... sentence(each, Language::swedish)
//   std::ranges::all_of(checks, &ExchangeCheck::met) == !decision.refused()         // always; what no rule asks is no check
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/exchange.h"

namespace prorata::policy {

enum class ExchangeRight : std::uint8_t {
  open,  // what is bought today may be exchanged again
  last,  // bought before the day the pack names, and today it is past: what this exchange buys has no right any more
  used,  // bought on or after that day
};

// Requires that the line was bought today or before.
ExchangeRight exchange_right(const ExchangeReturnCase& line, const Pack& pack, Day today);

struct ExchangeCheck {
  std::string_view rule;  // stable: "exchange.one_family"
  bool met = true;
  std::optional<Refusal> returned_refusal;  // of the returned lines, where the rule is about one of them
  std::vector<std::size_t> returned;        // the lines that stand against it; those that follow the first one, where they differ from it
  std::vector<std::size_t> bought;
  std::optional<Money> missing;  // what more has to be bought
  std::optional<Day> until;      // of the right to exchange: the day that ends it
  ExchangeRight right = ExchangeRight::open;
};

// One for each refusal of a returned line, then one for each rule of exchanges that this pack has. What only an approval lifts is none.
std::vector<ExchangeCheck> checks_of(std::span<const ExchangeReturnCase> returns, std::span<const ExchangePurchaseCase> purchases,
                                     const ExchangeDecision& decision, const Pack& pack, Day today);

std::string sentence(const ExchangeCheck& check, Language language);  // the rule where it is met, what is wrong where it is not
std::string fix(const ExchangeCheck& check, Language language);       // what to do; empty where it is met

// Something more of which could be bought, at a price a unit.
struct Addition {
  std::size_t offer = 0;
  std::int64_t units = 0;
  Money cost;
  friend bool operator==(const Addition&, const Addition&) = default;
};

// Of additions of one kind that cost `missing` or more the cheapest; of equally cheap ones that of the fewest units, then the first.
// Absent where nothing is missing, or nothing on offer has a price in its currency and no more than `units_max` units would do.
std::optional<Addition> smallest_addition(Money missing, std::span<const Money> unit_prices, std::int64_t units_max = 100'000);

}  // namespace prorata::policy

namespace prorata {
template <>
inline constexpr auto kWords<policy::ExchangeRight> = std::to_array<Word<policy::ExchangeRight>>(
    {{policy::ExchangeRight::open, "open"}, {policy::ExchangeRight::last, "last"}, {policy::ExchangeRight::used, "used"}});
}  // namespace prorata
