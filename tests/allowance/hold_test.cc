// A request's hold on the allowance, and the return that uses it up.
#include "app/allowance_desk.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;

// Five units at 10,000.00 USD: all of them are the whole allowance, under a policy that refuses what does not fit.
class Holds : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (IsSkipped()) return;
    make({{make_day(2020, 1, 1), "azure-2022", ""}});
    must(import_prices(desk().app,
                       {{.product = "VirtualMachines",
                         .sku = "size",
                         .region = "swedencentral",
                         .term = Term{1},
                         .from = make_day(2026, 1, 1),
                         .price = usd(10'000)}},
                       "test"));
    bought_ = must(purchase(desk().app, {desk().prairie, {.sku = "size", .region = "swedencentral", .term = Term{1}, .quantity = 5}, ""}));
  }
  Hold hold(std::int64_t major) { return *place_hold(desk().app, {desk().prairie, usd(major), usd(major), "request 7"}); }
  Result<ReturnOutcome> give_back(std::int64_t quantity, std::optional<HoldId> hold = {}) {
    return return_reservation(desk().app, {.refund = {.reservation = bought_.id, .quantity = quantity, .hold = std::move(hold)}});
  }
  bool quote_refused(std::optional<HoldId> hold = {}) {
    return quote_refund(desk().app, {.reservation = bought_.id, .hold = std::move(hold)})->decision.refused();
  }
  Reservation bought_;
};
PRORATA_ON_EVERY_STORE(Holds);

TEST_P(Holds, StandAgainstOthersAndMakeRoomForTheirOwnReturn) {
  const Hold mine = hold(50'000);
  EXPECT_EQ(give_back(5).error().code, Code::refused);
  EXPECT_TRUE(quote_refused());
  EXPECT_FALSE(quote_refused(mine.id));

  const auto done = give_back(5, mine.id);
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->record.pricing_refund, usd(50'000));
  const AllowanceView view = *allowance_view(desk().app, desk().prairie);
  EXPECT_EQ(view.state.held.refund, 0);
  EXPECT_EQ(view.state.used.refund, 5'000'000);
  EXPECT_TRUE(view.holds.empty());
  EXPECT_EQ((*desk().look()->hold(mine.id))->state, HoldState::used);
}

TEST_P(Holds, AreUsedOnceAndByTheirOwnCustomer) {
  const Hold mine = hold(20'000);
  ASSERT_TRUE(give_back(1, mine.id));
  EXPECT_EQ(give_back(1, mine.id).error().message, "hold " + mine.id.text() + " is used already");
  const Hold released = hold(1'000);
  ASSERT_TRUE(release_hold(desk().app, released.id));
  EXPECT_EQ(give_back(1, released.id).error().code, Code::refused);
  EXPECT_EQ(give_back(1, id<HoldId>(99)).error().code, Code::not_found);
  const Hold theirs = *place_hold(desk().app, {desk().nordvik, usd(10), usd(10), "request 8"});
  EXPECT_EQ(give_back(1, theirs.id).error().code, Code::not_found);
}

}  // namespace
}  // namespace prorata
