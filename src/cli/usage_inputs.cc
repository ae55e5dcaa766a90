#include "cli/usage_inputs.h"

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/progress.h"
#include "wire/import_ratios.h"
#include "wire/import_usage.h"
#include "wire/whole_file.h"

namespace prorata::cli {

using namespace utilization;

Result<void> read_reservations(const std::string& path, UsageInputs& in) {
  wire::WholeFile file = TRY(wire::WholeFile::open(path));
  return wire::read_reservation_lines(file, in.versions, in.reservations);
}

Result<void> read_ratios(const std::string& path, UsageInputs& in) {
  wire::WholeFile file = TRY(wire::WholeFile::open(path));
  std::vector<FlexibilityRatio> ratios;
  const auto take = [&](std::span<const FlexibilityRatio> rows) -> Result<void> {
    ratios.insert(ratios.end(), rows.begin(), rows.end());
    return {};
  };
  TRY(wire::import_ratios(file, {}, take, in.ratios));
  in.tables = Ratios::of(ratios);
  return {};
}

Result<void> read_usage(const std::vector<std::string>& files, const std::string& estimate_word, unsigned threads, UsageInputs& in) {
  const wire::Estimate estimate = TRY(parse_word<wire::Estimate>(estimate_word, "an estimate"));
  std::optional<wire::UsageColumns> columns;
  for (const std::string& path : files) {
    wire::WholeFile file = TRY(wire::WholeFile::open(path));
    if (!columns) {
      constexpr std::int64_t kRowBytesLeast = 160;  // a row of the hourly form, most often
      columns.emplace(wire::UsageColumns::Options{estimate, static_cast<std::size_t>(file.size() / kRowBytesLeast)});
    }
    columns->begin_file();
    Progress progress(path, "bytes", file.size());
    const wire::UsageOptions how{.threads = threads, .progress = [&](const wire::UsageReport& so_far) {
                                   progress.note(fmt::format("{} rows", so_far.rows));
                                   progress.at(file.done());
                                 }};
    TRY(wire::import_usage(file, how, [&](const wire::UsageBatch& batch) { return columns->take(batch); }, in.files.emplace_back()));
  }
  if (columns) in.usage = columns->finish();
  return {};
}

Result<void> check_customers(const UsageInputs& in) {
  std::set<std::string> buyers;
  for (const wire::CustomerVersion& each : in.versions) {
    buyers.insert(each.customer);
    const bool anybodys = each.customer.empty() && in.usage.size() > 1;
    if (anybodys)
      return fail(Code::invalid_data,
                  fmt::format("the usage is that of {} customers, and reservation {} does not say whose it is; give it a "
                              "'customer'",
                              in.usage.size(), each.version.id));
  }
  const bool nobodys = buyers.size() > 1 && std::ranges::any_of(in.usage, &std::string::empty, &wire::UsageContext::customer);
  if (nobodys)
    return fail(Code::invalid_data,
                fmt::format("the reservations are those of {} customers, and usage does not say whose it is; give it a column "
                            "'customer'",
                            buyers.size()));
  return {};
}

std::vector<ReservationVersion> versions_of(const UsageInputs& in, const std::string& customer) {
  const bool one_customer = in.usage.size() == 1 && customer.empty();
  std::vector<ReservationVersion> own;
  for (const wire::CustomerVersion& each : in.versions)
    if (one_customer || each.customer.empty() || each.customer == customer) own.push_back(each.version);
  return own;
}

HourSpan days_around(HourSpan window) {
  return {first_hour(day_of(window.from)), first_hour(add_days(day_of(add_hours(window.until, -1)), 1))};
}

void print_refusals(const wire::ImportReport& report) {
  for (const wire::ImportRefused& each : report.refusals) fmt::print(stderr, "Refused: {}\n", each.text());
  const auto kept = static_cast<std::int64_t>(report.refusals.size());
  if (report.refused > kept) fmt::print(stderr, "Refused: {} more\n", report.refused - kept);
}

}  // namespace prorata::cli
