// The importers of plain lists: customers, prices, ratios, rates, statements.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wire/import_customers.h"
#include "wire/import_prices.h"
#include "wire/import_rates.h"
#include "wire/import_ratios.h"
#include "wire/import_statements.h"

namespace prorata::wire {
namespace {

template <class Row>
struct Imported {
  std::vector<Row> rows;
  ImportReport report;
  std::string error;  // of the whole file
  std::string first_refusal() const { return report.refusals.empty() ? "" : report.refusals[0].text(); }
};

template <class Row, class Import>
Imported<Row> import_text(std::string_view text, const Import& import) {
  Imported<Row> out;
  TextBytes source(text, "list");
  const ImportSink<Row> sink = [&](std::span<const Row> rows) -> Result<void> {
    out.rows.insert(out.rows.end(), rows.begin(), rows.end());
    return {};
  };
  const Result<void> done = import(source, sink, out.report);
  if (!done) out.error = done.error().text();
  EXPECT_EQ(out.report.read, out.report.accepted + out.report.skipped + out.report.refused);
  return out;
}

Imported<PriceRow> prices(std::string_view text) {
  return import_text<PriceRow>(text, [](ByteSource& source, const ImportSink<PriceRow>& sink, ImportReport& report) {
    return import_prices(source, {.undated = *parse_day("2026-01-01")}, sink, report);
  });
}

Imported<Customer> customers(std::string_view text) {
  return import_text<Customer>(text, [](ByteSource& source, const ImportSink<Customer>& sink, ImportReport& report) {
    return import_customers(source, {.currency = *Currency::parse("SEK")}, sink, report);
  });
}

Imported<ExchangeRate> rates(std::string_view text) { return import_text<ExchangeRate>(text, import_rates); }
Imported<FlexibilityRatio> ratios(std::string_view text, Day undated = {}) {
  return import_text<FlexibilityRatio>(text, [&](ByteSource& bytes, const ImportSink<FlexibilityRatio>& sink, ImportReport& report) {
    return import_ratios(bytes, {.undated = undated}, sink, report);
  });
}

std::string shown(const PriceRow& row) {
  return fmt::format("{} {} {} {} {} {} {}", row.product, row.sku, row.region, to_string(row.term), to_string(row.from),
                     to_string(row.price), row.price.currency.code());
}

constexpr std::string_view kRow =
    R"("currencyCode":"USD","armSkuName":"Standard_D9_v9","armRegionName":"swedencentral","serviceName":"Virtual Machines","unitOfMeasure":"1 Hour")";

std::string retail(std::string_view more) { return fmt::format("{{{},{}}}", kRow, more); }

TEST(ImportPrices, ReadsEveryShapeOfTheRetailList) {
  const std::string raw =
      retail(R"("type":"Reservation","reservationTerm":"3 Years","retailPrice":4594.125,"effectiveStartDate":"2024-05-01T00:00:00Z")");
  const std::string point = retail(R"("purchaseOption":"RI_1Y","reservationTerm":null,"price":2377.0,"skuName":"D9 v9")");
  const std::string three_years = "VirtualMachines Standard_D9_v9 swedencentral P3Y 2024-05-01 4594.13 USD";
  const std::string one_year = "VirtualMachines Standard_D9_v9 swedencentral P1Y 2026-01-01 2377.00 USD";
  for (const std::string& text : {fmt::format(R"({{"BillingCurrency":"USD","Items":[{},{}],"NextPageLink":null,"Count":2}})", raw, point),
                                  fmt::format("[{},{}]", raw, point), fmt::format("{}\n{}\n", raw, point),
                                  fmt::format(R"({{"source":"x","pricePoints":[{},{}]}})", raw, point),
                                  fmt::format(R"({{"a|b|Reservation|":{},"c":{}}})", raw, point)}) {
    const Imported<PriceRow> got = prices(text);
    ASSERT_EQ(got.rows.size(), 2u) << text << got.first_refusal();
    EXPECT_EQ(shown(got.rows[0]), three_years);
    EXPECT_EQ(shown(got.rows[1]), one_year);
  }
}

TEST(ImportPrices, SkipsWhatIsNoReservationPrice) {
  for (const std::string_view more :
       {R"("type":"Consumption","retailPrice":0.5)", R"("purchaseOption":"PAYG","reservationTerm":null,"price":0.5)",
        R"("reservationTerm":"10 Years","retailPrice":9)", R"("reservationTerm":"1 Month","retailPrice":9)",
        R"("reservationTerm":"1 Year","retailPrice":9,"skuName":"D9 v9 Spot")",
        R"("reservationTerm":"1 Year","retailPrice":9,"meterName":"D9 v9 Low Priority")", R"("reservationTerm":"","retailPrice":9)"}) {
    const Imported<PriceRow> got = prices(retail(more));
    EXPECT_EQ(got.report.skipped, 1) << more << got.first_refusal();
    EXPECT_TRUE(got.rows.empty());
  }
}

TEST(ImportPrices, RefusesWithAPlace) {
  const struct {
    std::string record;
    std::string refusal;
  } kCases[] = {
      {"7", "list: /0 (line 1, column 2): an object is expected here"},
      {retail(R"("reservationTerm":"1 Year")"), "list: /0 (line 1, column 2): the price is missing"},
      {R"({"reservationTerm":"1 Year","retailPrice":1})", "list: /0 (line 1, column 2): 'currencyCode' is missing"},
      {R"({"reservationTerm":"1 Year","retailPrice":1,"currencyCode":"USD"})", "list: /0 (line 1, column 2): 'armSkuName' is missing"},
      {R"({"reservationTerm":"soon"})", "list: /0/reservationTerm (line 1, column 21): 'soon' is not a term: 1 Year, 3 Years, 5 Years"},
      {R"({"currencyCode":"USD","reservationTerm":"1 Year","price":-1,"armSkuName":"a","armRegionName":"b"})",
       "list: /0/price (line 1, column 59): a price of -1 cannot be"},
      {R"({"reservationTerm":"1 Year","currencyCode":"QQQ"})", "list: /0/currencyCode (line 1, column 45):"},
      {R"({"reservationTerm":"1 Year","currencyCode":"USD","price":"x","armSkuName":"a","armRegionName":"b"})",
       "list: /0/price (line 1, column 59):"},
      {R"({"reservationTerm":"1 Year","currencyCode":"USD","price":1e300,"armSkuName":"a","armRegionName":"b"})",
       "list: /0/price (line 1, column 59):"},
      {R"({"reservationTerm":"1 Year","reservationTerm":"1 Year"})", "list: /0/reservationTerm (line 1, column 48): the key"},
  };
  for (const auto& [record, refusal] : kCases) {
    const Imported<PriceRow> got = prices(fmt::format("[{},{}]", record, retail(R"("reservationTerm":"1 Year","retailPrice":5)")));
    EXPECT_TRUE(got.first_refusal().starts_with(refusal)) << got.first_refusal() << "\n" << refusal;
    EXPECT_EQ(got.rows.size(), 1u) << record;
  }
}

TEST(ImportPrices, ReadsACatalogInJsonAndCsv) {
  const Imported<PriceRow> json = prices(
      R"([{"resourceType":"virtualMachines","name":"Standard_D9_v9","locations":["westus","eastus"],
           "msrp":{"p1Y":{"currencyCode":"EUR","amount":100.5},"p3Y":null,"p5Y":{"currencyCode":"EUR","amount":400}}}, {"msrp":{},"name":"x"}])");
  ASSERT_EQ(json.rows.size(), 4u) << json.first_refusal();
  EXPECT_EQ(shown(json.rows[1]), "VirtualMachines Standard_D9_v9 eastus P1Y 2026-01-01 100.50 EUR");
  EXPECT_EQ(shown(json.rows[2]), "VirtualMachines Standard_D9_v9 westus P5Y 2026-01-01 400.00 EUR");
  EXPECT_EQ(json.report.skipped, 1);

