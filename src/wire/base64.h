// Bytes as text, RFC 4648 section 4, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prorata::wire {

std::string to_base64(std::string_view bytes);
// Absent where it is none: a foreign character, a length that cannot be, bits behind the last byte.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace prorata::wire
