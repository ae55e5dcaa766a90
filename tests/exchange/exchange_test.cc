// Exchanges through the use cases, on every store: figures, stages, crashes between them, replays and races.
#include <algorithm>
#include <set>
#include <thread>

#include "app/change_reservation.h"
#include "app/import_portfolio.h"
#include "app/move_clock.h"
#include "app/run_exchange.h"
#include "app/settle.h"
#include "sim/ids.h"
#include "store/desks.h"
#include "system/clock_and_ids.h"
#include "wire/policy_pack.h"

namespace prorata {
namespace {

using namespace prorata::testing;

const Currency kSek = *Currency::parse("SEK");
const Instant kBegins = *parse_instant("2026-03-02T09:00:00Z");

// Hands out the store's commits until a number of them have been made; then the process is as good as dead.
class DyingStore final : public Store {
 public:
  DyingStore(Store& store, int commits_left) : store_(store), commits_left_(commits_left) {}
  Result<std::unique_ptr<Snapshot>> snapshot() override { return store_.snapshot(); }
  Result<Committed> commit(Changes changes) override {
    if (commits_left_-- <= 0) return fail(Code::unavailable, "the process died");
    return store_.commit(std::move(changes));
  }
  Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) override {
    if (commits_left_-- <= 0) return fail(Code::unavailable, "the process died");
    return store_.decide_and_commit(decide);
  }
  Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) override { return store_.verify(progress); }

 private:
  Store& store_;
  int commits_left_;
};

class Exchanges : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    store_ = *store::open_store(place_.at(), {.create = true});
    ASSERT_TRUE(init_desk(app(), {.partner = "P", .sandbox = true, .policies = {{make_day(2020, 1, 1), "azure-2022", ""}}}));
    Changes back{.audit = note("begin")};
    back.desk = *(*store_->snapshot())->desk();
    back.desk->frozen_at = kBegins;
    ASSERT_TRUE(store_->commit(back));
    Customer c = customer(1);
    c.price_ratio = {11, 10};
    ASSERT_TRUE(import_customers(app(), std::vector{c, customer(2)}, "test"));
    std::vector<PriceRow> prices;
    for (const auto& [sku, price] : {std::pair("small", 120'000), std::pair("large", 365'000)})
      for (const Currency currency : {kSek, Currency::usd()})
        prices.push_back({.product = "VirtualMachines",
                          .sku = sku,
                          .region = "swedencentral",
                          .term = Term{1},
                          .from = make_day(2026, 1, 1),
                          .price = {currency == kSek ? price * 10 : price, currency}});
    ASSERT_TRUE(import_prices(app(), prices, "test"));
  }

  App& app() { return app_of(*store_); }
  App& app_of(Store& store) {
    apps_.push_back(std::make_unique<App>(App{store, *clock_, *ids_, packs_, "anna"}));
    return *apps_.back();
  }
  Reservation buy(int of, const std::string& sku, std::int64_t quantity, BillingPlan plan, Scope scope = {}) {
    const auto bought = purchase(
        app(), {id<CustomerId>(of),
                {.sku = sku, .region = "swedencentral", .term = Term{1}, .plan = plan, .quantity = quantity, .scope = std::move(scope)},
                ""});
    EXPECT_TRUE(bought) << bought.error().text();
    return *bought;
  }
  static ExchangePurchaseAsk line(const std::string& sku, std::int64_t quantity, std::optional<Scope> scope = {}) {
    return {.line = {.product = "", .sku = sku, .term = Term{1}, .quantity = quantity}, .scope = std::move(scope)};
  }
  Reservation read(const ReservationId& id) { return **(*store_->snapshot())->reservation(id); }
  void advance(std::int64_t seconds) {
    const Instant now = *(*(*store_->snapshot())->desk())->frozen_at;
    ASSERT_TRUE(move_clock(app(), {.to = add_seconds(now, seconds), .freeze = true}, [](std::int64_t) {}));
  }
  void expect_sound() {
    const auto verified = store_->verify([](std::int64_t) {});
    EXPECT_TRUE(verified) << verified.error().text();
  }

  Place place_{GetParam()};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Clock> clock_ = system::real_clock();
  std::unique_ptr<IdSource> ids_ = sim::counted_ids(7);
  policy::PackSet packs_ = *wire::load_packs("");
  std::vector<std::unique_ptr<App>> apps_;
};

