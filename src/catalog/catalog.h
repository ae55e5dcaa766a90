// What can be bought, and for how much: SKUs with their flexibility group and ratio, dated price lists, dated exchange rates.
//
//   const PriceRow* price = price_on(rows, day);                      // the newest row in force that day
//   Money dollars = TRY(convert(amount, Currency::usd(), rates, day)); // the newest rate on or before that day, or an error that says so
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/money.h"
#include "base/time.h"

namespace prorata {

// A lifetime price of one unit for a whole term, in force from a day until a newer row takes its place.
struct PriceRow {
  std::string product;  // "VirtualMachines"; empty where the list does not say
  std::string sku;      // "Standard_D2s_v3", compared without regard to letter case (kept as written)
  std::string region;   // "westeurope"
  Term term;
  Day from;
  Money price;
  friend bool operator==(const PriceRow&, const PriceRow&) = default;
};

// A size within its instance size flexibility group: one unit of ratio 4 covers four of ratio 1. In force from a day until a newer row of
// the same group and size takes its place.
struct FlexibilityRatio {
  std::string group;
  std::string sku;
  Ratio ratio;
  Day from{};  // 1970-01-01 where the list does not say: it has always been so
  friend bool operator==(const FlexibilityRatio&, const FlexibilityRatio&) = default;
};

// One unit of `from` is `rate` units of `to`, from that day until a newer row.
struct ExchangeRate {
  Day day;
  Currency from;
  Currency to;
  Ratio rate;
  friend bool operator==(const ExchangeRate&, const ExchangeRate&) = default;
};

// Of rows for one SKU, region, term and currency: the newest with from <= day; null where there is none.
const PriceRow* price_on(std::span<const PriceRow> rows, Day day);

// Of rows of any groups and sizes those in force on the day: of each group and size the newest with from <= day, in the order given.
std::vector<FlexibilityRatio> ratios_on(std::span<const FlexibilityRatio> rows, Day day);

// Converts at the newest rate on or before the day, directly or by the inverse pair. The same currency needs no rate.
// Errors: not_found, naming the pair, the day and what to import.
Result<Money> convert(Money amount, Currency to, std::span<const ExchangeRate> rates, Day day);

// The two spellings of one region: "US East" and "useast" are "eastus" only by table; this one folds spaces and letter case.
// What a person reads: "UK South" for uksouth; a region that is not in the table stays as it is.
std::string region_title(std::string_view region);
std::string region_key(std::string_view region);
std::string sku_key(std::string_view sku);

}  // namespace prorata
