#include "base/time.h"

#include <chrono>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

year_month_day civil(Day day) { return year_month_day{sys_days{std::chrono::days{day.since_epoch}}}; }
Day from_civil(year_month_day date) { return {static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count())}; }

// A fixed number of digits, or -1.
int digits_at(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::unexpected<Error> bad(std::string_view text, std::string_view what, std::string_view like) {
  return fail(Code::invalid_argument, fmt::format("'{}' is not {}; write it like {}", text.substr(0, 40), what, like));
}

// The date in the first ten characters.
bool read_date(std::string_view text, Day& out) {
  const int y = digits_at(text, 0, 4);
  const int m = digits_at(text, 5, 2);
  const int d = digits_at(text, 8, 2);
  if (y < 1 || m < 1 || d < 1 || text[4] != '-' || text[7] != '-') return false;
  const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!date.ok()) return false;
  out = from_civil(date);
  return true;
}

}  // namespace

Day make_day(int y, unsigned m, unsigned d) {
  const year_month_day date{year{y}, month{m}, day{d}};
  CHECK(date.ok(), "no such date");
  return from_civil(date);
}

MonthsFrom::MonthsFrom(Day from) {
  const year_month_day date = civil(from);
  month_ = static_cast<int>(date.year()) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  day_of_month_ = static_cast<unsigned>(date.day());
}

Day MonthsFrom::after(int months) const {
  const int target = month_ + months;
  const int floored = target >= 0 ? target / 12 : (target - 11) / 12;
  const auto year_month = year{floored} / month{static_cast<unsigned>(target - floored * 12) + 1};
  if (day_of_month_ <= 28) return from_civil(year_month / day{day_of_month_});  // every month has it
  const year_month_day wanted = year_month / day{day_of_month_};
  return from_civil(wanted.ok() ? wanted : year_month_day{year_month / std::chrono::last});
}

Day add_months(Day from, int months) { return MonthsFrom(from).after(months); }

std::string to_string(Day d) {
  const year_month_day date = civil(d);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

Result<Day> parse_day(std::string_view text) {
  Day out;
  if (text.size() == 10 && read_date(text, out)) return out;
  if (text.size() > 10 && text[10] == 'T') return day_of(TRY(parse_instant(text)));
  return bad(text, "a date", "2026-03-31");
}

std::string to_string(Instant at) {
  const Day d = day_of(at);
  const std::int64_t in_day = at.ticks - start_of(d).ticks;
  const std::int64_t seconds = in_day / kTicksPerSecond;
  const std::int64_t fraction = in_day % kTicksPerSecond;
  std::string out = fmt::format("{}T{:02}:{:02}:{:02}", to_string(d), seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (fraction != 0) out += fmt::format(".{:07}", fraction);
  return out + 'Z';
}

Result<Instant> parse_instant(std::string_view text) {
  const auto wrong = [&] { return bad(text, "a moment", "2026-03-31T14:05:00Z"); };
  Day date;
  if (text.size() < 10 || !read_date(text, date)) return wrong();
  if (text.size() == 10) return start_of(date);
  if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return wrong();
  const int hour = digits_at(text, 11, 2);
  const int minute = digits_at(text, 14, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[13] != ':') return wrong();
  int second = 0;
  std::size_t at = 16;
  if (at < text.size() && text[at] == ':') {
    second = digits_at(text, 17, 2);
    if (second < 0 || second > 59) return wrong();
    at = 19;
  }
  std::int64_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    const std::size_t first = ++at;
    std::int64_t unit = kTicksPerSecond;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) fraction += (unit /= 10) * (text[at] - '0');
    if (at == first) return wrong();
  }
  std::int64_t offset_seconds = 0;
  if (at < text.size() && (text[at] == 'Z' || text[at] == 'z')) {
    ++at;
  } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    const int hours = digits_at(text, at + 1, 2);
    const int minutes = digits_at(text, at + 4, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59 || text[at + 3] != ':') return wrong();
    offset_seconds = (std::int64_t{hours} * 3600 + std::int64_t{minutes} * 60) * (text[at] == '-' ? -1 : 1);
    at += 6;
  }
  if (at != text.size()) return wrong();
  const std::int64_t of_day = hour * 3600 + minute * 60 + second - offset_seconds;
  return Instant{start_of(date).ticks + of_day * kTicksPerSecond + fraction};
}

std::string to_string(Term term) { return fmt::format("P{}Y", term.years); }

Result<Term> parse_term(std::string_view text) {
  const bool framed = text.size() == 3 && (text[0] | 0x20) == 'p' && (text[2] | 0x20) == 'y';
  if (framed && (text[1] == '1' || text[1] == '3' || text[1] == '5')) return Term{text[1] - '0'};
  return bad(text, "a term", "P1Y, P3Y or P5Y");
}

}  // namespace prorata