INSTANTIATE_TEST_SUITE_P(, Exchanges, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(Exchanges, MoveUnitsMoneyAndStateTogether) {
  const Reservation old =
      buy(1, "small", 3, BillingPlan::monthly, *make_scope(ScopeType::single, "/subscriptions/0a0a0a0a-0000-4000-8000-000000000009"));
  advance(172'800);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id, 2}}, .purchases = {line("large", 1)}});
  EXPECT_EQ(quote.exchange.state, ExchangeState::quoted);
  EXPECT_EQ(to_string(quote.exchange.refunds_total), "24000.00") << "two of three units: 2,000.00 paid and 22,000.00 never charged";
  EXPECT_EQ(to_string(quote.exchange.net_payable), "12500.00");
  EXPECT_EQ(read(old.id).state, ProvisioningState::succeeded) << "a quote holds nothing";

  const ExchangeOutcome done = *run_exchange(app(), {.quote = quote.exchange.id});
  EXPECT_EQ(done.exchange.state, ExchangeState::succeeded);
  EXPECT_FALSE(done.replayed);
  EXPECT_EQ(read(old.id).quantity, 1);
  EXPECT_EQ(read(old.id).state, ProvisioningState::succeeded);
  EXPECT_EQ(to_string(total_billing(read(old.id).schedule)), "12000.00") << "the third unit keeps its share";
  const Reservation bought = read(quote.exchange.purchases[0].reservation);
  EXPECT_EQ(bought.scope, old.scope) << "copied from the one that was returned";
  EXPECT_EQ(bought.benefit_start, done.exchange.updated) << "a new term";
  EXPECT_EQ(bought.state, ProvisioningState::succeeded);

  const auto snapshot = *store_->snapshot();
  const auto returns = *snapshot->returns(id<CustomerId>(1), false);
  ASSERT_EQ(returns.size(), 1u);
  EXPECT_FALSE(returns[0].returned.counts) << "an exchange never touches the allowance";
  EXPECT_TRUE(returns[0].returned.fee.is_zero());
  EXPECT_EQ(to_string(returns[0].returned.refund), "2000.00");
  EXPECT_EQ(to_string(returns[0].returned.customer_credit), "2200.00");
  std::set<std::string> groups;
  std::int64_t exchange_entries = 0;
  ASSERT_TRUE(snapshot->entries({}, [&](const ledger::Entry& e) {
    if (e.head().event == "exchange") groups.insert(e.head().group), ++exchange_entries;
    return true;
  }));
  EXPECT_EQ(groups, std::set{quote.exchange.id.text()});
  EXPECT_EQ(exchange_entries, 2);
  ASSERT_TRUE(settle_return(app(), {.returned = returns[0].returned.id, .method = "receivable", .reference = "CN-1"}));
  expect_sound();
}

TEST_P(Exchanges, RunOnceHoweverOftenAsked) {
  const Reservation old = buy(1, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  std::vector<std::thread> threads;
  std::atomic<int> replays = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, at = &app()] {
      const auto outcome = run_exchange(*at, {.quote = quote.exchange.id});
      ASSERT_TRUE(outcome) << outcome.error().text();
      EXPECT_EQ(outcome->exchange.state, ExchangeState::succeeded);
      replays += outcome->replayed ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(replays, 7);
  const auto snapshot = *store_->snapshot();
  EXPECT_EQ(snapshot->returns(std::nullopt, false)->size(), 1u);
  EXPECT_EQ(snapshot->counts()->reservations, 2);
  expect_sound();
}

TEST_P(Exchanges, AKeyRunsFreshLinesOnce) {
  const Reservation old = buy(1, "small", 2, BillingPlan::upfront);
  ExchangeRun run{.ask = {.returns = {{old.id, 1}}, .purchases = {line("large", 1)}}, .key = "k"};
  const ExchangeOutcome first = *run_exchange(app(), run);
  const ExchangeOutcome again = *run_exchange(app(), run);
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.exchange, first.exchange);
  EXPECT_EQ(read(old.id).quantity, 1);
  run.ask.purchases[0].line.quantity = 2;
  EXPECT_EQ(run_exchange(app(), run).error().code, Code::key_reused);
}

TEST_P(Exchanges, ACrashBetweenAnyTwoStagesIsFinished) {
  for (int commits = 1; commits <= 3; ++commits) {
    const Reservation old = buy(1, "small", 1, BillingPlan::upfront);
    const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
    DyingStore dying(*store_, commits);
    EXPECT_EQ(run_exchange(app_of(dying), {.quote = quote.exchange.id}).error().code, Code::unavailable);
    const ExchangeState left = load_exchange(app(), quote.exchange.id)->state;
    EXPECT_EQ(left, commits == 1   ? ExchangeState::pending
                    : commits == 2 ? ExchangeState::pending_refunds
                                   : ExchangeState::pending_purchases);
    expect_sound();
    if (commits < 3) {
      EXPECT_EQ(read(old.id).state, ProvisioningState::pending);
      const auto renamed = change_reservation(app(), {old.id, "scope", "", ""}, [](Reservation r, Instant now) {
        return change_scope(std::move(r), *make_scope(ScopeType::single, "/subscriptions/0a0a0a0a-0000-4000-8000-000000000009"), now);
      });
      EXPECT_EQ(renamed.error().code, Code::refused) << "held while an operation is in progress";
    }
    const std::vector<Exchange> resumed = *resume_exchanges(app());
    ASSERT_EQ(resumed.size(), 1u);
    EXPECT_EQ(resumed[0].state, ExchangeState::succeeded);
    EXPECT_EQ(read(old.id).status->code, "Exchanged");
    EXPECT_EQ(read(quote.exchange.purchases[0].reservation).state, ProvisioningState::succeeded);
    EXPECT_TRUE(resume_exchanges(app())->empty());
    expect_sound();
  }
}

TEST_P(Exchanges, WhatWasNotFinishedThatDayIsUndone) {
  const Reservation old = buy(1, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  DyingStore dying(*store_, 2);
  ASSERT_FALSE(run_exchange(app_of(dying), {.quote = quote.exchange.id}));
  advance(86'400);
  const std::vector<Exchange> resumed = *resume_exchanges(app());
  ASSERT_EQ(resumed.size(), 1u);
  EXPECT_EQ(resumed[0].state, ExchangeState::failed);
  EXPECT_EQ(resumed[0].failure, "it was agreed on 2026-03-02 and not finished that day");
  EXPECT_EQ(read(old.id).state, ProvisioningState::succeeded);
  EXPECT_TRUE(read(old.id).operation.empty());
  EXPECT_TRUE((*store_->snapshot())->returns(std::nullopt, false)->empty());
  EXPECT_EQ((*store_->snapshot())->counts()->reservations, 1);
  expect_sound();
}

TEST_P(Exchanges, OnceReturnedItBuysEvenDaysLaterAtTheAgreedPrice) {
  const Reservation old = buy(1, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  DyingStore dying(*store_, 3);
  ASSERT_FALSE(run_exchange(app_of(dying), {.quote = quote.exchange.id}));
  advance(259'200);
  ASSERT_TRUE(import_prices(app(),
                            {{.product = "VirtualMachines",
                              .sku = "large",
                              .region = "swedencentral",
                              .term = Term{1},
                              .from = make_day(2026, 3, 3),
                              .price = {9'999'900, kSek}}},
                            "dearer"));
  EXPECT_EQ(resume_exchanges(app())->front().state, ExchangeState::succeeded);
  const Reservation bought = read(quote.exchange.purchases[0].reservation);
  EXPECT_EQ(day_of(bought.benefit_start), day_of(kBegins));
  EXPECT_EQ(to_string(total_billing(bought.schedule)), "36500.00");
}

TEST_P(Exchanges, AStaleOrOldQuoteIsNotRun) {
  const Reservation old = buy(1, "small", 2, BillingPlan::upfront);
  const auto quote = [&] { return quote_exchange(app(), {.returns = {{old.id, 1}}, .purchases = {line("large", 1)}})->exchange.id; };
  const ExchangeId first = quote();
  advance(601);
  EXPECT_EQ(run_exchange(app(), {.quote = first}).error().code, Code::expired_quote);
  const ExchangeId second = quote();
  ASSERT_TRUE(change_reservation(app(), {old.id, "usage", "used", ""}, [](Reservation r, Instant) -> Result<Reservation> {
    r.usage = Usage::used;
    ++r.revision;
    return r;
  }));
  advance(10);
  EXPECT_TRUE(run_exchange(app(), {.quote = second})) << "on the day it was bought used and unused pay the same";
  const ExchangeId third = quote();
  ASSERT_TRUE(import_prices(app(),
                            {{.product = "VirtualMachines",
                              .sku = "large",
                              .region = "swedencentral",
                              .term = Term{1},
                              .from = make_day(2026, 3, 2),
                              .price = {3'650'100, kSek}}},
                            "dearer"));
  EXPECT_EQ(run_exchange(app(), {.quote = third}).error().code, Code::stale_quote);
  EXPECT_EQ(run_exchange(app(), {.quote = id<ExchangeId>(99)}).error().code, Code::not_found);
}

TEST_P(Exchanges, SaysWhatIsMissing) {
  const Reservation a = buy(1, "small", 1, BillingPlan::upfront);
  const Reservation b = buy(1, "small", 1, BillingPlan::upfront);
  const Reservation c = buy(2, "small", 1, BillingPlan::upfront);
  const auto error = [&](const ExchangeAsk& ask) { return quote_exchange(app(), ask).error(); };
  EXPECT_EQ(error({.purchases = {line("large", 1)}}).code, Code::invalid_argument);
  EXPECT_EQ(error({.returns = {{a.id}}}).code, Code::invalid_argument);
  EXPECT_EQ(error({.returns = {{a.id}, {a.id}}, .purchases = {line("large", 1)}}).code, Code::invalid_argument);
  EXPECT_EQ(error({.returns = {{a.id}}, .purchases = {line("huge", 1)}}).code, Code::not_found);
  const Error scope = error({.returns = {{a.id}, {b.id}}, .purchases = {line("large", 1)}});
  EXPECT_EQ(scope.code, Code::invalid_argument);
  EXPECT_NE(scope.message.find("which scope"), std::string::npos);
  EXPECT_TRUE(quote_exchange(app(), {.returns = {{a.id}, {b.id}}, .purchases = {line("large", 1, Scope{})}}));
  const auto mixed = *quote_exchange(app(), {.returns = {{a.id}, {c.id}}, .purchases = {line("large", 1, Scope{})}});
  EXPECT_TRUE(mixed.decision.refusals.has(policy::ExchangeRefusal::different_customers));
  const auto refused = run_exchange(app(), {.ask = {.returns = {{b.id}}, .purchases = {line("small", 0 + 1)}}});
  EXPECT_TRUE(refused) << "the same for the same is an exchange of nothing to pay";
  const auto small = run_exchange(
      app(), {.ask = {.returns = {{a.id}}, .purchases = {{.line = {.product = "SqlDatabases", .sku = "small", .term = Term{1}}}}}});
  EXPECT_EQ(small.error().code, Code::refused);
  EXPECT_EQ(read(a.id).state, ProvisioningState::succeeded) << "a refusal changes nothing";
}

}  // namespace
}  // namespace prorata
