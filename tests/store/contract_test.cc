// What app/store.h promises, asked of every store.
#include <algorithm>
#include <thread>

#include "desks.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class StoreContract : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    store_ = open();
  }
  std::unique_ptr<Store> open() {
    auto store = store::open_store(place_.at(), {.create = true});
    EXPECT_TRUE(store) << store.error().text();
    return store ? std::move(*store) : nullptr;
  }
  Result<Committed> put(const Customer& each) {
    Changes changes{.audit = note("test.put")};
    changes.customers.push_back(each);
    return store_->commit(std::move(changes));
  }
  std::optional<Customer> read(int n) { return *(*store_->snapshot())->customer(id<CustomerId>(n)); }

  Place place_{GetParam()};
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(, StoreContract, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(StoreContract, WhatIsCommittedIsReadBack) {
  Changes changes{.audit = note("test")};
  changes.desk = Desk{.partner = "P", .policies = {{make_day(2020, 8, 6), "csp-2020", ""}}, .sandbox = true};
  changes.customers.push_back(customer(1));
  changes.orders.push_back({.id = id<OrderId>(2), .customer = id<CustomerId>(1), .reservations = {id<ReservationId>(2)}});
  changes.reservations.push_back(reservation(2, 1));
  changes.revisions.push_back({id<ReservationId>(2), 1, Instant{1}, "anna", "purchase", reservation(2, 1)});
  changes.quotes.push_back({id<QuoteId>(3), id<CustomerId>(1), id<ReservationId>(2), 1, Instant{5}, "csp-2020", "f"});
  changes.holds.push_back(
      {.id = id<HoldId>(4), .customer = id<CustomerId>(1), .refund = {5, Currency::usd()}, .cancelled = {6, Currency::usd()}});
  changes.prices.push_back(
      {.sku = "Standard_D2s_v3", .region = "West Europe", .term = Term{1}, .from = make_day(2026, 1, 1), .price = {7, Currency::usd()}});
  changes.rates.push_back({make_day(2026, 1, 1), *Currency::parse("SEK"), Currency::usd(), {95, 1000}});
  changes.ratios.push_back({"DSv3", "Standard_D2s_v3", {1, 1}});
  changes.entries.push_back(entry(9, 1, 500));
  ASSERT_TRUE(store_->commit(changes));

  const auto snapshot = *store_->snapshot();
  EXPECT_EQ((*snapshot->desk())->partner, "P");
  EXPECT_EQ((*snapshot->customer(id<CustomerId>(1)))->version, 1);
  Reservation expected = reservation(2, 1);
  expected.version = 1;
  EXPECT_EQ(**snapshot->reservation(id<ReservationId>(2)), expected);
  EXPECT_EQ(snapshot->reservations_of(id<OrderId>(2))->size(), 1u);
  EXPECT_EQ(snapshot->revisions_of(id<ReservationId>(2))->front().action, "purchase");
  EXPECT_EQ((*snapshot->quote(id<QuoteId>(3)))->fingerprint, "f");
  EXPECT_EQ(snapshot->holds_of(id<CustomerId>(1))->size(), 1u);
  EXPECT_EQ(snapshot->prices("STANDARD_d2s_v3", "westeurope", Term{1})->size(), 1u);
  EXPECT_EQ(snapshot->rates()->size(), 1u);
  EXPECT_EQ(snapshot->ratios_of("standard_d2s_v3")->front().group, "DSv3");
  EXPECT_EQ(snapshot->balances(std::nullopt)->size(), 2u);
  EXPECT_EQ(snapshot->counts()->reservations, 1);
  EXPECT_FALSE(*snapshot->customer(id<CustomerId>(77)));
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 1);
}

TEST_P(StoreContract, ASnapshotShowsOneMoment) {
  ASSERT_TRUE(put(customer(1)));
  const auto before = *store_->snapshot();
  ASSERT_TRUE(put(customer(2)));
  EXPECT_FALSE(*before->customer(id<CustomerId>(2)));
  EXPECT_TRUE(*(*store_->snapshot())->customer(id<CustomerId>(2)));
}

