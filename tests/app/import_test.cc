// Lists taken in: the same list twice changes nothing, an older one never undoes what was done here, prices come from where they can.
#include "app/import_lanes.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

const OrderId kOrder = *OrderId::parse("0a000000-0000-4000-8000-000000000001");
const ReservationId kWeb = *ReservationId::parse("0b000000-0000-4000-8000-000000000001");
const ReservationId kDatabase = *ReservationId::parse("0b000000-0000-4000-8000-000000000002");

ImportedReservation listed(const ReservationId& id, std::int64_t quantity) {
  return {.order = kOrder,
          .id = id,
          .name = "listed",
          .product = "VirtualMachines",
          .sku = "Standard_D2s_v5",
          .region = "westeurope",
          .quantity = quantity,
          .term = Term{1},
          .plan = BillingPlan::upfront,
          .purchased = *parse_instant("2026-01-01T09:00:00Z"),
          .updated = *parse_instant("2026-01-01T09:00:00Z"),
          .state = ProvisioningState::succeeded,
          .billing_scope = "/subscriptions/5ab5c000-0000-4000-8000-000000000001"};
}

ImportedOrder ordered(std::int64_t quantity, std::vector<Payment> payments) {
  return {.id = kOrder,
          .name = "order",
          .term = Term{1},
          .plan = BillingPlan::upfront,
          .original_quantity = quantity,
          .state = ProvisioningState::succeeded,
          .reservations = {kWeb},
          .payments = std::move(payments)};
}

class Importing : public OnEveryStore {
 protected:
  PortfolioImport take(const ImportSource& source, std::vector<ImportedOrder> orders, std::vector<ImportedReservation> reservations) {
    PortfolioImport import(desk().app, source);
    must(import.take(orders, reservations));
    return import;
  }
  PortfolioImport take(std::vector<ImportedReservation> reservations) {
    return take({.customer = desk().nordvik, .name = "list"}, {}, std::move(reservations));
  }
};
PRORATA_ON_EVERY_STORE(Importing);

void expect_counts(const ImportCounts& counts, ImportCounts expected) {
  EXPECT_EQ(counts.added, expected.added);
  EXPECT_EQ(counts.changed, expected.changed);
  EXPECT_EQ(counts.unchanged, expected.unchanged);
  EXPECT_EQ(counts.older, expected.older);
  EXPECT_EQ(counts.refused, expected.refused);
}

