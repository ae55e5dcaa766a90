// Which usage file a header belongs to, and which of its columns are of use. Each dialect is one row of a table: the fields it needs and
// the names that exports have given them over the years.
//
//   const UsageHeader header = TRY(detect_usage_header(names));       // names of the first row
//   header.dialect, header.column[UsageField::quantity]               // -1 where there is none
//
// Names are compared without letter case, blanks and underscores; of "Ressourcengruppe (ResourceGroup)", as portals in other languages
// write it, the name in brackets counts.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

enum UsageField : std::uint8_t {
  kTime,  // a moment, or a day in files that count by the day
  kUntil,
  kResource,
  kSize,
  kRegion,
  kQuantity,
  kUnit,
  kService,
  kDetails,  // JSON: AdditionalInfo and its successors
  kCharge,
  kCommitment,  // used or unused
  kPricing,
  kPricingMore,
  kMeterCategory,
  kMeterSubcategory,
  kMeterName,
  kCustomer,
  kSubscription,
  kResourceGroup,
};
inline constexpr std::size_t kUsageFieldCount = 19;

struct UsageHeader {
  UsageDialect dialect = UsageDialect::hourly;
  std::array<int, kUsageFieldCount> column{};      // of the file, by UsageField; -1: none
  std::array<std::string, kUsageFieldCount> name;  // as the file has it
};

// Errors: invalid_data, naming the nearest dialect, what it lacks, and the columns that were seen.
Result<UsageHeader> detect_usage_header(std::span<const std::string> names);

}  // namespace prorata::wire
