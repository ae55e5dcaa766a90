#include "app/notify_records.h"

#include <algorithm>

namespace prorata {

bool wants_kind(const std::vector<std::string>& kinds, std::string_view kind) {
  const std::string_view family = kind.substr(0, kind.find('.'));
  return kinds.empty() || std::ranges::any_of(kinds, [&](const std::string& each) { return each == kind || each == family; });
}

}  // namespace prorata
