// What app/store.h promises, asked of every store.
#include <algorithm>
#include <mutex>
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

TEST_P(StoreContract, OrdersAreListedByIdOfAllAndOfOne) {
  Changes changes{.audit = note("test")};
  for (const int n : {1, 2}) changes.customers.push_back(customer(n));
  for (int n = 10; n < 17; ++n) changes.orders.push_back({.id = id<OrderId>(n), .customer = id<CustomerId>(1 + n % 2)});
  ASSERT_TRUE(store_->commit(changes));
  const auto snapshot = *store_->snapshot();
  std::vector<OrderId> seen;
  OrderQuery query{.limit = 3};
  do {
    const Page<Order> page = *snapshot->orders(query);
    for (const Order& each : page.items) seen.push_back(each.id);
    query.after = page.next;
  } while (!query.after.empty());
  EXPECT_EQ(seen.size(), 7u);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  const Page<Order> of_one = *snapshot->orders({.customer = id<CustomerId>(2), .limit = 50});
  ASSERT_EQ(of_one.items.size(), 3u);
  EXPECT_EQ(of_one.items.front().id, id<OrderId>(11));
}

TEST_P(StoreContract, PricesOfARegionAreListedBySize) {
  Changes changes{.audit = note("test")};
  for (const char* sku : {"Standard_E4s_v3", "Standard_D2s_v3"})
    for (const char* region : {"West Europe", "uksouth"})
      for (const int years : {1, 3})
        changes.prices.push_back(
            {.sku = sku, .region = region, .term = Term{years}, .from = make_day(2026, 1, 1), .price = {7, Currency::usd()}});
  ASSERT_TRUE(store_->commit(changes));
  const std::vector<PriceRow> rows = *(*store_->snapshot())->prices_in("WestEurope");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].sku, "Standard_D2s_v3");
  EXPECT_EQ(rows[1].sku, "Standard_D2s_v3");
  EXPECT_EQ(rows[3].sku, "Standard_E4s_v3");
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

Client client(int n) {
  return {.id = id<ClientId>(n),
          .name = fmt::format("Client {:03}", n),
          .object = id<PrincipalId>(n + 1000),
          .tenant = id<CustomerId>(1).text(),
          .secret_hash = "$argon2id$the-hash",
          .roles = {access::Standing::admin_agent}};
}
User user(int n) {
  return {.id = id<PrincipalId>(n), .name = fmt::format("User{:03}@Partner.example", n), .password_hash = "$argon2id$the-hash"};
}
access::RoleAssignment assignment(int n, int principal, const access::Scope& scope) {
  return {.id = id<RoleAssignmentId>(n), .scope = scope, .role = id<RoleDefinitionId>(7), .principal = id<PrincipalId>(principal)};
}
support::SupportRequest request(int n, int of_customer, Day day, std::int64_t running) {
  return {.name = fmt::format("Request {:02}", n),
          .number = support::number_of(day, running),
          .customer = id<CustomerId>(of_customer),
          .title = "Refund",
          .status = n % 2 == 0 ? support::Status::open : support::Status::closed,
          .service = id<ServiceId>(1),
          .classification = id<ClassificationId>(1),
          .created = Instant{start_of(day).ticks + n},
          .modified = Instant{start_of(day).ticks + n}};
}