  const Imported<PriceRow> csv = prices(
      "responseDate,resourceType,name,locations,msrp_p1y,msrp_p3y,msrp_currency\n"
      "\"Mon, 06 Mar 2023 20:54:38 GMT\",virtualMachines,Standard_D9_v9,\"westus, eastus\",3051.0,5880.0,USD\n"
      ",SuseLinux,sles,,10,,USD\n"
      ",x,y,westus,,,\n"
      ",x,y,westus,-5,,USD\n"
      "\"Mon, 06 Mai 2023 20:54:38 GMT\",x,y,westus,5,,USD\n");
  ASSERT_EQ(csv.rows.size(), 5u) << csv.first_refusal();
  EXPECT_EQ(shown(csv.rows[0]), "VirtualMachines Standard_D9_v9 westus P1Y 2023-03-06 3051.00 USD");
  EXPECT_EQ(shown(csv.rows[3]), "VirtualMachines Standard_D9_v9 eastus P3Y 2023-03-06 5880.00 USD");
  EXPECT_EQ(shown(csv.rows[4]), "SuseLinux sles  P1Y 2026-01-01 10.00 USD");
  EXPECT_EQ(csv.report.skipped, 1);
  EXPECT_EQ(csv.report.refused, 2);
  EXPECT_EQ(csv.first_refusal(), "list: line 5, column 13: a price of -5 cannot be");
}