TEST_P(StoreContract, ARowThatMovedIsAConflictAndNothingIsWritten) {
  ASSERT_TRUE(put(customer(1)));
  const Customer seen = *read(1);
  ASSERT_TRUE(put(seen));
  Changes late{.audit = note("late")};
  late.customers.push_back(customer(5));
  late.customers.push_back(seen);  // version 1 again
  EXPECT_EQ(store_->commit(late).error().code, Code::conflict);
  EXPECT_FALSE(read(5));
  EXPECT_EQ(read(1)->version, 2);

  Changes rests{.audit = note("rests on"), .seen = {{Seen::Kind::customer, seen.id.text(), 1}}};
  rests.customers.push_back(customer(6));
  EXPECT_EQ(store_->commit(rests).error().code, Code::conflict);
  rests.seen.front().version = 2;
  EXPECT_TRUE(store_->commit(rests));

  EXPECT_EQ(put(customer(1)).error().code, Code::conflict) << "version 0 means: not there yet";
}

TEST_P(StoreContract, WhatIsAddedIsNeverReplaced) {
  Changes changes{.audit = note("first")};
  changes.entries.push_back(entry(1, 1, 100));
  ASSERT_TRUE(store_->commit(changes));
  changes.customers.push_back(customer(8));
  EXPECT_EQ(store_->commit(changes).error().code, Code::conflict);
  EXPECT_FALSE(read(8));
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, AKeyPaysOnce) {
  Changes first{.audit = note("pay"), .idempotency = IdempotencyRecord{"key-1", "return 5", "answer-1"}};
  first.entries.push_back(entry(1, 1, 100));
  const Committed done = *store_->commit(first);
  EXPECT_FALSE(done.replayed);
  EXPECT_EQ(done.answer, "answer-1");

  Changes again{.audit = note("pay"), .idempotency = IdempotencyRecord{"key-1", "return 5", "answer-2"}};
  again.entries.push_back(entry(2, 1, 100));
  const Committed replay = *store_->commit(again);
  EXPECT_TRUE(replay.replayed);
  EXPECT_EQ(replay.answer, "answer-1");
  again.idempotency->request = "return 6";
  EXPECT_EQ(store_->commit(again).error().code, Code::key_reused);
  EXPECT_EQ((*store_->snapshot())->counts()->entries, 1);
}

TEST_P(StoreContract, OneOfManyWhoSawTheSameVersionWins) {
  ASSERT_TRUE(put(customer(1)));
  for (int round = 0; round < 5; ++round) {
    const Customer seen = *read(1);
    std::atomic<int> won = 0;
    std::atomic<int> lost = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([&] {
        const auto result = put(seen);
        if (result) ++won;
        if (!result && result.error().code == Code::conflict) ++lost;
      });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
    EXPECT_EQ(lost, 15);
  }
}

TEST_P(StoreContract, TheSameKeyFromManyThreadsPaysOnce) {
  std::atomic<int> paid = 0;
  std::atomic<int> replayed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t)
    threads.emplace_back([&, t] {
      Changes changes{.audit = note("pay"), .idempotency = IdempotencyRecord{"same", "r", std::to_string(t)}};
      changes.entries.push_back(entry(100 + t, 1, 100));
      const auto result = store_->commit(changes);
      if (result) ++(result->replayed ? replayed : paid);
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(paid, 1);
  EXPECT_EQ(replayed, 15);
  EXPECT_EQ((*store_->snapshot())->balances(std::nullopt)->front().amount_minor * -1 + 0,
            (*store_->snapshot())->balances(std::nullopt)->back().amount_minor);
}

TEST_P(StoreContract, CommitsAreNumberedWithoutGapsAndChained) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) EXPECT_TRUE(put(customer(t * 10 + i)));
    });
  for (std::thread& thread : threads) thread.join();
  std::int64_t expected = 0;
  std::string previous(64, '0');
  ASSERT_TRUE((*store_->snapshot())->audit(1, [&](const AuditRecord& record) {
    EXPECT_EQ(record.number, ++expected);
    EXPECT_EQ(record.previous, previous);
    previous = record.hash;
    return true;
  }));
  EXPECT_EQ(expected, 80);
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 80);
}

TEST_P(StoreContract, ADecisionUnderTheLockCannotLose) {
  ASSERT_TRUE(put(customer(1)));
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      const auto result = store_->decide_and_commit([](Snapshot& snapshot) -> Result<Changes> {
        Changes changes{.audit = note("under the lock")};
        changes.customers.push_back(*TRY(snapshot.customer(id<CustomerId>(1))));
        return changes;
      });
      EXPECT_TRUE(result) << result.error().text();
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(read(1)->version, 9);
  EXPECT_EQ(store_->decide_and_commit([](Snapshot&) -> Result<Changes> { return fail(Code::refused, "no"); }).error().code, Code::refused);
}

