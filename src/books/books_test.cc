#include "books/books.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "books/balances.h"
#include "books/customer_price.h"

namespace prorata::books {
namespace {

using ledger::Account;

const Currency kSek = *Currency::parse("SEK");
const Instant kNow = *parse_instant("2026-03-10T12:00:00Z");
const CustomerId kCustomer = *CustomerId::parse("0a0a0a0a-0000-4000-8000-000000000001");

Money sek(std::int64_t minor) { return {minor, kSek}; }

Event event() { return {.at = kNow, .customer = kCustomer, .group = "group-1", .reservation = "reservation-1"}; }

NextId numbered_ids() {
  return [number = 0]() mutable { return EntryId::trusted("entry-" + std::to_string(++number)); };
}

std::map<Account, std::int64_t> posted(const std::vector<Entry>& entries) {
  std::map<Account, std::int64_t> amounts;
  for (const Entry& entry : entries)
    for (const ledger::Posting& posting : entry.postings()) amounts[posting.account] += posting.amount_minor;
  return amounts;
}

Purchase bought(BillingPlan plan, std::int64_t cost, std::int64_t customer, const char* today) {
  const Day start = make_day(2026, 1, 31);
  return {on_day(make_schedule(plan, Term{1}, start, sek(cost), std::nullopt), *parse_day(today)), sek(customer)};
}

TEST(Books, EachEventDebitsAndCreditsItsAccounts) {
  struct Row {
    const char* name;
    std::vector<Entry> entries;
    std::string event;
    std::map<Account, std::int64_t> amounts;
  };
  const NextId ids = numbered_ids();
  const Row rows[] = {
      {"upfront purchase",
       write_purchase(event(), bought(BillingPlan::upfront, 10'000, 11'000, "2026-01-31"), ids),
       "purchase",
       {{Account::customer_receivable, 11'000}, {Account::provider_payable, -10'000}, {Account::margin, -1'000}}},
      {"purchase at cost leaves the margin alone",
       write_purchase(event(), bought(BillingPlan::upfront, 10'000, 10'000, "2026-01-31"), ids),
       "purchase",
       {{Account::customer_receivable, 10'000}, {Account::provider_payable, -10'000}}},
      {"purchase below cost takes from the margin",
       write_purchase(event(), bought(BillingPlan::upfront, 10'000, 9'000, "2026-01-31"), ids),
       "purchase",
       {{Account::customer_receivable, 9'000}, {Account::provider_payable, -10'000}, {Account::margin, 1'000}}},
      {"monthly purchase charges the first instalment",
       write_purchase(event(), bought(BillingPlan::monthly, 12'000, 13'200, "2026-01-31"), ids),
       "purchase",
       {{Account::customer_receivable, 1'100}, {Account::provider_payable, -1'000}, {Account::margin, -100}}},
      {"one instalment",
       write_instalment(event(), {sek(1'000), sek(1'100)}, ids),
       "instalment",
       {{Account::customer_receivable, 1'100}, {Account::provider_payable, -1'000}, {Account::margin, -100}}},
      {"return",
       write_return(event(), {sek(4'000), sek(4'400)}, ids),
       "return",
       {{Account::provider_credit_receivable, 4'000}, {Account::customer_credit_payable, -4'400}, {Account::margin, 400}}},
      {"handling",
       write_handling(event(), sek(88), ids),
       "handling",
       {{Account::customer_credit_payable, 88}, {Account::handling_income, -88}}},
      {"provider credit on an invoice",
       write_provider_credit(event(), sek(4'000), ProviderCreditTo::provider_payable, ids),
       "provider_credit",
       {{Account::provider_payable, 4'000}, {Account::provider_credit_receivable, -4'000}}},
      {"provider credit to the bank",
       write_provider_credit(event(), sek(4'000), ProviderCreditTo::bank, ids),
       "provider_credit",
       {{Account::bank, 4'000}, {Account::provider_credit_receivable, -4'000}}},
      {"settled against what is owed",
       write_settlement(event(), sek(4'312), SettledBy::receivable, ids),
       "settlement",
       {{Account::customer_credit_payable, 4'312}, {Account::customer_receivable, -4'312}}},
      {"settled by bank",
       write_settlement(event(), sek(4'312), SettledBy::bank, ids),
       "settlement",
       {{Account::customer_credit_payable, 4'312}, {Account::bank, -4'312}}},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(posted(row.entries), row.amounts) << row.name;
    ASSERT_EQ(row.entries.size(), 1u) << row.name;
    const ledger::EntryHead& head = row.entries[0].head();
    EXPECT_EQ(head.event, row.event) << row.name;
    EXPECT_EQ(head.customer, kCustomer) << row.name;
    EXPECT_EQ(head.group, "group-1") << row.name;
    EXPECT_EQ(head.at, kNow) << row.name;
  }
}

TEST(Books, WhatMovesNothingIsNotAnEntry) {
  const NextId ids = numbered_ids();
  EXPECT_TRUE(write_handling(event(), sek(0), ids).empty());
  EXPECT_TRUE(write_return(event(), {sek(0), sek(0)}, ids).empty());
  EXPECT_TRUE(write_purchase(event(), bought(BillingPlan::monthly, 12'000, 12'000, "2026-01-30"), ids).empty()) << "not due yet";
}

TEST(Books, InstalmentsAreWrittenOnceEachOnTheirDay) {
  const Purchase first = bought(BillingPlan::monthly, 12'000, 13'200, "2026-01-31");
  const Schedule later = on_day(first.schedule, make_day(2026, 3, 31));
  const std::vector<Entry> entries = write_instalments(event(), first.schedule, later, first.customer_lifetime, numbered_ids());
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].head().at, *parse_instant("2026-02-28"));
  EXPECT_EQ(entries[0].head().memo, "instalment 2 of 12");
  EXPECT_EQ(entries[1].head().at, *parse_instant("2026-03-31"));
  EXPECT_TRUE(write_instalments(event(), later, later, first.customer_lifetime, numbered_ids()).empty());
}

TEST(Books, AnExchangeIsOneGroupOfReturnAndPurchaseLines) {
  const ExchangeReturn returns[] = {{"old-1", {sek(1'500), sek(1'650)}}, {"old-2", {sek(375), sek(413)}}};
  const ExchangePurchase purchases[] = {{"new-1", bought(BillingPlan::monthly, 12'000, 13'200, "2026-01-31")},
                                        {"new-2", bought(BillingPlan::upfront, 5'000, 5'500, "2026-01-31")}};
  const std::vector<Entry> entries = write_exchange(event(), returns, purchases, numbered_ids());
  ASSERT_EQ(entries.size(), 4u);
  const char* reservations[] = {"old-1", "old-2", "new-1", "new-2"};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(entries[i].head().reservation, reservations[i]);
    EXPECT_EQ(entries[i].head().event, "exchange");
    EXPECT_EQ(entries[i].head().group, "group-1");
  }
  EXPECT_EQ(posted(entries), (std::map<Account, std::int64_t>{{Account::provider_credit_receivable, 1'875},
                                                              {Account::customer_credit_payable, -2'063},
                                                              {Account::customer_receivable, 6'600},
                                                              {Account::provider_payable, -6'000},
                                                              {Account::margin, 188 - 600}}));
}

TEST(Books, AReversalUndoesToTheMinorUnitAndNamesWhatItUndoes) {
  const NextId ids = numbered_ids();
  const Entry mistake = write_return(event(), {sek(4'000), sek(4'400)}, ids).front();
  const Entry undone = reversal(mistake, add_seconds(kNow, 60), "wrong reservation", ids);
  EXPECT_EQ(undone.head().event, "reversal");
  EXPECT_EQ(undone.head().reference, mistake.head().id.text());
  EXPECT_NE(undone.head().id, mistake.head().id);
  Balances balances;
  balances.add(mistake);
  balances.add(undone);
  EXPECT_TRUE(balances.all().empty());
}

TEST(Books, TheYearInTheHeaderComesOut) {
  const NextId ids = numbered_ids();
  const Money credit = customer_credit_of(sek(4'000), sek(10'000), sek(11'000));
  const Money handling = handling_charge(credit, {2, 100});
  Balances balances;
  for (const auto& entries : {write_purchase(event(), bought(BillingPlan::upfront, 10'000, 11'000, "2026-01-31"), ids),
                              write_return(event(), {sek(4'000), credit}, ids), write_handling(event(), handling, ids),
                              write_provider_credit(event(), sek(4'000), ProviderCreditTo::provider_payable, ids),
                              write_settlement(event(), credit - handling, SettledBy::receivable, ids)})
    for (const Entry& entry : entries) balances.add(entry);

  const std::map<Account, std::int64_t> expected = {{Account::customer_receivable, 6'688},
                                                    {Account::provider_payable, -6'000},
                                                    {Account::margin, -600},
                                                    {Account::provider_credit_receivable, 0},
                                                    {Account::customer_credit_payable, 0},
                                                    {Account::handling_income, -88},
                                                    {Account::bank, 0}};
  for (const auto& [account, minor] : expected) EXPECT_EQ(balances.on(kCustomer, account, kSek).minor, minor) << to_string(account);
  EXPECT_EQ(balances.all().size(), 4u);
}

TEST(CustomerPrice, FollowsTheCostOnceRoundedHalfAway) {
  struct Row {
    std::int64_t refund, cost, customer, credit;
  };
  for (const Row& row : {Row{264'000, 365'000, 401'500, 290'400},
                         {1, 2, 1, 1},
                         {1, 3, 1, 0},
                         {2, 3, 1, 1},
                         {0, 365'000, 401'500, 0},
                         {365'000, 365'000, 401'501, 401'501},
                         {5, 0, 100, 0},
                         {100, 100, 0, 0}})
    EXPECT_EQ(customer_credit_of(sek(row.refund), sek(row.cost), sek(row.customer)).minor, row.credit)
        << row.refund << " of " << row.cost << " at " << row.customer;
}

TEST(CustomerPrice, WhatCostsNothingIsSpreadEvenly) {
  const Schedule free = make_schedule(BillingPlan::monthly, Term{1}, make_day(2026, 1, 1), sek(0), std::nullopt);
  EXPECT_EQ(customer_part_of(free, sek(1'201), 0).minor, 101);
  EXPECT_EQ(customer_part_of(free, sek(1'201), 11).minor, 100);
}

RC_GTEST_PROP(CustomerPrice, CreditIsNeverMoreThanTheCustomerPaid, ()) {
  const auto cost = *rc::gen::inRange<std::int64_t>(1, 100'000'000);
  const auto customer = *rc::gen::inRange<std::int64_t>(0, 200'000'000);
  const auto refund = *rc::gen::inRange<std::int64_t>(0, cost + 1);
  const auto rate = *rc::gen::inRange<std::int64_t>(0, 101);
  const Money credit = customer_credit_of(sek(refund), sek(cost), sek(customer));
  RC_ASSERT(!credit.is_negative());
  RC_ASSERT(credit.minor <= customer);
  RC_ASSERT(customer_credit_of(sek(cost), sek(cost), sek(customer)).minor == customer);
  RC_ASSERT(handling_charge(credit, {rate, 100}).minor <= credit.minor);
}

RC_GTEST_PROP(CustomerPrice, PartsOfAScheduleAddUpToThePrice, ()) {
  const auto cost = *rc::gen::inRange<std::int64_t>(0, 10'000'000);
  const auto customer = *rc::gen::inRange<std::int64_t>(0, 20'000'000);
  const Term term{*rc::gen::element(1, 3, 5)};
  const Schedule schedule = make_schedule(BillingPlan::monthly, term, make_day(2026, 1, 31), sek(cost), std::nullopt);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < schedule.payments.size(); ++i) {
    const Money part = customer_part_of(schedule, sek(customer), i);
    RC_ASSERT(!part.is_negative());
    sum += part.minor;
  }
  RC_ASSERT(sum == customer);
}

RC_GTEST_PROP(Books, AReturnThatIsSettledClearsBothCreditAccounts, ()) {
  const auto cost = *rc::gen::inRange<std::int64_t>(1, 100'000'000);
  const auto customer = *rc::gen::inRange<std::int64_t>(0, 200'000'000);
  const auto refund = *rc::gen::inRange<std::int64_t>(0, cost + 1);
  const Ratio rate{*rc::gen::inRange<std::int64_t>(0, 101), 100};
  const auto to = *rc::gen::element(ProviderCreditTo::provider_payable, ProviderCreditTo::bank);
  const auto by = *rc::gen::element(SettledBy::receivable, SettledBy::bank);

  const NextId ids = numbered_ids();
  const Money credit = customer_credit_of(sek(refund), sek(cost), sek(customer));
  const Money handling = handling_charge(credit, rate);
  Balances balances;
  for (const auto& entries : {write_return(event(), {sek(refund), credit}, ids), write_handling(event(), handling, ids),
                              write_provider_credit(event(), sek(refund), to, ids), write_settlement(event(), credit - handling, by, ids)})
    for (const Entry& entry : entries) {
      std::int64_t sum = 0;
      for (const ledger::Posting& posting : entry.postings()) sum += posting.amount_minor;
      RC_ASSERT(sum == 0);
      balances.add(entry);
    }
  RC_ASSERT(balances.on(kCustomer, Account::customer_credit_payable, kSek).is_zero());
  RC_ASSERT(balances.on(kCustomer, Account::provider_credit_receivable, kSek).is_zero());
}

}  // namespace
}  // namespace prorata::books
