#include "app/usage_details.h"

#include <map>
#include <tuple>

#include "app/usage_facts.h"
#include "utilization/summary.h"

namespace prorata {

using namespace utilization;

Result<std::vector<UsageDetail>> load_usage_details(App& app, Snapshot& snapshot, const CustomerId& customer, HourSpan span) {
  const UsageFacts facts = TRY(load_usage_facts(app, snapshot, {.customer = customer, .span = span}));
  const CoveredCustomer covered = TRY(cover_customer(facts));

  std::map<std::pair<std::string, Day>, UsedTotals> days;
  std::map<std::tuple<std::string, Day, std::string>, UsedTotals> machines;
  for (const CoveredPeriod& period : covered.periods) {
    for (std::uint32_t v = 0; v < facts.versions.size(); ++v)
      for (const DayOfVersion& each : period.coverage.days(v))
        days[{facts.versions[v].id, each.day}].add(each.reserved, each.used, period.coverage.versions()[v].weight);
    period.coverage.for_each_take([&](const Take& each) {
      machines[{facts.versions[each.version].id, each.day, facts.roster[each.resource].resource_id}].add(
          0, each.nu, period.coverage.versions()[each.version].weight);
    });
  }
  std::vector<UsageDetail> out;
  for (const auto& [key, used] : machines) {
    const auto& [reservation, day, resource] = key;
    out.push_back({ReservationId::trusted(reservation), resource, day, used.used_uh(), days[{reservation, day}].reserved_uh()});
  }
  return out;
}

}  // namespace prorata