TEST(ImportPrices, ReadsAPlainCsv) {
  const Imported<PriceRow> got = prices(
      "sku;region;term;from;currency;price;product\nStandard_D9_v9;westus;P1Y;2025-02-03;JPY;1000;VirtualMachines\n"
      "Standard_D9_v9;westus;P2Y;2025-02-03;JPY;1000;\n;westus;P1Y;;JPY;1;\n");
  ASSERT_EQ(got.rows.size(), 1u) << got.first_refusal();
  EXPECT_EQ(shown(got.rows[0]), "VirtualMachines Standard_D9_v9 westus P1Y 2025-02-03 1000 JPY");
  EXPECT_EQ(got.first_refusal(), "list: line 3, column 23: 'P2Y' is not a term: 1 Year, 3 Years, 5 Years");
  EXPECT_EQ(got.report.refused, 2);
  EXPECT_TRUE(prices("a,b\n1,2\n").error.starts_with("list:1:1: the header is that of no price list"));
}

TEST(ImportCustomers, ReadsPartnerCenterAndOwnJson) {
  const Imported<Customer> got = customers(
      R"({"totalCount":3,"items":[
        {"id":"AAAAAAAA-1111-4222-8333-000000000001","companyProfile":{"companyName":"Björk AB","domain":"bjork.example","address":{"country":"se"}},
         "relationshipToPartner":"reseller"},
        {"id":"aaaaaaaa-1111-4222-8333-000000000002","companyProfile":{"companyName":"Other"},"relationshipToPartner":"advisor"},
        {"id":"aaaaaaaa-1111-4222-8333-000000000003","name":"Own","domain":"own.example","country":"JP","currency":"JPY","offer_type":"pay_as_you_go",
         "reseller":"aaaaaaaa-1111-4222-8333-00000000000f",
         "subscriptions":["aaaaaaaa-1111-4222-8333-0000000000a1",{"id":"aaaaaaaa-1111-4222-8333-0000000000a2","name":"Prod","resource_groups":["web"],"management_group":"m"}]},
        {"id":"aaaaaaaa-1111-4222-8333-000000000004","companyProfile":{"companyName":"Billed","domain":"b.example"},
         "billingProfile":{"defaultAddress":{"country":"NO"}}}]})");
  ASSERT_EQ(got.rows.size(), 3u) << got.first_refusal();
  EXPECT_EQ(got.report.skipped, 1);
  EXPECT_EQ(got.rows[0].id.text(), "aaaaaaaa-1111-4222-8333-000000000001");
  EXPECT_EQ(got.rows[0].name, "Björk AB");
  EXPECT_EQ(got.rows[0].domain, "bjork.example");
  EXPECT_EQ(got.rows[0].country, "SE");
  EXPECT_EQ(got.rows[0].currency.code(), "SEK");
  EXPECT_EQ(got.rows[0].offer, OfferType::csp);
  EXPECT_EQ(got.rows[1].currency.code(), "JPY");
  EXPECT_EQ(got.rows[1].offer, OfferType::pay_as_you_go);
  EXPECT_EQ(got.rows[1].reseller->text(), "aaaaaaaa-1111-4222-8333-00000000000f");
  ASSERT_EQ(got.rows[1].subscriptions.size(), 2u);
  EXPECT_EQ(got.rows[1].subscriptions[1].resource_groups, std::vector<std::string>{"web"});
  EXPECT_EQ(got.rows[2].country, "NO");
}

