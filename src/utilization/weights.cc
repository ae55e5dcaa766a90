#include "utilization/weights.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"

namespace prorata::utilization {
namespace {

constexpr std::int64_t kFactorMax = 1000;
constexpr std::int64_t kWithin = 1'000'000;  // a weight may miss a whole number by a millionth

using Wide = __int128;

bool less(Ratio a, Ratio b) { return static_cast<Wide>(a.part) * b.over < static_cast<Wide>(b.part) * a.over; }

// ratio / smallest * factor to the nearest whole number, or 0 where that is further away than allowed.
std::int64_t whole_weight(Ratio ratio, Ratio smallest, std::int64_t factor) {
  const Wide part = static_cast<Wide>(ratio.part) * smallest.over * factor;
  const Wide over = static_cast<Wide>(ratio.over) * smallest.part;
  const Wide rest = part % over;
  const bool up = rest * 2 >= over;
  const Wide miss = up ? over - rest : rest;
  const Wide weight = part / over + (up ? 1 : 0);
  return miss * kWithin <= over && weight <= kWeightMax ? static_cast<std::int64_t>(weight) : 0;
}

struct Member {
  std::string size;
  Ratio ratio;
};

}  // namespace

Result<std::vector<std::int64_t>> weights_of(std::span<const Ratio> ratios) {
  std::vector<std::int64_t> weights(ratios.size());
  if (ratios.empty()) return weights;
  for (const Ratio& ratio : ratios) {
    const bool usable = ratio.part > 0 && ratio.over > 0 && ratio.part <= 1'000'000'000'000'000 && ratio.over <= 1'000'000'000;
    if (!usable) return fail(Code::invalid_argument, "a ratio is not above zero, or has more digits than can be reckoned with");
  }
  const Ratio smallest = *std::ranges::min_element(ratios, less);
  for (std::int64_t factor = 1; factor <= kFactorMax; ++factor) {
    std::ranges::transform(ratios, weights.begin(), [&](Ratio ratio) { return whole_weight(ratio, smallest, factor); });
    if (std::ranges::find(weights, 0) == weights.end()) return weights;
  }
  return fail(Code::invalid_argument, "no factor up to 1000 makes its ratios whole numbers; set its weights by hand");
}

RatioTable RatioTable::make(std::span<const FlexibilityRatio> ratios, std::span<const HandSetWeight> by_hand) {
  RatioTable table;
  std::map<std::string, std::map<std::string, std::int64_t>> set;
  for (const HandSetWeight& each : by_hand) set[to_lower(trim(each.group))][sku_key(each.size)] = each.weight;
  std::map<std::string, std::vector<Member>> groups;
  for (const FlexibilityRatio& each : ratios) groups[to_lower(trim(each.group))].push_back({sku_key(each.sku), each.ratio});

  const auto refuse = [&](const std::string& group, std::string reason) { table.refused_.push_back({group, std::move(reason)}); };
  for (const auto& [group, weights] : set) {
    const auto unusable = [](const auto& each) { return each.second < 1 || each.second > kWeightMax; };
    if (std::ranges::any_of(weights, unusable)) {
      refuse(group, fmt::format("a weight set by hand is not in 1..{}", kWeightMax));
      continue;
    }
    for (const auto& [size, weight] : weights) table.sizes_[size].push_back({group, weight});
  }
  for (auto& [group, members] : groups) {
    if (set.contains(group)) continue;
    std::ranges::sort(members, {}, &Member::size);
    std::vector<Ratio> each_ratio;
    bool twice = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
      twice = twice || (i > 0 && members[i].size == members[i - 1].size && members[i].ratio != members[i - 1].ratio);
      each_ratio.push_back(members[i].ratio);
    }
    if (twice) {
      refuse(group, "a size stands in it twice with different ratios");
      continue;
    }
    const Result<std::vector<std::int64_t>> weights = weights_of(each_ratio);
    if (!weights) {
      refuse(group, weights.error().message);
      continue;
    }
    for (std::size_t i = 0; i < members.size(); ++i)
      if (i == 0 || members[i].size != members[i - 1].size) table.sizes_[members[i].size].push_back({group, (*weights)[i]});
  }
  for (auto& [size, places] : table.sizes_) std::ranges::sort(places, {}, &SizeWeight::group);
  return table;
}

SizeWeight RatioTable::weight(std::string_view size) const {
  std::string key = sku_key(size);
  const auto found = sizes_.find(key);
  return found == sizes_.end() ? SizeWeight{.group = std::move(key), .weight = 1} : found->second.front();
}

SizeWeight RatioTable::weight(std::string_view size, std::string_view group) const {
  const auto found = sizes_.find(sku_key(size));
  const std::string wanted = to_lower(trim(group));
  if (found != sizes_.end())
    for (const SizeWeight& place : found->second)
      if (place.group == wanted) return place;
  return weight(size);
}

bool RatioTable::holds(std::string_view size) const { return sizes_.contains(sku_key(size)); }

Result<Ratios> Ratios::make(std::vector<DatedRatios> versions) {
  if (versions.empty()) return fail(Code::invalid_argument, "no table of flexibility ratios; import one");
  std::ranges::sort(versions, {}, &DatedRatios::from);
  for (std::size_t i = 1; i < versions.size(); ++i)
    if (versions[i].from == versions[i - 1].from)
      return fail(Code::invalid_argument, fmt::format("two tables of flexibility ratios from {}; keep one", to_string(versions[i].from)));
  Ratios ratios;
  ratios.versions_ = std::move(versions);
  return ratios;
}

Ratios Ratios::of(std::span<const FlexibilityRatio> rows) {
  std::set<Day> days;
  for (const FlexibilityRatio& each : rows) days.insert(each.from);
  if (days.empty()) days.insert(Day{});
  Ratios ratios;
  for (const Day day : days) ratios.versions_.push_back({day, RatioTable::make(ratios_on(rows, day))});
  return ratios;
}

const DatedRatios& Ratios::version_on(Day day) const {
  CHECK(!versions_.empty(), "ratios are made by make()");
  const DatedRatios* version = &versions_.front();
  for (const DatedRatios& each : versions_)
    if (each.from <= day) version = &each;
  return *version;
}

std::vector<RatioPeriod> Ratios::periods(HourSpan span) const {
  std::vector<RatioPeriod> periods;
  for (Hour from = span.from; from < span.until;) {
    Hour until = span.until;
    for (const DatedRatios& each : versions_) {
      const bool begins_inside = from < first_hour(each.from) && first_hour(each.from) < until;
      if (begins_inside) until = first_hour(each.from);
    }
    const RatioTable* table = &on(day_of(from));
    const bool same = !periods.empty() && periods.back().table == table;
    if (same)
      periods.back().span.until = until;
    else
      periods.push_back({{from, until}, table});
    from = until;
  }
  return periods;
}

}  // namespace prorata::utilization