TEST_P(StoreContract, WhoMaySignInIsKeptAndListedByName) {
  Changes changes{.audit = note("accounts")};
  for (const int n : {3, 1, 2}) changes.clients.push_back(client(n));
  for (const int n : {2, 3, 1}) changes.users.push_back(user(n));
  changes.signing_keys.push_back({.kid = "old", .pem = "the-private-key", .created = Instant{1}});
  changes.signing_keys.push_back({.kid = "new", .pem = "the-private-key", .created = Instant{2}});
  ASSERT_TRUE(store_->commit(changes));
  const auto snapshot = *store_->snapshot();
  Client expected = client(2);
  expected.version = 1;
  EXPECT_EQ(**snapshot->client(id<ClientId>(2)), expected);
  EXPECT_FALSE(*snapshot->client(id<ClientId>(9)));
  EXPECT_EQ((*snapshot->user_named("USER002@partner.EXAMPLE"))->id, id<PrincipalId>(2));
  EXPECT_FALSE(*snapshot->user_named("user00"));
  EXPECT_TRUE(*snapshot->user(id<PrincipalId>(1)));
  const Page<Client> first = *snapshot->clients({.limit = 2});
  EXPECT_EQ(first.items.back().name, "Client 002");
  const Page<Client> second = *snapshot->clients({.limit = 2, .after = first.next});
  ASSERT_EQ(second.items.size(), 1u);
  EXPECT_EQ(second.items.front().name, "Client 003");
  EXPECT_TRUE(second.next.empty());
  EXPECT_EQ(snapshot->users({.limit = 2})->items.front().name, "User001@Partner.example");
  EXPECT_EQ(snapshot->signing_keys()->front().kid, "new");

  std::string audit;
  ASSERT_TRUE(snapshot->audit(1, [&](const AuditRecord& record) {
    audit += record.rows + record.note.after;
    return true;
  }));
  EXPECT_NE(audit.find("client"), std::string::npos);
  EXPECT_EQ(audit.find("the-hash"), std::string::npos);
  EXPECT_EQ(audit.find("the-private-key"), std::string::npos);
}

TEST_P(StoreContract, TwoUsersNeverShareAName) {
  Changes changes{.audit = note("user")};
  changes.users.push_back(user(1));
  ASSERT_TRUE(store_->commit(changes));
  User other = user(2);
  other.name = "USER001@PARTNER.EXAMPLE";
  Changes late{.audit = note("user")};
  late.users.push_back(other);
  EXPECT_EQ(store_->commit(late).error().code, Code::conflict);
  Changes rename{.audit = note("user")};
  rename.users.push_back(**(*store_->snapshot())->user(id<PrincipalId>(1)));
  rename.users.front().display = "Anna";
  EXPECT_TRUE(store_->commit(rename)) << "its own name is no obstacle";
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, RoleAssignmentsAreFoundAndTakenAway) {
  const access::Scope order = access::scope_of(id<OrderId>(5));
  Changes changes{.audit = note("assign")};
  changes.role_assignments = {assignment(1, 10, order), assignment(2, 10, access::capacity_scope()), assignment(3, 11, order)};
  changes.signing_keys.push_back({.kid = "k", .pem = "p", .created = Instant{1}});
  ASSERT_TRUE(store_->commit(changes));
  const auto before = *store_->snapshot();
  EXPECT_EQ(before->role_assignments()->size(), 3u);
  EXPECT_EQ(before->role_assignments_of(id<PrincipalId>(10))->size(), 2u);
  EXPECT_EQ(before->role_assignments_at(order)->size(), 2u);
  EXPECT_EQ(before->role_assignments_at(access::root_scope())->size(), 0u);

  Changes stale{.audit = note("unassign"), .removed = {{Seen::Kind::role_assignment, id<RoleAssignmentId>(1).text(), 2}}};
  EXPECT_EQ(store_->commit(stale).error().code, Code::conflict);
  Changes away{.audit = note("unassign"),
               .removed = {{Seen::Kind::role_assignment, id<RoleAssignmentId>(1).text(), 1}, {Seen::Kind::signing_key, "k", 1}}};
  ASSERT_TRUE(store_->commit(away));
  EXPECT_EQ(store_->commit(away).error().code, Code::conflict) << "it is gone";
  EXPECT_TRUE(*before->role_assignment(id<RoleAssignmentId>(1))) << "the snapshot of before";
  const auto after = *store_->snapshot();
  EXPECT_FALSE(*after->role_assignment(id<RoleAssignmentId>(1)));
  EXPECT_EQ(after->role_assignments_at(order)->size(), 1u);
  EXPECT_TRUE(after->signing_keys()->empty());

  Changes again{.audit = note("assign")};
  again.role_assignments = {assignment(1, 12, order)};
  ASSERT_TRUE(store_->commit(again)) << "the id is free again";
  EXPECT_EQ((*(*store_->snapshot())->role_assignment(id<RoleAssignmentId>(1)))->version, 1);
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 3);
}

