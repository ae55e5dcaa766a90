// A request's hold on the allowance, and the return that uses it up.
#include "app/allowance_desk.h"
#include "app/import_portfolio.h"
#include "app/purchase.h"
#include "app/return_reservation.h"
#include "sim/ids.h"
#include "store/desks.h"
#include "system/clock_and_ids.h"
#include "wire/policy_pack.h"

namespace prorata {
namespace {

using namespace prorata::testing;

Money usd(std::int64_t major) { return {major * 100, Currency::usd()}; }

class Holds : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    store_ = *store::open_store(place_.at(), {.create = true});
    ASSERT_TRUE(init_desk(app(), {.partner = "P", .policies = {{make_day(2020, 1, 1), "azure-2022", ""}}}));
    Customer c = customer(1);
    c.currency = Currency::usd();
    ASSERT_TRUE(import_customers(app(), std::vector{c}, "test"));
    ASSERT_TRUE(import_prices(app(),
                              {{.product = "VirtualMachines",
                                .sku = "size",
                                .region = "swedencentral",
                                .term = Term{1},
                                .from = make_day(2026, 1, 1),
                                .price = usd(10'000)}},
                              "test"));
    bought_ = *purchase(app(), {id<CustomerId>(1), {.sku = "size", .region = "swedencentral", .term = Term{1}, .quantity = 5}, ""});
  }
  App& app() { return app_ ? *app_ : app_.emplace(App{*store_, *clock_, *ids_, packs_, "anna"}); }
  Hold hold(std::int64_t major) { return *place_hold(app(), {id<CustomerId>(1), usd(major), usd(major), "request 7"}); }

  Place place_{GetParam()};
  std::unique_ptr<Store> store_;
  std::unique_ptr<Clock> clock_ = system::real_clock();
  std::unique_ptr<IdSource> ids_ = sim::counted_ids(7);
  policy::PackSet packs_ = *wire::load_packs("");
  std::optional<App> app_;
  Reservation bought_;
};

INSTANTIATE_TEST_SUITE_P(, Holds, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(Holds, StandAgainstOthersAndMakeRoomForTheirOwnReturn) {
  const Hold mine = hold(50'000);
  EXPECT_EQ(return_reservation(app(), {.refund = {.reservation = bought_.id}}).error().code, Code::refused);
  EXPECT_TRUE(quote_refund(app(), {.reservation = bought_.id})->decision.refused());
  EXPECT_FALSE(quote_refund(app(), {.reservation = bought_.id, .hold = mine.id})->decision.refused());

  const auto done = return_reservation(app(), {.refund = {.reservation = bought_.id, .hold = mine.id}});
  ASSERT_TRUE(done) << done.error().text();
  EXPECT_EQ(done->record.pricing_refund, usd(50'000));
  const AllowanceView view = *allowance_view(app(), id<CustomerId>(1));
  EXPECT_EQ(view.state.held.refund, 0);
  EXPECT_EQ(view.state.used.refund, 5'000'000);
  EXPECT_TRUE(view.holds.empty());
  EXPECT_EQ((*(*store_->snapshot())->hold(mine.id))->state, HoldState::used);
  EXPECT_TRUE(store_->verify([](std::int64_t) {}));
}

TEST_P(Holds, AreUsedOnceAndByTheirOwnCustomer) {
  const Hold mine = hold(20'000);
  const ReturnAsk ask{.refund = {.reservation = bought_.id, .quantity = 1, .hold = mine.id}};
  ASSERT_TRUE(return_reservation(app(), ask));
  EXPECT_EQ(return_reservation(app(), ask).error().message, "hold " + mine.id.text() + " is used already");
  const Hold released = hold(1'000);
  ASSERT_TRUE(release_hold(app(), released.id));
  EXPECT_EQ(return_reservation(app(), {.refund = {.reservation = bought_.id, .quantity = 1, .hold = released.id}}).error().code,
            Code::refused);
  EXPECT_EQ(return_reservation(app(), {.refund = {.reservation = bought_.id, .quantity = 1, .hold = id<HoldId>(99)}}).error().code,
            Code::not_found);
  Customer other = customer(2);
  other.currency = Currency::usd();
  ASSERT_TRUE(import_customers(app(), std::vector{other}, "test"));
  const Hold theirs = *place_hold(app(), {id<CustomerId>(2), usd(10), usd(10), "request 8"});
  EXPECT_EQ(return_reservation(app(), {.refund = {.reservation = bought_.id, .quantity = 1, .hold = theirs.id}}).error().code,
            Code::not_found);
}

}  // namespace
}  // namespace prorata
