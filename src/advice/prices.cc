#include "advice/prices.h"

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::advice {
namespace {

constexpr std::int64_t kNanoPerMajor = 1'000'000'000;
constexpr std::int64_t kNuPerWeightHour = 1'000'000;

std::int64_t divided(__int128 whole, __int128 over) {
  CHECK(whole >= 0 && over > 0, "amounts of advice are not negative");
  __int128 quotient = whole / over;
  const __int128 rest = whole % over;
  if (rest >= over - rest) ++quotient;
  CHECK(quotient <= INT64_MAX, "an amount leaves the range of int64");
  return static_cast<std::int64_t>(quotient);
}

}  // namespace

Prices Prices::make(Currency currency, std::span<const HourlyPrice> hourly, std::span<const PriceRow> lifetime, Day day) {
  Prices prices;
  prices.currency_ = currency;
  const auto keep = [day](auto& rows, auto key, Day from, std::int64_t amount) {
    if (day < from) return;
    const auto [place, is_new] = rows.try_emplace(std::move(key), Dated{from, amount});
    if (!is_new && place->second.from < from) place->second = {from, amount};
  };
  for (const HourlyPrice& row : hourly)
    if (row.currency == currency) keep(prices.hourly_, std::tuple(region_key(row.region), sku_key(row.sku)), row.from, row.nano);
  for (const PriceRow& row : lifetime)
    if (row.price.currency == currency)
      keep(prices.lifetime_, std::tuple(region_key(row.region), sku_key(row.sku), row.term.years), row.from, row.price.minor);
  return prices;
}

std::optional<std::int64_t> Prices::hour_nano(std::string_view region, std::string_view size) const {
  const auto found = hourly_.find({region_key(region), sku_key(size)});
  return found == hourly_.end() ? std::nullopt : std::optional(found->second.amount);
}

std::optional<Money> Prices::lifetime(std::string_view region, std::string_view size, Term term) const {
  for (const std::string& where : {region_key(region), std::string()})
    if (const auto found = lifetime_.find({where, sku_key(size), term.years}); found != lifetime_.end())
      return Money{found->second.amount, currency_};
  return std::nullopt;
}

Money payg(std::int64_t nu, std::int64_t weight, std::int64_t hour_nano, Currency currency) {
  const __int128 nano_per_minor = kNanoPerMajor / currency.minor_per_major();
  return {divided(static_cast<__int128>(nu) * hour_nano, static_cast<__int128>(weight) * kNuPerWeightHour * nano_per_minor), currency};
}

Money reservation_share(Money lifetime, Term term, std::int64_t quantity, std::int64_t hours) {
  return {divided(static_cast<__int128>(lifetime.minor) * quantity * hours, static_cast<__int128>(term.years) * kHoursPerYear),
          lifetime.currency};
}

std::optional<std::int64_t> break_even_hours(Money lifetime, std::int64_t hour_nano) {
  if (hour_nano == 0) return std::nullopt;
  const __int128 nano = static_cast<__int128>(lifetime.minor) * (kNanoPerMajor / lifetime.currency.minor_per_major());
  return static_cast<std::int64_t>((nano + hour_nano - 1) / hour_nano);
}

std::string missing_hourly(std::string_view region, std::string_view size, Currency currency) {
  return fmt::format("no pay-as-you-go price of {} in {} in {}; give a price list that has its hours ('Consumption' rows, or term payg)",
                     size, region, currency.code());
}

std::string missing_lifetime(std::string_view region, std::string_view size, Term term, Currency currency) {
  return fmt::format("no {} reservation price of {} in {} in {}; give a price list that has it", to_string(term), size, region,
                     currency.code());
}

}  // namespace prorata::advice
