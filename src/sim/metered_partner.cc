#include "sim/metered_partner.h"

#include <algorithm>
#include <map>
#include <span>
#include <string>

#include <fmt/format.h>

#include "sim/chance.h"

namespace prorata::sim {
namespace {

using namespace utilization;

constexpr std::size_t kRowsOfAMachine = 460;  // about
constexpr int kDays = 30;
constexpr int kHours = kDays * kHoursPerDay;
constexpr std::int64_t kSecondsOfTheMonth = std::int64_t{kHours} * 3'600;

struct Family {
  std::string_view group;
  std::vector<std::pair<std::string_view, Ratio>> sizes;  // the small ones first
};

const std::vector<Family>& families() {
  static const std::vector<Family> kFamilies = {
      {"General v5",
       {{"general_2", {1, 1}}, {"general_4", {2, 1}}, {"general_8", {4, 1}}, {"general_16", {8, 1}}, {"general_32", {16, 1}}}},
      {"General v3", {{"old_general_2", {1, 1}}, {"old_general_4", {2, 1}}, {"old_general_8", {4, 1}}, {"old_general_16", {8, 1}}}},
      {"Memory v3", {{"memory_2", {1, 1}}, {"memory_4", {2, 1}}, {"memory_8", {4, 1}}, {"memory_20", {10, 1}}, {"memory_64", {288, 10}}}},
      {"Compute v2", {{"compute_2", {1, 1}}, {"compute_4", {2, 1}}, {"compute_8", {4, 1}}}},
      {"Burst", {{"burst_1", {1, 4}}, {"burst_2", {1, 1}}, {"burst_4", {2, 1}}}}};
  return kFamilies;
}
constexpr std::string_view kRegions[] = {"westeurope", "northeurope", "swedencentral", "uksouth"};

// The smaller numbers far more often.
std::size_t leaning_low(Chance& chance, std::size_t count) {
  const auto most = static_cast<std::int64_t>(count) - 1;
  return static_cast<std::size_t>(std::min({chance.between(0, most), chance.between(0, most), chance.between(0, most)}));
}

// From 5 to some thousands, one in sixty large: a tail that halves as it doubles.
std::int64_t machines_of_a_customer(Chance& chance) {
  std::int64_t machines = chance.between(5, 40);
  while (machines < 4'000 && chance.between(1, 100) <= 52) machines *= 2;
  return machines;
}

struct Places {
  std::int64_t number = 0;
  bool management_groups = true;
  std::int64_t subscriptions = 1;
  std::string subscription(std::int64_t i) const { return fmt::format("{:08x}-0000-4000-8000-{:012x}", number, i); }
};

Roster make_machines(Chance& chance, const Places& places, std::int64_t count) {
  std::vector<Identity> machines;
  const auto regions = static_cast<std::size_t>(chance.between(1, 3));
  const auto kinds = static_cast<std::size_t>(chance.between(1, static_cast<std::int64_t>(families().size())));
  for (std::int64_t i = 0; i < count; ++i) {
    const Family& family = families()[leaning_low(chance, kinds)];
    const std::string subscription = places.subscription(chance.between(0, places.subscriptions - 1));
    const std::string group = fmt::format("group-{}", chance.between(0, 5));
    machines.push_back(
        {.resource_id = fmt::format("/subscriptions/{}/resourcegroups/{}/providers/microsoft.compute/virtualmachines/vm-{:05}",
                                    subscription, group, i),
         .size = std::string(family.sizes[leaning_low(chance, family.sizes.size())].first),
         .region = std::string(kRegions[leaning_low(chance, regions)]),
         .subscription = subscription,
         .resource_group = group});
  }
  return make_roster(machines).roster;
}

CoverScope make_scope(Chance& chance, const Places& places, const Identity& like) {
  switch (chance.between(0, 9)) {
    case 0: return {.kind = ScopeKind::resource_group, .subscription = like.subscription, .resource_group = like.resource_group};
    case 1:
    case 2:
    case 3: return {.kind = ScopeKind::subscription, .subscription = like.subscription};
    case 4: {
      if (!places.management_groups) return {};
      CoverScope scope{.kind = ScopeKind::management_group, .depth = static_cast<std::int32_t>(chance.between(1, 3))};
      for (std::int64_t i = 0; i < places.subscriptions; ++i)
        if (chance.one_in(2) || places.subscription(i) == like.subscription) scope.subscriptions.push_back(places.subscription(i));
      return scope;
    }
    default: return {};
  }
}

// Up to five for each region and family, together for much of what is there. One in ten changes in mid-month.
void add_versions(Chance& chance, const Places& places, Hour from, MeteredCustomer& customer) {
  std::map<std::pair<std::string, std::string>, std::vector<const Identity*>> kinds;
  for (const Identity& identity : customer.roster)
    kinds[{identity.region, identity.size.substr(0, identity.size.rfind('_'))}].push_back(&identity);
  for (const auto& [kind, machines] : kinds) {
    const auto machine_count = static_cast<std::int64_t>(machines.size());
    const std::int64_t count = chance.between(1, machine_count < 4 ? 1 : 5);
    for (std::int64_t i = 0; i < count; ++i) {
      const Identity& like = *chance.pick(machines);
      const auto quantity = [&] { return chance.between(1, 1 + 3 * machine_count / (2 * count)); };
      ReservationVersion version{.id = fmt::format("{:08x}-1111-4000-8000-{:012x}", places.number, customer.versions.size()),
                                 .region = like.region,
                                 .size = like.size,
                                 .quantity = quantity(),
                                 .exact = chance.one_in(8),
                                 .scope = make_scope(chance, places, like),
                                 .start = start_of(add_hours(from, static_cast<std::int32_t>(-chance.between(100, 8'000))))};
      version.end = start_of(add_hours(hour_of(version.start), 365 * kHoursPerDay));
      if (chance.one_in(10)) {
        ReservationVersion next = version;
        version.end = next.start = add_seconds(start_of(from), chance.between(1, kSecondsOfTheMonth));
        next.quantity = quantity();
        next.scope = make_scope(chance, places, like);
        customer.versions.push_back(std::move(next));
      }
      customer.versions.push_back(std::move(version));
    }
  }
}

class Meter {
 public:
  Meter(Chance& chance, MeteredPartner& partner) : chance_(chance), partner_(partner) {}

  void run(std::uint32_t resource) {
    resource_ = resource;
    const std::int64_t kind = chance_.between(1, 100);
    if (kind <= 30)
      stretch(0, kHours, kFullHour);
    else if (kind <= 33)
      scale_set();
    else if (kind <= 57)
      office_hours();
    else
      now_and_then();
  }

 private:
  void add(int hour, std::int64_t quantity) {
    partner_.resource.push_back(resource_);
    partner_.hour.push_back(static_cast<std::uint16_t>(hour));
    partner_.quantity.push_back(static_cast<std::uint32_t>(quantity));
  }
  // Begun and ended on some minute, to the microsecond in which exports write it.
  std::int64_t part_of_an_hour() { return chance_.between(1, 59) * kFullHour / 60; }
  void stretch(int from, int until, std::int64_t quantity) {
    for (int hour = from; hour < until; ++hour) add(hour, quantity);
  }
  void scale_set() {
    for (int hour = 0; hour < kHours; ++hour) add(hour, chance_.between(1, 6) * kFullHour);
  }
  void office_hours() {
    const auto opens = static_cast<int>(chance_.between(5, 8));
    const auto closes = static_cast<int>(chance_.between(17, 20));
    for (int day = 0; day < kDays; ++day) {
      if (day % 7 >= 5) continue;
      add(day * kHoursPerDay + opens, part_of_an_hour());
      stretch(day * kHoursPerDay + opens + 1, day * kHoursPerDay + closes, kFullHour);
    }
  }
  void now_and_then() {
    for (auto hour = static_cast<int>(chance_.between(0, 30)); hour < kHours;) {
      const int end = std::min<int>(kHours, hour + static_cast<int>(chance_.between(20, 120)));
      add(hour, part_of_an_hour());
      stretch(hour + 1, end, kFullHour);
      hour = end + static_cast<int>(chance_.between(15, 105));
    }
  }

  Chance& chance_;
  MeteredPartner& partner_;
  std::uint32_t resource_ = 0;
};

}  // namespace

UsageRows MeteredPartner::rows_of(std::size_t index) const {
  const MeteredCustomer& customer = customers[index];
  const std::size_t count = customer.rows_until - customer.rows_from;
  return *UsageRows::make(window, std::span(resource).subspan(customer.rows_from, count),
                          std::span(hour).subspan(customer.rows_from, count), std::span(quantity).subspan(customer.rows_from, count),
                          customer.roster.size());
}

MeteredPartner make_metered_partner(const MeteredPartnerWanted& wanted) {
  Chance chance(wanted.seed);
  MeteredPartner partner;
  const Hour from = first_hour(make_day(2026, 6, 1));
  partner.window = {from, add_hours(from, kHours)};
  for (const Family& family : families())
    for (const auto& [size, ratio] : family.sizes) partner.ratios.push_back({std::string(family.group), std::string(size), ratio});
  partner.table = RatioTable::make(partner.ratios);
  const std::size_t room = wanted.rows + wanted.rows / 50;
  partner.resource.reserve(room);
  partner.hour.reserve(room);
  partner.quantity.reserve(room);
  Meter meter(chance, partner);
  while (partner.resource.size() < wanted.rows) {
    const Places places{.number = static_cast<std::int64_t>(partner.customers.size()) + 1,
                        .management_groups = wanted.management_groups,
                        .subscriptions = chance.between(1, 8)};
    const auto rows_left = static_cast<std::int64_t>((wanted.rows - partner.resource.size()) / kRowsOfAMachine + 1);
    MeteredCustomer& customer = partner.customers.emplace_back();
    customer.roster = make_machines(chance, places, std::min(machines_of_a_customer(chance), rows_left));
    add_versions(chance, places, from, customer);
    customer.rows_from = partner.resource.size();
    for (std::uint32_t resource = 0; resource < customer.roster.size(); ++resource) meter.run(resource);
    customer.rows_until = partner.resource.size();
  }
  return partner;
}

}  // namespace prorata::sim
