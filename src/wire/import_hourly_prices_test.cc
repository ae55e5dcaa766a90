#include <gtest/gtest.h>

#include "wire/import_prices.h"

namespace prorata::wire {
namespace {

struct Taken {
  std::vector<HourlyPrice> rows;
  ImportReport report;
};

Taken taken(std::string_view text) {
  Taken out;
  TextBytes source(text);
  const auto sink = [&](std::span<const HourlyPrice> rows) -> Result<void> {
    out.rows.insert(out.rows.end(), rows.begin(), rows.end());
    return {};
  };
  EXPECT_TRUE(import_hourly_prices(source, {.undated = Day{7}}, sink, out.report));
  return out;
}

std::string retail(std::string_view type, std::string_view unit, std::string_view sku_name, std::string_view product,
                   std::string_view price, std::string_view more = {}) {
  std::string text =
      R"({"currencyCode":"USD","armRegionName":"westeurope","armSkuName":"Standard_D8_v4","serviceName":"Virtual Machines",)";
  text += R"("type":")" + std::string(type) + R"(","unitOfMeasure":")" + std::string(unit) + R"(","skuName":")" + std::string(sku_name);
  text += R"(","productName":")" + std::string(product) + R"(","retailPrice":)" + std::string(price) + std::string(more) + "}";
  return text;
}

TEST(HourlyPrices, OnlyWhatAnHourOfAMachineCosts) {
  const std::string linux_row = retail("Consumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "0.46");
  const Taken one = taken(linux_row);
  ASSERT_EQ(one.rows.size(), 1U);
  EXPECT_EQ(one.rows[0], (HourlyPrice{"Standard_D8_v4", "westeurope", Day{7}, Currency::usd(), 460'000'000}));
  for (const std::string& other : {
           retail("Reservation", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "2377.0", R"(,"reservationTerm":"1 Year")"),
           retail("DevTestConsumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "0.46"),
           retail("Consumption", "1 GB", "D8 v4", "Virtual Machines Dv4 Series", "0.46"),
           retail("Consumption", "1 Hour", "D8 v4 Spot", "Virtual Machines Dv4 Series", "0.1"),
           retail("Consumption", "1 Hour", "D8 v4 Low Priority", "Virtual Machines Dv4 Series", "0.1"),
           retail("Consumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series Windows", "0.8"),
           retail("Consumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "0.46", R"(,"isPrimaryMeterRegion":false)"),
       }) {
    const Taken none = taken(other);
    EXPECT_TRUE(none.rows.empty() && none.report.skipped == 1) << other;
  }
}

TEST(HourlyPrices, ExactToNineDecimalsOrRefused) {
  EXPECT_EQ(taken(retail("Consumption", "1 Hour", "a", "b", "0.000000001")).rows.at(0).nano, 1);
  for (const std::string_view price : {"-1", "1E-5", "0.0000000001", "1000001"})
    EXPECT_EQ(taken(retail("Consumption", "1 Hour", "a", "b", price)).report.refused, 1) << price;
}

TEST(HourlyPrices, RowsOfOnesOwnListWhoseTermIsPayg) {
  const Taken own =
      taken("sku,region,term,from,currency,price,product\nS,westeurope,payg,2026-01-02,EUR,0.104,\nS,westeurope,P1Y,,EUR,500,\n");
  ASSERT_EQ(own.rows.size(), 1U);
  EXPECT_EQ(own.rows[0].nano, 104'000'000);
  EXPECT_EQ(to_string(own.rows[0].from), "2026-01-02");
  EXPECT_EQ(own.report.skipped, 1);
}

// What a desk takes in: both kinds of rows, in one pass over a file that may be a pipe.
TEST(ListedPrices, AreOfBothKinds) {
  const std::string json =
      "[" + retail("Consumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "0.46") + "," +
      retail("Reservation", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "2377.0", R"(,"reservationTerm":"1 Year")") + "," +
      retail("Consumption", "1 Hour", "D8 v4 Spot", "Virtual Machines Dv4 Series", "0.1") + "," +
      retail("Consumption", "1 Hour", "D8 v4", "Virtual Machines Dv4 Series", "-1") + "]";
  const std::string csv =
      "sku,region,term,from,currency,price\nS,westeurope,payg,,EUR,0.104\nS,westeurope,P1Y,,EUR,500\nS,westeurope,10 Years,,EUR,500\n"
      "S,westeurope,payg,,EUR,many\n";
  for (const std::string& text : {json, csv}) {
    std::vector<ListedPrice> rows;
    ImportReport report;
    TextBytes source(text);
    const auto sink = [&](std::span<const ListedPrice> more) -> Result<void> {
      rows.insert(rows.end(), more.begin(), more.end());
      return {};
    };
    ASSERT_TRUE(import_listed_prices(source, {.undated = Day{7}}, sink, report));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(std::get<HourlyPrice>(rows[0]).nano, text == json ? 460'000'000 : 104'000'000);
    EXPECT_EQ(std::get<PriceRow>(rows[1]).price.minor, text == json ? 237'700 : 50'000);
    EXPECT_EQ(report.skipped, 1);
    EXPECT_EQ(report.refused, 1);
  }
}

}  // namespace
}  // namespace prorata::wire
