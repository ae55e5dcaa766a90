#include "oracle/coverage_twin.h"

#include <algorithm>

namespace prorata::twin {
namespace {

WeightOfSize size_in(const Context& context, const std::string& size) {
  const auto found = context.sizes.find(size);
  return found == context.sizes.end() ? WeightOfSize{size, 1} : found->second;
}

bool goes_first(const OwnedVersion& a, const OwnedVersion& b) {
  if (a.scope != b.scope) return a.scope < b.scope;
  if (a.scope == 2 && a.depth != b.depth) return a.depth > b.depth;
  if (a.exact != b.exact) return a.exact;
  if (a.end_second != b.end_second) return a.end_second < b.end_second;
  if (a.start_second != b.start_second) return a.start_second < b.start_second;
  return a.id < b.id;
}

bool eligible(const Context& context, const OwnedVersion& r, const MeteredRow& v) {
  if (r.region != v.region) return false;
  if (size_in(context, r.size).group != size_in(context, v.size).group) return false;
  if (r.exact && (r.size != v.size || v.flexible_only)) return false;
  switch (r.scope) {
    case 0: return r.subscription == v.subscription && r.resource_group == v.resource_group;
    case 1: return r.subscription == v.subscription;
    case 2: return r.below.contains(v.subscription);
    default: return true;
  }
}

}  // namespace

Cells allocate(const Context& context) {
  std::vector<std::size_t> order;
  for (std::size_t r = 0; r < context.versions.size(); ++r) order.push_back(r);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (goes_first(context.versions[a], context.versions[b])) return true;
    return !goes_first(context.versions[b], context.versions[a]) && a < b;
  });

  std::map<ResourceName, const MeteredRow*> resources;
  std::map<long, std::map<ResourceName, std::int64_t>> usage;
  for (const MeteredRow& row : context.rows) {
    const ResourceName name{row.resource, row.size, row.region};
    resources.try_emplace(name, &row);
    usage[row.hour][name] += row.quantity;
  }

  Cells cells;
  for (long hour = context.from_hour; hour < context.until_hour; ++hour) {
    std::map<ResourceName, std::int64_t> need;
    for (const auto& [name, quantity] : usage[hour]) need[name] = quantity * size_in(context, std::get<1>(name)).weight;
    std::set<ResourceName> met;
    for (const std::size_t r : order) {
      const OwnedVersion& version = context.versions[r];
      const bool active = version.start_second <= 3600 * hour && 3600 * (hour + 1) <= version.end_second;
      if (!active) continue;
      std::int64_t rest = version.quantity * 1'000'000 * size_in(context, version.size).weight;
      const std::int64_t capacity = rest;
      for (auto& [name, wanted] : need) {
        if (!eligible(context, version, *resources.at(name))) continue;
        if (!context.spill && met.contains(name)) continue;
        const std::int64_t t = std::min(rest, wanted);
        if (t == 0) continue;
        rest -= t;
        wanted -= t;
        cells.take[{r, name, hour}] += t;
        met.insert(name);
      }
      cells.used[{r, hour}] = capacity - rest;
      cells.unused[{r, hour}] = rest;
    }
    for (const auto& [name, wanted] : need)
      if (wanted != 0) cells.left[{name, hour}] = wanted;
  }
  return cells;
}

}  // namespace prorata::twin
