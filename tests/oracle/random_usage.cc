#include "oracle/random_usage.h"

#include <algorithm>
#include <string>

namespace prorata::twin {
namespace {

using sim::Chance;

// Kinds of contexts, so that each seed leans to something: many machines, long spans, quantities that need 64 bits.
struct Leaning {
  std::int64_t machines = 6;
  std::int64_t versions = 5;
  long hours = 40;
  bool large = false;
};

Leaning leaning(Chance& chance) {
  switch (chance.between(0, 9)) {
    case 0: return {.machines = 40, .versions = 12, .hours = 6};
    case 1: return {.machines = 4, .versions = 4, .hours = 24L * 70};
    case 2: return {.machines = 5, .versions = 6, .hours = 30, .large = true};
    case 3: return {.machines = 12, .versions = 10, .hours = 24L * 3};
    default: return {};
  }
}

std::string named(const std::string& what, std::int64_t number) { return what + std::to_string(number); }

std::int64_t random_quantity(Chance& chance, bool large) {
  if (large && chance.one_in(3)) return chance.between(0, 4'294'967'295);
  if (chance.one_in(3)) return chance.between(0, 1'000'000);
  return chance.one_in(20) ? chance.between(0, 3) : 1'000'000;
}

// Machines that run for some stretches of hours; now and then a row twice, and a machine of two sizes.
void add_rows(Context& context, Chance& chance, const Leaning& lean, const std::vector<std::string>& sizes) {
  const std::int64_t machines = chance.between(1, lean.machines);
  for (std::int64_t m = 0; m < machines; ++m) {
    MeteredRow row{.resource = named("vm", chance.between(0, lean.machines * 2)),
                   .size = chance.pick(sizes),
                   .region = named("region", chance.one_in(5) ? 2 : 1)};
    // A resource has one place, whatever its size.
    const std::size_t place = std::hash<std::string>{}(row.resource);
    row.subscription = named("sub", static_cast<std::int64_t>(place % 3));
    row.resource_group = named("group", static_cast<std::int64_t>(place / 3 % 2));
    row.flexible_only = place / 6 % 4 == 0;
    const std::int64_t stretches = chance.between(1, 4);
    for (std::int64_t s = 0; s < stretches; ++s) {
      row.hour = context.from_hour + chance.between(0, lean.hours - 1);
      const long end = std::min<long>(context.until_hour, row.hour + chance.between(1, chance.one_in(3) ? lean.hours : 9));
      for (; row.hour < end; ++row.hour) {
        row.quantity = random_quantity(chance, lean.large);
        context.rows.push_back(row);
        if (chance.one_in(15)) context.rows.push_back(row);
      }
    }
  }
}

void add_versions(Context& context, Chance& chance, const Leaning& lean, const std::vector<std::string>& sizes) {
  const std::int64_t count = chance.between(0, lean.versions);
  for (std::int64_t i = 0; i < count; ++i) {
    OwnedVersion version{.id = named("reservation", chance.between(0, 9) * 100 + i),
                         .region = named("region", chance.one_in(5) ? 2 : 1),
                         .size = chance.pick(sizes),
                         .quantity = lean.large && chance.one_in(2) ? chance.between(1, 9'000) : chance.between(1, 4),
                         .exact = chance.one_in(4),
                         .scope = static_cast<int>(chance.between(0, 3)),
                         .subscription = named("sub", chance.between(0, 2)),
                         .resource_group = named("group", chance.between(0, 1)),
                         .depth = static_cast<int>(chance.between(0, 3))};
    for (int s = 0; s < 3; ++s)
      if (chance.one_in(2)) version.below.insert(named("sub", s));
    const long first = 3600 * context.from_hour;
    version.start_second = chance.one_in(2) ? first - 86'400 * chance.between(1, 3) : first + chance.between(0, 3600 * lean.hours);
    version.end_second = version.start_second + (chance.one_in(2) ? 365L * 86'400 : chance.between(1, 3600 * lean.hours));
    context.versions.push_back(version);
    if (!chance.one_in(3)) continue;
    version.start_second = version.end_second;  // another version follows, with other facts
    version.end_second += chance.between(1, 3600 * lean.hours);
    version.quantity = chance.between(1, 4);
    version.scope = static_cast<int>(chance.between(0, 3));
    context.versions.push_back(version);
  }
}

Ratio ratio_of(std::int64_t weight) { return {weight, 1}; }

}  // namespace

Context random_context(Chance& chance) {
  const Leaning lean = leaning(chance);
  Context context;
  context.spill = !chance.one_in(4);
  context.from_hour = 480'000 + chance.between(0, 5'000);
  context.until_hour = context.from_hour + lean.hours;
  const std::int64_t steep = lean.large ? 400 : chance.one_in(10) ? 178 : 32;
  context.sizes = {{"a1", {"a", 1}}, {"a2", {"a", 2}}, {"a9", {"a", chance.between(3, steep)}}, {"b5", {"b", 5}}, {"b1", {"b", 1}}};
  std::vector<std::string> sizes = {"a1", "a2", "a2", "a9"};
  if (chance.one_in(2)) sizes.insert(sizes.end(), {"b1", "b5", "unknown"});
  add_rows(context, chance, lean, sizes);
  add_versions(context, chance, lean, sizes);
  for (std::size_t i = context.rows.size(); i > 1; --i)
    std::swap(context.rows[i - 1], context.rows[static_cast<std::size_t>(chance.between(0, static_cast<std::int64_t>(i) - 1))]);
  return context;
}

AskedUsage as_asked(const Context& context, RowOrder order) {
  using namespace utilization;
  AskedUsage asked{.span = {{static_cast<std::int32_t>(context.from_hour)}, {static_cast<std::int32_t>(context.until_hour)}}};
  std::vector<FlexibilityRatio> ratios;
  for (const auto& [size, place] : context.sizes) ratios.push_back({place.group, size, ratio_of(place.weight)});
  asked.table = RatioTable::make(ratios);
  for (const OwnedVersion& v : context.versions)
    asked.versions.push_back({.id = v.id,
                              .region = v.region,
                              .size = v.size,
                              .quantity = v.quantity,
                              .exact = v.exact,
                              .scope = {.kind = static_cast<ScopeKind>(v.scope),
                                        .subscription = v.subscription,
                                        .resource_group = v.resource_group,
                                        .depth = v.depth,
                                        .subscriptions = {v.below.begin(), v.below.end()}},
                              .start = {v.start_second * kTicksPerSecond},
                              .end = {v.end_second * kTicksPerSecond}});
  std::vector<Identity> identities;
  for (const MeteredRow& row : context.rows) {
    identities.push_back(make_identity(row.resource, row.size, row.region, row.subscription, row.resource_group));
    identities.back().flexible_only = row.flexible_only;
  }
  RosterMade made = make_roster(identities);
  asked.roster = std::move(made.roster);
  std::vector<std::size_t> places(context.rows.size());
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
  if (order == RowOrder::by_resource) std::ranges::sort(places, {}, [&](std::size_t i) { return std::pair(made.rank[i], i); });
  for (const std::size_t i : places) {
    asked.resource.push_back(made.rank[i]);
    asked.hour.push_back(static_cast<std::uint16_t>(context.rows[i].hour - context.from_hour));
    asked.quantity.push_back(static_cast<std::uint32_t>(context.rows[i].quantity));
  }
  return asked;
}

}  // namespace prorata::twin
