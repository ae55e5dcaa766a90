#include "policy/diff.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/sample_packs.h"

namespace prorata::policy {
namespace {

bool any(const std::vector<DiffCase>& cases, std::string_view words) {
  return std::ranges::any_of(cases, [&](const DiffCase& each) { return each.what.contains(words); });
}

TEST(PolicyDiff, APackDoesNotDifferFromItself) {
  for (const Pack& pack : {csp_2020(), azure_2022(), azure_2026()}) EXPECT_TRUE(diff(pack, pack).empty()) << pack.id;
}

TEST(PolicyDiff, FindsTheFeeFromTheDayItBegins) {
  const std::vector<DiffCase> cases = diff(csp_2020(), azure_2022());
  EXPECT_TRUE(any(cases, "day 6, used, Upfront, 3650.00 USD, VirtualMachines"));
  EXPECT_FALSE(any(cases, "day 5, used, Upfront, 3650.00 USD, VirtualMachines"));
  EXPECT_TRUE(any(cases, "SuseLinux"));
  for (const DiffCase& each : cases) EXPECT_NE(each.a.policy, each.b.policy);
}

TEST(PolicyDiff, FindsOneMovedDayAndNothingElse) {
  Pack later = csp_2020();
  for (std::size_t i : {0U, 1U}) later.rows[i].elapsed_until = 6;
  for (std::size_t i : {2U, 3U}) later.rows[i].elapsed_from = 7;
  for (const DiffCase& each : diff(csp_2020(), *check_pack(later))) EXPECT_TRUE(each.what.starts_with("day 6,")) << each.what;
  EXPECT_FALSE(diff(csp_2020(), later).empty());
}

TEST(PolicyDiff, FindsTheMeterWhereItRefusesMore) {
  const std::vector<DiffCase> cases = diff(azure_2022(), azure_2026());
  const auto monthly = std::ranges::find_if(cases, [](const DiffCase& each) { return each.what.contains("Monthly, 146000.00 USD"); });
  ASSERT_NE(monthly, cases.end());
  EXPECT_FALSE(monthly->a.refused());
  EXPECT_TRUE(monthly->b.amounts.refusals.has(Refusal::refund_limit_exceeded));
}

}  // namespace
}  // namespace prorata::policy
