// The $filter of OData as ARM clients write it: comparisons and calls, joined by `and` and `or`, in parentheses where wanted.
//
//   const Filter filter = TRY(parse_filter("properties/usageDate ge 2024-01-01 and status eq 'Open'"));
//   for (const Filter& each : TRY(conjunction(filter)))
//     if (names(each, "usageDate")) from = TRY(day_in(each));
//
// Properties, operators and words compare in any letter case. Text may be anything: what cannot be read is refused with the character.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::wire {

inline constexpr std::size_t kFilterBytesMax = 8'192;
inline constexpr int kFilterDepthMax = 16;

enum class Compare : std::uint8_t { eq, ne, gt, ge, lt, le };

struct Filter {
  enum class Kind : std::uint8_t { all, any, comparison, call };
  Kind kind = Kind::all;
  std::vector<Filter> parts;      // of all and any; all of nothing is true
  std::string name;               // the property "properties/usageDate", or the function "atScope"; as it was written
  Compare compare = Compare::eq;  // of a comparison
  std::string value;              // what it is compared with, or the argument of a call; without its quotes
  bool quoted = false;            // 'Open', not 2024-01-01
  friend bool operator==(const Filter&, const Filter&) = default;
};

// An empty text is the filter that all things pass. Errors: invalid_argument with `place` $filter.
Result<Filter> parse_filter(std::string_view text);

// The parts of a filter without `or`. Errors: invalid_argument.
Result<std::vector<Filter>> conjunction(const Filter& filter);

// Whether a comparison is about that property: "usageDate", "properties/usageDate" and "properties.UsageDate" are one.
bool names(const Filter& comparison, std::string_view property);

// What a part compares with. Errors: invalid_argument with `place` $filter, naming the property.
Result<Instant> instant_in(const Filter& comparison);   // a date is its midnight
Result<std::string> text_in(const Filter& comparison);  // `eq` only

// "the filter may not ask for 'x'; it may ask for usageDate"
std::unexpected<Error> unknown_in_filter(const Filter& part, std::string_view known);

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::Compare> = std::to_array<Word<wire::Compare>>({{wire::Compare::eq, "eq"},
                                                                                  {wire::Compare::ne, "ne"},
                                                                                  {wire::Compare::gt, "gt"},
                                                                                  {wire::Compare::ge, "ge"},
                                                                                  {wire::Compare::lt, "lt"},
                                                                                  {wire::Compare::le, "le"}});
}  // namespace prorata
