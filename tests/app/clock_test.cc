// A sandbox's time: forward only, each instalment once and on its own day, terms that end, renewals that buy or cannot.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class SandboxClock : public OnEveryStore {
 protected:
  Reservation monthly() { return desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly}); }
  void renewing(const ReservationId& id, std::optional<RenewalTerms> terms = {}) {
    desk().change(id, "renewal", [&](Reservation r, Instant now) { return set_renewal(std::move(r), true, terms, now); });
  }
};
PRORATA_ON_EVERY_STORE(SandboxClock);

TEST_P(SandboxClock, InstalmentsAreChargedOnceEachOnTheirOwnDay) {
  const Reservation bought = monthly();
  EXPECT_EQ(desk().move_days(95).instalments, 3);
  EXPECT_EQ(desk().move_days(0).instalments, 0);
  const std::vector<ledger::Entry> charged = desk().entries(desk().nordvik, "instalment");
  ASSERT_EQ(charged.size(), 3u);
  for (int k = 0; k < 3; ++k) {
    const ledger::EntryHead& head = charged[static_cast<std::size_t>(k)].head();
    EXPECT_EQ(head.at, start_of(add_months(day_of(bought.benefit_start), k + 1)));
    EXPECT_EQ(head.memo, fmt::format("instalment {} of 12", k + 2));
    EXPECT_EQ(head.reservation, bought.id.text());
  }
  EXPECT_EQ(paid_billing(desk().read(bought.id).schedule).minor, 4 * 304'167) << "36,500.00 in twelve parts";
}

TEST_P(SandboxClock, AllInstalmentsTogetherAreThePrice) {
  const Reservation bought = monthly();
  for (int step = 0; step < 40; ++step) desk().move_days(10);
  EXPECT_EQ(desk().read(bought.id).state, ProvisioningState::expired);
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::provider_payable), -3'650'000);
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::customer_receivable), 4'015'000);
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::margin), -365'000);
}

TEST_P(SandboxClock, ATermEndsOnItsDay) {
  const Reservation bought = desk().buy({.customer = desk().nordvik});
  desk().move_to({start_of(make_day(2027, 3, 2)).ticks - 1});
  EXPECT_EQ(desk().read(bought.id).state, ProvisioningState::succeeded);
  const ClockReport report = desk().move_to(start_of(make_day(2027, 3, 2)));
  EXPECT_EQ(report.expired, 1);
  EXPECT_EQ(desk().read(bought.id).state, ProvisioningState::expired);
  EXPECT_EQ(must(desk().look()->revisions_of(bought.id)).front().action, "expire");
}

