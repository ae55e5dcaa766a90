#include "utilization/coverage.h"

#include <gtest/gtest.h>

#include <map>

#include "utilization/summary.h"

namespace prorata::utilization {
namespace {

const Day kDay = make_day(2026, 3, 1);
const Instant kFar = *parse_instant("2030-01-01");

RatioTable sample_table() {
  return RatioTable::make(std::vector<FlexibilityRatio>{
      {"DSv3", "d2", {1, 1}}, {"DSv3", "d4", {2, 1}}, {"DSv3", "d8", {4, 1}}, {"ESv3", "e2", {1, 1}}, {"ESv3", "e64", {288, 10}}});
}

struct Use {
  std::string id;
  std::string size;
  Hour hour;
  std::uint32_t quantity = kFullHour;
  std::string subscription = "s";
  std::string group = "g";
};

ReservationVersion reservation(std::string id, std::string size, std::int64_t quantity = 1, CoverScope scope = {}, bool exact = false) {
  return {.id = std::move(id),
          .region = "eu",
          .size = std::move(size),
          .quantity = quantity,
          .exact = exact,
          .scope = std::move(scope),
          .start = start_of(kDay),
          .end = kFar};
}
CoverScope in_subscription(std::string subscription) { return {.kind = ScopeKind::subscription, .subscription = std::move(subscription)}; }
CoverScope in_group(std::string subscription, std::string group) {
  return {.kind = ScopeKind::resource_group, .subscription = std::move(subscription), .resource_group = std::move(group)};
}
CoverScope below(std::int32_t depth, std::vector<std::string> subscriptions) {
  return {.kind = ScopeKind::management_group, .depth = depth, .subscriptions = std::move(subscriptions)};
}

// A small billing context, covered in every way there is; all ways must agree before anything is looked at.
struct Desk {
  std::vector<Use> uses;
  std::vector<ReservationVersion> versions;
  RatioTable table = sample_table();
  HourSpan span{first_hour(kDay), first_hour(add_days(kDay, 1))};

  struct Answer : HourSink {
    Roster roster;
    std::vector<ReservationVersion> versions;
    std::map<std::string, std::int64_t> covered;  // "reservation-resource" and all hours together
    std::map<std::string, std::int64_t> left;
    std::map<std::pair<std::string, Hour>, std::int64_t> hours;
    Coverage coverage;

    void taken_by(const std::string& id, std::uint32_t resource, std::int64_t nu) {
      covered[id + "-" + roster[resource].resource_id] += nu;
    }
    void taken(std::uint32_t version, std::uint32_t resource, std::span<const HourNu> list) override {
      for (const HourNu& each : list) {
        taken_by(versions[version].id, resource, each.nu);
        hours[{versions[version].id, each.hour}] += each.nu;
      }
    }
    void uncovered(std::uint32_t resource, std::span<const HourNu> list) override {
      for (const HourNu& each : list) left[roster[resource].resource_id] += each.nu;
    }
    std::int64_t took(const std::string& pair) const {
      const auto found = covered.find(pair);
      return found == covered.end() ? 0 : found->second;
    }
    std::int64_t payg(const std::string& id) const {
      const auto found = left.find(id);
      return found == left.end() ? 0 : found->second;
    }
    std::int64_t unused(std::uint32_t version, Hour hour) const { return coverage.unused(version, hour); }
  };

