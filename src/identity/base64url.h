// Base64 as tokens write it (RFC 4648 section 5): no padding, no line breaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace prorata::identity {

std::string to_base64url(std::string_view bytes);
// Strict: one spelling for each sequence of bytes, so that no two texts stand for one token. Empty optional for anything else.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace prorata::identity
