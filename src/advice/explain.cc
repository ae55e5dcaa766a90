#include "advice/explain.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::advice {
namespace {

using namespace utilization;

// What the engine says of one hour.
class Told : public HourSink {
 public:
  void taken(std::uint32_t version, std::uint32_t resource, std::span<const HourNu> hours) override {
    for (const HourNu& each : hours) takes_[resource][version] += each.nu;
  }
  void uncovered(std::uint32_t resource, std::span<const HourNu> hours) override {
    for (const HourNu& each : hours) takes_[resource], left_[resource] += each.nu;
  }

  // Resources that ran, each with its takers.
  const std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>>& takes() const { return takes_; }
  std::int64_t left(std::uint32_t resource) const {
    const auto found = left_.find(resource);
    return found == left_.end() ? 0 : found->second;
  }

 private:
  std::map<std::uint32_t, std::map<std::uint32_t, std::int64_t>> takes_;
  std::map<std::uint32_t, std::int64_t> left_;
};

struct Pool {
  std::string region;
  std::string group;
};

Pool pool_of(const ReservationVersion& version, const RatioTable& table) {
  const SizeWeight size = version.group.empty() ? table.weight(version.size) : table.weight(version.size, version.group);
  return {version.region, size.group};
}

Standing standing_of(const ReservationVersion& version, bool active, const Identity& identity, const RatioTable& table) {
  const Pool pool = pool_of(version, table);
  if (!active) return Standing::inactive;
  if (pool.region != identity.region) return Standing::other_region;
  if (pool.group != table.weight(identity.size).group) return Standing::other_group;
  if (version.exact && version.size != identity.size) return Standing::other_size;
  if (version.exact && identity.flexible_only) return Standing::other_service;
  if (!scope_holds(version.scope, identity)) return Standing::out_of_scope;
  return Standing::eligible;
}

// The version that is active in the hour, or else the last one that begins before it, or the first.
std::uint32_t version_at(std::span<const ReservationVersion> versions, std::span<const std::uint32_t> own, Hour hour) {
  std::uint32_t best = own.front();
  for (const std::uint32_t each : own) {
    if (active_hours(versions[each]).holds(hour)) return each;
    if (versions[each].start <= start_of(hour) && versions[best].start <= versions[each].start) best = each;
  }
  return best;
}

// One version a reservation: its own at that hour. First takers first.
std::vector<std::uint32_t> at_hour(std::span<const ReservationVersion> versions, Hour hour) {
  std::map<std::string, std::vector<std::uint32_t>> by_id;
  for (std::uint32_t i = 0; i < versions.size(); ++i) by_id[versions[i].id].push_back(i);
  std::vector<std::uint32_t> chosen;
  for (const auto& [id, own] : by_id) chosen.push_back(version_at(versions, own, hour));
  std::ranges::sort(chosen, [&](std::uint32_t a, std::uint32_t b) {
    if (takes_before(versions[a], versions[b])) return true;
    return !takes_before(versions[b], versions[a]) && a < b;
  });
  return chosen;
}

MachineExplained machine_of(const Identity& identity, const RatioTable& table, std::span<const std::uint32_t> versions,
                            const History& history, const std::map<std::uint32_t, std::int64_t>& takes, std::int64_t left, Hour hour) {
  MachineExplained machine{.identity = identity, .weight = table.weight(identity.size).weight, .need = left, .left = left};
  std::int64_t told = 0;
  for (const auto& [version, nu] : takes) told += nu;
  for (const std::uint32_t each : versions) {
    const ReservationVersion& version = history.versions[each];
    const auto took = takes.find(each);
    const std::int64_t nu = took == takes.end() ? 0 : took->second;
    machine.offered.push_back({version.id, standing_of(version, active_hours(version).holds(hour), identity, table), nu});
    CHECK(nu == 0 || machine.offered.back().standing == Standing::eligible, "only who is eligible takes");
    machine.need += nu;
  }
  CHECK(machine.need == left + told, "what is needed is taken or left");
  return machine;
}

const RatioPeriod* period_at(const History& history, Hour hour) {
  for (const RatioPeriod& each : history.periods)
    if (each.span.holds(hour)) return &each;
  return nullptr;
}

}  // namespace

std::string_view sentence(Standing standing, bool swedish) {
  switch (standing) {
    case Standing::eligible: return swedish ? "kan täcka den" : "may cover it";
    case Standing::inactive: return swedish ? "är inte aktiv den timmen" : "is not active in this hour";
    case Standing::other_region: return swedish ? "gäller en annan region" : "is of another region";
    case Standing::other_group: return swedish ? "är av en annan flexibilitetsgrupp" : "is of another flexibility group";
    case Standing::other_size: return swedish ? "är exakt och av en annan storlek" : "is exact and of another size";
    case Standing::other_service:
      return swedish ? "är exakt, och maskinens tjänst täcks bara av flexibla"
                     : "is exact, and the machine's service is covered by flexible ones only";
    case Standing::out_of_scope: return swedish ? "dess omfång når inte maskinen" : "its scope does not reach the machine";
  }
  return {};
}

std::int64_t HourExplained::need() const { return taken() + left(); }
std::int64_t HourExplained::taken() const {
  std::int64_t sum = 0;
  for (const ReservationExplained& each : reservations) sum += each.used;
  return sum;
}
std::int64_t HourExplained::left() const {
  std::int64_t sum = 0;
  for (const MachineExplained& each : machines) sum += each.left;
  return sum;
}

Result<HourExplained> explain_hour(const History& history, std::string_view reservation, Hour hour) {
  const RatioPeriod* period = period_at(history, hour);
  if (period == nullptr)
    return fail(Code::not_found, fmt::format("{} is not among the hours from {} until {} of which usage is known", to_string(hour),
                                             to_string(history.span().from), to_string(history.span().until)));
  const RatioTable& table = *period->table;
  const std::string id = to_lower(reservation);
  const std::vector<std::uint32_t> versions = at_hour(history.versions, hour);
  const auto asked = std::ranges::find_if(versions, [&](std::uint32_t each) { return history.versions[each].id == id; });
  if (asked == versions.end()) return fail(Code::not_found, fmt::format("no reservation '{}' among those that were read", reservation));
  const Pool pool = pool_of(history.versions[*asked], table);

  const Plan plan = TRY(Plan::make(*history.roster, history.versions, table, {hour, add_hours(hour, 1)}));
  Told told;
  Coverage coverage;
  TRY(cover(plan, history.usage, {.spill = history.spill, .sink = &told}, coverage));

  HourExplained out{.hour = hour, .reservation = id, .region = pool.region, .group = pool.group};
  std::vector<std::uint32_t> own;
  for (const std::uint32_t each : versions) {
    const ReservationVersion& version = history.versions[each];
    const Pool its = pool_of(version, table);
    if (its.region != pool.region || its.group != pool.group) continue;
    own.push_back(each);
    const PlannedVersion& planned = plan.versions()[each];
    const bool active = planned.active.holds(hour);
    out.reservations.push_back(
        {version.id, version, active, planned.weight, active ? planned.capacity : 0, active ? coverage.used(each, hour) : 0});
  }
  for (const auto& [resource, takes] : told.takes()) {
    const Identity& identity = (*history.roster)[resource];
    const bool here = identity.region == pool.region && table.weight(identity.size).group == pool.group;
    if (here)
      out.machines.push_back(machine_of(identity, table, own, history, takes, told.left(resource), hour));
    else
      ++out.ran_elsewhere;
  }
  return out;
}

}  // namespace prorata::advice
