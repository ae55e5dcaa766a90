#include "base/money.h"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace prorata {
namespace {

struct CurrencyRow {
  std::string_view code;
  std::int8_t digits;
};

// ISO 4217 active codes, sorted; the digits are the standard's minor unit.
constexpr std::array kCurrencies = std::to_array<CurrencyRow>({
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2}, {"AZN", 2}, {"BAM", 2}, {"BBD", 2},
    {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2}, {"BOB", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2},
    {"BYN", 2}, {"BZD", 2}, {"CAD", 2}, {"CDF", 2}, {"CHF", 2}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"CRC", 2}, {"CUP", 2}, {"CVE", 2},
    {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2}, {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2},
    {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2}, {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2},
    {"HUF", 2}, {"IDR", 2}, {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2},
    {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2}, {"LBP", 2}, {"LKR", 2}, {"LRD", 2},
    {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2}, {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2},
    {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2},
    {"OMR", 3}, {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2}, {"RSD", 2},
    {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2}, {"SHP", 2}, {"SLE", 2}, {"SOS", 2},
    {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2}, {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2},
    {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2}, {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"UYU", 2}, {"UZS", 2}, {"VED", 2}, {"VES", 2},
    {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XOF", 0}, {"XPF", 0}, {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
});
static_assert(std::ranges::is_sorted(kCurrencies, {}, &CurrencyRow::code));

constexpr std::int64_t kPowers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::unexpected<Error> not_an_amount(std::string_view text, std::string_view why) {
  return fail(Code::invalid_argument, fmt::format("'{}' is not an amount: {}", text.substr(0, 40), why));
}

enum class Excess { refuse, round };

// The common form: up to eighteen figures in all, decimals within the currency's. Absent where the text is anything else, right or wrong.
std::optional<std::int64_t> read_plain(std::string_view text, int digits) {
  constexpr std::size_t kFiguresMax = 18;  // that many fit without looking
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.size() > kFiguresMax) return std::nullopt;
  std::int64_t figures = 0;
  std::size_t point = text.size();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_digit(text[at]))
      figures = figures * 10 + (text[at] - '0');
    else if (text[at] == '.' && point == text.size())
      point = at;
    else
      return std::nullopt;
  }
  const std::size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  const auto wanted = static_cast<std::size_t>(digits);
  const bool framed = point > 0 && (point == text.size() || decimals > 0) && decimals <= wanted;
  if (!framed || point + wanted > kFiguresMax) return std::nullopt;
  figures *= kPowers[wanted - decimals];
  if (figures > kMinorMax) return std::nullopt;
  return negative ? -figures : figures;
}

// Reads [-]digits[.digits][e[+-]digits] into minor units.
Result<std::int64_t> read_minor(std::string_view text, int digits, bool exponent_allowed, Excess excess) {
  if (const std::optional<std::int64_t> minor = read_plain(text, digits)) return *minor;
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  std::string figures;  // all digits, the point taken out
  figures.reserve(24);
  std::int64_t point = -1;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    if (is_digit(rest[at])) {
      figures.push_back(rest[at]);
    } else if (rest[at] == '.' && point < 0 && !figures.empty()) {
      point = static_cast<std::int64_t>(figures.size());
    } else {
      break;
    }
  }
  if (figures.empty()) return not_an_amount(text, "write digits, such as 1234.50");
  if (point == static_cast<std::int64_t>(figures.size())) return not_an_amount(text, "digits must follow the point");
  if (point < 0) point = static_cast<std::int64_t>(figures.size());
  if (at < rest.size() && exponent_allowed && (rest[at] == 'e' || rest[at] == 'E')) {
    ++at;
    bool down = false;
    if (at < rest.size() && (rest[at] == '+' || rest[at] == '-')) down = rest[at++] == '-';
    std::int64_t exponent = 0;
    const std::size_t first = at;
    for (; at < rest.size() && is_digit(rest[at]); ++at) exponent = std::min<std::int64_t>(exponent * 10 + (rest[at] - '0'), 10'000);
    if (at == first) return not_an_amount(text, "digits must follow the exponent");
    point += down ? -exponent : exponent;
  }
  if (at != rest.size())
    return not_an_amount(text, fmt::format("unexpected '{}'; write digits and a point, such as 1234.50", rest.substr(at, 1)));

  std::int64_t minor = 0;
  const std::int64_t wanted = point + digits;  // so many of the figures make up the minor units
  for (std::int64_t i = 0; i < wanted; ++i) {
    const int digit = i < static_cast<std::int64_t>(figures.size()) && i >= 0 ? figures[static_cast<std::size_t>(i)] - '0' : 0;
    minor = minor * 10 + digit;
    if (minor > kMinorMax) return not_an_amount(text, "too large");
    if (minor == 0 && i >= static_cast<std::int64_t>(figures.size())) break;  // zero, however many places
  }
  const auto tail = static_cast<std::size_t>(std::clamp<std::int64_t>(wanted, 0, static_cast<std::int64_t>(figures.size())));
  const bool exact = figures.find_first_not_of('0', tail) == std::string::npos;
  if (!exact && excess == Excess::refuse) return not_an_amount(text, fmt::format("the currency has {} decimals", digits));
  if (!exact && wanted >= 0 && figures[tail] >= '5') ++minor;
  return negative ? -minor : minor;
}

}  // namespace