TEST(ImportCustomers, RefusesWithAPlace) {
  const struct {
    std::string_view text;
    std::string_view refusal;
  } kCases[] = {
      {R"([3])", "list: /0 (line 1, column 2): an object is expected here"},
      {R"([{}])", "list: /0 (line 1, column 2): 'id' is missing; a customer is known by its tenant id"},
      {R"([{"id":"<guid>"}])", "list: /0/id (line 1, column 8):"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001"}])", "list: /0 (line 1, column 2): the customer has no name"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001","name":"a","country":"Sweden"}])",
       "list: /0/country (line 1, column 68): 'Sweden' is not a country of two letters, such as SE"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001","name":7}])", "list: /0/name (line 1, column 54): a string is expected here"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001","name":"a","offer_type":"free"}])", "list: /0/offer_type (line 1, column 71):"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001","name":"a","subscriptions":["x"]}])",
       "list: /0/subscriptions/0 (line 1, column 75):"},
      {R"([{"id":"aaaaaaaa-1111-4222-8333-000000000001","name":"a","subscriptions":{}}])", "list: /0/subscriptions (line 1, column 74):"},
      {"id,name,domain\nx,a,b\n", "list: line 2, column 1:"},
      {"id,name,domain,currency\naaaaaaaa-1111-4222-8333-000000000001,a,b,quid\n", "list: line 2, column 42:"},
      {"id,name,domain\naaaaaaaa-1111-4222-8333-000000000001, ,b\n", "list: line 2, column 38: the field 'name' is empty"},
  };
  for (const auto& [text, refusal] : kCases) {
    const Imported<Customer> got = customers(text);
    EXPECT_TRUE(got.first_refusal().starts_with(refusal)) << got.first_refusal() << "\n" << refusal;
    EXPECT_TRUE(got.rows.empty());
  }
  EXPECT_EQ(customers("id;name\n").error, "list:1:1: the column 'domain' is missing; the header has 'id', 'name'");
}

TEST(ImportCustomers, ReadsCsv) {
  const Imported<Customer> got = customers(
      "\xEF\xBB\xBFid,name,domain,country,currency,offer_type,reseller,subscriptions,remark\r\n"
      "aaaaaaaa-1111-4222-8333-000000000001,\"A, B\",a.example,se,EUR,csp,,aaaaaaaa-1111-4222-8333-0000000000a1 "
      "aaaaaaaa-1111-4222-8333-0000000000a2,x\r\naaaaaaaa-1111-4222-8333-000000000002,C,,,,,,,\r\n");
  ASSERT_EQ(got.rows.size(), 2u) << got.first_refusal() << got.error;
  EXPECT_EQ(got.rows[0].name, "A, B");
  EXPECT_EQ(got.rows[0].country, "SE");
  EXPECT_EQ(got.rows[0].currency.code(), "EUR");
  EXPECT_EQ(got.rows[0].subscriptions.size(), 2u);
  EXPECT_EQ(got.rows[1].currency.code(), "SEK");
}

TEST(ImportRates, KeepsThemExactly) {
  const Imported<ExchangeRate> got = rates(
      "date,from,to,rate\n2024-01-02,SEK,USD,0.0957\n2024-01-02,eur,usd,1.1\n2024-01-02,SEK,USD,-1\n2024-01-02,SEK,USD,0\n"
      "2024-01-02,SEK,SEK,1\n2024-13-02,SEK,USD,1\n2024-01-02,SEK,USD,1e5\n2024-01-02,SEK,USD,99999999999999999999\n");
  ASSERT_EQ(got.rows.size(), 2u) << got.first_refusal();
  EXPECT_EQ(got.rows[0].rate, (Ratio{957, 10000}));
  EXPECT_EQ(got.rows[1].from.code(), "EUR");
  EXPECT_EQ(got.report.refused, 6);
  EXPECT_EQ(got.report.refusals[0].place, "line 4, column 20");
  EXPECT_EQ(got.report.refusals[2].text(), "list: line 6, column 16: a rate from SEK to itself says nothing");
  EXPECT_EQ(rates("date,from,to\n").error, "list:1:1: the column 'rate' is missing; the header has 'date', 'from', 'to'");
}

