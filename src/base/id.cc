#include "base/id.h"

#include <fmt/format.h>

namespace prorata::detail {

std::string guid_of(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return {};
  std::string guid(text);
  for (std::size_t i = 0; i < guid.size(); ++i) {
    char& c = guid[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (dash ? c != '-' : !hex) return {};
  }
  return guid;
}

std::unexpected<Error> not_a_guid(std::string_view text, std::string_view kind) {
  return fail(Code::invalid_argument,
              fmt::format("'{}' is not a {}; it looks like 00000000-0000-0000-0000-000000000000", text.substr(0, 60), kind));
}

}  // namespace prorata::detail
