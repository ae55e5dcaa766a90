#include "catalog/catalog.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace prorata {
namespace {

const ExchangeRate* rate_on(std::span<const ExchangeRate> rates, Currency from, Currency to, Day day) {
  const ExchangeRate* best = nullptr;
  for (const ExchangeRate& rate : rates) {
    const bool applies = rate.from == from && rate.to == to && rate.day <= day;
    if (applies && (best == nullptr || best->day < rate.day)) best = &rate;
  }
  return best;
}

constexpr std::int64_t power_of_ten(int digits) {
  std::int64_t power = 1;
  for (int i = 0; i < digits; ++i) power *= 10;
  return power;
}

// amount * part / over, moving from one currency's decimals to the other's, rounded once.
Money exchange(Money amount, Currency to, std::int64_t part, std::int64_t over) {
  const int shift = to.digits() - amount.currency.digits();
  if (shift > 0) part *= power_of_ten(shift);
  if (shift < 0) over *= power_of_ten(-shift);
  return {scale_minor(amount.minor, {part, over}, Rounding::half_away), to};
}

}  // namespace

const PriceRow* price_on(std::span<const PriceRow> rows, Day day) {
  const PriceRow* best = nullptr;
  for (const PriceRow& row : rows)
    if (row.from <= day && (best == nullptr || best->from < row.from)) best = &row;
  return best;
}

std::vector<FlexibilityRatio> ratios_on(std::span<const FlexibilityRatio> rows, Day day) {
  const auto key = [](const FlexibilityRatio& row) { return std::pair(to_lower(row.group), sku_key(row.sku)); };
  std::map<std::pair<std::string, std::string>, Day> newest;
  for (const FlexibilityRatio& row : rows)
    if (row.from <= day) {
      Day& from = newest.try_emplace(key(row), row.from).first->second;
      from = std::max(from, row.from);
    }
  std::vector<FlexibilityRatio> out;
  for (const FlexibilityRatio& row : rows)
    if (const auto found = newest.find(key(row)); found != newest.end() && found->second == row.from) out.push_back(row);
  return out;
}

Result<Money> convert(Money amount, Currency to, std::span<const ExchangeRate> rates, Day day) {
  if (amount.currency == to) return amount;
  const ExchangeRate* direct = rate_on(rates, amount.currency, to, day);
  const ExchangeRate* inverse = rate_on(rates, to, amount.currency, day);
  if (direct != nullptr && (inverse == nullptr || inverse->day <= direct->day))
    return exchange(amount, to, direct->rate.part, direct->rate.over);
  if (inverse != nullptr) return exchange(amount, to, inverse->rate.over, inverse->rate.part);
  return fail(Code::not_found, fmt::format("no exchange rate from {} to {} on or before {}; import one with 'prorata import rates'",
                                           amount.currency.code(), to.code(), to_string(day)));
}

std::string region_title(std::string_view region) {
  static constexpr std::array kTitles =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"australiaeast", "AU East"},
                                                                    {"brazilsouth", "BR South"},
                                                                    {"canadacentral", "CA Central"},
                                                                    {"centralindia", "IN Central"},
                                                                    {"centralus", "US Central"},
                                                                    {"eastasia", "AP East"},
                                                                    {"eastus", "US East"},
                                                                    {"eastus2", "US East 2"},
                                                                    {"francecentral", "FR Central"},
                                                                    {"germanywestcentral", "DE West Central"},
                                                                    {"japaneast", "JA East"},
                                                                    {"koreacentral", "KR Central"},
                                                                    {"northcentralus", "US North Central"},
                                                                    {"northeurope", "EU North"},
                                                                    {"norwayeast", "NO East"},
                                                                    {"southcentralus", "US South Central"},
                                                                    {"southeastasia", "AP Southeast"},
                                                                    {"swedencentral", "SE Central"},
                                                                    {"switzerlandnorth", "CH North"},
                                                                    {"uksouth", "UK South"},
                                                                    {"ukwest", "UK West"},
                                                                    {"westcentralus", "US West Central"},
                                                                    {"westeurope", "EU West"},
                                                                    {"westus", "US West"},
                                                                    {"westus2", "US West 2"},
                                                                    {"westus3", "US West 3"}});
  const std::string key = region_key(region);
  for (const auto& [each, title] : kTitles)
    if (each == key) return std::string(title);
  return std::string(region);
}

std::string region_key(std::string_view region) {
  std::string key;
  for (const char c : to_lower(region))
    if (c != ' ' && c != '-') key.push_back(c);
  return key;
}

std::string sku_key(std::string_view sku) { return to_lower(trim(sku)); }

}  // namespace prorata