TEST(ImportRatios, KeepsThemExactly) {
  const Imported<FlexibilityRatio> got = ratios(
      "InstanceSizeFlexibilityGroup,ArmSkuName,Ratio,Extra\nDx Series,Standard_D2x,2,\nHosts,Dx_Type2,24.02807018,\nHosts,Dx_Type3,many,\n"
      "Hosts,,1,\nHosts,z,0,\n");
  ASSERT_EQ(got.rows.size(), 2u) << got.first_refusal();
  EXPECT_EQ(got.rows[1], (FlexibilityRatio{"Hosts", "Dx_Type2", {2402807018, 100000000}}));
  EXPECT_EQ(got.report.refused, 3);
}

TEST(ImportRatios, CountFromTheirDay) {
  const std::string_view list =
      "InstanceSizeFlexibilityGroup,ArmSkuName,Ratio,From\nDx,Standard_D2x,1,\nDx,Standard_D4x,2,2026-03-15\nDx,Standard_D8x,4,soon\n";
  const Imported<FlexibilityRatio> always = ratios(list);
  ASSERT_EQ(always.rows.size(), 2U);
  EXPECT_EQ(always.rows[0].from, Day{});
  EXPECT_EQ(to_string(always.rows[1].from), "2026-03-15");
  EXPECT_EQ(always.report.refusals[0].place, "line 4, column 19");
  EXPECT_EQ(to_string(ratios(list, make_day(2026, 2, 1)).rows[0].from), "2026-02-01");
}

Imported<StatedDay> statements(std::string_view text) { return import_text<StatedDay>(text, import_statements); }

TEST(ImportStatements, ReadsTheExportAsItIsWritten) {
  const std::string id = "5e5e0000-0000-7000-8000-000000000001";
  const Imported<StatedDay> got =
      statements(fmt::format("\xEF\xBB\xBFInstanceFlexibilityGroup,InstanceFlexibilityRatio,InstanceId,Kind,ReservationOrderId,"
                             "ReservationId,ReservedHours,SkuName,"
                             "TotalReservedQuantity,UsageDate,UsedHours\r\n"
                             "Dx,1,vm-1,Reservation,{0},{0},4800,Standard_D2x,200,2026-03-02T00:00:00Z,23.9999995\r\n"
                             "Dx,1,vm-2,Reservation,{0},/providers/x/reservations/{0},4800,Standard_D2x,200,3/2/2026,0.0000004\r\n"
                             "Dx,1,vm-3,Reservation,{0},nonsense,24,Standard_D2x,1,2026-03-02,1\r\n"
                             "Dx,1,vm-3,Reservation,{0},{0},24,Standard_D2x,1,2026-03-32,1\r\n"
                             "Dx,1,vm-3,Reservation,{0},{0},24,Standard_D2x,1,2026-03-02,-1\r\n"
                             "Dx,1,vm-3,Reservation,{0},{0},,Standard_D2x,1,2026-03-02,1.\r\n",
                             id));
  ASSERT_EQ(got.rows.size(), 2U) << got.first_refusal();
  EXPECT_EQ(got.rows[0].reserved_uh, 4'800'000'000) << "far more than one machine's hours";
  EXPECT_EQ(got.rows[0].used_uh, 24'000'000) << "rounded half up at the seventh decimal";
  EXPECT_EQ(got.rows[1].used_uh, 0);
  EXPECT_EQ(got.rows[1].reservation.text(), id);
  EXPECT_EQ(to_string(got.rows[1].day), "2026-03-02");
  EXPECT_EQ(got.report.refused, 4);
  EXPECT_NE(statements("ReservationId,UsageDate,UsedHours\n").error.find("'ReservedHours' is missing"), std::string::npos);
}

}  // namespace
}  // namespace prorata::wire
