#include "utilization/summary.h"

#include <algorithm>
#include <map>
#include <numeric>

#include <fmt/format.h>

namespace prorata::utilization {
namespace {

constexpr std::int64_t kWhole = 10'000;
constexpr std::int32_t kPointsOfTrend = 100;  // one point, in hundredths

using Wide = __int128;

// Fractions below one, added exactly as long as their denominators have room together; what has none is cut.
class Fractions {
 public:
  void add(std::int64_t part, std::int64_t over) {
    const std::int64_t common = std::gcd(static_cast<std::int64_t>(over_ % over), over);
    const std::int64_t factor = over / common;
    if (part == 0 || over_ > kOverMax / factor) return;
    part_ = part_ * factor + over_ / common * part;
    over_ *= factor;
  }
  Wide times(std::int64_t factor) const { return part_ * factor / over_; }  // cut

 private:
  static constexpr Wide kOverMax = static_cast<Wide>(1'000'000'000'000'000) * 1'000'000'000'000'000;
  Wide part_ = 0;
  Wide over_ = 1;
};

std::int32_t hundredths(std::int64_t used, std::int64_t reserved) {
  return static_cast<std::int32_t>(static_cast<Wide>(used) * kWhole / reserved);
}

// The versions of each reservation, by id.
std::map<std::string, std::vector<std::uint32_t>> by_reservation(std::span<const ReservationVersion> versions) {
  std::map<std::string, std::vector<std::uint32_t>> map;
  for (std::uint32_t i = 0; i < versions.size(); ++i) map[versions[i].id].push_back(i);
  return map;
}

std::optional<Trend> trend_of(std::optional<Percent> now, std::optional<Percent> before) {
  if (!now || !before) return std::nullopt;
  const std::int32_t rise = now->hundredths - before->hundredths;
  return rise >= kPointsOfTrend ? Trend::up : rise <= -kPointsOfTrend ? Trend::down : Trend::same;
}

void add_day(DaySummary& summary, const DayOfVersion& day, const PlannedVersion& planned) {
  const Percent least{hundredths(day.used_least, planned.capacity)};
  const Percent most{hundredths(day.used_most, planned.capacity)};
  const bool first = summary.active_hours == 0;
  summary.least = first ? least : std::min(summary.least, least);
  summary.most = first ? most : std::max(summary.most, most);
  summary.active_hours += day.active_hours;
  summary.totals.add(day.reserved, day.used, planned.weight);
}

}  // namespace

std::string to_string(Percent percent) { return fmt::format("{}.{:02}", percent.hundredths / 100, percent.hundredths % 100); }

void UsedTotals::add(std::int64_t reserved_nu, std::int64_t used_nu, std::int64_t weight) {
  const auto found = std::ranges::find(parts_, weight, &Part::weight);
  Part& part = found == parts_.end() ? parts_.emplace_back(Part{.weight = weight}) : *found;
  part.reserved += reserved_nu;
  part.used += used_nu;
}

std::int64_t UsedTotals::reserved_uh() const {
  Wide sum = 0;
  for (const Part& part : parts_) sum += part.reserved / part.weight;  // capacities are whole hours of the size
  return static_cast<std::int64_t>(sum);
}

std::int64_t UsedTotals::used_uh() const {
  Wide sum = 0;
  Fractions rest;
  for (const Part& part : parts_) {
    sum += part.used / part.weight;
    rest.add(static_cast<std::int64_t>(part.used % part.weight), part.weight);
  }
  return static_cast<std::int64_t>(sum + rest.times(1));
}

std::optional<Percent> UsedTotals::percent() const {
  const std::int64_t reserved = reserved_uh();
  if (reserved == 0) return std::nullopt;
  Wide sum = 0;
  Fractions rest;
  for (const Part& part : parts_) {
    sum += part.used / part.weight;
    rest.add(static_cast<std::int64_t>(part.used % part.weight), part.weight);
  }
  return Percent{static_cast<std::int32_t>((sum * kWhole + rest.times(kWhole)) / reserved)};
}

std::vector<DaySummary> daily_summaries(std::span<const ReservationVersion> versions, std::span<const Coverage* const> coverages) {
  std::vector<DaySummary> summaries;
  for (const auto& [id, indexes] : by_reservation(versions)) {
    std::map<Day, DaySummary> days;
    for (const Coverage* coverage : coverages)
      for (const std::uint32_t version : indexes)
        for (const DayOfVersion& day : coverage->days(version)) add_day(days[day.day], day, coverage->versions()[version]);
    for (auto& [day, summary] : days) {
      summary.reservation = id;
      summary.day = day;
      summary.average = *summary.totals.percent();
      summaries.push_back(std::move(summary));
    }
  }
  return summaries;
}

UsedTotals totals_in(std::span<const std::uint32_t> versions, std::span<const Coverage* const> coverages, HourSpan span) {
  UsedTotals totals;
  for (const Coverage* coverage : coverages)
    for (const std::uint32_t version : versions) {
      const PlannedVersion& planned = coverage->versions()[version];
      const HourSpan hours = intersection(planned.active, span);
      for (Hour hour = hours.from; hour < hours.until; hour = add_hours(hour, 1))
        totals.add(planned.capacity, coverage->used(version, hour), planned.weight);
    }
  return totals;
}

std::vector<ReservationWindows> windows_of(std::span<const ReservationVersion> versions, std::span<const Coverage* const> coverages,
                                           Hour watermark) {
  std::vector<ReservationWindows> all;
  for (const auto& [id, indexes] : by_reservation(versions)) {
    const auto between = [&](int from_days, int until_days) {
      return totals_in(indexes, coverages,
                       {add_hours(watermark, -from_days * kHoursPerDay), add_hours(watermark, -until_days * kHoursPerDay)})
          .percent();
    };
    ReservationWindows windows{.reservation = id, .day_1 = between(1, 0), .days_7 = between(7, 0), .days_30 = between(30, 0)};
    windows.trend = trend_of(windows.days_7, between(14, 7));
    all.push_back(std::move(windows));
  }
  return all;
}

}  // namespace prorata::utilization