TEST_P(StoreContract, ListsFilterSortAndPage) {
  Changes changes{.audit = note("fill")};
  for (int n = 1; n <= 60; ++n) changes.reservations.push_back(reservation(n, n % 3));
  for (int n = 1; n <= 12; ++n) changes.customers.push_back(customer(n));
  ASSERT_TRUE(store_->commit(changes));
  const auto snapshot = *store_->snapshot();

  for (const auto& [sort, word] : kWords<ReservationSort>) {
    for (const bool descending : {false, true}) {
      ReservationQuery query{.state = ProvisioningState::succeeded, .sort = sort, .descending = descending, .limit = 7};
      std::vector<std::string> seen;
      do {
        const auto page = *snapshot->reservations(query);
        for (const Reservation& r : page.items) seen.push_back(r.id.text());
        query.after = page.next;
      } while (!query.after.empty());
      EXPECT_EQ(seen.size(), 52u) << word;
      std::vector<std::string> distinct = seen;
      std::ranges::sort(distinct);
      EXPECT_EQ(std::ranges::unique(distinct).size(), 0u) << word << ": a row stands on two pages";
    }
  }
  EXPECT_EQ(snapshot->reservations({.customer = id<CustomerId>(1)})->items.size(), 20u);
  EXPECT_EQ(snapshot->reservations({.sku = "standard_d2s_V3"})->items.size(), 30u);
  EXPECT_EQ(snapshot->reservations({.name_prefix = "web 01"})->items.size(), 10u);
  EXPECT_EQ(snapshot->reservations({.expires_until = make_day(2027, 1, 11)})->items.size(), 9u);
  EXPECT_EQ(snapshot->reservations({.event_until = make_day(2026, 1, 6), .limit = 100})->items.size(), 5u);
  EXPECT_EQ(snapshot->customers({.text = "c1."})->items.size(), 1u);
  EXPECT_EQ(snapshot->customers({.text = "%"})->items.size(), 0u) << "a percent sign is itself";
  const auto first = *snapshot->customers({.limit = 5});
  EXPECT_EQ(first.items.back().name, "Customer 005");
  EXPECT_EQ(snapshot->customers({.limit = 5, .after = first.next})->items.front().name, "Customer 006");
}

TEST_P(StoreContract, ReturnsAndSettlementsStandTogether) {
  Changes changes{.audit = note("returns")};
  for (int n = 1; n <= 3; ++n)
    changes.returns.push_back({.id = id<ReturnId>(n),
                               .customer = id<CustomerId>(1),
                               .order = id<OrderId>(n),
                               .reservation = id<ReservationId>(n),
                               .at = Instant{std::int64_t{n} * 100},
                               .paid = {1, Currency::usd()},
                               .consumed = {1, Currency::usd()},
                               .credit = {1, Currency::usd()},
                               .fee = {1, Currency::usd()},
                               .refund = {1, Currency::usd()},
                               .forfeited = {1, Currency::usd()},
                               .remaining_commitment = {1, Currency::usd()},
                               .pricing_refund = {1, Currency::usd()},
                               .pricing_cancelled = {1, Currency::usd()},
                               .customer_credit = {1, Currency::usd()},
                               .handling = {1, Currency::usd()}});
  changes.settlements.push_back({.returned = id<ReturnId>(2),
                                 .customer = id<CustomerId>(1),
                                 .paid_on = make_day(2026, 1, 1),
                                 .amount = {1, Currency::usd()},
                                 .method = "bank"});
  ASSERT_TRUE(store_->commit(changes));
  const auto snapshot = *store_->snapshot();
  EXPECT_EQ(snapshot->returns(std::nullopt, false)->size(), 3u);
  EXPECT_EQ(snapshot->returns(id<CustomerId>(1), true)->size(), 2u);
  EXPECT_EQ(snapshot->returns(id<CustomerId>(9), false)->size(), 0u);
  EXPECT_TRUE((*snapshot->returned(id<ReturnId>(2)))->settlement.has_value());
  EXPECT_EQ(snapshot->returns_since(id<CustomerId>(1), Instant{100})->size(), 2u) << "later than, not at";
}

TEST_P(StoreContract, OpenedAgainItRemembers) {
  if (GetParam() == Where::memory) GTEST_SKIP() << "a store in memory ends with its process";
  ASSERT_TRUE(put(customer(1)));
  store_.reset();
  store_ = open();
  EXPECT_EQ(read(1)->name, "Customer 001");
  ASSERT_TRUE(put(*read(1)));
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 2);
}

}  // namespace
}  // namespace prorata
