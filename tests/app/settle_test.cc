// The provider's credit comes in once, the customer's goes out once.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

class Settling : public OnEveryStore {
 protected:
  ReturnRecord returned() {
    const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
    desk().clock.pass_days(73);
    return desk().give_back(web.id, 2);
  }
  Result<Settlement> settle(const ReturnId& id, std::string method = "bank", std::string key = {}) {
    return settle_return(desk().app, {.returned = id, .method = std::move(method), .reference = "CN-1", .key = std::move(key)});
  }
};
PRORATA_ON_EVERY_STORE(Settling);

TEST_P(Settling, TheCustomerIsPaidItsCreditLessTheCharge) {
  const ReturnRecord record = returned();
  const Settlement paid = must(settle(record.id));
  EXPECT_EQ(paid.amount, record.customer_credit - record.handling);
  EXPECT_EQ(paid.paid_on, day_of(desk().clock.now()));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::customer_credit_payable), 0);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::bank), -paid.amount.minor);
  EXPECT_TRUE(must(desk().look()->returns(desk().nordvik, true)).empty());
  EXPECT_EQ(desk().audit().back().note.action, "settle.pay");
}

TEST_P(Settling, OrItIsSetOffAgainstWhatTheCustomerOwes) {
  const ReturnRecord record = returned();
  const std::int64_t owed = desk().balance(desk().nordvik, Account::customer_receivable);
  const Settlement paid = must(settle(record.id, "receivable"));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::customer_receivable), owed - paid.amount.minor);
}

TEST_P(Settling, TwiceIsRefusedAndAKeyReplays) {
  const ReturnRecord record = returned();
  const Settlement first = must(settle(record.id, "bank", "pay-1"));
  EXPECT_EQ(must(settle(record.id, "bank", "pay-1")), first);
  expect_failed(settle(record.id), Code::refused, "was settled on 2026-05-14 with CN-1");
  EXPECT_EQ(desk().entries(desk().nordvik, "settlement").size(), 1u);
}

TEST_P(Settling, TheDayLiesBetweenTheReturnAndToday) {
  const ReturnRecord record = returned();
  desk().clock.pass_days(5);
  const auto on = [&](Day day) { return settle_return(desk().app, {.returned = record.id, .paid_on = day, .reference = "CN-1"}); };
  expect_failed(on(make_day(2026, 5, 13)), Code::invalid_argument, "is not between the return (2026-05-14) and today (2026-05-19)");
  expect_failed(on(make_day(2026, 5, 20)), Code::invalid_argument, "is not between");
  EXPECT_TRUE(on(make_day(2026, 5, 14)));
}

TEST_P(Settling, UnknownReturnsAndMethodsAreNamed) {
  expect_failed(settle(*ReturnId::parse("00000000-0000-4000-8000-00000000dead")), Code::not_found, "prorata settle list");
  expect_failed(settle(returned().id, "barter"), Code::invalid_argument, "barter");
}

TEST_P(Settling, TheProvidersCreditArrivesOnceForEachReturn) {
  const ReturnRecord record = returned();
  const std::int64_t payable = desk().balance(desk().nordvik, Account::provider_payable);
  EXPECT_EQ(must(receive_credit(desk().app, {record.id, "G-1", false})), record.refund);
  EXPECT_EQ(must(receive_credit(desk().app, {record.id, "G-1", false})), record.refund) << "the same invoice again is the same credit";
  expect_failed(receive_credit(desk().app, {record.id, "G-2", false}), Code::key_reused, "G-1");
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 0);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_payable), payable + record.refund.minor);
  expect_failed(receive_credit(desk().app, {*ReturnId::parse("00000000-0000-4000-8000-00000000dead"), "G-3", false}), Code::not_found,
                "prorata settle list");
}

TEST_P(Settling, TheProvidersCreditMayGoToTheBank) {
  const ReturnRecord record = returned();
  must(receive_credit(desk().app, {record.id, "G-1", true}));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::bank), record.refund.minor);
}

}  // namespace
}  // namespace prorata