Result<Currency> Currency::parse(std::string_view code) {
  if (code.size() == 3) {
    char upper[3];
    for (int i = 0; i < 3; ++i) upper[i] = code[i] >= 'a' && code[i] <= 'z' ? static_cast<char>(code[i] - 32) : code[i];
    const auto row = std::ranges::lower_bound(kCurrencies, std::string_view(upper, 3), {}, &CurrencyRow::code);
    if (row != kCurrencies.end() && row->code == std::string_view(upper, 3)) return Currency{upper[0], upper[1], upper[2], row->digits};
  }
  return fail(Code::invalid_argument, fmt::format("'{}' is not an ISO 4217 currency; write a code such as SEK or USD", code.substr(0, 40)));
}

Money operator+(Money a, Money b) {
  CHECK(a.currency == b.currency, "two currencies in one sum");
  Money sum{0, a.currency};
  CHECK(!__builtin_add_overflow(a.minor, b.minor, &sum.minor), "sum of money overflows");
  return sum;
}

Money operator-(Money a, Money b) { return a + -b; }
Money operator-(Money a) { return {-a.minor, a.currency}; }

Money operator*(Money a, std::int64_t times) {
  Money product{0, a.currency};
  CHECK(!__builtin_mul_overflow(a.minor, times, &product.minor), "product of money overflows");
  return product;
}

bool less(Money a, Money b) {
  CHECK(a.currency == b.currency, "two currencies in one comparison");
  return a.minor < b.minor;
}

Money scale(Money money, Ratio ratio, Rounding rounding) {
  CHECK(ratio.over > 0, "a ratio is over something positive");
  return {scale_minor(money.minor, ratio, rounding), money.currency};
}

std::vector<Money> split_evenly(Money whole, std::int64_t count) {
  CHECK(count > 0, "a split has at least one part");
  const std::int64_t each = whole.minor / count;
  const std::int64_t rest = whole.minor % count;  // has the sign of the whole
  const std::int64_t extra = rest < 0 ? -1 : 1;
  std::vector<Money> parts(static_cast<std::size_t>(count), Money{each, whole.currency});
  for (std::int64_t i = 0; i < rest * extra; ++i) parts[static_cast<std::size_t>(i)].minor += extra;
  return parts;
}

void append_decimal(std::string& out, std::int64_t minor, int digits) {
  char buffer[24];
  char* at = buffer + sizeof buffer;
  auto rest = minor < 0 ? -static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  for (int i = 0; i < digits; ++i, rest /= 10) *--at = static_cast<char>('0' + rest % 10);
  if (digits > 0) *--at = '.';
  do *--at = static_cast<char>('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (minor < 0) *--at = '-';
  out.append(at, buffer + sizeof buffer);
}

std::string to_string(Money money) {
  std::string out;
  append_decimal(out, money.minor, money.currency.digits());
  return out;
}

Result<Money> parse_money(std::string_view text, Currency currency) {
  return Money{TRY(read_minor(text, currency.digits(), false, Excess::refuse)), currency};
}

Result<Money> round_money(std::string_view json_number, Currency currency) {
  return Money{TRY(read_minor(json_number, currency.digits(), true, Excess::round)), currency};
}

Result<Ratio> parse_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
  if (text.starts_with('-')) return fail(Code::invalid_argument, fmt::format("'{}' is negative", text.substr(0, 40)));
  if (decimals > 9) return fail(Code::invalid_argument, fmt::format("'{}' has more than nine decimals", text.substr(0, 40)));
  const auto minor = read_minor(text, static_cast<int>(decimals), false, Excess::refuse);
  if (!minor) return fail(Code::invalid_argument, fmt::format("'{}' is not a decimal number; write it like 1.10", text.substr(0, 40)));
  return Ratio{*minor, kPowers[decimals]};
}

}  // namespace prorata