TEST_P(StoreContract, SupportRequestsAreFoundFilteredAndNumbered) {
  const Day day = make_day(2026, 11, 24);
  Changes changes{.audit = note("file")};
  for (int n = 1; n <= 9; ++n) changes.support_requests.push_back(request(n, n % 3, day, n));
  changes.support_requests.push_back(request(20, 1, add_days(day, 1), 1));
  changes.support_requests.front().subscription = id<SubscriptionId>(4);
  ASSERT_TRUE(store_->commit(changes));
  const auto snapshot = *store_->snapshot();
  EXPECT_EQ((*snapshot->support_request("REQUEST 03"))->name, "Request 03");
  EXPECT_FALSE(*snapshot->support_request("Request"));
  EXPECT_EQ(*snapshot->last_support_number(day), 9);
  EXPECT_EQ(*snapshot->last_support_number(add_days(day, 1)), 1);
  EXPECT_EQ(*snapshot->last_support_number(add_days(day, -1)), 0);
  const auto all = *snapshot->support_requests({});
  EXPECT_EQ(all.items.size(), 10u);
  EXPECT_EQ(all.items.front().name, "Request 20") << "newest first";
  EXPECT_EQ(snapshot->support_requests({.customer = id<CustomerId>(1)})->items.size(), 4u);
  EXPECT_EQ(snapshot->support_requests({.subscription = id<SubscriptionId>(4)})->items.size(), 1u);
  EXPECT_EQ(snapshot->support_requests({.status = support::Status::open})->items.size(), 5u);
  EXPECT_EQ(snapshot->support_requests({.created_from = start_of(add_days(day, 1))})->items.size(), 1u);
  EXPECT_EQ(snapshot->support_requests({.created_until = Instant{start_of(day).ticks + 3}})->items.size(), 2u);
  std::vector<std::string> seen;
  SupportQuery query{.limit = 4};
  do {
    const auto page = *snapshot->support_requests(query);
    for (const auto& each : page.items) seen.push_back(each.name);
    query.after = page.next;
  } while (!query.after.empty());
  ASSERT_EQ(seen.size(), 10u);
  EXPECT_TRUE(std::ranges::is_sorted(seen, std::greater()));

  Changes same_number{.audit = note("file")};
  same_number.support_requests.push_back(request(30, 1, day, 9));
  EXPECT_EQ(store_->commit(same_number).error().code, Code::conflict);
  Changes same_name{.audit = note("file")};
  same_name.support_requests.push_back(request(9, 1, day, 10));
  same_name.support_requests.front().name = "REQUEST 09";
  EXPECT_EQ(store_->commit(same_name).error().code, Code::conflict);
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, PromisedPricesAndOperationsAreKept) {
  const AgreedPrice agreed{.id = id<OrderId>(1),
                           .customer = id<CustomerId>(2),
                           .line = {.sku = "Standard_B1s", .region = "westus"},
                           .billing = {100, Currency::usd()},
                           .pricing = {100, Currency::usd()}};
  Changes changes{.audit = note("calculate")};
  changes.agreed_prices.push_back(agreed);
  changes.operations.push_back({.id = id<OperationId>(3), .kind = "refund", .customer = id<CustomerId>(2), .state = "Running"});
  ASSERT_TRUE(store_->commit(changes));
  EXPECT_EQ(**(*store_->snapshot())->agreed_price(id<OrderId>(1)), agreed);
  Changes dearer{.audit = note("calculate")};
  dearer.agreed_prices.push_back(agreed);
  dearer.agreed_prices.front().billing.minor = 120;
  dearer.operations.push_back(**(*store_->snapshot())->operation(id<OperationId>(3)));
  dearer.operations.front().state = "Succeeded";
  ASSERT_TRUE(store_->commit(dearer));
  const auto snapshot = *store_->snapshot();
  EXPECT_EQ((*snapshot->agreed_price(id<OrderId>(1)))->billing.minor, 120);
  EXPECT_EQ((*snapshot->operation(id<OperationId>(3)))->state, "Succeeded");
  EXPECT_EQ((*snapshot->operation(id<OperationId>(3)))->version, 2);
  EXPECT_FALSE(*snapshot->operation(id<OperationId>(4)));
  dearer.operations.front().version = 1;
  EXPECT_EQ(store_->commit(dearer).error().code, Code::conflict);
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, AStoreThatStartsOverHasForgottenAll) {
  Changes before{.audit = note("before"), .idempotency = IdempotencyRecord{"key", "request", "answer"}};
  before.customers.push_back(customer(1));
  before.entries.push_back(entry(1, 1, 100));
  before.role_assignments.push_back(assignment(1, 10, access::root_scope()));
  ASSERT_TRUE(store_->commit(before));
  ASSERT_TRUE(put(customer(2)));
  const auto snapshot = *store_->snapshot();
  Changes first{.audit = note("again")};
  first.customers.push_back(customer(3));
  EXPECT_EQ(store_->start_over(first)->number, 1);
  EXPECT_TRUE(*snapshot->customer(id<CustomerId>(1))) << "a snapshot of before";
  EXPECT_FALSE(read(1));
  EXPECT_TRUE(read(3));
  const auto now = *store_->snapshot();
  EXPECT_EQ(now->counts()->commits, 1);
  EXPECT_EQ(now->counts()->entries, 0);
  EXPECT_TRUE(now->balances(std::nullopt)->empty());
  EXPECT_TRUE(now->role_assignments()->empty());
  EXPECT_FALSE(*now->answered("key"));
  ASSERT_TRUE(store_->commit(before)) << "as on a new desk";
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 2);
}

