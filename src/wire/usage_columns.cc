#include "wire/usage_columns.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace prorata::wire {

using utilization::Hour;
using utilization::kWindowHoursMax;

void UsageColumns::place_machines(std::span<const UsageMachine> machines) {
  for (const UsageMachine& machine : machines.subspan(places_.size())) {
    const auto [found, added] = context_of_.try_emplace(machine.customer, static_cast<std::uint32_t>(contexts_.size()));
    if (added) {
      Gathered& made = contexts_.emplace_back();
      made.context.customer = machine.customer;
      if (contexts_.size() == 1) {
        made.context.resource.reserve(options_.rows_expected);
        made.context.hour.reserve(options_.rows_expected);
        made.context.quantity.reserve(options_.rows_expected);
      }
    }
    Gathered& context = contexts_[found->second];
    places_.push_back({found->second, static_cast<std::uint32_t>(context.identities.size()), machine.flexible_only});
    context.identities.push_back(machine.identity);
    context.identities.back().flexible_only = machine.flexible_only;
  }
}

Result<void> UsageColumns::add(Gathered& into, std::uint32_t identity, std::int32_t hour, std::uint32_t quantity) {
  if (into.least == INT32_MAX) into.base = hour - kWindowHoursMax / 2;
  const std::int64_t place = static_cast<std::int64_t>(hour) - into.base;
  if (place < 0 || place >= kWindowHoursMax)
    return fail(Code::invalid_data, fmt::format("usage at {} is too far from the rest of the file's; a run spans {} hours at most",
                                                to_string(Hour{hour}), kWindowHoursMax / 2));
  into.least = std::min(into.least, hour);
  into.most = std::max(into.most, hour);
  into.context.resource.push_back(identity);
  into.context.hour.push_back(static_cast<std::uint16_t>(place));
  into.context.quantity.push_back(quantity);
  return {};
}

Result<void> UsageColumns::take(const UsageBatch& batch) {
  place_machines(batch.machines);
  for (const UsageRow& row : batch.rows) {
    const Place& place = places_[row.machine];
    Gathered& into = contexts_[place.context];
    into.context.flexible_only += place.flexible_only ? 1 : 0;
    const bool plain = row.hours == 1 && row.grain == UsageGrain::exact;
    if (plain) {
      TRY(add(into, place.identity, row.from.since_epoch, row.quantity));
      continue;
    }
    into.context.estimated += row.grain == UsageGrain::estimated ? 1 : 0;
    Result<void> added;
    for_each_hour(row, options_.estimate, [&](Hour hour, std::uint32_t uh) {
      if (added) added = add(into, place.identity, hour.since_epoch, uh);
    });
    TRY(std::move(added));
  }
  return {};
}

std::vector<UsageContext> UsageColumns::finish() {
  std::vector<UsageContext> out;
  for (Gathered& each : contexts_) {
    UsageContext& context = each.context;
    utilization::RosterMade made = utilization::make_roster(each.identities);
    context.roster = std::move(made.roster);
    for (std::uint32_t& resource : context.resource) resource = made.rank[resource];
    if (each.least <= each.most) {
      context.window = {{each.least}, {each.most + 1}};
      const auto shift = static_cast<std::uint16_t>(each.least - each.base);
      for (std::uint16_t& hour : context.hour) hour = static_cast<std::uint16_t>(hour - shift);
    }
    out.push_back(std::move(context));
  }
  contexts_.clear();
  context_of_.clear();
  places_.clear();
  std::ranges::sort(out, {}, &UsageContext::customer);
  return out;
}

}  // namespace prorata::wire
