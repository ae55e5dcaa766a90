#include "base/text.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace prorata {
namespace {
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
}  // namespace

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower, lower); }

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::string grouped(std::string_view decimal, char decimal_sign) {
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  const std::size_t first = decimal.starts_with('-') ? 1 : 0;
  std::string out(decimal.substr(0, first));
  for (std::size_t i = first; i < point; ++i) {
    if (i > first && (point - i) % 3 == 0) out += ' ';
    out += decimal[i];
  }
  if (point < decimal.size()) (out += decimal_sign) += decimal.substr(point + 1);
  return out;
}

Result<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max, std::string_view what) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max)
    return fail(Code::invalid_argument,
                fmt::format("'{}' is not {}; write a whole number from {} to {}", text.substr(0, 40), what, min, max));
  return value;
}

std::unexpected<Error> detail::not_a_word(std::string_view text, std::string_view what, std::string_view words) {
  return fail(Code::invalid_argument, fmt::format("'{}' is not {}; it is one of {}", text.substr(0, 60), what, words));
}

}  // namespace prorata