TEST_P(StoreContract, FilesOfSupportRequestsAreKept) {
  support::FileWorkspace workspace{.name = "Files-1", .customer = id<CustomerId>(2), .expires = Instant{9}};
  Changes made{.audit = note("workspace")};
  made.file_workspaces.push_back(workspace);
  ASSERT_TRUE(store_->commit(made));
  EXPECT_EQ(store_->commit(made).error().code, Code::conflict) << "it is there already";
  workspace = **(*store_->snapshot())->file_workspace("files-1");
  EXPECT_EQ(workspace.version, 1);
  Changes uploaded{.audit = note("upload")};
  workspace.files.push_back({.name = "a.txt", .size = 1, .chunk_size = 1, .chunks = 1, .received = {0}});
  uploaded.file_workspaces.push_back(workspace);
  uploaded.file_chunks.push_back({.workspace = "Files-1", .file = "a.txt", .index = 0, .content = "QQ=="});
  ASSERT_TRUE(store_->commit(uploaded));
  Changes again{.audit = note("upload")};
  again.file_chunks.push_back({.workspace = "files-1", .file = "A.TXT", .index = 0, .content = "Qg=="});
  ASSERT_TRUE(store_->commit(again));
  const auto snapshot = *store_->snapshot();
  EXPECT_EQ((*snapshot->file_workspace("FILES-1"))->files.size(), 1U);
  EXPECT_EQ((*snapshot->file_chunk("Files-1", "a.txt", 0))->content, "Qg==") << "the same chunk again takes its place";
  EXPECT_FALSE(*snapshot->file_chunk("Files-1", "a.txt", 1));
  EXPECT_FALSE(*snapshot->file_workspace("other"));
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, UtilizationIsKeptByMonth) {
  const auto month = [](int number) { return make_day(2026, static_cast<unsigned>(number), 1); };
  const auto of = [&](int reservation, int customer, int number, std::string revision) {
    return ReservationMonth{.reservation = id<ReservationId>(reservation),
                            .customer = id<CustomerId>(customer),
                            .month = month(number),
                            .revision = std::move(revision),
                            .days = {{.day = month(number), .active_hours = 24, .reserved_nu = 24, .used_nu = 12}}};
  };
  Changes made{.audit = note("utilization")};
  made.reservation_months = {of(1, 7, 3, "a"), of(1, 7, 4, "a"), of(2, 7, 3, "a"), of(3, 8, 3, "a")};
  made.customer_months = {{.customer = id<CustomerId>(7), .month = month(3), .revision = "a"},
                          {.customer = id<CustomerId>(8), .month = month(3), .revision = "a"}};
  made.usage_imports = {{.path = "/in/b.csv", .digest = "b", .dialect = "hourly"},
                        {.path = "/in/a.csv", .digest = "a", .dialect = "focus"}};
  made.ratios = {{"Dsv5 Series", "Standard_D2s_v5", {1, 1}}, {"Dsv5 Series", "Standard_D4s_v5", {2, 1}}};
  ASSERT_TRUE(store_->commit(made));
  Changes again{.audit = note("utilization")};
  again.reservation_months = {of(1, 7, 4, "b")};
  again.usage_imports = {{.path = "/in/a.csv", .digest = "c", .dialect = "focus"}};
  ASSERT_TRUE(store_->commit(again));

  const auto snapshot = *store_->snapshot();
  const std::vector<ReservationMonth> months = *snapshot->months_of(id<ReservationId>(1));
  ASSERT_EQ(months.size(), 2U);
  EXPECT_EQ(months[0], of(1, 7, 3, "a"));
  EXPECT_EQ(months[1], of(1, 7, 4, "b")) << "the same month again takes its place";
  EXPECT_EQ((*snapshot->reservation_months(id<CustomerId>(7), month(3), month(4))).size(), 2U);
  EXPECT_EQ((*snapshot->reservation_months(id<CustomerId>(7), month(3), month(5))).size(), 3U);
  EXPECT_EQ((*snapshot->customer_month(id<CustomerId>(7), month(3)))->revision, "a");
  EXPECT_FALSE(*snapshot->customer_month(id<CustomerId>(7), month(4)));
  EXPECT_EQ((*snapshot->customer_months(id<CustomerId>(8))).size(), 1U);
  const std::vector<UsageImport> imports = *snapshot->usage_imports();
  ASSERT_EQ(imports.size(), 2U);
  EXPECT_EQ(imports[0].digest, "c");
  EXPECT_EQ((*snapshot->usage_import("/in/b.csv"))->digest, "b");
  EXPECT_EQ((*snapshot->ratios()).size(), 2U);
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, TheLastMonthWithWindowsIsFoundForMany) {
  const auto month = [](int number) { return make_day(2026, static_cast<unsigned>(number), 1); };
  const auto of = [&](int reservation, int number, bool windows) {
    ReservationMonth made{
        .reservation = id<ReservationId>(reservation), .customer = id<CustomerId>(7), .month = month(number), .revision = "a"};
    if (windows) made.windows = MonthWindows{.watermark = {500'000}, .day_1 = utilization::Percent{number}};
    return made;
  };
  Changes made{.audit = note("utilization")};
  made.reservation_months = {of(1, 3, true), of(1, 4, true), of(1, 5, false), of(2, 3, false), of(3, 4, true)};
  ASSERT_TRUE(store_->commit(made));
  Changes emptied{.audit = note("utilization")};
  emptied.reservation_months = {of(3, 4, false)};
  ASSERT_TRUE(store_->commit(emptied));
  const auto ids = std::vector{id<ReservationId>(3), id<ReservationId>(2), id<ReservationId>(1), id<ReservationId>(77)};
  const std::vector<ReservationMonth> found = *(*store_->snapshot())->months_with_windows(ids);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0], of(1, 4, true));
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(StoreContract, PricesByTheHourStatementsAndDatedRatiosAreKept) {
  const auto price = [](const char* sku, const char* region, Day from, std::int64_t nano) {
    return HourlyPrice{sku, region, from, Currency::usd(), nano};
  };
  const Day january = make_day(2026, 1, 1);
  Changes made{.audit = note("test")};
  made.hourly_prices = {price("Standard_E4s_v5", "West Europe", january, 3), price("Standard_D2s_v5", "westeurope", january, 1),
                        price("Standard_D2s_v5", "uksouth", january, 2)};
  made.ratios = {{"DSv3", "d2", {1, 1}}, {"DSv3", "d4", {2, 1}}, {"DSv3", "d4", {3, 1}, make_day(2026, 3, 15)}};
  const auto statement = [](int reservation, unsigned month, std::int64_t used, std::int64_t version) {
    const Day first = make_day(2026, month, 1);
    return StatementMonth{id<ReservationId>(reservation), first, {{first, 24'000'000, used}}, version};
  };
  made.statement_months = {statement(1, 3, 5, 0), statement(1, 4, 6, 0), statement(2, 3, 7, 0)};
  ASSERT_TRUE(store_->commit(made));
  Changes again{.audit = note("test")};
  again.hourly_prices = {price("STANDARD_D2S_V5", "WestEurope", january, 9)};
  again.ratios = {{"DSv3", "D4", {5, 2}, make_day(2026, 3, 15)}};
  again.statement_months = {statement(1, 3, 8, 1)};
  ASSERT_TRUE(store_->commit(again));
  Changes late{.audit = note("test")};
  late.statement_months = {statement(1, 3, 9, 1)};
  EXPECT_EQ(store_->commit(late).error().code, Code::conflict) << "somebody else has read it meanwhile";

  const auto snapshot = *store_->snapshot();
  const std::vector<HourlyPrice> prices = *snapshot->hourly_prices_in("westeurope");
  ASSERT_EQ(prices.size(), 2U);
  EXPECT_EQ(prices[0].nano, 9) << "the same size, region, currency and day again takes its place";
  EXPECT_EQ(prices[1].sku, "Standard_E4s_v5");
  const std::vector<FlexibilityRatio> ratios = *snapshot->ratios();
  ASSERT_EQ(ratios.size(), 3U);
  EXPECT_EQ(ratios_on(ratios, make_day(2026, 3, 14))[1].ratio, (Ratio{2, 1}));
  EXPECT_EQ(ratios_on(ratios, make_day(2026, 3, 15))[1].ratio, (Ratio{5, 2}));
  const std::vector<StatementMonth> statements =
      *snapshot->statements_of({id<ReservationId>(2), id<ReservationId>(5), id<ReservationId>(1)});
  ASSERT_EQ(statements.size(), 3U);
  EXPECT_EQ(statements[0], statement(2, 3, 7, 1));
  EXPECT_EQ(statements[1], statement(1, 3, 8, 2));
  EXPECT_EQ(statements[2], statement(1, 4, 6, 1));
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

// ---- leases --------------------------------------------------------------------------------------------------------------------------

TEST_P(StoreContract, APieceOfWorkIsHeldByOneUntilItIsFinishedOrItsLeaseIsOver) {
  ASSERT_TRUE(put(customer(1)));
  const auto at = [](std::int64_t seconds) { return add_seconds(Instant{kTicksPerDay}, seconds); };
  const std::vector<std::string> all = {"c", "a", "b"};
  EXPECT_EQ(store_->lease({.worker = "one", .now = at(0)})->commit, 1);
  const Leases first = *store_->lease({.worker = "one", .now = at(0), .lease_seconds = 60, .since = 1, .wanted = all, .limit = 2});
  EXPECT_EQ(first.taken, (std::vector<std::string>{"c", "a"})) << "the most wanted first, and no more than were asked for";
  const Leases second = *store_->lease({.worker = "two", .now = at(59), .lease_seconds = 60, .since = 1, .wanted = all, .limit = 9});
  EXPECT_EQ(second.taken, (std::vector<std::string>{"b"}));
  EXPECT_TRUE(second.done.empty());

  // One finishes c, holds a for longer, and is not heard of again.
  EXPECT_EQ(store_->lease({.worker = "one", .now = at(59), .since = 1, .finished = {"c"}, .wanted = {"a"}})->taken,
            (std::vector<std::string>{"a"}));
  const Leases third = *store_->lease({.worker = "two", .now = at(118), .since = 1, .finished = {"b"}, .wanted = {"a", "c"}, .limit = 9});
  EXPECT_TRUE(third.taken.empty()) << "its lease was made longer";
  EXPECT_EQ(third.done, (std::vector<std::string>{"c"}));
  EXPECT_EQ(store_->lease({.worker = "two", .now = at(119), .since = 1, .wanted = {"a"}})->taken, (std::vector<std::string>{"a"}));

  // What one says of a now counts for nothing; what two did is done for a run that began no later.
  ASSERT_TRUE(store_->lease({.worker = "one", .now = at(120), .since = 1, .finished = {"a"}}));
  EXPECT_TRUE(store_->lease({.worker = "three", .now = at(120), .since = 1, .wanted = {"a"}})->taken.empty());
  ASSERT_TRUE(store_->lease({.worker = "two", .now = at(121), .since = 1, .finished = {"a"}}));
  EXPECT_EQ(store_->lease({.worker = "three", .now = at(121), .since = 1, .wanted = {"a"}})->done, (std::vector<std::string>{"a"}));
  ASSERT_TRUE(put(customer(2)));
  EXPECT_EQ(store_->lease({.worker = "four", .now = at(122), .since = 2, .wanted = {"a"}})->taken, (std::vector<std::string>{"a"}))
      << "what was begun before the last commit may not have seen it";
  ASSERT_TRUE(store_->lease({.worker = "four", .now = at(122), .since = 2, .given_up = {"a"}}));
  EXPECT_EQ(store_->lease({.worker = "five", .now = at(122), .since = 2, .wanted = {"a"}})->taken, (std::vector<std::string>{"a"}))
      << "what was given up is free at once, and not done";
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 2) << "leases are no part of the desk";
}

TEST_P(StoreContract, PiecesOfWorkAreSharedOutOnce) {
  std::vector<std::string> all;
  for (int i = 0; i < 200; ++i) all.push_back(fmt::format("piece-{:03}", i));
  std::mutex mutex;
  std::vector<std::string> taken;
  const auto work = [&](const std::string& worker) {
    for (int turn = 0; turn < 40; ++turn) {
      const Leases got = *store_->lease({.worker = worker, .now = Instant{1}, .wanted = all, .limit = 10});
      const std::lock_guard lock(mutex);
      for (const std::string& each : got.taken)
        if (std::ranges::find(taken, worker + each) == taken.end()) taken.push_back(worker + each);
    }
  };
  std::vector<std::jthread> workers;
  for (const char* name : {"a:", "b:", "c:"}) workers.emplace_back(work, name);
  workers.clear();
  std::vector<std::string> pieces;
  for (const std::string& each : taken) pieces.push_back(each.substr(2));
  std::ranges::sort(pieces);
  EXPECT_EQ(std::ranges::unique(pieces).begin(), pieces.end()) << "no piece went to two";
}

// Which commits a failure of power may take is up to the disk; that all of them count at once, in one chain, is up to us.
TEST_P(StoreContract, CommitsThatNeedNotBeDurableYetStandAmongThoseThatMust) {
  constexpr int kEach = 20;
  const auto put_all = [&](int first, Durable durable) {
    for (int n = first; n < first + kEach; ++n) {
      Changes changes{.audit = note("test.put"), .durable = durable};
      changes.customers.push_back(customer(n));
      EXPECT_TRUE(store_->commit(std::move(changes)));
      EXPECT_TRUE(read(n)) << n << " is seen as soon as its commit was answered";
    }
  };
  std::thread soon([&] { put_all(1, Durable::soon); });
  std::thread at_once([&] { put_all(101, Durable::now); });
  soon.join();
  at_once.join();
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 2 * kEach);
  if (GetParam() == Where::memory) return;
  put_all(201, Durable::soon);
  store_.reset();
  store_ = open();
  EXPECT_TRUE(read(200 + kEach)) << "a process that ends loses nothing";
  EXPECT_EQ(*store_->verify([](std::int64_t) {}), 3 * kEach);
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
