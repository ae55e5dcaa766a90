// The readers of usage files: what each dialect gives, what is passed over, and what is refused where.
#include "wire/import_usage.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wire/usage_days.h"

namespace prorata::wire {
namespace {

using Texts = std::vector<std::string>;

struct Got {
  std::string error;
  Texts rows;  // "3 vm-1 standard_d2s_v5 westeurope 2026-03-01T13:00:00Z 1h 0.5"
  UsageReport report;
  std::string refusal() const { return report.refusals.empty() ? "" : report.refusals[0].text(); }
  std::int64_t skipped(UsageSkip why) const { return report.skipped[static_cast<std::size_t>(why)]; }
};

std::string last_part(const std::string& id) { return id.substr(id.rfind('/') + 1); }

Got read(std::string_view text) {
  Got got;
  TextBytes source(text, "u");
  const auto sink = [&](const UsageBatch& batch) -> Result<void> {
    for (const UsageRow& row : batch.rows) {
      const UsageMachine& machine = batch.machines[row.machine];
      got.rows.push_back(fmt::format("{} {} {} {} {} {}h {}{}{}{}", row.line, last_part(machine.identity.resource_id),
                                     machine.identity.size, machine.identity.region, to_string(row.from), row.hours,
                                     utilization::quantity_text(row.quantity), row.grain == UsageGrain::estimated ? " estimated" : "",
                                     machine.flexible_only ? " flexible" : "", machine.customer.empty() ? "" : " of " + machine.customer));
    }
    return {};
  };
  if (const Result<void> done = import_usage(source, {}, sink, got.report); !done) got.error = done.error().text();
  std::int64_t skipped = 0;
  for (const std::int64_t each : got.report.skipped) skipped += each;
  EXPECT_EQ(got.report.rows, got.report.taken + skipped + got.report.refused);
  return got;
}

constexpr std::string_view kVm = "/subscriptions/S1/resourceGroups/Web/providers/Microsoft.Compute/virtualMachines/VM-1";

TEST(ImportUsage, ReadsTheHourlyForm) {
  const std::string rows =
      fmt::format("2026-03-01T13:00:00Z,{0},Standard_D2s_v5,West Europe,1\n03/01/2026 14:30,{0},Standard_D2s_v5,EU West,.25\n", kVm);
  const Texts expected = {"2 vm-1 standard_d2s_v5 westeurope 2026-03-01T13:00:00Z 1h 1",
                          "3 vm-1 standard_d2s_v5 westeurope 2026-03-01T14:00:00Z 1h 0.25"};
  for (const std::string_view header : {"time,resource_id,size,region,quantity\n", "\xEF\xBB\xBFTime,Resource ID,VM Size,Location,Hours\n",
                                        "hour,resource,sku,region,q\n"}) {
    const Got got = read(std::string(header) + rows);
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.rows, expected) << header << got.refusal();
    EXPECT_EQ(got.report.dialect, UsageDialect::hourly);
  }
}

TEST(ImportUsage, RefusesOneRowOfTheHourlyFormAndGoesOn) {
  const struct {
    std::string row;
    std::string refusal;
  } kCases[] = {
      {",vm,d2,w,1", "u: line 2, column 1: the field 'time' is empty"},
      {"soon,vm,d2,w,1", "u: line 2, column 1: 'soon' is not a time; write 2026-03-31T14:00:00Z or 03/31/2026"},
      {"13/01/2026,vm,d2,w,1", "u: line 2, column 1: '13/01/2026' is not a time; write 2026-03-31T14:00:00Z or 03/31/2026"},
      {"2026-02-29T00:00:00Z,vm,d2,w,1",
       "u: line 2, column 1: '2026-02-29T00:00:00Z' is not a time; write 2026-03-31T14:00:00Z or 03/31/2026"},
      {"2026-03-01T24:00:00Z,vm,d2,w,1",
       "u: line 2, column 1: '2026-03-01T24:00:00Z' is not a time; write 2026-03-31T14:00:00Z or 03/31/2026"},
      {"1999-12-31T23:00:00Z,vm,d2,w,1", "u: line 2, column 1: '1999-12-31T23:00:00Z' is not between 2000 and 2199"},
      {"2026-03-01,,d2,w,1", "u: line 2, column 12: the field 'resource_id' is empty"},
      {"2026-03-01,\"v\nm\",d2,w,1", "u: line 2, column 12: a text may not hold control characters"},
      {"2026-03-01,vm, ,w,1", "u: line 2, column 15: the field 'size' is empty"},
      {"2026-03-01,vm,d2,,1", "u: line 2, column 18: the field 'region' is empty"},
      {"2026-03-01,vm,d2,w,", "u: line 2, column 20: the field 'quantity' is empty"},
      {"2026-03-01,vm,d2,w,-1", "u: line 2, column 20: the quantity '-1' is negative; usage is zero or more"},
      {"2026-03-01,vm,d2,w,NaN", "u: line 2, column 20: the quantity 'NaN' is not a number; write hours like 1 or 0.25"},
      {"2026-03-01,vm,d2,w,inf", "u: line 2, column 20: the quantity 'inf' is not a number; write hours like 1 or 0.25"},
      {"2026-03-01,vm,d2,w,0x1", "u: line 2, column 20: the quantity '0x1' is not a number; write hours like 1 or 0.25"},
      {"2026-03-01,vm,d2,w,\"1,5\"", "u: line 2, column 20: the quantity '1,5' is not a number; write hours like 1 or 0.25"},
      {"2026-03-01,vm,d2,w,1e300", "u: line 2, column 20: the quantity '1e300' is too large for one hour; the most is 4294.967295"},
      {"2026-03-01,vm,d2,w,4294.9672955",
       "u: line 2, column 20: the quantity '4294.9672955' is too large for one hour; the most is 4294.967295"},
      {"2026-03-01,vm,d2,w", "u: line 2, column 1: the row has 4 fields and the header 5"},
      {"2026-03-01,vm,d2,w,1,", "u: line 2, column 1: the row has 6 fields and the header 5"},
      {"2026-03-01,v\"m,d2,w,1",
       "u: line 2, column 13: a quote stands within a field that does not begin with one; double it and quote the field"},
      {"2026-03-01,v\xff,d2,w,1", "u: line 2, column 14: not valid UTF-8"},
  };
  for (const auto& [row, refusal] : kCases) {
    const Got got = read("time,resource_id,size,region,quantity\n" + row + "\n2026-03-01T05:00:00Z,vm,d2,w,1\n");
    EXPECT_EQ(got.refusal(), refusal);
    EXPECT_EQ(got.report.refused, 1) << row;
    EXPECT_EQ(got.rows.size(), 1u) << row;
  }
}

TEST(ImportUsage, ALeapSecondAndAnOffsetHaveTheirHour) {
  const Got got = read(
      "time,resource_id,size,region,quantity\n2016-12-31T23:59:60Z,vm,d2,w,1\n2026-03-01T01:00:00+02:00,vm,d2,w,1\n2026-03-01T00:59:59.9Z,"
      "vm,d2,w,1\n");
  EXPECT_EQ(got.rows,
            (Texts{"2 vm d2 w 2016-12-31T23:00:00Z 1h 1", "3 vm d2 w 2026-02-28T23:00:00Z 1h 1", "4 vm d2 w 2026-03-01T00:00:00Z 1h 1"}));
}

TEST(ImportUsage, PowerStatesBecomeHours) {
  const struct {
    std::string interval;
    Texts rows;
  } kCases[] = {
      {"2026-03-01T10:00:00Z,2026-03-01T12:00:00Z", {"2 vm d2 w 2026-03-01T10:00:00Z 2h 1"}},
      {"2026-03-01T10:15:00Z,2026-03-01T10:45:00Z", {"2 vm d2 w 2026-03-01T10:00:00Z 1h 0.5"}},
      {"2026-03-01T10:45:00Z,2026-03-01T11:15:00Z", {"2 vm d2 w 2026-03-01T10:00:00Z 1h 0.25", "2 vm d2 w 2026-03-01T11:00:00Z 1h 0.25"}},
      {"2026-03-01T10:30:00Z,2026-03-01T13:06:00Z",
       {"2 vm d2 w 2026-03-01T10:00:00Z 1h 0.5", "2 vm d2 w 2026-03-01T11:00:00Z 2h 1", "2 vm d2 w 2026-03-01T13:00:00Z 1h 0.1"}},
      {"2026-03-01T10:30:00Z,2026-03-01T11:00:00Z", {"2 vm d2 w 2026-03-01T10:00:00Z 1h 0.5"}},
      {"2026-03-01T10:00:00Z,2026-03-01T10:00:00Z", {}},
      {"2026-03-01T10:00:00Z,2026-03-01T10:00:01Z", {"2 vm d2 w 2026-03-01T10:00:00Z 1h 0.000278"}},
      {"2020-01-01,2030-01-01", {"2 vm d2 w 2020-01-01T00:00:00Z 50000h 1", "2 vm d2 w 2025-09-14T08:00:00Z 37672h 1"}},
  };
  for (const auto& [interval, rows] : kCases)
    EXPECT_EQ(read("from,to,resource_id,size,region\n" + interval + ",vm,d2,w\n").rows, rows) << interval;
  EXPECT_EQ(read("from,to,resource_id,size,region\n2026-03-01,,vm,d2,w\n").refusal(),
            "u: line 2, column 12: the end is empty; for a machine that still runs give the moment the list was made");
  EXPECT_EQ(read("from,to,resource_id,size,region\n2026-03-02,2026-03-01,vm,d2,w\n").refusal(),
            "u: line 2, column 12: the end is before the start");
}

constexpr std::string_view kCostHeader =
    "Date,ResourceId,ResourceLocation,Quantity,UnitOfMeasure,ConsumedService,AdditionalInfo,MeterCategory,MeterSubCategory,MeterName,"
    "ChargeType,PricingModel,ReservationId,,\n";

// A row of cost details in which one thing may be different.
struct CostRow {
  std::string date = "03/02/2026", id = std::string(kVm), location = "US East 2", quantity = "24", unit = "10 Hours",
              service = "Microsoft.Compute";
  std::string info = R"({""UsageType"":""ComputeHR"",""ServiceType"":""Standard_D4s_v5"",""VCPUs"":4})";
  std::string category = "Virtual Machines", subcategory = "Dsv5 Series", meter = "D4s v5", charge = "Usage", pricing = "OnDemand",
              reservation;

