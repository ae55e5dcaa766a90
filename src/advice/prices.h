// The prices that advice is reckoned with: what an hour of a size costs without a reservation, and what a reservation of it costs, in one
// currency and as they were in force on one day.
//
//   const Prices prices = Prices::make(Currency::usd(), hourly, lifetime, today);
//   if (const auto price = prices.hour("westeurope", "standard_d2s_v5")) cost = payg(nu, weight, *price, prices.currency());
//
// Rounding, the only one here: the price of an amount of nu, and the share of a lifetime price that falls on some hours, are each rounded
// once, half away from zero, to the minor unit. Sums and savings are sums and differences of those. Advice rules section 2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "base/money.h"
#include "base/time.h"
#include "catalog/catalog.h"
#include "catalog/hourly_price.h"

namespace prorata::advice {

// A year of a term, as reservations are reckoned by the hour.
inline constexpr std::int64_t kHoursPerYear = 8'760;

class Prices {
 public:
  // Of several rows the newest with from <= day; rows of another currency are left out. A lifetime price without a region is that of
  // every region that has none of its own.
  static Prices make(Currency currency, std::span<const HourlyPrice> hourly, std::span<const PriceRow> lifetime, Day day);

  Currency currency() const { return currency_; }
  // Names in any letter case. Absent: not in the list.
  std::optional<std::int64_t> hour_nano(std::string_view region, std::string_view size) const;
  std::optional<Money> lifetime(std::string_view region, std::string_view size, Term term) const;

 private:
  struct Dated {
    Day from;
    std::int64_t amount = 0;
  };
  Currency currency_;
  std::map<std::tuple<std::string, std::string>, Dated> hourly_;         // nano
  std::map<std::tuple<std::string, std::string, int>, Dated> lifetime_;  // minor
};

// nu of a size of that weight at so many billionths an hour. Requires weight > 0, and nothing negative.
Money payg(std::int64_t nu, std::int64_t weight, std::int64_t hour_nano, Currency currency);

// What `quantity` units cost in `hours` of their term.
Money reservation_share(Money lifetime, Term term, std::int64_t quantity, std::int64_t hours);

// In how many hours of its term a machine of the reserved size costs as much as the reservation; absent where it costs nothing.
std::optional<std::int64_t> break_even_hours(Money lifetime, std::int64_t hour_nano);

// What to import where a price is missing: "no pay-as-you-go price of standard_d2s_v5 in westeurope in USD; ...".
std::string missing_hourly(std::string_view region, std::string_view size, Currency currency);
std::string missing_lifetime(std::string_view region, std::string_view size, Term term, Currency currency);

}  // namespace prorata::advice
