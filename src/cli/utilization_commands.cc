// utilization compute: who covers whom, from files to files, without a desk.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/usage_inputs.h"
#include "utilization/coverage.h"
#include "utilization/weights.h"
#include "wire/coverage_files.h"

namespace prorata::cli {
namespace {

using namespace utilization;

Result<void> cover_context(const UsageInputs& in, const wire::UsageContext& context, const CoverOptions& options,
                           wire::CoverageFiles& files) {
  if (context.window.empty()) return {};
  const std::vector<ReservationVersion> versions = versions_of(in, context.customer);
  const UsageRows rows = TRY(context.rows());
  for (const RatioPeriod& period : in.tables.periods(days_around(context.window))) {
    const Plan plan = TRY(Plan::make(context.roster, versions, *period.table, period.span));
    TRY(files.add(versions, context.roster, plan, rows, options));
  }
  return {};
}

// Groups that cannot be used and sizes that are not there, in any of the tables that count.
struct NotInTables {
  std::map<std::string, std::string> groups;  // with the reason
  std::set<std::string> sizes;
};
NotInTables not_in_tables(const UsageInputs& in) {
  NotInTables out;
  for (const wire::UsageContext& context : in.usage) {
    if (context.window.empty()) continue;
    for (const RatioPeriod& period : in.tables.periods(days_around(context.window))) {
      for (const RefusedGroup& each : period.table->refused()) out.groups.emplace(each.group, each.reason);
      for (const Identity& each : context.roster)
        if (!period.table->holds(each.size)) out.sizes.insert(each.size);
    }
  }
  return out;
}

std::string units(__int128 nu) { return fmt::format("{}", nu); }

void print_report(const Session& session, const UsageInputs& in, const wire::CoverageFiles::Counts& counts) {
  wire::UsageReport sum;
  std::int64_t skipped = 0;
  for (const wire::UsageReport& each : in.files) {
    sum.rows += each.rows;
    sum.taken += each.taken;
    sum.estimated += each.estimated;
    sum.foreseen += each.foreseen;
    for (std::size_t i = 0; i < wire::kUsageSkips; ++i) sum.skipped[i] += each.skipped[i];
  }
  for (const std::int64_t each : sum.skipped) skipped += each;
  Record record;
  record.add_number("Reservations", "reservations", in.reservations.accepted);
  record.add_number("Usage rows read", "rows", sum.rows);
  record.add_number("Taken", "taken", sum.taken);
  record.add_number("Estimated within their day", "estimated", sum.estimated);
  record.add_number("Passed over", "skipped", skipped);
  for (const auto& [skip, word] : kWords<wire::UsageSkip>)
    if (const std::int64_t count = sum.skipped[static_cast<std::size_t>(skip)]; count > 0)
      record.add_number(fmt::format("  {}", word), fmt::format("skipped_{}", word), count);
  record.add_number("Refused", "refused", in.refused());
  record.add_number("Read as foreseen", "foreseen", sum.foreseen);
  record.add_number("Covered hours", "cells", counts.cells);
  record.add("Covered units", "covered_nu", units(counts.covered_nu));
  record.add_number("Uncovered hours", "uncovered", counts.uncovered);
  record.add("Uncovered units", "uncovered_nu", units(counts.uncovered_nu));
  record.add_number("Days in the summary", "days", counts.days);
  record.print(stdout, session.globals().format);
}

void print_remarks(const UsageInputs& in, const ComputeOptions& options) {
  std::fflush(stdout);
  print_refusals(in.reservations);
  print_refusals(in.ratios);
  for (const wire::UsageReport& each : in.files) print_refusals({.refused = each.refused, .refusals = each.refusals});
  const auto [groups, sizes] = not_in_tables(in);
  for (const auto& [group, reason] : groups) fmt::print(stderr, "Without ratios: {}: {}\n", group, reason);
  if (!sizes.empty())
    fmt::print(stderr, "{} in the usage and not in the ratio table, and covered by {} own kind only: {}{}\n",
               sizes.size() == 1 ? "1 size is" : fmt::format("{} sizes are", sizes.size()), sizes.size() == 1 ? "its" : "their",
               *sizes.begin(), sizes.size() == 1 ? "" : ", ...");
  std::int64_t estimated = 0;
  std::int64_t flexible_only = 0;
  for (const wire::UsageContext& each : in.usage) estimated += each.estimated, flexible_only += each.flexible_only;
  if (estimated > 0)
    fmt::print(stderr,
               "{} of files that count by the day, and not of 24 hours; the hours are estimated ({}), and so is what covers them.\n",
               estimated == 1 ? "1 row is" : fmt::format("{} rows are", estimated), options.estimate);
  if (flexible_only > 0)
    fmt::print(stderr, "{} of services that only reservations with instance size flexibility cover.\n",
               flexible_only == 1 ? "1 row is" : fmt::format("{} rows are", flexible_only));
}

}  // namespace

Result<int> utilization_compute(Session& session, const ComputeOptions& options) {
  const Spill spill = TRY(parse_word<Spill>(options.spill, "a spill"));
  const unsigned threads = options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
  UsageInputs in;
  TRY(read_reservations(options.reservations, in));
  TRY(read_ratios(options.ratios, in));
  wire::CoverageFiles files = TRY(wire::CoverageFiles::open(options.out));
  TRY(read_usage(options.usage, options.estimate, threads, in));
  TRY(check_customers(in));
  for (const wire::UsageContext& context : in.usage) TRY(cover_context(in, context, {.spill = spill, .threads = threads}, files));
  TRY(files.commit());
  print_report(session, in, files.counts());
  print_remarks(in, options);
  return in.refused() > 0 ? 1 : 0;
}

}  // namespace prorata::cli
