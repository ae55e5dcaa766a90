#include "utilization/plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace prorata::utilization {
namespace {

// Region and group, numbered as they are met.
class Pools {
 public:
  std::uint32_t number(std::string_view region, std::string_view group) {
    return numbers_.try_emplace(fmt::format("{}\n{}", region, group), static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  std::uint32_t count() const { return static_cast<std::uint32_t>(numbers_.size()); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

// What a size in a region comes to; asked of the table once, and not once a machine.
struct Kind {
  std::int64_t weight = 1;
  std::uint32_t pool = 0;
};
class Kinds {
 public:
  Kinds(const RatioTable& table, Pools& pools) : table_(table), pools_(pools) {}
  Kind of(const Identity& identity) {
    auto& sizes = kinds_[identity.region];
    const auto found = sizes.find(identity.size);
    if (found != sizes.end()) return found->second;
    const SizeWeight size = table_.weight(identity.size);
    const Kind kind{.weight = size.weight, .pool = pools_.number(identity.region, size.group)};
    sizes.emplace(identity.size, kind);
    return kind;
  }

 private:
  const RatioTable& table_;
  Pools& pools_;
  std::unordered_map<std::string_view, std::unordered_map<std::string_view, Kind>> kinds_;
};

bool may_cover(const ReservationVersion& version, const Identity& identity) {
  const bool exact_may = version.size == identity.size && !identity.flexible_only;
  return (!version.exact || exact_may) && scope_holds(version.scope, identity);
}

// Whatever the scopes of a pool can tell identities apart by.
std::string class_of(const Identity& identity, std::uint32_t pool) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", pool, identity.size, identity.subscription, identity.resource_group,
                     identity.flexible_only ? 1 : 0);
}

}  // namespace

Result<Plan> Plan::make(const Roster& roster, std::span<const ReservationVersion> versions, const RatioTable& table, HourSpan span) {
  TRY(check_versions(versions));
  if (span.empty() || span.hours() > kWindowHoursMax)
    return fail(Code::invalid_argument,
                fmt::format("a span from {} until {}: it has 1 to {} hours", to_string(span.from), to_string(span.until), kWindowHoursMax));
  Plan plan;
  plan.span_ = span;
  Pools pools;
  for (const ReservationVersion& version : versions) {
    const SizeWeight size = version.group.empty() ? table.weight(version.size) : table.weight(version.size, version.group);
    HourSpan active = intersection(active_hours(version), span);
    if (active.empty()) active = {span.from, span.from};
    if (size.weight > kHourNuMax / kFullHour / version.quantity)
      return fail(Code::invalid_argument, fmt::format("reservation '{}': {} units of weight {} are too many to be counted", version.id,
                                                      version.quantity, size.weight));
    plan.versions_.push_back({.active = active,
                              .weight = size.weight,
                              .capacity = version.quantity * kFullHour * size.weight,
                              .pool = pools.number(version.region, size.group)});
  }
  std::vector<std::vector<std::uint32_t>> takers(pools.count());  // of each pool, in order
  for (std::uint32_t i = 0; i < versions.size(); ++i)
    if (!plan.versions_[i].active.empty()) takers[plan.versions_[i].pool].push_back(i);
  for (auto& each : takers)
    std::ranges::sort(each, [&](std::uint32_t a, std::uint32_t b) {
      if (takes_before(versions[a], versions[b])) return true;
      return !takes_before(versions[b], versions[a]) && a < b;
    });

  Kinds kinds(table, pools);
  struct Range {
    std::uint32_t from = 0;
    std::uint32_t count = 0;
  };
  std::unordered_map<std::string, Range> classes;
  plan.resources_.reserve(roster.size());
  for (const Identity& identity : roster) {
    const Kind kind = kinds.of(identity);
    PlannedResource resource{.weight = kind.weight, .pool = kind.pool};
    if (kind.pool < takers.size() && !takers[kind.pool].empty()) {
      const auto [place, is_new] = classes.try_emplace(class_of(identity, kind.pool));
      Range& range = place->second;
      if (is_new) {
        range.from = static_cast<std::uint32_t>(plan.eligible_.size());
        for (const std::uint32_t version : takers[kind.pool])
          if (may_cover(versions[version], identity)) plan.eligible_.push_back(version);
        range.count = static_cast<std::uint32_t>(plan.eligible_.size()) - range.from;
      }
      resource.eligible_from = range.from;
      resource.eligible_count = range.count;
    }
    plan.resources_.push_back(resource);
  }
  plan.pools_ = pools.count();
  return plan;
}

}  // namespace prorata::utilization
