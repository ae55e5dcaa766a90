// Changes that move no money: where a split or merged reservation comes from, what a key promises, what is refused.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class Changing : public OnEveryStore {};
PRORATA_ON_EVERY_STORE(Changing);

TEST_P(Changing, ASplitAndAMergeKeepTheirLineageAndTheirMoney) {
  const Reservation bought = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 7});
  const std::vector<Reservation> parts = must(split_reservation(desk().app, bought.id, {2, 4, 1}, ""));
  ASSERT_EQ(parts.size(), 3u);
  const Reservation source = desk().read(bought.id);
  EXPECT_EQ(source.state, ProvisioningState::cancelled);
  EXPECT_EQ(source.status->code, "Split");
  EXPECT_EQ(source.lineage.split_destinations, (std::vector{parts[0].id, parts[1].id, parts[2].id}));
  Money sum = Money::zero(sek(0).currency);
  for (const Reservation& part : parts) {
    EXPECT_EQ(part.lineage.split_source, bought.id);
    sum += total_billing(part.schedule);
  }
  EXPECT_EQ(sum, sek(255'500));

  const Reservation merged = must(merge_reservations(desk().app, {parts[2].id, parts[0].id}, ""));
  EXPECT_EQ(merged.quantity, 3);
  EXPECT_EQ(merged.lineage.merge_sources, (std::vector{parts[2].id, parts[0].id}));
  EXPECT_EQ(desk().read(parts[0].id).lineage.merge_destination, merged.id);
  EXPECT_EQ(total_billing(merged.schedule), total_billing(parts[0].schedule) + total_billing(parts[2].schedule));
  EXPECT_EQ(*merged.customer_price, *parts[0].customer_price + *parts[2].customer_price);

  const Order order = *must(desk().look()->order(bought.order));
  EXPECT_EQ(order.reservations, (std::vector{bought.id, parts[0].id, parts[1].id, parts[2].id, merged.id}));
  EXPECT_TRUE(desk().entries(desk().nordvik, "split").empty()) << "no money moves";
}

TEST_P(Changing, AKeySplitsAndMergesOnce) {
  const Reservation bought = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const std::vector<Reservation> parts = must(split_reservation(desk().app, bought.id, {1, 2}, "s"));
  EXPECT_EQ(must(split_reservation(desk().app, bought.id, {1, 2}, "s")), parts);
  expect_failed(split_reservation(desk().app, bought.id, {2, 1}, "s"), Code::key_reused, "choose a new key");
  const Reservation merged = must(merge_reservations(desk().app, {parts[0].id, parts[1].id}, "m"));
  EXPECT_EQ(must(merge_reservations(desk().app, {parts[0].id, parts[1].id}, "m")), merged);
}

TEST_P(Changing, AKeyBuysOnce) {
  const Buying order{.customer = desk().nordvik, .quantity = 3, .key = "buy-1"};
  const Reservation first = desk().buy(order);
  EXPECT_EQ(desk().buy(order), first);
  EXPECT_EQ(must(desk().look()->counts()).reservations, 1);
  Buying other = order;
  other.quantity = 4;
  expect_failed(desk().try_to_buy(other), Code::key_reused, "choose a new key");
}

TEST_P(Changing, WhatMakesNoSenseIsRefused) {
  const Reservation bought = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const Reservation other = desk().buy({.customer = desk().nordvik, .quantity = 3});
  expect_failed(split_reservation(desk().app, bought.id, {1, 1}, ""), Code::invalid_argument, "the parts add up to 2 units");
  expect_failed(split_reservation(desk().app, bought.id, {3}, ""), Code::invalid_argument, "at least two parts");
  expect_failed(merge_reservations(desk().app, {bought.id, other.id}, ""), Code::invalid_argument, "differ in order");
  expect_failed(merge_reservations(desk().app, {bought.id, bought.id}, ""), Code::invalid_argument, "is named twice");
  expect_failed(split_reservation(desk().app, *ReservationId::parse("00000000-0000-4000-8000-00000000dead"), {1, 2}, ""), Code::not_found,
                "prorata reservation list");
  desk().give_back(bought.id, 3);
  expect_failed(split_reservation(desk().app, bought.id, {1, 2}, ""), Code::refused, "is Cancelled; a split needs it to be Succeeded");
}

TEST_P(Changing, EachChangeIsANumberedRevision) {
  const Reservation bought = desk().buy({.customer = desk().nordvik});
  const Reservation renamed =
      desk().change(bought.id, "rename", [](Reservation r, Instant now) { return rename(std::move(r), "web", now); });
  EXPECT_EQ(renamed.revision, bought.revision + 1);
  const Revision last = must(desk().look()->revisions_of(bought.id)).front();
  EXPECT_EQ(last.number, renamed.revision);
  EXPECT_EQ(last.actor, "anna");
  EXPECT_EQ(last.after.name, "web");
  EXPECT_EQ(desk().audit().back().note.action, "reservation.rename");
}

TEST_P(Changing, APurchaseSaysWhatIsMissing) {
  const auto buy = [&](PurchaseLine line) { return purchase(desk().app, {desk().nordvik, std::move(line), ""}); };
  expect_failed(buy({.sku = "Standard_D2s_v5", .region = "mars"}), Code::not_found,
                "no price for Standard_D2s_v5 in mars for P1Y on 2026-03-02; import one with 'prorata import prices'");
  expect_failed(buy({.sku = "Standard_D2s_v5", .region = "westeurope", .quantity = 0}), Code::invalid_argument, "at least one unit");
  expect_failed(desk().try_to_buy({.customer = *CustomerId::parse("00000000-0000-4000-8000-00000000dead")}), Code::not_found,
                "is not in this desk");
}

}  // namespace
}  // namespace prorata
