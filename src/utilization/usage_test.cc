#include "utilization/usage.h"

#include <gtest/gtest.h>

namespace prorata::utilization {
namespace {

const HourSpan kMarch{first_hour(make_day(2026, 3, 1)), first_hour(make_day(2026, 4, 1))};

TEST(Identity, IsReadOffTheArmIdInAnyForm) {
  const Identity one = make_identity("/subscriptions/AA/resourceGroups/Web-RG/providers/Microsoft.Compute/virtualMachines/VM1",
                                     "Standard_D2s_v3", "West Europe");
  const Identity same = make_identity("/SUBSCRIPTIONS/aa/RESOURCEGROUPS/web-rg/providers/microsoft.compute/virtualmachines/vm1",
                                      "standard_d2S_v3", "westeurope");
  EXPECT_EQ(one, same);
  EXPECT_EQ(one.subscription, "aa");
  EXPECT_EQ(one.resource_group, "web-rg");
  EXPECT_EQ(make_identity("vm", "d2", "eu", "Sub", "Group").resource_group, "group");
}

TEST(Roster, StandsInOrderOfBytesAndResizingMakesTwo) {
  const std::vector<Identity> identities = {make_identity("vm_b", "d2", "eu"), make_identity("vm-b", "d4", "eu"),
                                            make_identity("vm_b", "d2", "EU"), make_identity("vm-b", "d2", "eu")};
  const RosterMade made = make_roster(identities);
  ASSERT_EQ(made.roster.size(), 3U);
  EXPECT_EQ(made.roster[0].size, "d2");
  EXPECT_EQ(made.roster[0].resource_id, "vm-b") << "'-' is before '_' as a byte, whatever a collation says";
  EXPECT_EQ(made.rank, (std::vector<std::uint32_t>{2, 1, 2, 0}));
}

TEST(UsageRows, AreRefusedWhereAnIndexIsOutOfRange) {
  const std::vector<std::uint32_t> resource = {0, 1};
  const std::vector<std::uint16_t> hour = {743, 0};
  const std::vector<std::uint32_t> quantity = {1, 1};
  EXPECT_TRUE(UsageRows::make(kMarch, resource, hour, quantity, 2)->resource_major());
  EXPECT_FALSE(UsageRows::make(kMarch, resource, hour, quantity, 1).has_value());
  EXPECT_FALSE(UsageRows::make({kMarch.from, add_hours(kMarch.until, -1)}, resource, hour, quantity, 2).has_value());
  EXPECT_FALSE(UsageRows::make(kMarch, resource, std::span(hour).first(1), quantity, 2).has_value());
  EXPECT_FALSE(UsageRows::make({kMarch.from, kMarch.from}, {}, {}, {}, 0).has_value());
  const std::vector<std::uint32_t> mixed = {1, 0};
  EXPECT_FALSE(UsageRows::make(kMarch, mixed, hour, quantity, 2)->resource_major());
}

TEST(Cells, AreWalkedBothWays) {
  const Day first = make_day(2024, 2, 20);
  for (Hour hour = first_hour(first); hour < first_hour(make_day(2024, 5, 1)); hour = add_hours(hour, 1))
    EXPECT_EQ(hour_of_cell(first, cell_of(first, hour)), hour);
  EXPECT_EQ(blocks_of({first_hour(first), first_hour(add_days(first, 32))}), 1U);
  EXPECT_EQ(blocks_of({first_hour(first), add_hours(first_hour(add_days(first, 32)), 1)}), 2U);
  EXPECT_EQ(blocks_of({add_hours(first_hour(first), 23), add_hours(first_hour(add_days(first, 32)), 1)}), 2U);
}

TEST(UsageBits, KeepAFullHourInOneBitAndTheRestBeside) {
  const std::vector<std::uint32_t> resource = {1, 1, 1, 0, 1};
  const std::vector<std::uint16_t> hour = {0, 25, 0, 3, 26};
  const std::vector<std::uint32_t> quantity = {1'000'000, 1'000'000, 1'000'000, 250'000, 0};
  const UsageBits bits = UsageBits::make(*UsageRows::make(kMarch, resource, hour, quantity, 2));
  const UsageBitsView view = bits.view();
  ASSERT_TRUE(UsageBits::check(view).has_value());
  EXPECT_EQ(view.full[24], 1U);
  EXPECT_EQ(view.full[25], 2U) << "hour 1 of the second day";
  EXPECT_EQ(view.partials_from[1], 1U);
  EXPECT_EQ(view.partials_from[2], 2U);
  EXPECT_EQ(view.partials[0], (PartialHour{3 * 32, 250'000}));
  EXPECT_EQ(view.partials[1], (PartialHour{0, 1'000'000})) << "a second machine on the id";
}

TEST(UsageBits, FromAFileAreLookedThrough) {
  const std::vector<std::uint32_t> none(24);
  const std::vector<std::uint64_t> from = {0, 0};
  UsageBitsView view{.window = kMarch, .resources = 1, .full = none, .partials_from = from};
  EXPECT_TRUE(UsageBits::check(view).has_value());
  std::vector<std::uint32_t> last_day(24);
  last_day[23] = std::uint32_t{1} << 31U;
  view.full = last_day;
  EXPECT_FALSE(UsageBits::check(view).has_value()) << "March has 31 days, and that is the 32nd";
  view.full = std::span(none).first(23);
  EXPECT_FALSE(UsageBits::check(view).has_value());
  view.full = none;
  const std::vector<std::uint64_t> too_many = {0, 1};
  view.partials_from = too_many;
  EXPECT_FALSE(UsageBits::check(view).has_value());
  const std::vector<PartialHour> outside = {{.cell = 31, .quantity = 1}};
  view.partials = outside;
  EXPECT_FALSE(UsageBits::check(view).has_value());
}

}  // namespace
}  // namespace prorata::utilization
