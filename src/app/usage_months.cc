#include "app/usage_months.h"

#include <fmt/format.h>

namespace prorata {

Day month_of(Day day) {
  const std::string text = to_string(day);
  return parse_day(text.substr(0, 8) + "01").value_or(day);
}

Day next_month(Day first_day) { return add_months(first_day, 1); }

utilization::HourSpan hours_of_month(Day first_day) {
  return {utilization::first_hour(first_day), utilization::first_hour(next_month(first_day))};
}

std::string month_text(Day first_day) { return to_string(first_day).substr(0, 7); }

Result<Day> parse_month(std::string_view text) {
  const Result<Day> day = text.size() == 7 ? parse_day(std::string(text) + "-01") : fail(Code::invalid_argument, "");
  if (!day) return fail(Code::invalid_argument, fmt::format("'{}' is not a month; write 2026-03", text.substr(0, 40)));
  return day;
}

}  // namespace prorata
