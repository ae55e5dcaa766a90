// What time brings to a reservation reaches the books however it is noticed: by the clock, or by whatever was done to it first.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

class DueTest : public OnEveryStore {
 protected:
  std::int64_t charged() { return -desk().balance(desk().prairie, Account::provider_payable); }
};
PRORATA_ON_EVERY_STORE(DueTest);

TEST_P(DueTest, AnInstalmentIsChargedOnceHoweverItIsNoticed) {
  const struct {
    const char* what;
    std::function<void(MadeDesk&, const Reservation&)> act;
  } kWays[] = {
      {"the clock", [](MadeDesk&, const Reservation&) {}},
      {"a rename",
       [](MadeDesk& desk, const Reservation& r) {
         desk.change(r.id, "rename", [](Reservation each, Instant now) { return rename(std::move(each), "new", now); });
       }},
      {"a split", [](MadeDesk& desk, const Reservation& r) { must(split_reservation(desk.app, r.id, {1, 2}, "")); }},
      {"a return", [](MadeDesk& desk, const Reservation& r) { desk.give_back(r.id, 3); }},
  };
  for (const auto& [what, act] : kWays) {
    SCOPED_TRACE(what);
    const std::int64_t before = charged();
    const Reservation bought = desk().buy({.customer = desk().prairie, .plan = BillingPlan::monthly, .quantity = 3});
    EXPECT_EQ(charged() - before, 91'250) << "a twelfth of 10,950.00";
    desk().clock.pass_days(40);
    act(desk(), bought);
    desk().do_what_is_due();
    EXPECT_EQ(charged() - before, 2 * 91'250);
    for (const Reservation& each : must(desk().look()->reservations_of(bought.order)))  // the next way starts with nothing due
      if (is_active(each)) desk().give_back(each.id, each.quantity);
  }
}

TEST_P(DueTest, AMergeChargesWhatFellDueOnEachOfItsSources) {
  const Reservation bought = desk().buy({.customer = desk().prairie, .plan = BillingPlan::monthly, .quantity = 3});
  const std::vector<Reservation> parts = must(split_reservation(desk().app, bought.id, {1, 2}, ""));
  desk().clock.pass_days(40);
  must(merge_reservations(desk().app, {parts[0].id, parts[1].id}, ""));
  desk().do_what_is_due();
  EXPECT_EQ(charged(), 2 * 91'250);
}

TEST_P(DueTest, ARenewalIsBoughtWhoeverNoticesThatTheTermEnded) {
  const Reservation bought = desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().change(bought.id, "renewal", [](Reservation r, Instant now) { return set_renewal(std::move(r), true, std::nullopt, now); });
  desk().clock.pass_days(366);
  desk().change(bought.id, "rename", [](Reservation r, Instant now) { return rename(std::move(r), "old one", now); });
  const Reservation ended = desk().read(bought.id);
  EXPECT_EQ(ended.state, ProvisioningState::expired);
  EXPECT_EQ(ended.name, "old one");
  ASSERT_TRUE(ended.lineage.renewed_into);
  EXPECT_EQ(desk().read(*ended.lineage.renewed_into).quantity, 2);
  EXPECT_EQ(charged(), 4 * 365'000);
  EXPECT_EQ(desk().do_what_is_due().renewed, 0);
}

}  // namespace
}  // namespace prorata
