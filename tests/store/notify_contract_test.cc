// What app/store.h promises of notifications and of the view over all customers, asked of every store.
#include <algorithm>

#include "desks.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class NotifyContract : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    auto store = store::open_store(place_.at(), {.create = true});
    ASSERT_TRUE(store) << store.error().text();
    store_ = std::move(*store);
  }
  void TearDown() override {
    if (store_) EXPECT_TRUE(store_->verify([](std::int64_t) {}));
  }
  Result<Committed> commit(Changes changes) {
    changes.audit = note("test");
    return store_->commit(std::move(changes));
  }
  std::unique_ptr<Snapshot> look() { return *store_->snapshot(); }

  Place place_{GetParam()};
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(, NotifyContract, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

Delivery delivery(int n, std::string target, DeliveryState state, std::int64_t due, std::string batch = {}) {
  return {.id = fmt::format("e{:03}.{}", n, target),
          .event = fmt::format("e{:03}", n),
          .kind = "request.changed",
          .body = "{\"a\":1}",
          .customer = id<CustomerId>(1),
          .channel = batch.empty() ? Channel::webhook : Channel::digest,
          .target = std::move(target),
          .batch = std::move(batch),
          .event_at = Instant{n},
          .created = Instant{1'000 + n},
          .state = state,
          .due = Instant{due}};
}

std::vector<std::string> ids_of(const std::vector<Delivery>& deliveries) {
  std::vector<std::string> out;
  for (const Delivery& each : deliveries) out.push_back(each.id);
  return out;
}

TEST_P(NotifyContract, TheOutboxIsReadInTheOrderOfCommits) {
  EXPECT_EQ(*look()->last_outbox_place(), 0);
  for (int commit_number = 0; commit_number < 4; ++commit_number) {
    Changes changes;
    for (int i = 0; i < 3; ++i) changes.outbox.push_back({"kind", fmt::format("{}-{}", commit_number, i)});
    changes.entries.push_back(entry(100 + commit_number, 1, 5));
    ASSERT_TRUE(commit(std::move(changes)));
  }
  std::vector<std::string> bodies;
  std::int64_t place = 0;
  while (true) {
    const std::vector<OutboxRow> rows = *look()->outbox_after(place, 5);
    if (rows.empty()) break;
    for (const OutboxRow& each : rows) {
      EXPECT_LT(place, each.place);
      place = each.place;
      bodies.push_back(each.body);
      EXPECT_EQ(each.kind, "kind");
    }
  }
  EXPECT_EQ(bodies.size(), 12u);
  EXPECT_TRUE(std::ranges::is_sorted(bodies));
  EXPECT_EQ(*look()->last_outbox_place(), place);
}

TEST_P(NotifyContract, WhatIsKeptIsReadBack) {
  const Webhook hook{.id = id<WebhookId>(1),
                     .url = "https://x.example/",
                     .allow_private = true,
                     .secret = "s",
                     .kinds = {"a", "b.c"},
                     .customer = id<CustomerId>(1),
                     .created = Instant{5},
                     .created_by = "anna",
                     .since_place = 9};
  Changes changes;
  changes.webhooks.push_back(hook);
  changes.notify_settings = NotifySettings{.smtp_host = "mail.example", .smtp_port = 25, .from = "a@b.example", .credit_days = 9};
  changes.progress.push_back({.name = "alerts", .place = 3, .day = make_day(2026, 2, 28), .at = Instant{7}, .after = "x"});
  changes.alerts.push_back({"key/1", Instant{3}});
  changes.users.push_back({.id = id<PrincipalId>(1),
                           .name = "a@b.example",
                           .email = "c@b.example",
                           .notify = {.when = MailWhen::daily, .language = Language::swedish, .kinds = {"credit"}, .since_place = 4}});
  ASSERT_TRUE(commit(std::move(changes)));
  const auto snapshot = look();
  Webhook expected = hook;
  expected.version = 1;
  EXPECT_EQ(**snapshot->webhook(hook.id), expected);
  EXPECT_EQ(snapshot->webhooks()->size(), 1u);
  EXPECT_FALSE(*snapshot->webhook(id<WebhookId>(2)));
  EXPECT_EQ((*snapshot->notify_settings())->credit_days, 9);
  EXPECT_EQ((*snapshot->progress("alerts"))->day, make_day(2026, 2, 28));
  EXPECT_FALSE(*snapshot->progress("other"));
  EXPECT_EQ(snapshot->alerts_among({"key/0", "key/1", "key/2"})->size(), 1u);
  EXPECT_TRUE(snapshot->alerts_among({})->empty());
  EXPECT_EQ((*snapshot->user(id<PrincipalId>(1)))->notify.kinds, std::vector<std::string>{"credit"});
  EXPECT_EQ((*snapshot->user(id<PrincipalId>(1)))->email, "c@b.example");

  Changes twice;
  twice.alerts.push_back({"key/1", Instant{4}});
  EXPECT_EQ(commit(std::move(twice)).error().code, Code::conflict) << "an alert is raised once";
  Changes stale;
  stale.progress.push_back({.name = "alerts", .place = 4});
  EXPECT_EQ(commit(std::move(stale)).error().code, Code::conflict) << "its version was not the one that is there";
}

TEST_P(NotifyContract, DeliveriesAreFoundByWhatIsDue) {
  Changes changes;
  for (int n = 0; n < 6; ++n) changes.deliveries.push_back(delivery(n, "a", DeliveryState::waiting, 100 - n));
  changes.deliveries.push_back(delivery(10, "b", DeliveryState::waiting, 50));
  changes.deliveries.push_back(delivery(11, "b", DeliveryState::waiting, 500));
  changes.deliveries.push_back(delivery(12, "b", DeliveryState::delivered, 1));
  changes.deliveries.push_back(delivery(13, "c", DeliveryState::dead, 1));
  changes.deliveries.push_back(delivery(14, "d", DeliveryState::gathered, 70, "d/1"));
  changes.deliveries.push_back(delivery(15, "d", DeliveryState::gathered, 60, "d/1"));
  changes.deliveries.push_back(delivery(16, "d", DeliveryState::gathered, 80, "d/2"));
  ASSERT_TRUE(commit(std::move(changes)));
  const auto snapshot = look();
  EXPECT_EQ(*snapshot->targets_due(Instant{100}), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*snapshot->targets_due(Instant{50}), std::vector<std::string>{"b"});
  EXPECT_TRUE(snapshot->targets_due(Instant{49})->empty());
  EXPECT_EQ(ids_of(*snapshot->deliveries_due({"a", "b", "c", "d"}, Instant{100}, 2)),
            (std::vector<std::string>{"e005.a", "e004.a", "e010.b"}));
  EXPECT_EQ(ids_of(*snapshot->deliveries_gathered(Instant{70}, 10)), (std::vector<std::string>{"e015.d", "e014.d"}));
  EXPECT_EQ(ids_of(*snapshot->deliveries_gathered(Instant{90}, 1)), std::vector<std::string>{"e015.d"});
  EXPECT_EQ(snapshot->deliveries_of_batch("d/1")->size(), 2u);
  EXPECT_TRUE(snapshot->deliveries_of_batch("d/3")->empty());
  EXPECT_EQ((*snapshot->delivery("e012.b"))->state, DeliveryState::delivered);

  for (const DeliveryQuery& narrowed : {DeliveryQuery{}, DeliveryQuery{.state = DeliveryState::waiting}, DeliveryQuery{.target = "b"}}) {
    DeliveryQuery query = narrowed;
    query.limit = 2;
    std::vector<std::string> all;
    do {
      const Page<Delivery> page = *snapshot->deliveries(query);
      for (const Delivery& each : page.items) all.push_back(each.id);
      query.after = page.next;
    } while (!query.after.empty());
    EXPECT_TRUE(std::ranges::is_sorted(all, std::greater())) << "newest first";
    EXPECT_EQ(all.size(), narrowed.state ? 8u : narrowed.target.empty() ? 13u : 3u);
  }

  Delivery moved = **snapshot->delivery("e010.b");
  moved.state = DeliveryState::dead;
  Changes first;
  first.deliveries.push_back(moved);
  ASSERT_TRUE(commit(first));
  EXPECT_EQ(commit(first).error().code, Code::conflict) << "claimed by one alone";
  EXPECT_TRUE(look()->targets_due(Instant{60})->empty());
}

TEST_P(NotifyContract, ReturnsBetweenTwoMomentsAreOldestFirst) {
  Changes changes;
  for (const int n : {3, 1, 2, 5}) {
    ReturnRecord r;
    r.id = id<ReturnId>(n);
    r.customer = id<CustomerId>(n % 2);
    r.at = Instant{n * 10};
    for (Money* each : {&r.paid, &r.consumed, &r.credit, &r.fee, &r.refund, &r.forfeited, &r.remaining_commitment, &r.pricing_refund,
                        &r.pricing_cancelled, &r.customer_credit, &r.handling})
      *each = {1, Currency::usd()};
    r.order = id<OrderId>(n);
    r.reservation = id<ReservationId>(n);
    changes.returns.push_back(r);
  }
  ASSERT_TRUE(commit(std::move(changes)));
  std::vector<std::int64_t> at;
  for (const ReturnRecord& each : *look()->returns_between(Instant{10}, Instant{30})) at.push_back(each.at.ticks);
  EXPECT_EQ(at, (std::vector<std::int64_t>{20, 30}));
}

TEST_P(NotifyContract, OverviewsAreFilteredSortedAndSummed) {
  Changes changes;
  for (int n = 1; n <= 9; ++n)
    changes.customer_overviews.push_back({.customer = id<CustomerId>(n),
                                          .name = fmt::format("Customer {}", 9 - n),
                                          .reseller = n % 2 == 0 ? std::optional(id<ResellerId>(1)) : std::nullopt,
                                          .currency = n % 3 == 0 ? Currency::usd() : *Currency::parse("SEK"),
                                          .day = make_day(2026, 3, 1),
                                          .reservations = n,
                                          .expiring_90 = n > 5 ? n : 0,
                                          .badly_used = n == 4 ? 1 : 0,
                                          .refundable = n % 2,
                                          .refundable_minor = n * 100,
                                          .refundable_usd_minor = (n * 7 % 10) * 10,
                                          .open_requests = n == 2 ? 1 : 0,
                                          .provider_credit_minor = n == 3 ? 5 : 0,
                                          .customer_credit_minor = n == 8 ? 6 : 0,
                                          .allowance_used_minor = 10 - n});
  ASSERT_TRUE(commit(changes));
  changes.customer_overviews.resize(1);
  changes.customer_overviews.front().reservations = 100;
  ASSERT_TRUE(commit(std::move(changes))) << "the same customer again replaces the row";
  const auto snapshot = look();
  EXPECT_EQ((*snapshot->customer_overview(id<CustomerId>(1)))->reservations, 100);
  const auto listed = [&](OverviewQuery query) {
    std::vector<int> out;
    query.limit = 2;
    do {
      const Page<CustomerOverview> page = *snapshot->customer_overviews(query);
      for (const CustomerOverview& each : page.items) out.push_back(each.customer.text().back() - '0');
      query.after = page.next;
    } while (!query.after.empty());
    return out;
  };
  EXPECT_EQ(listed({}), (std::vector<int>{9, 8, 7, 6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(listed({.sort = OverviewSort::refundable}), (std::vector<int>{7, 4, 1, 8, 5, 2, 9, 6, 3}));
  EXPECT_EQ(listed({.sort = OverviewSort::allowance}), (std::vector<int>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(listed({.expiring = true, .sort = OverviewSort::expiring}), (std::vector<int>{9, 8, 7, 6}));
  EXPECT_EQ(listed({.badly_used = true}), std::vector<int>{4});
  EXPECT_EQ(listed({.with_requests = true}), std::vector<int>{2});
  EXPECT_EQ(listed({.with_credits = true}), (std::vector<int>{8, 3}));
  EXPECT_EQ(listed({.reseller = id<ResellerId>(1)}), (std::vector<int>{8, 6, 4, 2}));
  EXPECT_EQ(listed({.text = "MER 5"}), std::vector<int>{4});
  EXPECT_EQ(listed({.customer = id<CustomerId>(5)}), std::vector<int>{5});
  const std::vector<OverviewTotals> totals = *snapshot->overview_totals({.refundable = true});
  ASSERT_EQ(totals.size(), 2u);
  EXPECT_EQ(totals[0].currency.code(), "SEK");
  EXPECT_EQ(totals[0].customers, 3);
  EXPECT_EQ(totals[0].reservations, 100 + 5 + 7);
  EXPECT_EQ(totals[1].refundable_minor, 300 + 900);
  EXPECT_TRUE(snapshot->overview_totals({.text = "nobody"})->empty());
}

TEST_P(NotifyContract, WhatBeginsSoIsFound) {
  Changes changes;
  for (int n = 0x10; n < 0x20; ++n) {
    changes.reservations.push_back(reservation(n, 1));
    changes.orders.push_back({.id = id<OrderId>(n), .customer = id<CustomerId>(1)});
  }
  for (const int n : {1, 2, 3})
    changes.support_requests.push_back({.name = fmt::format("Refund-{}", n),
                                        .number = support::number_of(make_day(2026, 1, n), 7),
                                        .customer = id<CustomerId>(n == 3 ? 2 : 1),
                                        .status = n == 2 ? support::Status::closed : support::Status::open,
                                        .service = id<ServiceId>(1),
                                        .classification = id<ClassificationId>(1)});
  ASSERT_TRUE(commit(std::move(changes)));
  const auto snapshot = look();
  EXPECT_EQ(snapshot->reservations_starting("01970000-0000-7000-8000-00000000001", 10)->size(), 10u);
  EXPECT_EQ(snapshot->reservations_starting("01970000-0000-7000-8000-000000000013", 10)->size(), 1u);
  EXPECT_TRUE(snapshot->reservations_starting("02", 10)->empty());
  EXPECT_EQ(snapshot->orders_starting("01970000-0000-7000-8000-00000000001f", 10)->size(), 1u);
  EXPECT_EQ(snapshot->support_requests_starting("refund-", 2)->size(), 2u);
  EXPECT_EQ(snapshot->support_requests_starting("260102", 5)->size(), 1u);
  EXPECT_EQ(snapshot->support_requests_starting("refund-3", 5)->front().name, "Refund-3");
  EXPECT_EQ(*snapshot->open_support_requests(id<CustomerId>(1)), 1);
  EXPECT_EQ(*snapshot->open_support_requests(id<CustomerId>(2)), 1);
}

}  // namespace
}  // namespace prorata
