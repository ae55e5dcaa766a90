// The recorded lists taken into a desk on every store, twice: the second time nothing is left to change.
#include <map>

#include "recordings.h"
#include "support/on_every_store.h"
#include "wire/stored.h"

namespace prorata::wire {
namespace {

using namespace prorata::testing;

struct Imported {
  ImportCounts orders;
  ImportCounts reservations;
  std::int64_t prices_unknown = 0;
};

class RecordedPortfolio : public OnEveryStore {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(reference() / "azure-wire")) GTEST_SKIP() << "no recordings in " << reference();
    OnEveryStore::SetUp();
  }

  Imported import(const std::vector<std::string>& bodies) {
    PortfolioImport portfolio(desk().app, {.customer = desk().prairie, .as_of = make_day(2023, 3, 8), .name = "recording"});
    ImportReport report;
    for (const std::string& body : bodies) {
      TextBytes source(body, "recording");
      must(import_azure(source, [&](auto orders, auto reservations) { return portfolio.take(orders, reservations); }, report));
    }
    EXPECT_EQ(report.refused, 0);
    EXPECT_TRUE(portfolio.refusals().empty());
    return {portfolio.orders(), portfolio.reservations(), portfolio.prices_unknown()};
  }

  // Every order and reservation there is, as it is stored.
  std::map<std::string, std::string> rows() {
    std::map<std::string, std::string> rows;
    const std::unique_ptr<Snapshot> snapshot = desk().look();
    for (const Reservation& r : must(snapshot->reservations({.limit = 100'000})).items) {
      rows[r.id.text()] = fmt::format("{} {}", r.version, encode(r));
      const Order order = *must(snapshot->order(r.order));
      rows[order.id.text()] = fmt::format("{} {}", order.version, encode(order));
    }
    return rows;
  }
};
PRORATA_ON_EVERY_STORE(RecordedPortfolio);

TEST_P(RecordedPortfolio, IsTheSameAfterASecondImport) {
  const std::vector<std::string> lists[] = {answers("test_list_reservation_order"), answers("test_list_reservations")};
  Imported first[2];
  for (int i = 0; i < 2; ++i) first[i] = import(lists[i]);
  EXPECT_EQ(first[0].orders.added, 110);
  EXPECT_GT(first[1].reservations.added, 40);
  EXPECT_GE(first[1].prices_unknown, first[1].reservations.added) << "neither list says a price; it is said for each time one is listed";
  const std::map<std::string, std::string> before = rows();

  for (int i = 0; i < 2; ++i) {
    const Imported again = import(lists[i]);
    EXPECT_EQ(again.orders.added + again.orders.changed, 0) << "of list " << i;
    EXPECT_EQ(again.reservations.added + again.reservations.changed, 0) << "of list " << i;
    EXPECT_EQ(again.orders.refused + again.reservations.refused, 0) << "of list " << i;
  }
  EXPECT_EQ(rows(), before);
}

TEST_P(RecordedPortfolio, AScheduleIsKeptAndComesBackTheSame) {
  const std::string example = order_with_schedule();
  if (example.empty()) GTEST_SKIP() << "no API examples in " << reference();
  JsonReader reader;
  const Result<JsonValue> root = reader.read(example);
  ASSERT_TRUE(root) << root.error().text();
  const ImportedOrder listed = std::get<ImportedOrder>(must(read_azure_record(*root->find("responses")->find("200")->find("body"))));
  Order stored[2];
  for (Order& each : stored) {
    PortfolioImport portfolio(desk().app, {.customer = desk().prairie, .as_of = make_day(2023, 3, 8), .name = "example"});
    must(portfolio.take({{listed}}, {}));
    each = *must(desk().look()->order(listed.id));
  }
  EXPECT_EQ(stored[0], stored[1]);
  EXPECT_EQ(stored[0].schedule.payments, listed.payments);
  EXPECT_EQ(stored[0].schedule.payments.size(), 36u);
}

}  // namespace
}  // namespace prorata::wire