TEST_P(Importing, TheSameListAgainChangesNothing) {
  const std::vector<ImportedOrder> orders = {ordered(3, {{.due = make_day(2026, 1, 1), .billing = sek(90'000)}})};
  const std::vector<ImportedReservation> reservations = {listed(kWeb, 3)};
  const ImportSource source{.customer = desk().nordvik, .name = "list"};
  expect_counts(take(source, orders, reservations).reservations(), {.added = 1});
  const Reservation first = desk().read(kWeb);
  const PortfolioImport again = take(source, orders, reservations);
  expect_counts(again.reservations(), {.unchanged = 1});
  expect_counts(again.orders(), {.unchanged = 1});
  EXPECT_EQ(desk().read(kWeb), first);
  EXPECT_EQ(must(desk().look()->revisions_of(kWeb)).size(), 1u);
}

// Batches side by side: of one order the last word stands, however they overtake each other.
TEST_P(Importing, BatchesSideBySideLeaveWhatTheyWouldOneByOne) {
  constexpr int kBatches = 40;
  constexpr int kOrders = 3;
  const auto order_id = [](int n) { return *OrderId::parse(fmt::format("0a000000-0000-4000-8000-00000000010{}", n)); };
  const auto id = [](int n) { return *ReservationId::parse(fmt::format("0b000000-0000-4000-8000-00000000010{}", n)); };
  PortfolioImport portfolio(desk().app, {.customer = desk().nordvik, .name = "list"});
  {
    ImportLanes lanes(portfolio);
    for (int batch = 0; batch < kBatches; ++batch) {
      ImportedReservation said = listed(id(batch % kOrders), 1);
      said.order = order_id(batch % kOrders);
      said.name = fmt::format("batch {}", batch);
      must(lanes.take({}, {said}));
    }
    must(lanes.finish());
  }
  expect_counts(portfolio.reservations(), {.added = kOrders, .changed = kBatches - kOrders});
  for (int batch = kBatches - kOrders; batch < kBatches; ++batch)
    EXPECT_EQ(desk().read(id(batch % kOrders)).name, fmt::format("batch {}", batch));
  EXPECT_EQ(must(desk().look()->revisions_of(id(0))).size(), 14u) << "of batches 0, 3, ... 39: each its own";
  std::string last;
  must(desk().look()->audit(1, [&](const AuditRecord& record) {
    last = record.note.after;
    return true;
  }));
  EXPECT_EQ(last, "3 orders new, 0 changed; 3 reservations new, 37 changed, 0 refused");
}

TEST_P(Importing, AnErrorOfOneBatchIsHeardByTheNext) {
  PortfolioImport nobodys(desk().app, {.customer = *CustomerId::parse("00000000-0000-4000-8000-00000000dead"), .name = "list"});
  ImportLanes lanes(nobodys);
  must(lanes.take({}, {listed(kWeb, 1)}));
  const Result<void> next = lanes.take({}, {listed(kWeb, 2)});
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, Code::not_found);
}

TEST_P(Importing, AListOlderThanAReturnDoesNotBringBackWhatWasReturned) {
  take({listed(kWeb, 3)});
  desk().give_back(kWeb, 1);
  expect_counts(take({listed(kWeb, 3)}).reservations(), {.older = 1});
  EXPECT_EQ(desk().read(kWeb).quantity, 2);
  desk().give_back(kWeb, 2);
  take({listed(kWeb, 3)});
  EXPECT_EQ(desk().read(kWeb).state, ProvisioningState::cancelled);
  ImportedReservation undated = listed(kWeb, 3);
  undated.updated.reset();
  expect_counts(take({undated}).reservations(), {.older = 1});
  EXPECT_EQ(desk().read(kWeb).state, ProvisioningState::cancelled) << "a list without dates does not revive it either";
}

TEST_P(Importing, ANewerListIsTaken) {
  take({listed(kWeb, 3)});
  ImportedReservation newer = listed(kWeb, 2);
  newer.name = "fewer";
  newer.updated = *parse_instant("2026-03-01");
  expect_counts(take({newer}).reservations(), {.changed = 1});
  EXPECT_EQ(desk().read(kWeb).quantity, 2);
  EXPECT_EQ(desk().read(kWeb).name, "fewer");
  EXPECT_EQ(desk().read(kWeb).revision, 2);
}

TEST_P(Importing, ThePriceComesFromTheOrdersSchedule) {
  const Money paid{100'001, sek(0).currency};
  const ImportedOrder order = ordered(3, {{.due = make_day(2026, 1, 1), .billing = paid, .status = PaymentStatus::succeeded}});
  const PortfolioImport import = take({.customer = desk().nordvik, .name = "list"}, {order}, {listed(kWeb, 1), listed(kDatabase, 2)});
  EXPECT_EQ(import.prices_unknown(), 0);
  EXPECT_EQ(total_billing(desk().read(kWeb).schedule) + total_billing(desk().read(kDatabase).schedule), paid);
  EXPECT_EQ(total_billing(desk().read(kWeb).schedule).minor, 33'334);
}

TEST_P(Importing, ElseFromThePriceListOfThePurchaseDate) {
  must(import_prices(desk().app, {{"VirtualMachines", "Standard_D2s_v5", "westeurope", Term{1}, make_day(2026, 1, 2), sek(1)}}, "later"));
  EXPECT_EQ(take({listed(kWeb, 3)}).prices_unknown(), 0);
  EXPECT_EQ(total_billing(desk().read(kWeb).schedule), sek(109'500)) << "not the list that came a day later";
  EXPECT_EQ(total_pricing(desk().read(kWeb).schedule), usd(10'950));
}

TEST_P(Importing, ElseItStaysUnknownUntilAListHasIt) {
  ImportedReservation strange = listed(kWeb, 3);
  strange.sku = "Standard_Unheard_of";
  EXPECT_EQ(take({strange}).prices_unknown(), 1);
  EXPECT_FALSE(desk().read(kWeb).price_known());
  must(import_prices(desk().app, {{"", "standard_unheard_OF", "West Europe", Term{1}, make_day(2025, 1, 1), sek(10)}}, "found"));
  const PortfolioImport again = take({strange});
  EXPECT_EQ(again.prices_unknown(), 0);
  expect_counts(again.reservations(), {.changed = 1});
  EXPECT_EQ(total_billing(desk().read(kWeb).schedule), sek(30));
}

TEST_P(Importing, TheOwnerIsFoundByTheSubscriptionItIsBilledTo) {
  take({.name = "list"}, {}, {listed(kWeb, 3)});
  EXPECT_EQ(desk().read(kWeb).customer, desk().nordvik);
  ImportedReservation nobodys = listed(kDatabase, 1);
  nobodys.order = *OrderId::parse("0a000000-0000-4000-8000-000000000002");
  nobodys.billing_scope = "/subscriptions/99999999-0000-4000-8000-000000000001";
  const PortfolioImport import = take({.name = "list"}, {}, {nobodys});
  ASSERT_EQ(import.refusals().size(), 1u);
  EXPECT_EQ(import.refusals().front().subject, "reservation " + kDatabase.text());
  EXPECT_NE(import.refusals().front().reason.find("name the customer with --customer"), std::string::npos);
}

TEST_P(Importing, AnOrderDoesNotSayWhoseItIs) {
  const PortfolioImport alone = take({.name = "list"}, {ordered(1, {})}, {});
  expect_counts(alone.orders(), {.refused = 1});
  EXPECT_EQ(alone.refusals().front().subject, "order " + kOrder.text());
  EXPECT_NE(alone.refusals().front().reason.find("import its reservations first"), std::string::npos);
  take({.name = "list"}, {}, {listed(kWeb, 1)});
  expect_counts(take({.name = "list"}, {ordered(1, {})}, {}).orders(), {.changed = 1});
}

TEST_P(Importing, WhatBelongsToAnotherIsLeftAlone) {
  take({listed(kWeb, 3)});
  const PortfolioImport other = take({.customer = desk().prairie, .name = "list"}, {ordered(1, {})}, {listed(kWeb, 3)});
  expect_counts(other.reservations(), {.refused = 1});
  expect_counts(other.orders(), {.refused = 1});
  EXPECT_NE(other.refusals().front().reason.find("belongs to customer " + desk().nordvik.text()), std::string::npos);
  ImportedReservation elsewhere = listed(kWeb, 3);
  elsewhere.order = *OrderId::parse("0a000000-0000-4000-8000-000000000002");
  EXPECT_NE(take({elsewhere}).refusals().front().reason.find("belongs to order " + kOrder.text()), std::string::npos);
}

TEST_P(Importing, ARecordThatSaysTooLittleIsRefusedWithItsReason) {
  ImportedReservation bare{.order = kOrder, .id = kWeb};
  EXPECT_NE(take({bare}).refusals().front().reason.find("quantity, term, size and purchase date are needed"), std::string::npos);
  ImportedReservation absurd = listed(kWeb, 2'000'000);
  EXPECT_EQ(take({absurd}).refusals().front().reason, "2000000 units cannot be");
}

TEST_P(Importing, ATextThatNoIndexHoldsIsRefusedAndTheRestGoesOn) {
  ImportedReservation longest = listed(kWeb, 3);
  longest.name.assign(256, 'x');
  longest.sku.assign(256, 's');
  EXPECT_TRUE(take({longest}).refusals().empty());
  ImportedReservation endless = longest;
  endless.name.assign(100'000, 'x');
  EXPECT_NE(take({endless}).refusals().front().reason.find("its name has more than 256 bytes"), std::string::npos);
}

TEST_P(Importing, AnUnknownCustomerEndsTheImport) {
  PortfolioImport import(desk().app, {.customer = *CustomerId::parse("00000000-0000-4000-8000-00000000dead"), .name = "list"});
  expect_failed(import.take({}, {}), Code::not_found, "import it with 'prorata import customers'");
}

TEST_P(Importing, NotUsedForLessThanItsLifeIsNotUnused) {
  ImportedReservation fresh = listed(kWeb, 1);
  fresh.usage_window_30_days_zero = true;
  take({.customer = desk().nordvik, .as_of = make_day(2026, 1, 31), .name = "list"}, {}, {fresh});
  EXPECT_EQ(desk().read(kWeb).usage, Usage::unused) << "30 days without use cover all of its life";
  fresh.updated = *parse_instant("2026-02-02");
  take({.customer = desk().nordvik, .as_of = make_day(2026, 2, 1), .name = "list"}, {}, {fresh});
  EXPECT_EQ(desk().read(kWeb).usage, Usage::unknown);
  fresh.usage = Usage::used;
  take({fresh});
  EXPECT_EQ(desk().read(kWeb).usage, Usage::used);
}

TEST_P(Importing, CustomersKeepWhatTheDeskSetForThem) {
  Customer again = MadeDesk::customer(desk().nordvik, "Nordvik", sek(0).currency, {1, 1}, {0, 1});
  expect_counts(must(import_customers(desk().app, {{again}}, "test")), {.unchanged = 1});
  again.name = "Nordvik Logistik";
  expect_counts(must(import_customers(desk().app, {{again}}, "test")), {.changed = 1});
  const Customer stored = *must(desk().look()->customer(desk().nordvik));
  EXPECT_EQ(stored.name, "Nordvik Logistik");
  EXPECT_EQ(stored.price_ratio, (Ratio{11, 10})) << "the partner's own price is no matter of the list";
}

}  // namespace
}  // namespace prorata
