// Holds: placed where they fit, gone at their moment, freed by hand; and the calendar of what comes back.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class Allowance : public OnEveryStore {
 protected:
  Result<Hold> hold(Money refund, Money cancelled) { return place_hold(desk().app, {desk().prairie, refund, cancelled, "request 9"}); }
  std::int64_t free() {
    const AllowanceView view = must(allowance_view(desk().app, desk().prairie));
    return view.state.free(view.meter, view.pack->allowance.limit_minor);
  }
};
PRORATA_ON_EVERY_STORE(Allowance);

TEST_P(Allowance, AHoldTakesUntilExactlyItsMoment) {
  const Hold placed = must(hold(usd(30'000), usd(30'000)));
  EXPECT_EQ(placed.expires, add_seconds(desk().clock.now(), 1'209'600));
  EXPECT_EQ(free(), 2'000'000);
  expect_failed(hold(usd(20'001), usd(0)), Code::refused,
                "refund_limit_exceeded: 20001.00 USD do not fit; 20000.00 USD are free on the refund meter");
  EXPECT_TRUE(hold(usd(20'000), usd(99'999'999))) << "only the meter that binds is asked";
  desk().clock.put({placed.expires.ticks - 1});
  EXPECT_EQ(free(), 0);
  desk().clock.put(placed.expires);
  EXPECT_EQ(free(), 5'000'000);
  EXPECT_TRUE(must(allowance_view(desk().app, desk().prairie)).holds.empty());
}

TEST_P(Allowance, AHoldStandsInTheWayOfAReturn) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 10});
  const Hold placed = must(hold(usd(40'000), usd(40'000)));
  ReturnAsk ask = MadeDesk::returning(web.id, 10);
  expect_failed(return_reservation(desk().app, ask), Code::refused, "cuts the refund to 10000.00 USD");
  must(release_hold(desk().app, placed.id));
  EXPECT_EQ(free(), 5'000'000);
  EXPECT_EQ(must(return_reservation(desk().app, ask)).record.forfeited, usd(0));
}

TEST_P(Allowance, WhatHoldsNothingCannotBeReleased) {
  const Hold placed = must(hold(usd(1), usd(1)));
  EXPECT_EQ(must(release_hold(desk().app, placed.id)).state, HoldState::released);
  expect_failed(release_hold(desk().app, placed.id), Code::refused, "is released already");
  expect_failed(release_hold(desk().app, *HoldId::parse("00000000-0000-4000-8000-00000000dead")), Code::not_found,
                "prorata allowance show");
  const Hold lapsed = must(hold(usd(1), usd(1)));
  desk().clock.put(lapsed.expires);
  expect_failed(release_hold(desk().app, lapsed.id), Code::refused, "expired");
}

TEST_P(Allowance, NobodyUnknownAndNothingNegativeIsHeld) {
  expect_failed(place_hold(desk().app, {*CustomerId::parse("00000000-0000-4000-8000-00000000dead"), usd(1), usd(1), ""}), Code::not_found,
                "prorata customer list");
  expect_failed(hold(usd(-1), usd(1)), Code::invalid_argument, "not negative");
}

TEST_P(Allowance, TheCalendarSaysWhatComesBackWhen) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  const ReturnRecord returned = desk().give_back(web.id, 1);
  desk().clock.pass_days(10);
  const Hold placed = must(hold(usd(100), usd(200)));
  const AllowanceView view = must(allowance_view(desk().app, desk().prairie));
  ASSERT_EQ(view.calendar.size(), 2u);
  EXPECT_EQ(view.calendar[0].at, placed.expires);
  EXPECT_TRUE(view.calendar[0].is_hold);
  EXPECT_EQ(view.calendar[1].at, add_seconds(returned.at, 31'536'000));
  EXPECT_EQ(view.calendar[1].back.refund, returned.pricing_refund.minor);
  desk().clock.put({view.calendar[1].at.ticks - 1});
  EXPECT_EQ(must(allowance_view(desk().app, desk().prairie)).state.used.refund, returned.pricing_refund.minor);
  desk().clock.put(view.calendar[1].at);
  EXPECT_EQ(must(allowance_view(desk().app, desk().prairie)).state.used.refund, 0);
}

TEST_P(Allowance, ThePackNamesTheMeterThatBinds) {
  make({{make_day(2020, 8, 6), "azure-2026", ""}});
  expect_failed(hold(usd(0), usd(50'001)), Code::refused, "on the cancelled_commitment meter");
  EXPECT_TRUE(hold(usd(60'000), usd(50'000)));
}

}  // namespace
}  // namespace prorata
