// The price of an hour of a machine that no reservation covers.
//
//   const HourlyPrice price{.sku = "Standard_D2s_v5", .region = "westeurope", .from = day, .currency = Currency::usd(), .nano =
//   115'000'000};
//
// Lists have more decimals than money has, so it is kept in billionths of the currency and becomes money when it has been multiplied.
#pragma once

#include <cstdint>
#include <string>

#include "base/money.h"
#include "base/time.h"

namespace prorata {

// In force from a day until a newer row takes its place.
struct HourlyPrice {
  std::string sku;
  std::string region;
  Day from;
  Currency currency;
  std::int64_t nano = 0;  // billionths of the currency an hour
  friend bool operator==(const HourlyPrice&, const HourlyPrice&) = default;
};

}  // namespace prorata
