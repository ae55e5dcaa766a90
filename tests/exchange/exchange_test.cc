// Exchanges through the use cases, on every store: figures, stages, crashes between them, replays and races.
#include <atomic>
#include <deque>
#include <set>
#include <thread>

#include "app/run_exchange.h"
#include "sim/faulty_store.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

const Currency kSek = *Currency::parse("SEK");
const Day kBegins = make_day(2026, 3, 2);

class Exchanges : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (IsSkipped()) return;
    make({{make_day(2020, 1, 1), "azure-2022", ""}});
    std::vector<PriceRow> prices;
    for (const auto& [sku, price] : {std::pair("small", 120'000), std::pair("large", 365'000)})
      for (const Currency currency : {kSek, Currency::usd()})
        prices.push_back({.product = "VirtualMachines",
                          .sku = sku,
                          .region = "swedencentral",
                          .term = Term{1},
                          .from = make_day(2026, 1, 1),
                          .price = {currency == kSek ? price * 10 : price, currency}});
    must(import_prices(app(), prices, "test"));
  }

  App& app() { return desk().app; }
  // What the process does that dies after so many commits: the next one finds the database gone.
  Result<ExchangeOutcome> run_and_die(const ExchangeId& quote, int commits) {
    sim::FaultyStore dying(app().store);
    std::deque<sim::Fault> faults(static_cast<std::size_t>(commits), sim::Fault::none);
    faults.push_back(sim::Fault::lost_before);
    dying.suffer(std::move(faults));
    App app_of_it{dying, desk().clock, *desk().ids, packs(), "anna"};
    return run_exchange(app_of_it, {.quote = quote});
  }
  Reservation buy(const CustomerId& customer, const std::string& sku, std::int64_t quantity, BillingPlan plan, Scope scope = {}) {
    return must(purchase(
        app(), {customer,
                {.sku = sku, .region = "swedencentral", .term = Term{1}, .plan = plan, .quantity = quantity, .scope = std::move(scope)},
                ""}));
  }
  static ExchangePurchaseAsk line(const std::string& sku, std::int64_t quantity, std::optional<Scope> scope = {}) {
    return {.line = {.product = "", .sku = sku, .term = Term{1}, .quantity = quantity}, .scope = std::move(scope)};
  }
  Reservation read(const ReservationId& id) { return desk().read(id); }
  void advance(std::int64_t seconds) {
    desk().clock.pass_seconds(seconds);
    desk().do_what_is_due();
  }
  void expect_sound() { EXPECT_EQ(desk().verified(), desk().commits()); }
};
PRORATA_ON_EVERY_STORE(Exchanges);

TEST_P(Exchanges, MoveUnitsMoneyAndStateTogether) {
  const Reservation old = buy(desk().nordvik, "small", 3, BillingPlan::monthly,
                              *make_scope(ScopeType::single, "/subscriptions/0a0a0a0a-0000-4000-8000-000000000009"));
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

  const auto snapshot = desk().look();
  const auto returns = *snapshot->returns(desk().nordvik, false);
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
  const Reservation old = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  std::vector<std::thread> threads;
  std::atomic<int> replays = 0;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      const auto outcome = run_exchange(app(), {.quote = quote.exchange.id});
      ASSERT_TRUE(outcome) << outcome.error().text();
      EXPECT_EQ(outcome->exchange.state, ExchangeState::succeeded);
      replays += outcome->replayed ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(replays, 7);
  const auto snapshot = desk().look();
  EXPECT_EQ(snapshot->returns(std::nullopt, false)->size(), 1u);
  EXPECT_EQ(snapshot->counts()->reservations, 2);
  expect_sound();
}

TEST_P(Exchanges, AKeyRunsFreshLinesOnce) {
  const Reservation old = buy(desk().nordvik, "small", 2, BillingPlan::upfront);
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
    const Reservation old = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
    const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
    EXPECT_EQ(run_and_die(quote.exchange.id, commits).error().code, Code::unavailable);
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
  const Reservation old = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  ASSERT_FALSE(run_and_die(quote.exchange.id, 2));
  advance(86'400);
  const std::vector<Exchange> resumed = *resume_exchanges(app());
  ASSERT_EQ(resumed.size(), 1u);
  EXPECT_EQ(resumed[0].state, ExchangeState::failed);
  EXPECT_EQ(resumed[0].failure, "it was agreed on 2026-03-02 and not finished that day");
  EXPECT_EQ(read(old.id).state, ProvisioningState::succeeded);
  EXPECT_TRUE(read(old.id).operation.empty());
  EXPECT_TRUE(desk().look()->returns(std::nullopt, false)->empty());
  EXPECT_EQ(desk().look()->counts()->reservations, 1);
  expect_sound();
}

TEST_P(Exchanges, OnceReturnedItBuysEvenDaysLaterAtTheAgreedPrice) {
  const Reservation old = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
  const ExchangeQuote quote = *quote_exchange(app(), {.returns = {{old.id}}, .purchases = {line("large", 1)}});
  ASSERT_FALSE(run_and_die(quote.exchange.id, 3));
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
  EXPECT_EQ(day_of(bought.benefit_start), kBegins);
  EXPECT_EQ(to_string(total_billing(bought.schedule)), "36500.00");
}

TEST_P(Exchanges, AStaleOrOldQuoteIsNotRun) {
  const Reservation old = buy(desk().nordvik, "small", 2, BillingPlan::upfront);
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
  const Reservation a = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
  const Reservation b = buy(desk().nordvik, "small", 1, BillingPlan::upfront);
  const Reservation c = buy(desk().prairie, "small", 1, BillingPlan::upfront);
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