TEST_P(SandboxClock, ARenewalBuysTheSuccessorAtThatDaysPrice) {
  const Reservation bought = desk().buy({.customer = desk().nordvik, .quantity = 2});
  renewing(bought.id, RenewalTerms{"Standard_D2s_v5", 5, Term{3}, BillingPlan::monthly});
  must(import_prices(desk().app,
                     {{"VirtualMachines", "Standard_D2s_v5", "westeurope", Term{3}, make_day(2026, 9, 1), sek(36'000)},
                      {"VirtualMachines", "Standard_D2s_v5", "westeurope", Term{3}, make_day(2027, 3, 3), sek(99'000)}},
                     "later"));
  const ClockReport report = desk().move_days(400);
  EXPECT_EQ(report.expired, 1);
  EXPECT_EQ(report.renewed, 1);
  EXPECT_EQ(report.renewals_failed, 0);
  const Reservation ended = desk().read(bought.id);
  ASSERT_TRUE(ended.lineage.renewed_into);
  const Reservation next = desk().read(*ended.lineage.renewed_into);
  EXPECT_EQ(next.lineage.renewed_from, bought.id);
  EXPECT_EQ(next.purchased, ended.expiry);
  EXPECT_EQ(next.quantity, 5);
  EXPECT_EQ(next.plan, BillingPlan::monthly);
  EXPECT_EQ(total_billing(next.schedule), sek(180'000)) << "the list of the day on which it was bought";
  EXPECT_EQ(paid_billing(next.schedule), sek(10'000)) << "its own instalments go on: 2027-03-02 and 04-02";
  EXPECT_EQ(must(desk().look()->order(next.order))->reservations, std::vector{next.id});
}

TEST_P(SandboxClock, ARenewalWithoutAPriceEndsUnrenewed) {
  const Reservation bought = desk().buy({.customer = desk().nordvik});
  renewing(bought.id, RenewalTerms{"Standard_Unheard_of", 1, Term{1}, BillingPlan::upfront});
  const ClockReport report = desk().move_days(370);
  EXPECT_EQ(report.renewals_failed, 1);
  EXPECT_EQ(report.renewed, 0);
  EXPECT_EQ(desk().read(bought.id).state, ProvisioningState::expired);
  EXPECT_FALSE(desk().read(bought.id).lineage.renewed_into);
  EXPECT_EQ(desk().move_days(1).renewals_failed, 0) << "once";
}

TEST_P(SandboxClock, ASplitAndAMergeRenewWhatTheWholeWouldHave) {
  const Reservation bought = desk().buy({.customer = desk().prairie, .quantity = 5});
  renewing(bought.id);
  const std::vector<Reservation> parts = must(split_reservation(desk().app, bought.id, {2, 2, 1}, ""));
  EXPECT_EQ(parts[0].renewal->quantity, 2);
  EXPECT_EQ(parts[2].renewal->quantity, 1);
  EXPECT_EQ(must(merge_reservations(desk().app, {parts[0].id, parts[2].id}, "")).renewal->quantity, 3);
  EXPECT_EQ(desk().move_days(370).renewed, 2);
  std::int64_t units = 0;
  for (const Reservation& each : must(desk().look()->reservations({.state = ProvisioningState::succeeded})).items) units += each.quantity;
  EXPECT_EQ(units, 5);
}

TEST_P(SandboxClock, WhatWouldRenewAsSomethingElseIsNotMerged) {
  const Reservation bought = desk().buy({.customer = desk().prairie, .quantity = 2});
  const std::vector<Reservation> parts = must(split_reservation(desk().app, bought.id, {1, 1}, ""));
  renewing(parts[0].id);
  renewing(parts[1].id, RenewalTerms{"Standard_D2s_v5", 1, Term{3}, BillingPlan::upfront});
  expect_failed(merge_reservations(desk().app, {parts[0].id, parts[1].id}, ""), Code::invalid_argument, "set their renewals alike first");
}

TEST_P(SandboxClock, TimeGoesForwardOnly) {
  desk().move_days(10);
  const std::int64_t before = desk().commits();
  expect_failed(move_clock(desk().app, {.to = *parse_instant("2026-03-10")}, [](std::int64_t) {}), Code::invalid_argument,
                "is before the desk's present, 2026-03-12T10:00:00Z; its time moves forward only");
  EXPECT_EQ(desk().commits(), before);
}

TEST_P(SandboxClock, AFrozenClockStandsStill) {
  must(move_clock(desk().app, {.to = *parse_instant("2026-04-01"), .freeze = true}, [](std::int64_t) {}));
  desk().clock.pass_days(3);
  EXPECT_EQ(desk().now(), *parse_instant("2026-04-01"));
  desk().move_to(*parse_instant("2026-04-02"));
  desk().clock.pass_days(3);
  EXPECT_EQ(desk().now(), *parse_instant("2026-04-02")) << "frozen stays frozen when it is advanced";
}

TEST_P(SandboxClock, AMovedClockRunsOn) {
  desk().move_to(*parse_instant("2026-04-01T12:00:00Z"));
  desk().clock.pass_seconds(90);
  EXPECT_EQ(desk().now(), *parse_instant("2026-04-01T12:01:30Z"));
}

TEST_P(SandboxClock, OnlyASandboxHasOne) {
  make({}, false);
  expect_failed(move_clock(desk().app, {.to = *parse_instant("2030-01-01")}, [](std::int64_t) {}), Code::not_sandbox,
                "only one made with 'prorata init --sandbox'");
  EXPECT_EQ(desk().do_what_is_due().expired, 0);
}

TEST(ClockSpans, AreDaysMonthsYearsAndHours) {
  const Instant from = *parse_instant("2024-01-31T08:30:00Z");
  const std::pair<std::string_view, std::string_view> kSpans[] = {{"10d", "2024-02-10T08:30:00Z"},
                                                                  {"1m", "2024-02-29T08:30:00Z"},
                                                                  {"1y", "2025-01-31T08:30:00Z"},
                                                                  {"12h", "2024-01-31T20:30:00Z"},
                                                                  {"0d", "2024-01-31T08:30:00Z"}};
  for (const auto& [span, to] : kSpans) EXPECT_EQ(*later_by(from, span), *parse_instant(to)) << span;
  for (const std::string_view wrong : {"", "d", "10", "-1d", "1w", "1.5d", "101y", "99999d", "10 d"})
    expect_failed(later_by(from, wrong), Code::invalid_argument, "is not a span of time");
}

}  // namespace
}  // namespace prorata
