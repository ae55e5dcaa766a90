#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace prorata::detail {

void check_failed(const char* condition, std::string_view why, const char* file, int line) {
  std::fprintf(stderr, "prorata: bug at %s:%d: %s (%.*s)\n", file, line, condition, static_cast<int>(why.size()), why.data());
  std::abort();
}

}  // namespace prorata::detail
