// What the real service answered, read whole. The recordings are no part of this project; where they are absent the tests say so.
#include <cstdio>
#include <map>

#include "recordings.h"
#include "wire/import_customers.h"
#include "wire/import_prices.h"
#include "wire/import_ratios.h"

namespace prorata::wire {
namespace {

struct Taken {
  std::map<std::string, ImportedOrder> orders;
  std::map<std::string, ImportedReservation> reservations;
  ImportReport report;
};

Taken take(const std::vector<std::string>& bodies) {
  Taken taken;
  for (const std::string& body : bodies) {
    TextBytes source(body, "recording");
    const Result<void> done = import_azure(
        source,
        [&](std::span<const ImportedOrder> orders, std::span<const ImportedReservation> reservations) -> Result<void> {
          for (const ImportedOrder& order : orders) taken.orders.insert_or_assign(order.id.text(), order);
          for (const ImportedReservation& each : reservations) taken.reservations.insert_or_assign(each.id.text(), each);
          return {};
        },
        taken.report);
    EXPECT_TRUE(done);
  }
  for (const ImportRefused& each : taken.report.refusals) ADD_FAILURE() << each.text();
  return taken;
}

TEST_F(Recorded, TheListOfReservationsIsTakenWhole) {
  const Taken taken = take(answers("test_list_reservations"));
  EXPECT_EQ(taken.report.accepted, taken.report.read);
  EXPECT_GT(taken.reservations.size(), 40u);
  for (const auto& [id, each] : taken.reservations) {
    EXPECT_TRUE(each.quantity && each.term && each.purchased && each.expiry && each.state && each.scope) << id;
    EXPECT_FALSE(each.sku.empty() || each.name.empty()) << id;
  }
}

TEST_F(Recorded, TheListOfOrdersIsTakenWhole) {
  const Taken taken = take(answers("test_list_reservation_order"));
  EXPECT_EQ(taken.report.accepted, taken.report.read);
  EXPECT_EQ(taken.report.accepted, 110);
  for (const auto& [id, each] : taken.orders) {
    EXPECT_TRUE(each.original_quantity && each.requested && each.state) << id;
    EXPECT_FALSE(each.reservations.empty() && each.state == ProvisioningState::succeeded) << id;
  }
}

TEST_F(Recorded, ASplitAndAMergeKeepTheirLineage) {
  std::vector<std::string> bodies = answers("test_split_and_merge");
  std::erase_if(bodies,
                [](const std::string& body) { return !body.contains("Properties\":{\"split") && !body.contains("Properties\":{\"merge"); });
  const Taken taken = take(bodies);
  std::size_t linked = 0;
  for (const auto& [id, each] : taken.reservations) {
    for (const ReservationId& part : each.lineage.split_destinations) {
      const auto found = taken.reservations.find(part.text());
      if (found == taken.reservations.end()) continue;
      EXPECT_EQ(found->second.lineage.split_source->text(), id);
      ++linked;
    }
    for (const ReservationId& source : each.lineage.merge_sources) linked += taken.reservations.contains(source.text());
  }
  EXPECT_GE(linked, 2u);
}

TEST_F(Recorded, RevisionsAreSkipped) {
  const Taken taken = take(answers("test_list_reservation_history"));
  EXPECT_EQ(taken.report.accepted, 0);
  EXPECT_EQ(taken.report.skipped, 11);
}

TEST_F(Recorded, TheScheduleOfAnOrderIsRead) {
  const std::string text = order_with_schedule();
  if (text.empty()) GTEST_SKIP() << "no API examples in " << reference();
  JsonReader reader;
  const Result<JsonValue> root = reader.read(text);
  ASSERT_TRUE(root) << root.error().text();
  const Result<AzureRecord> record = read_azure_record(*root->find("responses")->find("200")->find("body"));
  ASSERT_TRUE(record) << record.error().text();
  const ImportedOrder& order = std::get<ImportedOrder>(*record);
  EXPECT_EQ(order.payments.size(), 36u);
  EXPECT_EQ(order.payments[0].billing, (Money{1988, Currency::usd()}));
  EXPECT_EQ(order.payments[0].status, PaymentStatus::succeeded);
}

// The lists that are published: prices and ratios.
std::string unpacked(const std::filesystem::path& path) {
  const std::string command = "zcat -f '" + path.string() + "'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  char buffer[65536];
  while (const std::size_t got = pipe == nullptr ? 0 : std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
  if (pipe != nullptr) ::pclose(pipe);
  return text;
}

struct PriceCount {
  std::int64_t rows = 0;
  ImportReport report;
};

PriceCount count_prices(const std::filesystem::path& path) {
  PriceCount count;
  const std::string text = unpacked(path);
  TextBytes source(text, path.filename());
  const ImportSink<PriceRow> sink = [&](std::span<const PriceRow> rows) -> Result<void> {
    for (const PriceRow& row : rows) EXPECT_FALSE(row.sku.empty() || row.price.minor <= 0);
    count.rows += static_cast<std::int64_t>(rows.size());
    return {};
  };
  const Result<void> done = import_prices(source, {.undated = *parse_day("2026-01-01")}, sink, count.report);
  EXPECT_TRUE(done) << done.error().text();
  return count;
}

TEST_F(Recorded, ThePublishedPriceListsAreTakenWhole) {
  const struct {
    const char* file;
    std::int64_t read;
    std::int64_t rows;
    std::int64_t refused;
  } kLists[] = {
      {"azure_prices_2026-08-22.json.gz", 1000, 138, 0},  // two rows are for ten years
      {"virtual-machines_indonesiacentral.json.gz", 6027, 1603, 0},
      {"vm-eu-west.2026-08-20.json.gz", 8667, 0, 0},  // by the hour only
      {"retail_response_1.json", 3, 2, 0},
      {"retail_response_2.json", 8, 0, 0},
      {"reservation_catalog.csv", 539, 100, 2},  // 50 sizes have prices, for two terms each; two rows have a price and no currency
  };
  for (const auto& [file, read, rows, refused] : kLists) {
    const auto path = reference() / "data/prices" / file;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "no price lists in " << path.parent_path();
    const PriceCount count = count_prices(path);
    EXPECT_EQ(count.report.read, read) << file;
    EXPECT_EQ(count.rows, rows) << file;
    EXPECT_EQ(count.report.refused, refused) << file;
  }
}

TEST_F(Recorded, ThePublishedRatiosAreTakenWhole) {
  const auto path = reference() / "data/isf/isfratioblob_2024-04.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no ratios in " << path.parent_path();
  Result<FileBytes> file = FileBytes::open(path);
  ASSERT_TRUE(file);
  ImportReport report;
  ASSERT_TRUE(import_ratios(*file, {}, [](std::span<const FlexibilityRatio>) { return Result<void>(); }, report));
  for (const ImportRefused& each : report.refusals) ADD_FAILURE() << each.text();
  EXPECT_EQ(report.accepted, 1006);
}

TEST_F(Recorded, CustomersOfPartnerCenterAreTaken) {
  const auto folder = reference() / "data/partner-center";
  std::int64_t accepted = 0;
  for (const char* name : {"get-a-list-of-customers.1.json", "get-a-customer-by-id.1.json", "get-a-customer-by-name.1.json"}) {
    Result<FileBytes> file = FileBytes::open(folder / name);
    if (!file) GTEST_SKIP() << "no examples in " << folder;
    ImportReport report;
    ASSERT_TRUE(import_customers(*file, {}, [](std::span<const Customer>) { return Result<void>(); }, report));
    for (const ImportRefused& each : report.refusals) ADD_FAILURE() << each.text();
    accepted += report.accepted;
  }
  EXPECT_EQ(accepted, 6);
}

}  // namespace
}  // namespace prorata::wire
