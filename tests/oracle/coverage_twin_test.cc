// The engine and its slow twin (coverage_twin.h) cover the same random billing contexts; every cell must agree, in every form of the usage,
// with lanes of either width, with one thread and with two, with every set of instructions. PRORATA_SEED replays a run.
#include "oracle/coverage_twin.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "oracle/random_usage.h"
#include "sim/metered_partner.h"

namespace prorata::twin {
namespace {

using namespace utilization;
using utilization::Usage;  // not the reservation's

constexpr int kContexts = 2'000;

std::uint64_t seed() {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint64_t value = set != nullptr && *set != '\0' ? std::strtoull(set, nullptr, 10) : std::random_device{}();
  std::cout << "PRORATA_SEED=" << value << " replays this\n";
  return value;
}

ResourceName name_of(const Identity& identity) { return {identity.resource_id, identity.size, identity.region}; }
long days_since_epoch(long hour) { return hour / 24; }  // no context begins before 1970

// Everything a sink is told, in the twin's words.
struct Told : HourSink {
  explicit Told(const Roster& names) : roster(names) {}
  void taken(std::uint32_t version, std::uint32_t resource, std::span<const HourNu> hours) override {
    for (const HourNu& each : hours) cells.take[{version, name_of(roster[resource]), each.hour.since_epoch}] += each.nu;
  }
  void uncovered(std::uint32_t resource, std::span<const HourNu> hours) override {
    for (const HourNu& each : hours) cells.left[{name_of(roster[resource]), each.hour.since_epoch}] += each.nu;
  }
  const Roster& roster;
  Cells cells;
};

void read_versions(const Coverage& coverage, Cells& cells) {
  for (std::uint32_t version = 0; version < coverage.versions().size(); ++version) {
    const HourSpan active = coverage.versions()[version].active;
    for (Hour hour = active.from; hour < active.until; hour = add_hours(hour, 1)) {
      cells.used[{version, hour.since_epoch}] = coverage.used(version, hour);
      cells.unused[{version, hour.since_epoch}] = coverage.unused(version, hour);
    }
  }
}

// What the twin's cells come to a day.
struct Days {
  std::map<std::tuple<std::size_t, ResourceName, long>, std::int64_t> take;
  std::map<std::pair<ResourceName, long>, std::int64_t> left;
  friend bool operator==(const Days&, const Days&) = default;
};
Days days_of(const Cells& cells) {
  Days days;
  for (const auto& [key, nu] : cells.take) days.take[{std::get<0>(key), std::get<1>(key), days_since_epoch(std::get<2>(key))}] += nu;
  for (const auto& [key, nu] : cells.left) days.left[{key.first, days_since_epoch(key.second)}] += nu;
  return days;
}
Days days_of(const Coverage& coverage, const Roster& roster) {
  Days days;
  coverage.for_each_take(
      [&](const Take& take) { days.take[{take.version, name_of(roster[take.resource]), take.day.since_epoch}] += take.nu; });
  coverage.for_each_uncovered([&](const Uncovered& each) { days.left[{name_of(roster[each.resource]), each.day.since_epoch}] += each.nu; });
  return days;
}

bool same_hours(const Cells& a, const Cells& b) { return a.used == b.used && a.unused == b.unused; }

// Empty where the engine agrees in every way it can be asked.
std::string difference(const Context& context) {
  const Cells twin = allocate(context);
  const Days twin_days = days_of(twin);
  for (const RowOrder order : {RowOrder::as_they_are, RowOrder::by_resource}) {
    const AskedUsage asked = as_asked(context, order);
    const UsageRows rows = asked.rows();
    const UsageBits bits = UsageBits::make(rows);
    const Result<Plan> plan = Plan::make(asked.roster, asked.versions, asked.table, asked.span);
    if (!plan) return plan.error().message;
    const Spill spill = context.spill ? Spill::go_on : Spill::stop;
    Coverage coverage;  // one for all, as a program would
    for (const Usage& usage : {Usage(rows), Usage(bits.view())}) {
      Told told(asked.roster);
      if (!cover(*plan, usage, {.spill = spill, .sink = &told}, coverage)) return "the engine refuses with a sink";
      if (told.cells.take != twin.take || told.cells.left != twin.left) return "the hours of a pair differ";
      for (const Lanes lanes : {Lanes::narrow_if_safe, Lanes::wide})
        for (const unsigned threads : {1U, 2U, 3U})
          for (const Instructions instructions : {Instructions::baseline, Instructions::avx2, Instructions::best}) {
            const CoverOptions options{.spill = spill, .threads = threads, .instructions = instructions, .lanes = lanes};
            if (!cover(*plan, usage, options, coverage)) return "the engine refuses";
            Cells ours;
            read_versions(coverage, ours);
            if (!same_hours(ours, twin)) return "the hours of a version differ";
            if (days_of(coverage, asked.roster) != twin_days) return "the days differ";
          }
    }
  }
  return {};
}

TEST(CoverageTwin, EveryCellAgreesOnRandomContexts) {
  const std::uint64_t first = seed();
  for (std::uint64_t i = 0; i < kContexts; ++i) {
    sim::Chance chance(first + i);
    const std::string found = difference(random_context(chance));
    ASSERT_TRUE(found.empty()) << found << "; PRORATA_SEED=" << first + i << " meets it at once";
  }
}

// The twin must be right by itself, or agreement says nothing: two examples done by hand.
TEST(CoverageTwin, KnowsTheWorkedExamples) {
  Context context{
      .sizes = {{"d2", {"d", 1}}, {"d4", {"d", 2}}, {"d8", {"d", 4}}},
      .versions = {{.id = "rg", .region = "eu", .size = "d4", .scope = 0, .subscription = "s", .resource_group = "g", .end_second = 7200},
                   {.id = "shared", .region = "eu", .size = "d2", .end_second = 7200}},
      .rows = {{"vm", "d8", "eu", "s", "g", 1, 1'000'000}},
      .from_hour = 0,
      .until_hour = 3};
  const ResourceName vm{"vm", "d8", "eu"};
  Cells cells = allocate(context);
  EXPECT_EQ((cells.take[{0, vm, 1}]), 2'000'000);
  EXPECT_EQ((cells.take[{1, vm, 1}]), 1'000'000);
  EXPECT_EQ((cells.left[{vm, 1}]), 1'000'000);
  EXPECT_EQ((cells.unused[{0, 0}]), 2'000'000);
  EXPECT_FALSE(cells.used.contains({0, 2})) << "ended";
  context.spill = false;
  cells = allocate(context);
  EXPECT_FALSE(cells.take.contains({1, vm, 1}));
  EXPECT_EQ((cells.left[{vm, 1}]), 2'000'000);
}

Context as_context(const sim::MeteredPartner& partner, std::size_t index) {
  const sim::MeteredCustomer& customer = partner.customers[index];
  Context context{.from_hour = partner.window.from.since_epoch, .until_hour = partner.window.until.since_epoch};
  for (const FlexibilityRatio& each : partner.ratios) {
    const SizeWeight size = partner.table.weight(each.sku);
    context.sizes[to_lower(each.sku)] = {size.group, size.weight};
  }
  for (const ReservationVersion& v : customer.versions)
    context.versions.push_back({.id = v.id,
                                .region = v.region,
                                .size = v.size,
                                .quantity = v.quantity,
                                .exact = v.exact,
                                .scope = static_cast<int>(v.scope.kind),
                                .subscription = v.scope.subscription,
                                .resource_group = v.scope.resource_group,
                                .depth = v.scope.depth,
                                .below = {v.scope.subscriptions.begin(), v.scope.subscriptions.end()},
                                .start_second = v.start.ticks / kTicksPerSecond,
                                .end_second = v.end.ticks / kTicksPerSecond});
  for (std::size_t i = customer.rows_from; i < customer.rows_until; ++i) {
    const Identity& identity = customer.roster[partner.resource[i]];
    context.rows.push_back({identity.resource_id, identity.size, identity.region, identity.subscription, identity.resource_group,
                            context.from_hour + partner.hour[i], partner.quantity[i]});
  }
  return context;
}

TEST(CoverageTwin, EveryDayAgreesOnAPartnerOfAMillionRows) {
  const std::uint64_t first = seed();
  const sim::MeteredPartner partner = sim::make_metered_partner({.seed = first, .rows = 1'000'000});
  EXPECT_GT(partner.resource.size(), 900'000U);
  std::vector<Plan> plans;
  for (const sim::MeteredCustomer& customer : partner.customers)
    plans.push_back(*Plan::make(customer.roster, customer.versions, partner.table, partner.window));
  std::vector<Coverage> coverages(partner.customers.size());
  std::vector<CoverJob> jobs;
  for (std::size_t i = 0; i < plans.size(); ++i) jobs.push_back({&plans[i], partner.rows_of(i), &coverages[i]});
  ASSERT_TRUE(cover_all(jobs, {.threads = 2}).has_value());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const Cells twin = allocate(as_context(partner, i));
    Cells ours;
    read_versions(coverages[i], ours);
    ASSERT_TRUE(same_hours(ours, twin)) << "customer " << i;
    ASSERT_TRUE(days_of(coverages[i], partner.customers[i].roster) == days_of(twin)) << "customer " << i;
  }
}

// One customer with nearly all of the usage: its pools go to all threads, and nothing of the answer changes.
TEST(CoverageTwin, ALargeCustomerIsTheSameForAnyNumberOfThreads) {
  const sim::MeteredPartner partner = sim::make_metered_partner({.seed = seed(), .rows = 300'000});
  std::size_t largest = 0;
  for (std::size_t i = 0; i < partner.customers.size(); ++i)
    if (partner.rows_of(i).size() > partner.rows_of(largest).size()) largest = i;
  const sim::MeteredCustomer& customer = partner.customers[largest];
  const Result<Plan> plan = Plan::make(customer.roster, customer.versions, partner.table, partner.window);
  ASSERT_TRUE(plan);
  const UsageBits bits = UsageBits::make(partner.rows_of(largest));
  Coverage one;
  ASSERT_TRUE(cover(*plan, partner.rows_of(largest), {}, one));
  for (const unsigned threads : {2U, 3U, 8U})
    for (const Usage& usage : {Usage(partner.rows_of(largest)), Usage(bits.view())}) {
      Coverage many;
      const CoverJob job{&*plan, usage, &many};
      ASSERT_TRUE(cover_all(std::span(&job, 1), {.threads = threads}));
      EXPECT_TRUE(many.takes() == one.takes()) << threads;
      EXPECT_TRUE(many.uncovered() == one.uncovered()) << threads;
      for (std::uint32_t version = 0; version < customer.versions.size(); ++version) ASSERT_EQ(many.days(version), one.days(version));
    }
}

}  // namespace
}  // namespace prorata::twin
