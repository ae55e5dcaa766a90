#include "advice/what_if.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace prorata::advice {
namespace {

using namespace utilization;

std::int64_t idle_uh(const Outcome::OfVersion& of) { return of.reserved_uh - of.used_uh; }

// The versions that somebody still has when the history ends.
std::vector<std::uint32_t> owned(const History& history) {
  std::vector<std::uint32_t> own;
  const Hour last = add_hours(history.span().until, -1);
  for (std::uint32_t i = 0; i < history.versions.size(); ++i)
    if (active_hours(history.versions[i]).holds(last)) own.push_back(i);
  return own;
}

std::vector<CoverScope> wider(const CoverScope& scope) {
  const CoverScope shared{.kind = ScopeKind::shared};
  if (scope.kind == ScopeKind::shared) return {};
  if (scope.kind != ScopeKind::resource_group) return {shared};
  return {{.kind = ScopeKind::subscription, .subscription = scope.subscription}, shared};
}

// The same versions, one of them changed; without units it is left out. Places of the others may move.
template <class Change>
std::vector<ReservationVersion> changed(const History& history, std::uint32_t version, const Change& change) {
  std::vector<ReservationVersion> versions(history.versions.begin(), history.versions.end());
  change(versions[version]);
  if (versions[version].quantity == 0) versions.erase(versions.begin() + version);
  return versions;
}

UsedChange used_change(const ReservationVersion& version, const Outcome::OfVersion& before, const Outcome::OfVersion& after) {
  return {version.id, version.size, version.quantity, before.active_hours, before.reserved_uh, before.used_uh, after.used_uh};
}

// Parts of `all` that are not in `other` as they are.
std::vector<LeftPart> only_in(std::span<const LeftPart> all, std::span<const LeftPart> other) {
  std::vector<LeftPart> own;
  std::ranges::set_difference(all, other, std::back_inserter(own));
  return own;
}

Money priced(std::span<const LeftPart> parts, const Prices& prices, std::set<std::string>& missing) {
  Money sum = Money::zero(prices.currency());
  for (const LeftPart& each : parts) {
    const std::optional<std::int64_t> hour = prices.hour_nano(each.region, each.size);
    if (hour)
      sum += payg(each.nu, each.weight, *hour, prices.currency());
    else
      missing.insert(missing_hourly(each.region, each.size, prices.currency()));
  }
  return sum;
}

// By price; where a price is missing it is for people to judge.
bool leaves_less(const Difference& difference) {
  if (!difference.missing.empty()) return true;
  return difference.saving().minor > 0;
}

// The largest saving first; what cannot be priced last; where they are equal, by name.
template <class Advice, class Name>
void sort_by_saving(std::vector<Advice>& all, const Name& name) {
  const auto rank = [](const Difference& d) { return std::pair(!d.missing.empty(), d.missing.empty() ? -d.saving().minor : 0); };
  std::ranges::sort(all, [&](const Advice& a, const Advice& b) {
    return std::pair(rank(a.difference), name(a)) < std::pair(rank(b.difference), name(b));
  });
}

// The same usage, one machine of another size.
struct Resized {
  Roster roster;
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;
};

Resized resized(const History& history, const UsageRows& rows, std::uint32_t resource, const std::string& size) {
  std::vector<Identity> identities = *history.roster;
  identities[resource].size = size;
  RosterMade made = make_roster(identities);
  Resized out{.roster = std::move(made.roster),
              .hour = {rows.hour().begin(), rows.hour().end()},
              .quantity = {rows.quantity().begin(), rows.quantity().end()}};
  out.resource.reserve(rows.size());
  for (const std::uint32_t each : rows.resource()) out.resource.push_back(made.rank[each]);
  return out;
}

Result<Outcome> outcome_resized(const History& history, const UsageRows& rows, std::uint32_t resource, const std::string& size) {
  const Resized other = resized(history, rows, resource, size);
  History what_if = history;
  what_if.roster = &other.roster;
  what_if.usage = TRY(UsageRows::make(rows.window(), other.resource, other.hour, other.quantity, other.roster.size()));
  return outcome_of(what_if);
}

// Machines of which some hour stayed uncovered.
class UncoveredMachines : public HourSink {
 public:
  void taken(std::uint32_t /*version*/, std::uint32_t /*resource*/, std::span<const HourNu> /*hours*/) override {}
  void uncovered(std::uint32_t resource, std::span<const HourNu> hours) override {
    if (!hours.empty()) machines.insert(resource);
  }
  std::set<std::uint32_t> machines;
};

Result<std::set<std::uint32_t>> uncovered_machines(const History& history) {
  UncoveredMachines sink;
  Coverage coverage;
  for (const RatioPeriod& each : history.periods) {
    const Plan plan = TRY(Plan::make(*history.roster, history.versions, *each.table, each.span));
    TRY(cover(plan, history.usage, {.spill = history.spill, .sink = &sink}, coverage));
  }
  return std::move(sink.machines);
}

// The sizes that a machine could have to be covered by the version: of its group (its own size where it is exact), with as many
// processors. `table`: the newest.
std::vector<std::string> fitting_sizes(const ReservationVersion& version, const Identity& machine, const RatioTable& table,
                                       std::span<const std::string> sizes) {
  const std::string group = (version.group.empty() ? table.weight(version.size) : table.weight(version.size, version.group)).group;
  const bool same_pool = table.weight(machine.size).group == group;
  const bool in_reach = version.region == machine.region && scope_holds(version.scope, machine) && (!same_pool || version.exact);
  const std::int64_t processors = processors_of(machine.size);
  std::vector<std::string> fitting;
  if (!in_reach || processors == 0) return fitting;
  for (const std::string& each : sizes) {
    const std::string size = sku_key(each);
    const bool covered = version.exact ? size == version.size : table.weight(size).group == group;
    if (covered && size != machine.size && processors_of(size) == processors) fitting.push_back(size);
  }
  return fitting;
}

}  // namespace