  std::unique_ptr<Answer> answer(Spill spill = Spill::go_on) const {
    std::vector<Identity> identities;
    for (const Use& use : uses) identities.push_back(make_identity(use.id, use.size, "EU", use.subscription, use.group));
    const RosterMade made = make_roster(identities);
    std::vector<std::uint16_t> hour;
    std::vector<std::uint32_t> quantity;
    for (const Use& use : uses) {
      hour.push_back(static_cast<std::uint16_t>(hours_between(span.from, use.hour)));
      quantity.push_back(use.quantity);
    }
    const UsageRows rows = *UsageRows::make(span, made.rank, hour, quantity, made.roster.size());
    const UsageBits bits = UsageBits::make(rows);
    const Plan plan = *Plan::make(made.roster, versions, table, span);
    auto answer = std::make_unique<Answer>();
    answer->roster = made.roster;
    answer->versions = versions;
    EXPECT_TRUE(cover(plan, rows, {.spill = spill, .sink = answer.get()}, answer->coverage).has_value());
    for (const Usage& usage : {Usage(rows), Usage(bits.view())})
      for (const Lanes lanes : {Lanes::narrow_if_safe, Lanes::wide})
        for (const unsigned threads : {1U, 2U}) {
          Coverage other;
          EXPECT_TRUE(cover(plan, usage, {.spill = spill, .threads = threads, .lanes = lanes}, other).has_value());
          EXPECT_EQ(other.takes(), answer->coverage.takes());
          EXPECT_EQ(other.uncovered(), answer->coverage.uncovered());
          for (std::uint32_t v = 0; v < versions.size(); ++v) EXPECT_EQ(other.days(v), answer->coverage.days(v));
        }
    return answer;
  }
};

Hour at(int hour_of_the_day) { return add_hours(first_hour(kDay), hour_of_the_day); }
constexpr std::uint32_t kHalf = 500'000;
constexpr std::int64_t kOne = 1'000'000;

TEST(Coverage, V1CoversTheFirstMachineAndAPartOfTheSecond) {
  const auto a = Desk{.uses = {{"vm1", "d2", at(4), 750'000}, {"vm2", "d2", at(4), kHalf}}, .versions = {reservation("r", "d2")}}.answer();
  EXPECT_EQ(a->took("r-vm1"), 750'000);
  EXPECT_EQ(a->took("r-vm2"), 250'000);
  EXPECT_EQ(a->payg("vm1"), 0);
  EXPECT_EQ(a->payg("vm2"), 250'000);
  EXPECT_EQ(a->unused(0, at(4)), 0);
}

TEST(Coverage, V2AndV3TakeInUsageOrder) {
  const auto full = Desk{.uses = {{"vm1", "d2", at(4)}, {"vm2", "d2", at(4)}}, .versions = {reservation("r", "d2")}}.answer();
  EXPECT_EQ(full->took("r-vm1"), kOne);
  EXPECT_EQ(full->took("r-vm2"), 0);
  EXPECT_EQ(full->payg("vm2"), kOne);
  const auto half = Desk{.uses = {{"vm1", "d2", at(4), kHalf}, {"vm2", "d2", at(4)}}, .versions = {reservation("r", "d2")}}.answer();
  EXPECT_EQ(half->took("r-vm1"), kHalf);
  EXPECT_EQ(half->took("r-vm2"), kHalf);
  EXPECT_EQ(half->payg("vm2"), kHalf);
  EXPECT_EQ(half->unused(0, at(4)), 0);
}

TEST(Coverage, V4CoversAPartOfALargerSize) {
  const auto a = Desk{.uses = {{"vm", "d8", at(0)}}, .versions = {reservation("r", "d4")}}.answer();
  EXPECT_EQ(a->took("r-vm"), 2 * kOne);
  EXPECT_EQ(a->payg("vm"), 2 * kOne);
  EXPECT_EQ(a->unused(0, at(0)), 0);
  EXPECT_EQ(a->unused(0, at(1)), 2 * kOne) << "and nothing carries over";
}

TEST(Coverage, V5ExactTakesBeforeFlexible) {
  const Desk desk{.uses = {{"vm1", "d2", at(0)}, {"vm2", "d4", at(0)}},
                  .versions = {reservation("r1", "d4", 1, in_subscription("s"), true), reservation("r2", "d2", 1, in_subscription("s"))}};
  const auto a = desk.answer();
  EXPECT_EQ(a->took("r1-vm2"), 2 * kOne);
  EXPECT_EQ(a->took("r2-vm1"), kOne);
  EXPECT_EQ(a->took("r1-vm1"), 0) << "another size";
  EXPECT_TRUE(a->left.empty());
}

TEST(Coverage, V6NarrowScopesTakeFirst) {
  const Desk desk{
      .uses = {{"a1", "d2", at(0)}, {.id = "a2", .size = "d2", .hour = at(0), .group = "other"}, {"a3", "d2", at(0), kFullHour, "s2"}},
      .versions = {reservation("shared", "d2"), reservation("sub", "d2", 1, in_subscription("s")),
                   reservation("rg", "d2", 1, in_group("s", "g"))}};
  const auto a = desk.answer();
  EXPECT_EQ(a->took("rg-a1"), kOne);
  EXPECT_EQ(a->took("sub-a2"), kOne);
  EXPECT_EQ(a->took("shared-a3"), kOne);
  EXPECT_EQ(a->covered.size(), 3U);
  EXPECT_TRUE(a->left.empty());
}

TEST(Coverage, V7WhatIsLeftOfAMachineGoesOnUnlessSpillStops) {
  const Desk desk{.uses = {{"vm", "d8", at(0)}}, .versions = {reservation("rg", "d4", 1, in_group("s", "g")), reservation("shared", "d2")}};
  const auto on = desk.answer();
  EXPECT_EQ(on->took("rg-vm"), 2 * kOne);
  EXPECT_EQ(on->took("shared-vm"), kOne);
  EXPECT_EQ(on->payg("vm"), kOne);
  const auto stop = desk.answer(Spill::stop);
  EXPECT_EQ(stop->took("rg-vm"), 2 * kOne);
  EXPECT_EQ(stop->took("shared-vm"), 0);
  EXPECT_EQ(stop->payg("vm"), 2 * kOne);
  EXPECT_EQ(stop->unused(1, at(0)), kOne);
}

TEST(Coverage, V8TheEarliestEndIsFilledFirst) {
  Desk desk{.uses = {{"vm1", "d2", at(0)}, {"vm2", "d2", at(0)}},
            .versions = {reservation("ra", "d2"), reservation("rc", "d2"), reservation("rb", "d2")}};
  desk.versions[0].end = start_of(add_days(kDay, 90));
  desk.versions[1].end = desk.versions[2].end = start_of(add_days(kDay, 50));
  const auto a = desk.answer();
  EXPECT_EQ(a->took("rb-vm1"), kOne);
  EXPECT_EQ(a->took("rc-vm2"), kOne);
  EXPECT_EQ(a->unused(0, at(0)), kOne);
}

TEST(Coverage, V9RatiosThatAreNotWhole) {
  const auto a = Desk{.uses = {{"vm", "e64", at(0)}}, .versions = {reservation("r", "e2", 28)}}.answer();
  EXPECT_EQ(a->took("r-vm"), 140 * kOne);
  EXPECT_EQ(a->payg("vm"), 4 * kOne);
  EXPECT_EQ(a->unused(0, at(0)), 0);
}

Desk always_on(HourSpan span) {
  Desk desk{.versions = {reservation("r", "d2")}, .span = span};
  for (Hour hour = span.from; hour < span.until; hour = add_hours(hour, 1)) desk.uses.push_back({"vm", "d2", hour});
  return desk;
}

TEST(Coverage, BeginsAndEndsWithWholeHours) {
  const std::pair<std::string_view, int> kStarts[] = {{"2026-03-01T13:00:00Z", 11},
                                                      {"2026-03-01T13:20:00Z", 10},
                                                      {"2026-03-01T12:59:59.9999999Z", 11},
                                                      {"2026-03-01T13:00:00.0000001Z", 10}};
  for (const auto& [start, hours] : kStarts) {
    Desk desk = always_on({first_hour(kDay), first_hour(add_days(kDay, 1))});
    desk.versions[0].start = *parse_instant(start);
    const auto a = desk.answer();
    EXPECT_EQ(a->took("r-vm"), hours * kOne) << start;
    EXPECT_EQ(a->payg("vm"), (24 - hours) * kOne) << start;
    EXPECT_EQ(a->coverage.days(0).at(0).active_hours, hours) << start;
  }
  Desk desk = always_on({first_hour(kDay), first_hour(add_days(kDay, 1))});
  desk.versions[0].end = *parse_instant("2026-03-01T13:59:59Z");
  EXPECT_EQ(desk.answer()->took("r-vm"), 13 * kOne);
}

TEST(Coverage, AVersionIsFollowedByTheNextInMidWindow) {
  Desk desk = always_on({first_hour(kDay), first_hour(add_days(kDay, 2))});
  for (Hour hour = desk.span.from; hour < desk.span.until; hour = add_hours(hour, 1)) desk.uses.push_back({"vm2", "d2", hour});
  desk.versions.push_back(reservation("r", "d2", 2));
  desk.versions[0].end = desk.versions[1].start = *parse_instant("2026-03-02T06:00:00Z");
  const auto a = desk.answer();
  EXPECT_EQ(a->took("r-vm"), 48 * kOne);
  EXPECT_EQ(a->took("r-vm2"), 18 * kOne);
  EXPECT_EQ(a->unused(0, add_hours(at(0), 30)), 0) << "no longer active";
  desk.versions[1].start = *parse_instant("2026-03-02T05:00:00Z");
  EXPECT_FALSE(Plan::make({}, desk.versions, desk.table, desk.span).has_value()) << "two versions of one reservation in one hour";
}

TEST(Coverage, MonthsLeapDaysAndMovedClocksAreJustHours) {
  const std::pair<Day, Day> kSpans[] = {{make_day(2024, 2, 28), make_day(2024, 3, 2)},
                                        {make_day(2026, 1, 31), make_day(2026, 2, 2)},
                                        {make_day(2026, 3, 28), make_day(2026, 3, 31)},
                                        {make_day(2026, 10, 24), make_day(2026, 10, 27)},
                                        {make_day(2025, 12, 1), make_day(2026, 3, 15)}};
  for (const auto& [from, until] : kSpans) {
    Desk desk = always_on({add_hours(first_hour(from), 5), add_hours(first_hour(until), 7)});
    desk.versions[0].start = start_of(make_day(2020, 1, 1));
    const auto a = desk.answer();
    EXPECT_EQ(a->took("r-vm"), desk.span.hours() * kOne);
    EXPECT_TRUE(a->left.empty());
    const std::vector<DayOfVersion> days = a->coverage.days(0);
    EXPECT_EQ(days.size(), static_cast<std::size_t>(days_between(from, until) + 1));
    EXPECT_EQ(days.front().active_hours, 19);
    EXPECT_EQ(days.back().active_hours, 7);
    EXPECT_EQ(days[1].used, 24 * kOne);
  }
}

TEST(Coverage, DeeperManagementGroupsTakeFirst) {
  const Desk desk{.uses = {{"vm1", "d2", at(0)}, {"vm2", "d2", at(0), kFullHour, "s2"}, {"vm3", "d2", at(0), kFullHour, "s3"}},
                  .versions = {reservation("top", "d2", 2, below(1, {"s", "s2"})), reservation("deep", "d2", 1, below(2, {"s2"}))}};
  const auto a = desk.answer();
  EXPECT_EQ(a->took("deep-vm2"), kOne);
  EXPECT_EQ(a->took("top-vm1"), kOne);
  EXPECT_EQ(a->took("top-vm2"), 0);
  EXPECT_EQ(a->payg("vm3"), kOne) << "not below either";
}

TEST(Coverage, OtherRegionsAndGroupsAreOtherPools) {
  Desk desk{.uses = {{"vm", "d2", at(0)}, {"vm9", "unheard_of", at(0)}},
            .versions = {reservation("r", "d2"), reservation("e", "e2"), reservation("u", "unheard_of")}};
  desk.versions[0].region = "us";
  const auto a = desk.answer();
  EXPECT_EQ(a->took("r-vm"), 0);
  EXPECT_EQ(a->took("e-vm"), 0);
  EXPECT_EQ(a->took("u-vm9"), kOne) << "a size without a group covers itself";
}

TEST(Coverage, AResizedMachineIsTwoIdentitiesInOrderOfSize) {
  const auto a = Desk{.uses = {{"vm", "d4", at(0), kHalf}, {"vm", "d2", at(0), kHalf}}, .versions = {reservation("r", "d2")}}.answer();
  ASSERT_EQ(a->roster.size(), 2U);
  EXPECT_EQ(a->took("r-vm"), kOne);
  const std::vector<Uncovered> left = a->coverage.uncovered();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].resource, 1U) << "d2 is before d4";
  EXPECT_EQ(left[0].nu, kHalf);
}

TEST(Coverage, RowsOfOneHourAreAddedBeyondWhat32BitsHold) {
  Desk desk{.versions = {reservation("r", "d2", 5'000)}};
  for (int i = 0; i < 3; ++i) desk.uses.push_back({"set", "d2", at(7), 4'000'000'000U});
  desk.uses.push_back({"vm", "d8", at(7)});
  const auto a = desk.answer();
  EXPECT_EQ(a->took("r-set"), 5'000 * kOne);
  EXPECT_EQ(a->payg("set"), 7'000 * kOne);
  EXPECT_EQ(a->payg("vm"), 4 * kOne);
}

TEST(Coverage, WhatCannotBeCountedIsRefused) {
  std::vector<FlexibilityRatio> steep = {{"g", "small", {1, 1}}, {"g", "huge", {1'000'000, 1}}};
  Desk desk{.versions = {reservation("r", "huge", 1'000'000)}, .table = RatioTable::make(steep)};
  EXPECT_FALSE(Plan::make({}, desk.versions, desk.table, desk.span).has_value());
  const Roster roster = {make_identity("vm", "huge", "eu")};
  const std::vector<std::uint32_t> resource(100);
  const std::vector<std::uint16_t> hour(100);
  const std::vector<std::uint32_t> quantity(100, 4'294'967'295U);
  const UsageRows rows = *UsageRows::make(desk.span, resource, hour, quantity, 1);
  Coverage coverage;
  const Result<void> result = cover(*Plan::make(roster, {}, desk.table, desk.span), rows, {}, coverage);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Code::invalid_argument);
  EXPECT_FALSE(cover(Plan(), rows, {}, coverage).has_value()) << "another roster";
}

TEST(Coverage, WeightsBelongToTheirTable) {
  const Day change = add_days(kDay, 1);
  Desk desk = always_on({first_hour(kDay), first_hour(add_days(kDay, 2))});
  desk.versions[0].size = "d4";
  const RatioTable later = RatioTable::make(std::vector<FlexibilityRatio>{{"DSv3", "d2", {3, 1}}, {"DSv3", "d4", {4, 1}}});
  const Ratios ratios = *Ratios::make({{make_day(2020, 1, 1), sample_table()}, {change, later}});
  const Roster roster = {make_identity("vm", "d2", "eu", "s", "g")};
  std::vector<std::uint32_t> resource(48);
  std::vector<std::uint16_t> hour;
  const std::vector<std::uint32_t> quantity(48, kFullHour);
  for (std::uint16_t h = 0; h < 48; ++h) hour.push_back(h);
  const UsageRows rows = *UsageRows::make(desk.span, resource, hour, quantity, 1);
  const UsageBits bits = UsageBits::make(rows);
  for (const Usage& usage : {Usage(rows), Usage(bits.view())}) {
    std::vector<Coverage> parts(2);
    const std::vector<RatioPeriod> periods = ratios.periods(desk.span);
    ASSERT_EQ(periods.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i)
      ASSERT_TRUE(cover(*Plan::make(roster, desk.versions, *periods[i].table, periods[i].span), usage, {}, parts[i]).has_value());
    EXPECT_EQ(parts[0].used(0, at(5)), kOne);
    EXPECT_EQ(parts[0].used(0, at(29)), 0) << "another part's hour";
    EXPECT_EQ(parts[1].used(0, at(29)), 3 * kOne);
    const std::vector<const Coverage*> both = {&parts[0], &parts[1]};
    const std::vector<DaySummary> days = daily_summaries(desk.versions, both);
    ASSERT_EQ(days.size(), 2U);
    EXPECT_EQ(to_string(days[0].average), "50.00");
    EXPECT_EQ(to_string(days[1].average), "75.00");
    const UsedTotals totals = totals_in(std::vector<std::uint32_t>{0}, both, desk.span);
    EXPECT_EQ(to_string(*totals.percent()), "62.50") << "hours of the reserved size are added, not units";
    EXPECT_EQ(totals.reserved_uh(), 48 * kOne);
    EXPECT_EQ(totals.used_uh(), 30 * kOne);
  }
}

TEST(CoverAll, DoesEveryContextAndSaysTheFirstError) {
  const Roster roster = {make_identity("vm", "d2", "eu", "s", "g")};
  const std::vector<ReservationVersion> versions = {reservation("r", "d2")};
  const HourSpan span{first_hour(kDay), first_hour(add_days(kDay, 1))};
  const Plan plan = *Plan::make(roster, versions, sample_table(), span);
  const std::vector<std::uint32_t> resource = {0};
  const std::vector<std::uint16_t> hour = {3};
  const std::vector<std::uint32_t> quantity = {kFullHour};
  const UsageRows rows = *UsageRows::make(span, resource, hour, quantity, 1);
  std::vector<Coverage> out(5);
  std::vector<CoverJob> jobs;
  for (Coverage& each : out) jobs.push_back({&plan, rows, &each});
  ASSERT_TRUE(cover_all(jobs, {.threads = 2}).has_value());
  for (const Coverage& each : out) EXPECT_EQ(each.used(0, at(3)), kOne);
  const Plan other;
  jobs[2].plan = &other;
  EXPECT_FALSE(cover_all(jobs, {.threads = 2}).has_value());
  EXPECT_EQ(out[4].used(0, at(3)), kOne);
}

}  // namespace
}  // namespace prorata::utilization
