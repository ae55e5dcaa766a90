// How many units to buy for each pool: the quantity at which the history would have cost least.
//
//   for (const BuyAdvice& advice : TRY(advise_buying(history, prices, {.term = Term{1}}))) ...
//   const BuyCost cost = TRY(cost_of_buying(history, prices, pool, quantity));      // the what-if: the engine once more
//
// cost(q) = the reservations' share of the hours + pay-as-you-go price of what stays uncovered. It is known for every q at once, by
// sweeping the uncovered units of each hour in the order in which a reservation would take them; the least one wins, of equal ones the
// smallest quantity. The quantity that is named has been put to the engine, which agreed to the unit. Advice rules section 3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "advice/history.h"
#include "advice/prices.h"
#include "base/error.h"
#include "utilization/summary.h"

namespace prorata::advice {

struct BuyAsk {
  Term term;
  std::string size;  // reserved, for the pools of its group, the others are left out; empty: each pool's own choice
};

// What would be bought: shared in scope, flexible, and last to take.
struct PoolOffer {
  std::string region;
  std::string group;
  std::string size;
  Term term;
};

// One size of a pool, uncovered without and with the purchase.
struct BuyPart {
  std::string size;
  std::uint32_t period = 0;    // which ratio table
  std::int64_t weight = 1;     // under it
  std::int64_t hour_nano = 0;  // the price of an hour
  std::int64_t nu_before = 0;
  std::int64_t nu_after = 0;
  Money before;
  Money after;
  friend bool operator==(const BuyPart&, const BuyPart&) = default;
};

struct BuyCost {
  std::vector<BuyPart> parts;  // by size, then by period
  Money before;                // sum of the parts'
  Money after;
  Money reservation;  // its share of the hours
  Money cost() const { return reservation + after; }
  Money saving() const { return before - cost(); }
  friend bool operator==(const BuyCost&, const BuyCost&) = default;
};

struct BuyAdvice {
  PoolOffer offer;
  std::int64_t quantity = 0;                     // 0: nothing is worth buying
  std::int64_t quantity_most = 0;                // more than this could not be used; every quantity up to it was compared
  std::int32_t hours = 0;                        // of the history
  std::int32_t hours_uncovered = 0;              // with something uncovered in this pool
  Money lifetime;                                // of one unit
  std::optional<std::int64_t> break_even_hours;  // of the term, in which one unit must run; absent without a price of its hour
  std::optional<utilization::Percent> used;      // of what would be bought; absent where that is nothing
  BuyCost cost;                                  // at the quantity
  std::vector<std::string> missing;              // prices without which nothing can be said; then only the pool and the hours are known
};

// By region, then by group; pools that have something uncovered. Errors: those of the engine; invalid_argument where the asked size is in
// no pool, or changes its group within the history.
Result<std::vector<BuyAdvice>> advise_buying(const History& history, const Prices& prices, const BuyAsk& ask);

// Errors: those of the engine; not_found for a price.
Result<BuyCost> cost_of_buying(const History& history, const Prices& prices, const PoolOffer& offer, std::int64_t quantity);

}  // namespace prorata::advice
