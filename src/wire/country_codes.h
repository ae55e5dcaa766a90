// Countries by ISO 3166-1, whose codes have two letters at one service and three at another.
#pragma once

#include <string>
#include <string_view>

namespace prorata::wire {

// "SWE" for "SE", in any letter case. What is no code of two letters comes back as it is.
std::string country_code3(std::string_view code);
inline constexpr int kCountryCount = 249;

}  // namespace prorata::wire
