#include "alerts/alerts.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace prorata::alerts {
namespace {

bool lived_on(const Reservation& r) { return r.state == ProvisioningState::succeeded || r.state == ProvisioningState::expired; }

Instant leaves(Instant at, std::int32_t window_days) { return {at.ticks + std::int64_t{window_days} * kTicksPerDay}; }

// What counts at a moment, of those before `index` in the list where they came at the same one.
std::int64_t used_before(std::span<const Counted> counted, std::size_t index, Instant at, std::int32_t window_days) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < index; ++i)
    if (counted[i].at <= at && at < leaves(counted[i].at, window_days)) sum += counted[i].amount;
  return sum;
}

}  // namespace

std::vector<ExpiryCause> expiry_causes(const Reservation& r, Day after, Day until) {
  std::vector<ExpiryCause> out;
  if (!lived_on(r)) return out;
  const Day expiry = day_of(r.expiry);
  const auto add = [&](std::int32_t days, bool renewal) {
    const Day day = add_days(expiry, -days);
    if (day <= after || until < day) return;
    const std::string_view kind = renewal ? "reservation.renewal_window" : "reservation.expiring";
    out.push_back({fmt::format("{}/{}/{}/{}", kind, r.id.text(), to_string(expiry), days), start_of(day), days, renewal});
  };
  for (const std::int32_t days : kExpiryDays) add(days, false);
  if (r.renew || r.lineage.renewed_into) add(kRenewalDays, true);
  return out;
}

std::vector<AllowanceCause> allowance_causes(const std::string& customer, std::span<const Counted> counted, const AllowanceRuleOf& rule,
                                             Instant after, Instant until) {
  std::vector<AllowanceCause> out;
  const auto within = [&](Instant at) { return after < at && at <= until; };
  const auto nearly = [&](std::int64_t used) { return used * 100 >= rule.limit * rule.percent; };
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const Counted& each = counted[i];
    if (!within(each.at) || each.amount <= 0) continue;
    const std::int64_t before = used_before(counted, i, each.at, rule.window_days);
    if (!nearly(before) && nearly(before + each.amount))
      out.push_back({fmt::format("allowance.nearly_used/{}/{}", customer, each.id), each.at, false, each.amount, before + each.amount});
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    const Instant at = leaves(counted[i].at, rule.window_days);
    if (!within(at) || (i > 0 && counted[i - 1].at == counted[i].at)) continue;  // those of one moment leave together
    std::int64_t back = 0;
    for (const Counted& each : counted) back += each.at == counted[i].at ? each.amount : 0;
    if (back > 0)
      out.push_back({fmt::format("allowance.back/{}/{}", customer, to_string(at)), at, true, back,
                     used_before(counted, counted.size(), at, rule.window_days)});
  }
  std::ranges::sort(out, [](const AllowanceCause& a, const AllowanceCause& b) { return std::tie(a.at, a.key) < std::tie(b.at, b.key); });
  return out;
}

std::vector<UtilizationCause> utilization_causes(const std::string& reservation, const Windows& windows, std::int64_t threshold_percent) {
  std::vector<UtilizationCause> out;
  const auto add = [&](const std::optional<utilization::Percent>& percent, std::int32_t days) {
    if (!percent || percent->hundredths >= threshold_percent * 100) return;
    out.push_back({fmt::format("utilization.low/{}/{}/{}", reservation, days, to_string(windows.watermark).substr(0, 7)), days, *percent});
  };
  add(windows.days_7, 7);
  add(windows.days_30, 30);
  return out;
}

}  // namespace prorata::alerts