Difference difference_of(std::span<const LeftPart> before, std::span<const LeftPart> after, const Prices& prices) {
  Difference difference{.before = only_in(before, after), .after = only_in(after, before)};
  std::set<std::string> missing;
  difference.price_before = priced(difference.before, prices, missing);
  difference.price_after = priced(difference.after, prices, missing);
  difference.missing.assign(missing.begin(), missing.end());
  return difference;
}

Result<std::vector<RescopeAdvice>> advise_rescoping(const History& history, const Prices& prices) {
  const Outcome now = TRY(outcome_of(history));
  std::vector<RescopeAdvice> all;
  for (const std::uint32_t each : owned(history)) {
    const ReservationVersion& version = history.versions[each];
    if (idle_uh(now.versions[each]) == 0) continue;
    for (const CoverScope& scope : wider(version.scope)) {
      const std::vector<ReservationVersion> versions = changed(history, each, [&](ReservationVersion& v) { v.scope = scope; });
      const Outcome then = TRY(outcome_of(with_versions(history, versions)));
      Difference difference = difference_of(now.left, then.left, prices);
      const bool helps = then.left != now.left && leaves_less(difference);
      if (helps)
        all.push_back({used_change(version, now.versions[each], then.versions[each]), version.scope, scope, std::move(difference)});
    }
  }
  sort_by_saving(all, [](const RescopeAdvice& a) { return std::pair(a.change.reservation, a.to.kind); });
  return all;
}

Result<std::vector<ResizeAdvice>> advise_resizing(const History& history, const Prices& prices, std::span<const std::string> sizes) {
  const auto* rows = std::get_if<UsageRows>(&history.usage);
  if (rows == nullptr) return fail(Code::unsupported, "machines are resized in usage that is given as rows");
  const Outcome now = TRY(outcome_of(history));
  const std::set<std::uint32_t> machines = TRY(uncovered_machines(history));
  const RatioTable& table = *history.periods.back().table;
  std::vector<ResizeAdvice> all;
  for (const std::uint32_t each : owned(history)) {
    const ReservationVersion& version = history.versions[each];
    if (idle_uh(now.versions[each]) == 0) continue;
    for (const std::uint32_t resource : machines) {
      const Identity& machine = (*history.roster)[resource];
      for (const std::string& size : fitting_sizes(version, machine, table, sizes)) {
        const Outcome then = TRY(outcome_resized(history, *rows, resource, size));
        Difference difference = difference_of(now.left, then.left, prices);
        const bool helps = then.versions[each].used_uh > now.versions[each].used_uh && leaves_less(difference);
        if (helps) all.push_back({used_change(version, now.versions[each], then.versions[each]), machine, size, std::move(difference)});
      }
    }
  }
  sort_by_saving(all,
                 [](const ResizeAdvice& a) { return std::tuple(a.machine.resource_id, a.machine.size, a.to_size, a.change.reservation); });
  return all;
}

Result<std::vector<ReturnAdvice>> advise_returning(const History& history) {
  const Outcome now = TRY(outcome_of(history));
  std::vector<ReturnAdvice> all;
  for (const std::uint32_t each : owned(history)) {
    const ReservationVersion& version = history.versions[each];
    const Outcome::OfVersion& of = now.versions[each];
    if (of.idle_units == 0) continue;
    const auto less_units = [&](ReservationVersion& v) { v.quantity -= of.idle_units; };
    const std::vector<ReservationVersion> versions = changed(history, each, less_units);
    const bool same = TRY(left_of(with_versions(history, versions))) == now.left;
    CHECK(same, "units that nobody needed in any hour leave nothing uncovered when they go");
    all.push_back({version.id, version.size, of.idle_units, version.quantity, of.active_hours, of.reserved_uh, of.used_uh});
  }
  std::ranges::sort(all, {}, &ReturnAdvice::reservation);
  return all;
}

std::int64_t processors_of(std::string_view size) {
  constexpr std::string_view kStandard = "standard_";
  if (size.starts_with(kStandard)) size.remove_prefix(kStandard.size());
  const std::size_t from = size.find_first_of("0123456789");
  if (from == std::string_view::npos) return 0;
  std::int64_t processors = 0;
  for (const char c : size.substr(from, 4)) {
    if (c < '0' || c > '9') break;
    processors = processors * 10 + (c - '0');
  }
  return processors;
}

}  // namespace prorata::advice
