// Rows become columns: contexts apart, the window found, resources in usage order.
#include "wire/usage_columns.h"

#include <gtest/gtest.h>

#include "wire/import_usage.h"

namespace prorata::wire {
namespace {

std::vector<UsageContext> gather(std::string_view text, Estimate estimate = Estimate::optimistic) {
  TextBytes source(text, "u");
  UsageColumns columns({.estimate = estimate});
  UsageReport report;
  const Result<void> done = import_usage(source, {}, [&](const UsageBatch& batch) { return columns.take(batch); }, report);
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_EQ(report.refused, 0);
  return columns.finish();
}

TEST(UsageColumns, HaveResourcesInUsageOrderAndHoursOfTheirWindow) {
  const std::vector<UsageContext> contexts = gather(
      "time,resource_id,size,region,quantity\n2026-03-01T05:00:00Z,Vm-B,D2,w,1\n2026-03-01T03:00:00Z,vm-a,d2,W,0.5\n"
      "2026-03-01T04:00:00Z,vm-b,d2,w,2\n2026-03-01T04:00:00Z,vm-b,d4,w,1\n");
  ASSERT_EQ(contexts.size(), 1u);
  const UsageContext& context = contexts[0];
  EXPECT_EQ(to_string(context.window.from), "2026-03-01T03:00:00Z");
  EXPECT_EQ(context.window.hours(), 3);
  ASSERT_EQ(context.roster.size(), 3u);
  EXPECT_EQ(context.roster[0].resource_id, "vm-a");
  EXPECT_EQ(context.roster[2].size, "d4");
  EXPECT_EQ(context.resource, (std::vector<std::uint32_t>{1, 0, 1, 2}));
  EXPECT_EQ(context.hour, (std::vector<std::uint16_t>{2, 0, 1, 1}));
  EXPECT_EQ(context.quantity, (std::vector<std::uint32_t>{1'000'000, 500'000, 2'000'000, 1'000'000}));
  EXPECT_TRUE(context.rows());
}

TEST(UsageColumns, KeepCustomersApart) {
  const std::vector<UsageContext> contexts = gather(
      "time,resource_id,size,region,quantity,customer\n2026-03-01,vm,d2,w,1,T-2\n2026-03-01,vm,d2,w,1,T-1\n2026-03-01,vm,d2,w,1,t-2\n");
  ASSERT_EQ(contexts.size(), 2u);
  EXPECT_EQ(contexts[0].customer, "t-1");
  EXPECT_EQ(contexts[1].resource.size(), 2u);
}

TEST(UsageColumns, SpreadDaysAndRunsOverTheirHours) {
  const std::vector<UsageContext> runs = gather("from,to,resource_id,size,region\n2026-03-01T10:30:00Z,2026-03-01T13:15:00Z,vm,d2,w\n");
  EXPECT_EQ(runs[0].quantity, (std::vector<std::uint32_t>{500'000, 1'000'000, 1'000'000, 250'000}));
  const std::string_view daily =
      "Date,ResourceId,ResourceLocation,Quantity,ConsumedService,AdditionalInfo\n2026-03-02,/x/"
      "vm,w,2.5,Microsoft.Compute,\"{\"\"ServiceType\"\":\"\"d2\"\"}\"\n";
  EXPECT_EQ(gather(daily)[0].quantity.size(), 24u);
  EXPECT_EQ(gather(daily, Estimate::pessimistic)[0].quantity, (std::vector<std::uint32_t>{1'000'000, 1'000'000, 500'000}));
  EXPECT_EQ(gather(daily)[0].estimated, 1);
}

TEST(UsageColumns, RefuseUsageThatIsTooFarApart) {
  TextBytes source("time,resource_id,size,region,quantity\n2020-01-01,vm,d2,w,1\n2030-01-01,vm,d2,w,1\n", "u");
  UsageColumns columns({});
  UsageReport report;
  const Result<void> done = import_usage(source, {}, [&](const UsageBatch& batch) { return columns.take(batch); }, report);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::invalid_data);
}

}  // namespace
}  // namespace prorata::wire
