// Advice at a desk, on every store: it rests on the usage, reservations and prices that the desk keeps, and what it says of returns and
// exchanges is what a quote says. On 2 March 2026 at 10:00 Nordvik has bought three units; a year has 8,760 hours and a unit costs 36,500
// SEK.
#include <gmock/gmock.h>

#include <filesystem>

#include <fmt/format.h>

#include "advice/buy.h"
#include "advice/explain.h"
#include "advice/what_if.h"
#include "app/advise.h"
#include "app/import_usage.h"
#include "support/on_every_store.h"
#include "usage_files/usage_folder.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using utilization::first_hour;

class DeskAdvice : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (IsSkipped()) return;
    folder_ = std::filesystem::temp_directory_path() / fmt::format("advice-{}-{}", ::getpid(), static_cast<int>(GetParam()));
    files_ = usage_files::usage_folder(folder_.string(), 0);
    desk().app.usage = files_.get();
    owned_ = desk().buy({.customer = desk().nordvik, .quantity = 3});
    must(import_prices(desk().app, {{"VirtualMachines", "Standard_E4s_v5", "westeurope", Term{1}, make_day(2025, 1, 1), sek(43'800)}},
                       "test",
                       {{"Standard_E4s_v5", "westeurope", make_day(2025, 1, 1), *Currency::parse("SEK"), 7'500'000'000},
                        {"Standard_D2s_v5", "westeurope", make_day(2025, 1, 1), *Currency::parse("SEK"), 5'000'000'000}}));
    // Eight whole days: one machine that the reservation covers, one that nothing does.
    use("web-1", "Standard_D2s_v5", 24 * 8);
    use("db-1", "Standard_E4s_v5", 24 * 8);
    desk().clock.put(*parse_instant("2026-03-11T09:00:00Z"));
  }
  void TearDown() override {
    std::filesystem::remove_all(folder_);
    OnEveryStore::TearDown();
  }
  void use(const std::string& machine, const std::string& size, std::int64_t hours) {
    UsageImporter importer = must(
        UsageImporter::begin(desk().app, {.path = "/in/" + machine, .digest = fmt::format("{:064x}", std::hash<std::string>{}(machine))}));
    const UsageMachine one{
        .identity = utilization::make_identity(
            fmt::format("/subscriptions/5ab5c000-0000-4000-8000-000000000001/resourceGroups/web/{}", machine), size, "westeurope")};
    std::vector<UsageRow> rows;
    for (std::int64_t hour = 0; hour < hours; ++hour)
      rows.push_back({.line = hour + 2,
                      .quantity = 1'000'000,
                      .from = utilization::add_hours(first_hour(make_day(2026, 3, 3)), static_cast<std::int32_t>(hour))});
    must(importer.take(rows, std::span(&one, 1)));
    must(importer.finish({.dialect = "hourly", .rows = hours}));
  }

  // What the commands make of a desk.
  struct Kept {
    UsageFacts facts;
    std::vector<utilization::RatioPeriod> periods;
    advice::History history;
    advice::Prices prices;
  };
  std::unique_ptr<Kept> keep() {
    auto kept = std::make_unique<Kept>();
    const auto snapshot = desk().look();
    kept->facts = must(load_usage_facts(desk().app, *snapshot, {.customer = desk().nordvik}));
    kept->periods = kept->facts.periods();
    kept->history = history_of(kept->facts, kept->periods);
    kept->prices = advice::Prices::make(*Currency::parse("SEK"), must(hourly_prices_for(*snapshot, kept->facts.roster)),
                                        must(prices_for(*snapshot, kept->facts.roster)), make_day(2026, 3, 11));
    return kept;
  }

  std::filesystem::path folder_;
  std::unique_ptr<UsageFiles> files_;
  Reservation owned_;
};
PRORATA_ON_EVERY_STORE(DeskAdvice);

TEST_P(DeskAdvice, BuysFromThePricesThatTheDeskKeeps) {
  const auto kept = keep();
  const std::vector<advice::BuyAdvice> all = must(advise_buying(kept->history, kept->prices, {.term = Term{1}}));
  ASSERT_THAT(all, SizeIs(1)) << "of the pool that the reservation covers nothing is left";
  EXPECT_THAT(all[0].missing, IsEmpty());
  EXPECT_EQ(all[0].offer.size, "standard_e4s_v5");
  EXPECT_EQ(all[0].quantity, 1);
  EXPECT_EQ(all[0].hours, 192);
  EXPECT_EQ(all[0].cost.before, sek(1'440));     // 192 hours at 7.50
  EXPECT_EQ(all[0].cost.reservation, sek(960));  // 192 of 8,760 hours of 43,800
  EXPECT_EQ(all[0].cost.saving(), sek(480));
  EXPECT_EQ(all[0].break_even_hours, 5'840);
}

TEST_P(DeskAdvice, NamesThePriceThatIsMissing) {
  use("cache-1", "Standard_F8s_v2", 24);
  const auto kept = keep();
  std::vector<std::string> missing;
  for (const advice::BuyAdvice& each : must(advise_buying(kept->history, kept->prices, {.term = Term{1}})))
    missing.insert(missing.end(), each.missing.begin(), each.missing.end());
  ASSERT_FALSE(missing.empty());
  for (const std::string& each : missing) EXPECT_NE(each.find("standard_f8s_v2"), std::string::npos) << each;
}

TEST_P(DeskAdvice, WhatAReturnBringsIsWhatItsQuoteSays) {
  const auto kept = keep();
  const std::vector<advice::ReturnAdvice> idle = must(advise_returning(kept->history));
  ASSERT_THAT(idle, SizeIs(1));
  EXPECT_EQ(idle[0].reservation, owned_.id.text());
  EXPECT_EQ(idle[0].quantity, 2);
  EXPECT_EQ(idle[0].of_quantity, 3);
  const std::int64_t commits = desk().commits();
  const std::vector<ReturnWorth> worth = must(worth_of_returns(desk().app, *desk().look(), idle));
  EXPECT_EQ(desk().commits(), commits) << "advice stores nothing";
  ASSERT_THAT(worth, SizeIs(1));
  const RefundQuote quote = must(quote_refund(desk().app, {.reservation = owned_.id, .quantity = 2}));
  EXPECT_EQ(worth[0].decision.refund, quote.decision.refund);
  EXPECT_EQ(worth[0].decision.row, quote.decision.row);
  EXPECT_EQ(fingerprint(worth[0].decision), fingerprint(quote.decision));
  EXPECT_GT(worth[0].decision.refund.minor, 0);
}

TEST_P(DeskAdvice, WhatAnExchangeBringsIsWhatItsQuoteSays) {
  const auto kept = keep();
  const std::vector<advice::ReturnAdvice> idle = must(advise_returning(kept->history));
  const std::vector<advice::BuyAdvice> buys = must(advise_buying(kept->history, kept->prices, {.term = Term{1}}));
  const std::vector<ExchangeWorth> worth = must(worth_of_exchanges(desk().app, *desk().look(), idle, buys));
  ASSERT_THAT(worth, SizeIs(1));
  EXPECT_EQ(worth[0].bought_quantity, 1);
  EXPECT_EQ(worth[0].saving, buys[0].cost.saving());
  EXPECT_EQ(worth[0].decision.purchases_total, sek(43'800));
  EXPECT_TRUE(worth[0].decision.refused()) << "two units are worth more than what would be bought";
  const PurchaseLine line{.sku = "standard_e4s_v5", .region = "westeurope", .term = Term{1}, .quantity = 1};
  const ExchangeQuote quote = must(quote_exchange(desk().app, {.returns = {{owned_.id, 2}}, .purchases = {{line, line.scope}}}));
  EXPECT_EQ(worth[0].decision.refunds_total, quote.decision.refunds_total);
  EXPECT_EQ(worth[0].decision.net_payable, quote.decision.net_payable);
  EXPECT_EQ(worth[0].decision.smallest_quantity, quote.decision.smallest_quantity);
}

TEST_P(DeskAdvice, ExplainedHoursAddUpToWhatWasUsed) {
  const auto kept = keep();
  std::int64_t used = 0;
  std::int64_t left = 0;
  for (utilization::Hour hour = kept->history.span().from; hour < kept->history.span().until; hour = utilization::add_hours(hour, 1)) {
    const advice::HourExplained told = must(explain_hour(kept->history, owned_.id.text(), hour));
    used += told.taken();
    left += told.left();
    EXPECT_EQ(told.ran_elsewhere, 1);
  }
  const advice::Outcome outcome = must(outcome_of(kept->history));
  EXPECT_EQ(used, 192 * utilization::kFullHour);
  EXPECT_EQ(outcome.versions.at(0).used_uh, used);
  EXPECT_EQ(left, 0);
}

}  // namespace
}  // namespace prorata
