#include "advice/history.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "utilization/summary.h"

namespace prorata::advice {
namespace {

using namespace utilization;

// By region, group, size and period: the order in which parts are given.
using Parts = std::map<std::tuple<std::string, std::string, std::string, std::uint32_t>, LeftPart>;

void add_left(const History& history, std::uint32_t period, const Coverage& coverage, Parts& parts) {
  const RatioTable& table = *history.periods[period].table;
  coverage.for_each_uncovered([&](const Uncovered& each) {
    const Identity& identity = (*history.roster)[each.resource];
    const SizeWeight size = table.weight(identity.size);
    LeftPart& part = parts[{identity.region, size.group, identity.size, period}];
    if (part.nu == 0) part = {identity.region, size.group, identity.size, period, size.weight, 0};
    part.nu += each.nu;
  });
}

// The least that a version left over in any of its active hours, in whole units.
std::int64_t least_idle(const Coverage& coverage, std::uint32_t version) {
  const PlannedVersion& planned = coverage.versions()[version];
  std::int64_t least = planned.capacity;
  for (Hour hour = planned.active.from; hour < planned.active.until; hour = add_hours(hour, 1))
    least = std::min(least, coverage.unused(version, hour));
  return least / (planned.weight * kFullHour);
}

void add_version(const Coverage& coverage, std::uint32_t version, Outcome::OfVersion& of, UsedTotals& totals) {
  const PlannedVersion& planned = coverage.versions()[version];
  if (planned.active.empty()) return;
  const std::int64_t idle = least_idle(coverage, version);
  of.idle_units = of.active_hours == 0 ? idle : std::min(of.idle_units, idle);
  of.active_hours += planned.active.hours();
  for (const DayOfVersion& day : coverage.days(version)) totals.add(day.reserved, day.used, planned.weight);
}

}  // namespace

Result<Outcome> outcome_of(const History& history) {
  Outcome outcome;
  outcome.versions.resize(history.versions.size());
  std::vector<UsedTotals> totals(history.versions.size());
  Parts parts;
  Coverage coverage;
  for (std::uint32_t period = 0; period < history.periods.size(); ++period) {
    const RatioPeriod& each = history.periods[period];
    const Plan plan = TRY(Plan::make(*history.roster, history.versions, *each.table, each.span));
    TRY(cover(plan, history.usage, {.spill = history.spill, .threads = history.threads}, coverage));
    add_left(history, period, coverage, parts);
    for (std::uint32_t version = 0; version < totals.size(); ++version)
      add_version(coverage, version, outcome.versions[version], totals[version]);
  }
  for (std::size_t version = 0; version < totals.size(); ++version) {
    if (totals[version].empty()) continue;
    outcome.versions[version].reserved_uh = totals[version].reserved_uh();
    outcome.versions[version].used_uh = totals[version].used_uh();
  }
  for (auto& [key, part] : parts) outcome.left.push_back(std::move(part));
  return outcome;
}

Result<std::vector<LeftPart>> left_of(const History& history) { return TRY(outcome_of(history)).left; }

std::vector<LeftPart> in_pool(std::span<const LeftPart> all, std::string_view region, std::string_view group) {
  std::vector<LeftPart> own;
  for (const LeftPart& each : all)
    if (each.region == region && each.group == group) own.push_back(each);
  return own;
}

}  // namespace prorata::advice
