// The provider's invoices come in once, a corrected one takes the place of the first, and each credit is found and booked once.
#include "app/import_invoices.h"
#include "app/match_invoices.h"
#include "app/settlement_profile.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

class Invoices : public OnEveryStore {
 protected:
  // 2 of 5 units after 73 days: 51,392.00 SEK come back from the provider.
  ReturnRecord returned(std::int64_t quantity = 2) {
    const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
    desk().clock.pass_days(73);
    return desk().give_back(web.id, quantity);
  }
  InvoiceLine credit_line(const ReturnRecord& record, Money amount, std::string invoice = "G1") {
    return {.invoice = std::move(invoice),
            .customer = record.customer,
            .order = record.order,
            .charge = "cancelImmediate",
            .quantity = record.quantity,
            .amount = -amount,
            .tax = Money::zero(amount.currency),
            .from = day_of(record.at),
            .until = day_of(record.at),
            .state = LineState::open};
  }
  std::vector<ImportedInvoice> take_in(const std::vector<InvoiceLine>& lines) {
    InvoiceSurvey survey;
    must(survey.take(lines));
    InvoiceImport import = must(InvoiceImport::begin(desk().app, survey, {.file = "invoice.csv", .dialect = "new_commerce"}));
    if (!import.nothing_new()) must(import.take(lines));
    return must(import.finish());
  }
  CreditMatch match_of(const ReturnRecord& record) { return *must(desk().look()->credit_match(record.id)); }
  InvoiceLine line(const std::string& name) { return must(line_named(*desk().look(), name)); }
  // What a commit left for others.
  std::string last_rows() { return desk().audit().back().rows; }
};
PRORATA_ON_EVERY_STORE(Invoices);

TEST_P(Invoices, ACreditIsFoundAndBookedOnceInTheSameCommit) {
  const ReturnRecord record = returned();
  take_in({credit_line(record, record.refund)});
  const std::int64_t payable = desk().balance(desk().nordvik, Account::provider_payable);
  const std::int64_t before = desk().commits();
  const MatchCounts counts = must(match_invoice(desk().app, "g1"));
  EXPECT_EQ(counts.matched, 1);
  EXPECT_EQ(counts.booked, 1);
  EXPECT_EQ(desk().commits(), before + 1);
  EXPECT_NE(last_rows().find("outbox"), std::string::npos);
  EXPECT_NE(last_rows().find("provider_credit"), std::string::npos);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 0);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_payable), payable + record.refund.minor);
  EXPECT_EQ(match_of(record).state, CreditState::arrived);
  EXPECT_EQ(line("G1/1").about, std::vector{record.id.text()});

  EXPECT_EQ(must(match_invoice(desk().app, "G1")).booked, 0);
  EXPECT_EQ(desk().commits(), before + 1) << "a run that finds nothing new writes nothing";
  expect_failed(receive_credit(desk().app, {record.id, "G-9", false}), Code::key_reused, "arrived on invoice G1");
}

TEST_P(Invoices, WhatWasBookedByHandIsNotExpectedAnyMore) {
  const ReturnRecord record = returned();
  must(receive_credit(desk().app, {record.id, "G0", false}));
  take_in({credit_line(record, record.refund)});
  const MatchCounts counts = must(match_invoice(desk().app, "G1"));
  EXPECT_EQ(counts.unexpected, 1);
  EXPECT_EQ(counts.booked, 0);
  EXPECT_EQ(desk().entries(desk().nordvik, "provider_credit").size(), 1u);
}

TEST_P(Invoices, TheSameInvoiceAgainChangesNothingAndSaysSo) {
  const ReturnRecord record = returned();
  const InvoiceLine other{.invoice = "G1", .amount = sek(7), .tax = sek(0), .from = day_of(record.at), .until = day_of(record.at)};
  EXPECT_EQ(take_in({credit_line(record, record.refund), other}).front().news, InvoiceNews::added);
  must(match_invoice(desk().app, "G1"));
  const std::int64_t before = desk().commits();
  EXPECT_EQ(take_in({other, credit_line(record, record.refund)}).front().news, InvoiceNews::unchanged) << "lines in another order";
  EXPECT_EQ(desk().commits(), before);
}

