#include "wire/import_statements.h"

#include <algorithm>

#include <fmt/format.h>

#include "wire/usage_line.h"

namespace prorata::wire {
namespace {

enum Column : std::size_t { kReservation, kDate, kReserved, kUsed };

constexpr std::int64_t kHoursMax = 1'000'000'000;  // of a day: far more units than there are
constexpr std::size_t kDecimals = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whole micro-hours, digit by digit.
Result<std::int64_t> parse_hours(std::string_view text) {
  const std::size_t dot = std::min(text.find('.'), text.size());
  const std::string_view fraction = dot < text.size() ? text.substr(dot + 1) : std::string_view();
  if (!std::ranges::all_of(fraction, is_digit) || (dot < text.size() && fraction.empty()))
    return fail(Code::invalid_data, fmt::format("'{}' is not a number of hours", text.substr(0, 40)));
  std::int64_t uh = TRY(parse_integer(text.substr(0, dot), 0, kHoursMax, "a number of hours"));
  for (std::size_t i = 0; i < kDecimals; ++i) uh = uh * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return uh + (fraction.size() > kDecimals && fraction[kDecimals] >= '5' ? 1 : 0);
}

// The export writes the id alone; the API writes a path.
Result<ReservationId> parse_reservation(std::string_view text) { return ReservationId::parse(text.substr(text.rfind('/') + 1)); }

Result<Day> parse_date(std::string_view text) { return day_of(TRY(parse_usage_time(text))); }

Result<void> read_line(const CsvRow& row, std::vector<StatedDay>& out) {
  out.push_back({.reservation = TRY(parse_field(row, kReservation, "ReservationId", parse_reservation)),
                 .day = TRY(parse_field(row, kDate, "UsageDate", parse_date)),
                 .reserved_uh = TRY(parse_field(row, kReserved, "ReservedHours", parse_hours)),
                 .used_uh = TRY(parse_field(row, kUsed, "UsedHours", parse_hours))});
  return {};
}

}  // namespace

Result<void> import_statements(ByteSource& source, const ImportSink<StatedDay>& sink, ImportReport& report) {
  CsvReader csv(source, {{"ReservationId"}, {"UsageDate"}, {"ReservedHours"}, {"UsedHours"}});
  TRY(csv.read_header());
  RowBatches<StatedDay> batches(sink);
  return import_csv_rows<StatedDay>(csv, source.name(), read_line, batches, report);
}

}  // namespace prorata::wire
