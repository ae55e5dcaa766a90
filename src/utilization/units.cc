#include "utilization/units.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace prorata::utilization {
namespace {

constexpr std::int64_t kTicksPerHour = 3'600 * kTicksPerSecond;
constexpr int kDecimals = 6;
constexpr std::int64_t kExponentMax = 100'000;  // beyond it a number is zero or too large, whatever its digits

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal as 0.DIGITS * 10^point: no zeros before the first digit.
struct Decimal {
  bool negative = false;
  std::string digits;
  std::int64_t point = 0;
};

class DecimalReader {
 public:
  explicit DecimalReader(std::string_view text) : text_(text) {}

  // False: it is no number.
  bool read(Decimal& out) {
    out.negative = take('-');
    if (!out.negative) take('+');
    const std::size_t whole = digits(out, 1);
    const std::size_t part = take('.') ? digits(out, 0) : 0;
    if (whole + part == 0) return false;
    if (take('e') || take('E')) {
      std::int64_t exponent = 0;
      if (!read_exponent(exponent)) return false;
      out.point += exponent;
    }
    return at_ == text_.size();
  }

 private:
  bool take(char c) {
    const bool here = at_ < text_.size() && text_[at_] == c;
    at_ += here ? 1 : 0;
    return here;
  }
  // How many there were. A digit before the point moves it one to the right, a zero before the first digit one to the left.
  std::size_t digits(Decimal& out, int moves) {
    const std::size_t from = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) {
      const bool leading_zero = out.digits.empty() && text_[at_] == '0';
      if (!leading_zero) out.digits += text_[at_];
      out.point += moves - (leading_zero ? 1 : 0);
    }
    return at_ - from;
  }
  bool read_exponent(std::int64_t& exponent) {
    const bool negative = take('-');
    if (!negative) take('+');
    const std::size_t from = at_;
    for (; at_ < text_.size() && is_digit(text_[at_]); ++at_) exponent = std::min(kExponentMax, exponent * 10 + (text_[at_] - '0'));
    if (negative) exponent = -exponent;
    return at_ > from;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::unexpected<Error> bad(std::string_view text, std::string_view what) {
  return fail(Code::invalid_argument, fmt::format("the quantity '{}' {}", text.substr(0, 40), what));
}

}  // namespace

Hour hour_of(Instant at) { return {static_cast<std::int32_t>(floor_divide(at.ticks, kTicksPerHour))}; }
Hour hour_at_or_after(Instant at) { return {static_cast<std::int32_t>(-floor_divide(-at.ticks, kTicksPerHour))}; }
HourSpan whole_hours(Instant from, Instant until) { return {hour_at_or_after(from), hour_of(until)}; }
std::string to_string(Hour hour) { return to_string(start_of(hour)); }

Result<std::uint32_t> parse_quantity(std::string_view text) {
  Decimal number;
  if (!DecimalReader(trim(text)).read(number)) return bad(text, "is not a number; write hours like 1 or 0.25");
  if (number.digits.empty()) return 0U;
  if (number.negative) return bad(text, "is negative; usage is zero or more");
  const std::int64_t kept = number.point + kDecimals;  // digits that are whole uh
  if (kept < 0) return 0U;
  const std::uint64_t too_large = std::uint64_t{1} << 32U;
  std::uint64_t uh = 0;
  for (std::int64_t i = 0; i < kept && uh < too_large; ++i)
    uh = uh * 10 + static_cast<std::uint64_t>(
                       static_cast<std::size_t>(i) < number.digits.size() ? number.digits[static_cast<std::size_t>(i)] - '0' : 0);
  const auto next = static_cast<std::size_t>(kept);
  if (next < number.digits.size() && number.digits[next] >= '5') ++uh;
  if (uh >= too_large) return bad(text, "is too large for one hour; the most is 4294.967295");
  return static_cast<std::uint32_t>(uh);
}

std::string quantity_text(std::uint64_t uh) {
  std::string text = fmt::format("{}.{:06}", uh / kFullHour, uh % kFullHour);
  text.resize(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace prorata::utilization