  std::string text() const {
    return fmt::format("{},{},{},{},{},{},\"{}\",{},{},{},{},{},{},,\r\n", date, id, location, quantity, unit, service, info, category,
                       subcategory, meter, charge, pricing, reservation);
  }
};

TEST(ImportUsage, CostDetailsGiveTheHoursOfMachines) {
  const std::string full_day = "2 vm-1 standard_d4s_v5 eastus2 2026-03-02T00:00:00Z 24h 1";
  const struct {
    CostRow row;
    std::string expected;
  } kCases[] = {
      {{}, full_day},
      {{.date = "2026-03-02"}, full_day},
      {{.date = "2026-03-02T00:00:00Z"}, full_day},
      {{.date = "3/2/2026"}, full_day},
      {{.location = "EastUS2"}, full_day},
      {{.service = "microsoft.compute"}, full_day},
      {{.service = ""}, full_day},
      {{.info = R"(""ServiceType"": ""Standard_D4s_v5"", ""VCPUs"": 4)"}, full_day},
      {{.pricing = "Reservation", .reservation = "r-1"}, full_day},
      {{.pricing = "SavingsPlan"}, full_day},
      {{.subcategory = "Dsv5 Series Windows"}, full_day},
      {{.quantity = "10.5"}, "2 vm-1 standard_d4s_v5 eastus2 2026-03-02T00:00:00Z 24h 10.5 estimated"},
      {{.quantity = "24.000001"}, "2 vm-1 standard_d4s_v5 eastus2 2026-03-02T00:00:00Z 24h 24.000001 estimated"},
      {{.quantity = "48"}, "2 vm-1 standard_d4s_v5 eastus2 2026-03-02T00:00:00Z 24h 48 estimated"},
      {{.service = "Microsoft.Batch"}, full_day + " flexible"},
      {{.service = "Microsoft.ClassicCompute"}, full_day + " flexible"},
      {{.service = "Microsoft.MachineLearningServices"}, full_day + " flexible"},
      {{.service = "Microsoft.Kusto"}, full_day + " flexible"},
  };
  for (const auto& [row, expected] : kCases) {
    const Got got = read(std::string(kCostHeader) + row.text());
    EXPECT_EQ(got.rows, Texts{expected}) << row.text() << got.refusal() << got.error;
    EXPECT_EQ(got.report.dialect, UsageDialect::cost_details);
  }
}

TEST(ImportUsage, WhatIsNoneOfOursIsCountedByReason) {
  const struct {
    CostRow row;
    UsageSkip why;
  } kCases[] = {
      {{.service = "Microsoft.Storage"}, UsageSkip::other_service},
      {{.id = "/subscriptions/s/providers/Microsoft.Sql/servers/x", .service = ""}, UsageSkip::other_service},
      {{.charge = "Purchase"}, UsageSkip::not_usage},
      {{.charge = "Refund"}, UsageSkip::not_usage},
      {{.charge = "UnusedReservation"}, UsageSkip::not_usage},
      {{.info = ""}, UsageSkip::not_machine_hours},
      {{.info = R"({""UsageType"":""DataTrOut"",""ServiceType"":null})"}, UsageSkip::not_machine_hours},
      {{.info = R"({""UsageType"":""DataTrOut"",""ServiceType"":""Standard_D4s_v5""})"}, UsageSkip::not_machine_hours},
      {{.info = R"({""UsageType"":""ComputeHR"",""ServiceType"":""""})"}, UsageSkip::not_machine_hours},
      {{.category = "Virtual Machines Licenses", .subcategory = "Windows Server", .meter = "4 vCPU VM License"}, UsageSkip::software},
      {{.subcategory = "Windows Server"}, UsageSkip::software},
      {{.meter = "2 vCPU VM License"}, UsageSkip::software},
      {{.info = R"({""UsageType"":""ComputeHR_SW"",""ServiceType"":""Standard_D4s_v5""})"}, UsageSkip::software},
      {{.pricing = "Spot"}, UsageSkip::spot},
      {{.meter = "D4s v5 Spot"}, UsageSkip::spot},
      {{.meter = "D4s v5 Low Priority"}, UsageSkip::spot},
      {{.info = R"({""UsageType"":""ComputeHR"",""ServiceType"":""Standard_D4s_v5"",""Priority"":""Spot""})"}, UsageSkip::spot},
  };
  for (const auto& [row, why] : kCases) {
    const Got got = read(std::string(kCostHeader) + row.text());
    EXPECT_EQ(got.rows, Texts{}) << row.text();
    EXPECT_EQ(got.skipped(why), 1) << to_string(why) << " " << row.text() << got.refusal();
  }
}

TEST(ImportUsage, RefusesOneRowOfCostDetails) {
  const struct {
    CostRow row;
    std::string why;
  } kCases[] = {
      {{.date = "02-03-2026"}, "line 2, column 1: '02-03-2026' is not a time"},
      {{.date = "2026-03-02T05:00:00Z"}, "line 2, column 1: a day is expected; this file counts by the day"},
      {{.date = ""}, "line 2, column 1: the field 'Date' is empty"},
      {{.id = ""}, "line 2, column 12: the field 'ResourceId' is empty"},
      {{.location = ""}, "the field 'ResourceLocation' is empty"},
      {{.quantity = "-24"}, "the quantity '-24' is negative"},
      {{.quantity = "1e400"}, "the quantity '1e400' is too large"},
      {{.unit = "1 GB"}, "a machine's usage in '1 GB' and not in hours"},
      {{.unit = "1 Minute"}, "a machine's usage in '1 Minute' and not in hours"},
      {{.info = R"({""ServiceType"":""Standard_D4s_v5"")"}, "the JSON in 'AdditionalInfo' cannot be read"},
  };
  for (const auto& [row, why] : kCases) {
    const Got got = read(std::string(kCostHeader) + row.text() + CostRow{}.text());
    EXPECT_TRUE(got.refusal().contains(why)) << got.refusal() << "\n" << why;
    EXPECT_EQ(got.report.refused, 1) << row.text();
    EXPECT_EQ(got.rows.size(), 1u) << row.text();
  }
}

TEST(ImportUsage, AScaleSetHasManyRowsOfOneDay) {
  const CostRow row{.id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/pool"};
  const Got got = read(std::string(kCostHeader) + row.text() + row.text());
  EXPECT_EQ(got.rows.size(), 2u);
  EXPECT_EQ(got.report.estimated, 0);
}

TEST(ImportUsage, KnowsTheNamesOfEveryAgreement) {
  const std::string info = R"("{""ServiceType"":""Standard_D4s_v5""}")";
  const struct {
    std::string text;
    UsageDialect dialect;
    std::string row;
  } kCases[] = {
      {"SubscriptionGuid,UsageDateTime,UsageQuantity,ConsumedService,InstanceId,AdditionalInfo,ResourceLocation\ns,2026-03-02 00:00:00,24,"
       "Microsoft.Compute,/x/vm," +
           info + ",eastus\n",
       UsageDialect::cost_details, "2 vm standard_d4s_v5 eastus 2026-03-02T00:00:00Z 24h 1"},
      {"Ressourcenstandort (ResourceLocation);UsageDateTime (UsageDateTime);UsageQuantity (UsageQuantity);Genutzter Dienst "
       "(ConsumedService);InstanceId (InstanceId);Zusatz (AdditionalInfo)\nUS East;2026-03-02;24;Microsoft.Compute;/x/vm;" +
           info + "\n",
       UsageDialect::cost_details, "2 vm standard_d4s_v5 eastus 2026-03-02T00:00:00Z 24h 1"},
      {"date,consumedService,InstanceName,resourceLocation,Location,quantity,additionalInfo,customerTenantId\n03/02/"
       "2026,Microsoft.Compute,/x/vm,"
       "EASTUS,US East,24," +
           info + ",TENANT\n",
       UsageDialect::cost_details, "2 vm standard_d4s_v5 eastus 2026-03-02T00:00:00Z 24h 1 of tenant"},
      {"CustomerId,UsageDate,ResourceLocation,ConsumedService,ResourceURI,Quantity,Unit,AdditionalInfo\nTENANT,2026-03-02T00:00:00Z,EASTUS,"
       "Microsoft.Compute,/x/vm,24,1 Hour," +
           info + "\n",
       UsageDialect::daily_rated, "2 vm standard_d4s_v5 eastus 2026-03-02T00:00:00Z 24h 1 of tenant"},
      {"ChargePeriodStart,ChargePeriodEnd,ResourceId,RegionId,ConsumedQuantity,ConsumedUnit,ChargeCategory,x_SkuDetails\n2026-03-02T00:00Z,"
       "2026-03-03T00:00Z,/providers/Microsoft.Compute/vm,eastus,24,Hours,Usage," +
           info + "\n",
       UsageDialect::focus, "2 vm standard_d4s_v5 eastus 2026-03-02T00:00:00Z 24h 1"},
      {"ChargePeriodStart,ChargePeriodEnd,ResourceId,RegionId,ConsumedQuantity,ConsumedUnit,ChargeCategory,SkuPriceDetails\n2026-03-02T07:"
       "00:00Z,"
       "2026-03-02T08:00:00Z,/providers/Microsoft.Compute/vm,eastus,0.5,Hours,Usage,\"{\"\"x_ServiceType\"\":\"\"Standard_D4s_v5\"\"}\"\n",
       UsageDialect::focus, "2 vm standard_d4s_v5 eastus 2026-03-02T07:00:00Z 1h 0.5"},
  };
  for (const auto& [text, dialect, row] : kCases) {
    const Got got = read(text);
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(to_string(got.report.dialect), to_string(dialect));
    EXPECT_EQ(got.rows, Texts{row}) << text << got.refusal();
  }
}

TEST(ImportUsage, FocusLeavesUnusedHoursAndPurchasesOut) {
  const std::string header =
      "ChargePeriodStart,ChargePeriodEnd,ResourceId,RegionId,ConsumedQuantity,ConsumedUnit,ChargeCategory,x_SkuDetails,"
      "CommitmentDiscountStatus\n";
  const auto row = [](std::string_view category, std::string_view status) {
    return fmt::format(
        "2026-03-02,2026-03-03,/providers/Microsoft.Compute/vm,eastus,24,Hours,{},\"{{\"\"ServiceType\"\":\"\"Standard_D4s_v5\"\"}}\",{}\n",
        category, status);
  };
  const Got got = read(header + row("Usage", "Used") + row("Usage", "Unused") + row("Purchase", ""));
  EXPECT_EQ(got.rows.size(), 1u) << got.refusal();
  EXPECT_EQ(got.skipped(UsageSkip::not_usage), 2);
  EXPECT_EQ(read(header + "2026-03-02,2026-03-04,/providers/Microsoft.Compute/vm,e,24,Hours,Usage,\"{\"\"ServiceType\"\":\"\"x\"\"}\",\n")
                .refusal(),
            "u: line 2, column 12: the period is neither an hour nor a day");
}

TEST(ImportUsage, SaysWhatAHeaderLacks) {
  const struct {
    std::string_view text;
    std::string_view error;
  } kCases[] = {
      {"time,resource_id,size,region\n",
       "u:1:1: the header is nearest to the hourly form, but 'quantity' is missing; it has 'time', 'resource_id', 'size', 'region'"},
      {"Date,ResourceId,ConsumedService,AdditionalInfo,Quantity\n",
       "u:1:1: the header is nearest to cost or usage details, but 'resourcelocation' is missing; it has 'Date', "},
      {"a,b\n", "u:1:1: the header is that of no usage file; it has 'a', 'b'."},
      {"", "u:1:1: the header is that of no usage file; it has none."},
      {"time,time,resource_id,size,region,quantity\n", "u:1:1: the column 'time' stands twice in the header"},
  };
  for (const auto& [text, error] : kCases) EXPECT_TRUE(read(text).error.starts_with(error)) << read(text).error;
}

TEST(ImportUsage, ARowThatNeverEndsIsPassedOver) {
  std::string text = "time,resource_id,size,region,quantity\n2026-03-01,vm,d2,w,1\n";
  for (int i = 0; i < 60'000; ++i) text += "2026-03-01,vm,d2,w,1,this line has no end,";
  text += "\n2026-03-01T05:00:00Z,vm,d2,w,1\n";
  const Got got = read(text);
  EXPECT_EQ(got.rows.size(), 2u);
  EXPECT_EQ(got.rows.back(), "4 vm d2 w 2026-03-01T05:00:00Z 1h 1");
  EXPECT_EQ(got.refusal(), "u: line 3, column 1: a row is larger than 1 MiB; is a quote not closed?");
}

TEST(ImportUsage, KeepsTheFirstThousandRefusalsAndCountsTheRest) {
  std::string text = "time,resource_id,size,region,quantity\n";
  for (int i = 0; i < 1500; ++i) text += "2026-03-01,vm,d2,w,x\n";
  const Got got = read(text);
  EXPECT_EQ(got.report.refused, 1500);
  EXPECT_EQ(got.report.refusals.size(), 1000u);
}

TEST(ImportUsage, StopsWhereTheSinkSaysSo) {
  TextBytes source("time,resource_id,size,region,quantity\n2026-03-01,vm,d2,w,1\n");
  UsageReport report;
  const Result<void> done =
      import_usage(source, {.threads = 2}, [](const UsageBatch&) { return Result<void>(fail(Code::storage_full, "full")); }, report);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::storage_full);
}

TEST(UsageDays, BothEstimatesAddUpToTheQuantity) {
  for (const std::uint32_t quantity :
       {1U, 23U, 24U, 25U, 1'000'000U, 10'500'000U, 23'999'999U, 24'000'001U, 48'000'000U, 30'000'000U, 4'294'967'295U})
    for (const Estimate estimate : {Estimate::optimistic, Estimate::pessimistic}) {
      const UsageRow row{.quantity = quantity, .hours = 24, .grain = UsageGrain::estimated};
      std::uint64_t sum = 0;
      for_each_hour(row, estimate, [&](utilization::Hour, std::uint32_t uh) { sum += uh; });
      EXPECT_EQ(sum, quantity);
    }
  EXPECT_EQ(spread_hour(10'500'000, 24, 23), 437'500U);
  EXPECT_EQ(stacked_hour(10'500'000, 24, 9), 1'000'000U);
  EXPECT_EQ(stacked_hour(10'500'000, 24, 10), 500'000U);
  EXPECT_EQ(stacked_hour(10'500'000, 24, 11), 0U);
  EXPECT_EQ(stacked_hour(30'000'000, 24, 14), 2'000'000U);
  EXPECT_EQ(stacked_hour(30'000'000, 24, 15), 0U);
}

}  // namespace
}  // namespace prorata::wire
