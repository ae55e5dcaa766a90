#include "policy/pack.h"

#include <gtest/gtest.h>

#include <functional>

#include "policy/sample_packs.h"

namespace prorata::policy {
namespace {

TEST(Pack, TheSamplesAreAccepted) {
  for (const Pack& pack : {csp_2020(), azure_2022(), azure_2026()}) EXPECT_TRUE(check_pack(pack)) << pack.id;
}

TEST(Pack, RefusesEachFaultAtItsPlace) {
  struct Fault {
    const char* name;
    std::function<void(Pack&)> make;
    const char* place;
    const char* says;
  };
  const Fault faults[] = {
      {"no id", [](Pack& p) { p.id.clear(); }, "/id", "needs an id"},
      {"dates backwards", [](Pack& p) { p.until = add_days(p.from, -1); }, "/until", "before it begins"},
      {"no rows", [](Pack& p) { p.rows.clear(); }, "/rows", "needs rows"},
      {"a row without a name", [](Pack& p) { p.rows[1].name.clear(); }, "/rows/1/name", "needs a name"},
      {"two rows of one name", [](Pack& p) { p.rows[3].name = "grace_used"; }, "/rows/3/name", "two rows are named 'grace_used'"},
      {"a day before the start", [](Pack& p) { p.rows[0].elapsed_from = -1; }, "/rows/0/elapsed_from", "counted from 0"},
      {"ends before it begins", [](Pack& p) { p.rows[3].elapsed_until = 5; }, "/rows/3/elapsed_until", "can never be reached"},
      {"a rate above one", [](Pack& p) { p.rows[2].fee_rate = {101, 100}; }, "/rows/2/fee_rate", "between 0 and 1"},
      {"a rate below zero", [](Pack& p) { p.rows[2].fee_rate = {-1, 100}; }, "/rows/2/fee_rate", "between 0 and 1"},
      {"a rate over nothing", [](Pack& p) { p.rows[2].fee_rate = {0, 0}; }, "/rows/2/fee_rate", "between 0 and 1"},
      {"a gap of a day", [](Pack& p) { p.rows[2].elapsed_from = 7; }, "/rows/2", "no row for unused reservations on day 6"},
      {"a gap at the start", [](Pack& p) { p.rows[1].elapsed_from = 1; }, "/rows/1", "no row for used reservations on day 0"},
      {"an overlap of a day", [](Pack& p) { p.rows[3].elapsed_from = 5; }, "/rows/3", "overlaps another for used reservations on day 5"},
      {"no row for the end", [](Pack& p) { p.rows[2].elapsed_until = 30; }, "/rows", "no row for unused reservations from day 31"},
      {"nothing for used ones", [](Pack& p) { p.rows[1].used = p.rows[3].used = false; }, "/rows/1", "overlaps"},
      {"unreachable behind an endless row", [](Pack& p) { p.rows[1].elapsed_until.reset(); }, "/rows/3", "can never be reached"},
      {"a limit of nothing", [](Pack& p) { p.allowance.limit_minor = 0; }, "/allowance/limit", "above zero"},
      {"a window of nothing", [](Pack& p) { p.allowance.window_days = 0; }, "/allowance/window_days", "at least one day"},
      {"clip on the commitment",
       [](Pack& p) {
         p.allowance.meter = Meter::cancelled_commitment;
         p.allowance.meters_allowed = {Meter::cancelled_commitment};
       },
       "/allowance/over_limit", "only the refund meter"},
      {"clip where the commitment may be chosen",
       [](Pack& p) { p.allowance.meters_allowed = {Meter::refund, Meter::cancelled_commitment}; }, "/allowance/over_limit",
       "only the refund meter"},
      {"a meter that may not be chosen",
       [](Pack& p) {
         p.allowance.over_limit = OverLimit::refuse;
         p.allowance.meters_allowed = {Meter::cancelled_commitment};
       },
       "/allowance/meter", "is not among those allowed"},
  };
  for (const Fault& fault : faults) {
    Pack pack = csp_2020();
    fault.make(pack);
    const Result<Pack> checked = check_pack(pack);
    ASSERT_FALSE(checked) << fault.name;
    EXPECT_EQ(checked.error().code, Code::invalid_data) << fault.name;
    EXPECT_EQ(checked.error().place, fault.place) << fault.name;
    EXPECT_NE(checked.error().message.find(fault.says), std::string::npos) << fault.name << ": " << checked.error().message;
  }
}

TEST(Pack, RowsMayStandInAnyOrder) {
  Pack pack = csp_2020();
  std::swap(pack.rows[0], pack.rows[3]);
  ASSERT_TRUE(check_pack(pack));
  EXPECT_EQ(pack.rows[pack.row_index(6, true)].name, "later_used");
}

TEST(Pack, TheRowChangesAfterTheFifthDay) {
  const Pack pack = csp_2020();
  const auto row = [&](std::int32_t day, bool used) { return pack.rows[pack.row_index(day, used)].name; };
  EXPECT_EQ(row(0, false), "grace_unused");
  EXPECT_EQ(row(5, false), "grace_unused");
  EXPECT_EQ(row(6, false), "later_unused");
  EXPECT_EQ(row(5, true), "grace_used");
  EXPECT_EQ(row(6, true), "later_used");
  EXPECT_EQ(row(1'825, true), "later_used");
}

TEST(Pack, ProductsAreNamedInAnyLetterCase) {
  const Pack pack = azure_2026();
  EXPECT_FALSE(pack.refundable("suselinux"));
  EXPECT_TRUE(pack.refundable("VirtualMachines"));
  EXPECT_TRUE(pack.refundable(""));
}

TEST(Pack, LetsADeskChooseOnlyItsMeters) {
  EXPECT_TRUE(azure_2022().allows(Meter::cancelled_commitment));
  EXPECT_FALSE(azure_2026().allows(Meter::refund));
  EXPECT_FALSE(csp_2020().allows(Meter::cancelled_commitment));
}

TEST(PackSet, KeepsPacksByDateAndTellsWhichThereAre) {
  PackSet packs;
  for (const Pack& pack : {azure_2026(), csp_2020(), azure_2022()}) ASSERT_TRUE(packs.add(pack));
  ASSERT_EQ(packs.all().size(), 3u);
  EXPECT_EQ(packs.all()[0].id, "csp-2020");
  EXPECT_EQ(packs.all()[2].id, "azure-2026");
  EXPECT_EQ((*packs.find("azure-2022"))->id, "azure-2022");
  const auto missing = packs.find("csp-2021");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().message,
            "no policy pack 'csp-2021'; there are csp-2020, azure-2022, azure-2026, and those in the folder that --policies names");
}

TEST(PackSet, TheSamePackTwiceIsOnceAndAnotherOfItsNameIsRefused) {
  PackSet packs;
  ASSERT_TRUE(packs.add(csp_2020()));
  ASSERT_TRUE(packs.add(csp_2020()));
  EXPECT_EQ(packs.all().size(), 1u);
  Pack other = csp_2020();
  other.rows[2].fee_rate = {10, 100};
  const auto added = packs.add(other);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::already_exists);
  EXPECT_EQ(packs.all()[0].rows[2].fee_rate, (Ratio{12, 100}));
}

}  // namespace
}  // namespace prorata::policy
