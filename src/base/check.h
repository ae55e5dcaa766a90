// CHECK(condition, "why"): what cannot happen. Always on; it stops the process with file and line, because going on with a
// broken invariant could pay somebody twice.
#pragma once

#include <string_view>

namespace prorata::detail {
[[noreturn]] void check_failed(const char* condition, std::string_view why, const char* file, int line);
}

#define CHECK(condition, why)                                                 \
  do {                                                                        \
    if (!(condition)) [[unlikely]]                                            \
      ::prorata::detail::check_failed(#condition, (why), __FILE__, __LINE__); \
  } while (false)