TEST_P(Invoices, ACorrectedInvoiceIsALaterRevisionAndACreditFollowsItsLine) {
  const ReturnRecord record = returned();
  take_in({credit_line(record, record.refund)});
  must(match_invoice(desk().app, "G1"));
  const InvoiceLine other{.invoice = "G1", .amount = sek(7), .tax = sek(0), .from = day_of(record.at), .until = day_of(record.at)};
  const std::vector<ImportedInvoice> again = take_in({other, credit_line(record, record.refund)});
  EXPECT_EQ(again.front().news, InvoiceNews::corrected);
  EXPECT_EQ(again.front().invoice.revision, 2);
  const MatchCounts counts = must(match_invoice(desk().app, "G1"));
  EXPECT_EQ(counts.matched, 1);
  EXPECT_EQ(counts.booked, 0) << "it stands in the books already";
  EXPECT_EQ(match_of(record).line, invoice_line_id(line("G1/2")));
}

TEST_P(Invoices, AnotherAmountWaitsForAPersonAndTheDifferenceGoesToMargin) {
  const ReturnRecord record = returned();
  const Money less = record.refund - sek(100);
  take_in({credit_line(record, less)});
  EXPECT_EQ(must(match_invoice(desk().app, "G1")).different, 1);
  EXPECT_EQ(match_of(record).state, CreditState::different);
  EXPECT_EQ(line("G1/1").difference, -sek(100));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), record.refund.minor);

  const std::int64_t margin = desk().balance(desk().nordvik, Account::margin);
  expect_failed(assign_line(desk().app, {.line = "G1/1", .returned = record.id}), Code::invalid_argument, "--accept-difference");
  const AssignLineAsk accepted{.line = "G1/1", .returned = record.id, .accept_difference = true};
  EXPECT_EQ(must(assign_line(desk().app, accepted)).booked, less);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 0);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::margin), margin + sek(100).minor);
  const std::int64_t before = desk().commits();
  EXPECT_EQ(must(assign_line(desk().app, accepted)).booked, less) << "said again";
  EXPECT_EQ(desk().commits(), before);
}

TEST_P(Invoices, ALineThatMatchesTwoReturnsIsLeftToAPersonAndBothAreNamed) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  desk().clock.pass_days(73);
  const ReturnRecord first = desk().give_back(web.id, 1);
  const ReturnRecord second = desk().give_back(web.id, 1);
  ASSERT_EQ(first.refund, second.refund);
  take_in({credit_line(first, first.refund)});
  const MatchCounts counts = must(match_invoice(desk().app, "G1"));
  EXPECT_EQ(counts.ambiguous, 1);
  EXPECT_EQ(counts.booked, 0);
  EXPECT_EQ(line("G1/1").about.size(), 2u);
  for (const ReturnRecord& record : {first, second}) {
    EXPECT_EQ(match_of(record).state, CreditState::ambiguous);
    EXPECT_EQ(match_of(record).lines, std::vector<std::string>{"G1/1"});
  }
  must(assign_line(desk().app, {.line = "G1/1", .returned = second.id}));
  EXPECT_EQ(match_of(second).state, CreditState::arrived);
  EXPECT_EQ(match_of(first).state, CreditState::expected) << "it waits for another line";
  expect_failed(assign_line(desk().app, {.line = "G1/1", .returned = first.id}), Code::refused, "is of return");

  take_in({credit_line(first, first.refund, "G2")});
  EXPECT_EQ(must(match_invoice(desk().app, "G2")).booked, 1) << "the other one is clear now";
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 0);
}

TEST_P(Invoices, ACreditInAnotherCurrencyIsBookedAsItWasExpected) {
  const ReturnRecord record = returned();
  take_in({credit_line(record, {record.refund.minor / 10, Currency::usd()})});  // 10 SEK for 1 USD
  EXPECT_EQ(must(match_invoice(desk().app, "G1")).booked, 1);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 0);
  EXPECT_EQ(desk().balance(desk().prairie, Account::provider_payable), 0);
}

