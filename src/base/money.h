// Money: exact minor units of an ISO 4217 currency. No binary floating point comes near it.
//
//   Money price = TRY(parse_money("3650.00", Currency::usd()));
//   Money half  = scale(price, {1, 2}, Rounding::half_away);
//   auto  parts = split_evenly(price, 12);                    // parts always add up to the whole
//
// Range: an amount is at most kMinorMax minor units either way, so that a sum of a million of them still fits.
// Adding across currencies, or out of the range of int64, is a bug and stops the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/error.h"

namespace prorata {

inline constexpr std::int64_t kMinorMax = 1'000'000'000'000'000;  // ten trillion in a two-decimal currency

// An ISO 4217 currency that a partner can be billed in. Two currencies are the same when their codes are.
class Currency {
 public:
  constexpr Currency() = default;  // "XXX": no currency; no money may carry it
  static constexpr Currency usd() { return Currency{'U', 'S', 'D', 2}; }

  // Any letter case; refuses codes that ISO 4217 does not list.
  static Result<Currency> parse(std::string_view code);

  std::string_view code() const { return {code_, 3}; }  // "SEK"
  constexpr int digits() const { return digits_; }      // JPY 0, SEK 2, KWD 3
  constexpr std::int64_t minor_per_major() const { return digits_ == 0 ? 1 : digits_ == 2 ? 100 : digits_ == 3 ? 1000 : 10000; }

  friend constexpr bool operator==(const Currency&, const Currency&) = default;
  friend constexpr auto operator<=>(const Currency&, const Currency&) = default;

 private:
  constexpr Currency(char a, char b, char c, std::int8_t digits) : code_{a, b, c}, digits_(digits) {}
  char code_[3] = {'X', 'X', 'X'};
  std::int8_t digits_ = 2;
};

// Which way a fraction of a minor unit goes. Refund rules section 1 knows one: half away from zero.
enum class Rounding { half_away };

// An exact fraction; `over` is positive.
struct Ratio {
  std::int64_t part = 0;
  std::int64_t over = 1;
  friend constexpr bool operator==(const Ratio&, const Ratio&) = default;  // as written: 1/2 is not 2/4
};

// x * part / over, rounded once. The product goes through 128 bits. Requires over > 0 and a result within int64.
constexpr std::int64_t scale_minor(std::int64_t x, Ratio ratio, Rounding) {
  const __int128 product = static_cast<__int128>(x) * ratio.part;
  const bool negative = product < 0;
  const unsigned __int128 magnitude = negative ? -static_cast<unsigned __int128>(product) : static_cast<unsigned __int128>(product);
  const auto over = static_cast<std::uint64_t>(ratio.over);
  std::uint64_t quotient;
  std::uint64_t rest;
  if (magnitude <= UINT64_MAX) {  // nearly always: one hardware division
    quotient = static_cast<std::uint64_t>(magnitude) / over;
    rest = static_cast<std::uint64_t>(magnitude) % over;
  } else {
    CHECK(magnitude / over <= INT64_MAX, "scaled amount leaves the range of int64");
    quotient = static_cast<std::uint64_t>(magnitude / over);
    rest = static_cast<std::uint64_t>(magnitude % over);
  }
  if (rest >= over - rest) ++quotient;
  CHECK(quotient <= INT64_MAX, "scaled amount leaves the range of int64");
  return negative ? -static_cast<std::int64_t>(quotient) : static_cast<std::int64_t>(quotient);
}

// scale_minor with a divisor that is known beforehand: a multiplication takes the place of the division, and the answer is the same.
//
// With m = floor(2^64 / over) + 1, n * m / 2^64 exceeds n / over by less than n / 2^64. The whole part is right as long as that is less
// than 1 / over, which holds for n < 2^52 and over <= 2^12. Anything larger, anything negative and over = 1, whose m has no room in 64
// bits, goes the ordinary way.
class Divisor {
 public:
  static constexpr std::int64_t kOverMax = 1 << 12;
  static constexpr std::uint64_t kAmountMax = std::uint64_t{1} << 40U;

  constexpr Divisor() = default;  // by one
  constexpr explicit Divisor(std::int64_t over)
      : over_(over), multiplier_(over < 2 || over > kOverMax ? 0 : UINT64_MAX / static_cast<std::uint64_t>(over) + 1) {}

  [[gnu::always_inline]] constexpr std::int64_t scale(std::int64_t x, std::int64_t part, Rounding rounding) const {
    const bool small = static_cast<std::uint64_t>(x) < kAmountMax && static_cast<std::uint64_t>(part) <= kOverMax && multiplier_ != 0;
    if (!small) [[unlikely]]
      return scale_minor(x, {part, over_}, rounding);
    const auto over = static_cast<std::uint64_t>(over_);
    const std::uint64_t product = static_cast<std::uint64_t>(x) * static_cast<std::uint64_t>(part);
    const auto quotient = static_cast<std::uint64_t>((static_cast<unsigned __int128>(product) * multiplier_) >> 64U);
    const std::uint64_t rest = product - quotient * over;
    return static_cast<std::int64_t>(quotient + (rest >= over - rest ? 1 : 0));
  }

 private:
  std::int64_t over_ = 1;
  std::uint64_t multiplier_ = 0;
};

struct Money {
  std::int64_t minor = 0;
  Currency currency;

  static constexpr Money zero(Currency currency) { return {0, currency}; }
  constexpr bool is_zero() const { return minor == 0; }
  constexpr bool is_negative() const { return minor < 0; }

  friend constexpr bool operator==(const Money&, const Money&) = default;
};

Money operator+(Money a, Money b);
Money operator-(Money a, Money b);
Money operator-(Money a);
inline Money& operator+=(Money& a, Money b) { return a = a + b; }
inline Money& operator-=(Money& a, Money b) { return a = a - b; }
Money operator*(Money a, std::int64_t times);
bool less(Money a, Money b);  // CHECKs that the currencies agree
inline Money min(Money a, Money b) { return less(b, a) ? b : a; }

// money * part / over, rounded once to the minor unit.
Money scale(Money money, Ratio ratio, Rounding rounding);

// `count` parts that add up to the whole; the minor units that do not divide go one each to the first parts.
std::vector<Money> split_evenly(Money whole, std::int64_t count);

// "-1234.50": exact digits, always as many decimals as the currency has, no grouping.
std::string to_string(Money money);
void append_decimal(std::string& out, std::int64_t minor, int digits);

// Reads "1234.5", "-3", "0.00", "1e3" is refused. More decimals than the currency has are refused unless they are zeros.
// Errors: invalid_argument, naming the text.
Result<Money> parse_money(std::string_view text, Currency currency);

// The same for the number texts of JSON, where 12.0, 1.25E2 and 9.725e1 may stand for amounts; digits beyond the currency's
// are rounded half away from zero (list prices carry more decimals than any invoice).
Result<Money> round_money(std::string_view json_number, Currency currency);

// A non-negative decimal as an exact fraction with `over` a power of ten: "0.12" is 12/100. At most nine decimals.
Result<Ratio> parse_decimal(std::string_view text);

}  // namespace prorata