TEST_P(Invoices, WhatDoesNotComeIsMissingAndMayStillCome) {
  const ReturnRecord record = returned();
  must(set_profile(desk().app, {.missing_days = 30}));
  EXPECT_EQ(must(note_missing(desk().app)), 0);
  desk().clock.pass_days(30);
  const std::vector<CreditView> views = must(expected_credits(desk().app, {}));
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].state, CreditState::missing) << "by its age, before any run has noted it";
  EXPECT_EQ(must(note_missing(desk().app)), 1);
  EXPECT_NE(last_rows().find("outbox"), std::string::npos);
  EXPECT_EQ(must(note_missing(desk().app)), 0) << "told once";
  take_in({credit_line(record, record.refund)});
  EXPECT_EQ(must(match_invoice(desk().app, "G1")).booked, 1);
  EXPECT_TRUE(must(expected_credits(desk().app, {})).empty());
}

TEST_P(Invoices, ChargesAreComparedWithTheBooks) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 1});
  const Reservation monthly = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 1});
  const auto charge = [&](const Reservation& r, Money amount) {
    InvoiceLine out{.invoice = "G1",
                    .customer = r.customer,
                    .order = r.order,
                    .charge = "new",
                    .amount = amount,
                    .tax = sek(0),
                    .from = day_of(r.purchased),
                    .until = day_of(r.purchased),
                    .state = LineState::open};
    return out;
  };
  take_in({charge(web, sek(36'500)), charge(monthly, monthly.schedule.payments[0].billing + sek(1))});
  const MatchCounts counts = must(match_invoice(desk().app, "G1"));
  EXPECT_EQ(counts.matched, 1);
  EXPECT_EQ(counts.different, 1);
  EXPECT_EQ(counts.booked, 0);
}

TEST_P(Invoices, AThousandLinesOfOneOrderAndMoreOfOthersAreAllLookedAt) {
  const ReturnRecord record = returned();
  std::vector<InvoiceLine> lines;
  for (int i = 0; i < 1500; ++i) {
    InvoiceLine line = credit_line(record, sek(1));
    line.amount = sek(1 + i);
    line.order = OrderId::trusted(fmt::format("0b000000-0000-4000-8000-{:012}", i / 1200));
    lines.push_back(line);
  }
  lines.push_back(credit_line(record, record.refund));
  take_in(lines);
  const MatchCounts counts = must(match_invoice(desk().app, "G1"));
  EXPECT_EQ(counts.looked_at, 1501);
  EXPECT_EQ(counts.unexpected, 1500);
  EXPECT_EQ(counts.booked, 1);
}

TEST_P(Invoices, NobodySettlesWithoutTheRight) {
  const ReturnRecord record = returned();
  take_in({credit_line(record, record.refund)});
  const Acting helpdesk{
      .principal = {.id = PrincipalId::trusted("0c000000-0000-4000-8000-000000000001"), .roles = {access::Standing::helpdesk_agent}}};
  App theirs = desk().app;
  theirs.acting = &helpdesk;
  expect_failed(match_invoice(theirs, "G1"), Code::forbidden, "Prorata/");
  expect_failed(assign_line(theirs, {.line = "G1/1", .returned = record.id}), Code::forbidden, "Prorata/");
  expect_failed(settle_return(theirs, {.returned = record.id, .reference = "x"}), Code::forbidden, "Prorata/");
  EXPECT_TRUE(expected_credits(theirs, {})) << "the books may be read";
}

TEST_P(Invoices, UnknownLinesAndInvoicesAreNamed) {
  const ReturnRecord record = returned();
  expect_failed(match_invoice(desk().app, "G7"), Code::not_found, "prorata invoice list");
  expect_failed(assign_line(desk().app, {.line = "G1", .returned = record.id}), Code::invalid_argument, "INVOICE/NUMBER");
  take_in({credit_line(record, record.refund)});
  expect_failed(assign_line(desk().app, {.line = "G1/2", .returned = record.id}), Code::not_found, "no line 2");
}

}  // namespace
}  // namespace prorata
