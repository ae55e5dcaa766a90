// Terms with a customer, credit notes and statements: what they rest on, what they say, and that numbers have no gaps.
#include "app/credit_notes.h"

#include <algorithm>
#include <thread>

#include "app/customer_terms.h"
#include "app/settlement_profile.h"
#include "app/statements.h"
#include "documents/credit_note_pdf.h"
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

Result<MadeDocument> plain(const CreditNote& note) { return MadeDocument{documents::digest_of(note.number), note.number}; }

class CreditNotes : public OnEveryStore {
 protected:
  void set_up_paper() {
    must(set_profile(desk().app, {.address = {{"Kajgatan 1", "111 22 Stockholm"}},
                                  .organisation_number = "556677-8899",
                                  .vat_number = "SE556677889901",
                                  .country = "SE",
                                  .vat = {{.country = "SE", .rate = {25, 100}}}}));
  }
  ReturnRecord returned(const CustomerId& customer, std::int64_t quantity = 2) {
    const Reservation web = desk().buy({.customer = customer, .quantity = 5});
    desk().clock.pass_days(73);
    return desk().give_back(web.id, quantity);
  }
  Result<CreditNote> issue(std::string key = {}) {
    return issue_credit_note(desk().app, {.customer = desk().nordvik, .reference = "PO 7", .key = std::move(key)}, plain);
  }
};
PRORATA_ON_EVERY_STORE(CreditNotes);

TEST_P(CreditNotes, ANoteSaysWhatIsOwedWithTheCountrysVat) {
  set_up_paper();
  const ReturnRecord record = returned(desk().nordvik);
  const CreditNote note = must(issue());
  EXPECT_EQ(note.number, "CN-1");
  ASSERT_EQ(note.lines.size(), 2u);
  EXPECT_EQ(note.lines[0].amount, record.customer_credit);
  EXPECT_EQ(note.lines[1].amount, -record.handling);
  EXPECT_EQ(note.net, owed_for(record));
  EXPECT_EQ(note.vat_amount, scale(note.net, {25, 100}, Rounding::half_away));
  EXPECT_EQ(note.total, note.net + note.vat_amount);
  EXPECT_EQ(note.buyer.name, "Nordvik");
  EXPECT_EQ(must(note_document(desk().app, "cn-1", documents::digest_of)).bytes, "CN-1");
  EXPECT_EQ(must(show_credit_note(desk().app, "CN-1")).state, NoteState::open);
  expect_failed(issue(), Code::refused, "nothing is owed");
}

TEST_P(CreditNotes, AKeyGivesTheFirstNoteAgain) {
  set_up_paper();
  returned(desk().nordvik);
  const CreditNote first = must(issue("note-1"));
  EXPECT_EQ(must(issue("note-1")), first);
}

TEST_P(CreditNotes, WhatAPaperNeedsIsAskedFor) {
  returned(desk().nordvik);
  expect_failed(issue(), Code::refused, "no VAT rule is set for customers in 'SE'");
  must(set_profile(desk().app, {.vat = {{.reverse_charge = true}}}));
  expect_failed(issue(), Code::refused, "--address, --organisation-number, --vat-number");
  set_up_paper();
  must(set_profile(desk().app, {.vat = {{.country = "SE", .reverse_charge = true}}}));
  expect_failed(issue(), Code::refused, "the VAT number of Nordvik");
  must(set_terms(desk().app, {.customer = desk().nordvik, .name = "Nordvik AB", .vat_number = "SE111122223301"}));
  const CreditNote note = must(issue());
  EXPECT_EQ(note.buyer.name, "Nordvik AB");
  EXPECT_TRUE(note.vat_amount.is_zero());
  expect_failed(set_profile(desk().app, {.vat = {{.rate = {25, 100}, .reverse_charge = true}}}), Code::invalid_argument, "reverse charge");
  expect_failed(set_profile(desk().app, {.series = "C N"}), Code::invalid_argument, "is not a series");
}

TEST_P(CreditNotes, AReversalTakesANoteBackAndTheReturnsStandOnAnother) {
  set_up_paper();
  const ReturnRecord record = returned(desk().nordvik);
  const CreditNote first = must(issue());
  const CreditNote back = must(reverse_credit_note(desk().app, {.number = "CN-1", .reason = "wrong reference"}, plain));
  EXPECT_EQ(back.number, "CN-2");
  EXPECT_EQ(back.total, -first.total);
  EXPECT_EQ(must(desk().look()->credit_note("CN-1")), first) << "the first one stays as it was";
  EXPECT_EQ(must(show_credit_note(desk().app, "CN-1")).state, NoteState::reversed);
  EXPECT_EQ(must(show_credit_note(desk().app, "CN-1")).reversed_by, "CN-2");
  expect_failed(reverse_credit_note(desk().app, {.number = "CN-1"}, plain), Code::refused, "was reversed by CN-2");
  expect_failed(reverse_credit_note(desk().app, {.number = "CN-2"}, plain), Code::refused, "takes CN-1 back itself");
  const CreditNote third = must(issue());
  EXPECT_EQ(third.number, "CN-3");
  EXPECT_EQ(third.total, first.total);

  must(settle_credit_note(desk().app, {.number = "CN-3", .reference = "bank 9"}));
  EXPECT_EQ(must(show_credit_note(desk().app, "CN-3")).state, NoteState::settled);
  EXPECT_EQ(must(desk().look()->returned(record.id))->settlement->note, "CN-3");
  expect_failed(reverse_credit_note(desk().app, {.number = "CN-3"}, plain), Code::refused, "was settled on");
  EXPECT_EQ(desk().balance(desk().nordvik, Account::customer_credit_payable), 0);
}

TEST_P(CreditNotes, ANoteIsSettledWholeInOneCommit) {
  set_up_paper();
  const ReturnRecord one = returned(desk().nordvik);
  const ReturnRecord two = returned(desk().nordvik, 1);
  must(issue());
  must(settle_return(desk().app, {.returned = one.id, .reference = "early"}));
  EXPECT_EQ(must(desk().look()->returned(one.id))->settlement->note, "CN-1") << "a settlement joins the note its return stands on";
  const std::int64_t before = desk().commits();
  const auto settle = [&] { return settle_credit_note(desk().app, {.number = "CN-1", .reference = "rest", .key = "pay-cn-1"}); };
  const std::vector<Settlement> settled = must(settle());
  ASSERT_EQ(settled.size(), 1u);
  EXPECT_EQ(settled[0].returned, two.id);
  EXPECT_EQ(desk().commits(), before + 1);
  EXPECT_FALSE(must(settle()).empty()) << "the same key again gives the first answer";
  expect_failed(settle_credit_note(desk().app, {.number = "CN-1", .reference = "again"}), Code::refused, "is settled, not open");
}

TEST_P(CreditNotes, NumbersHaveNoGapsHoweverManyIssueAtOnce) {
  set_up_paper();
  std::vector<ReturnId> ids;
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 12});
  for (int i = 0; i < 12; ++i) ids.push_back(desk().give_back(web.id, 1).id);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (std::size_t i = t; i < ids.size(); i += 4)
          must(issue_credit_note(desk().app, {.customer = desk().nordvik, .returns = {ids[i]}}, plain));
      });
  }
  std::vector<std::int64_t> numbers;
  for (const NoteView& each : must(credit_notes(desk().app, std::nullopt))) numbers.push_back(each.note.sequence);
  EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
}

TEST_P(CreditNotes, TermsHoldForWhatComesAfterThem) {
  const Reservation before = desk().buy({.customer = desk().nordvik, .quantity = 1});
  must(set_terms(
      desk().app,
      {.customer = desk().nordvik, .product = "virtualmachines", .price_ratio = Ratio{12, 10}, .credit = books::CreditRule::before_fee}));
  const Reservation after = desk().buy({.customer = desk().nordvik, .quantity = 1});
  EXPECT_EQ(*desk().read(before.id).customer_price, sek(40'150)) << "110 %";
  EXPECT_EQ(*after.customer_price, sek(43'800)) << "120 %";
  desk().clock.pass_days(73);
  const ReturnRecord record = desk().give_back(after.id, 1);
  EXPECT_EQ(record.customer_credit, scale(record.refund + record.fee, {12, 10}, Rounding::half_away)) << "the partner bears the fee";

  must(set_terms(desk().app, {.customer = desk().nordvik, .product = "VirtualMachines", .credit = books::CreditRule::as_refunded}));
  const ReturnRecord plainly = desk().give_back(before.id, 1);
  EXPECT_EQ(plainly.customer_credit, plainly.refund);
  const TermsView view = must(show_terms(desk().app, desk().nordvik));
  EXPECT_EQ(view.terms.rules.size(), 2u) << "what was agreed before stays on record";
  EXPECT_EQ(view.rules.size(), 2u);
  expect_failed(set_terms(desk().app, {.customer = desk().nordvik, .price_ratio = Ratio{0, 1}}), Code::invalid_argument, "above zero");
}

TEST_P(CreditNotes, AStatementBeginsWhereTheLastOneEndedAndAddsUp) {
  set_up_paper();
  desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 1});
  const ReturnRecord record = returned(desk().nordvik);  // on 2026-05-14
  desk().do_what_is_due();
  must(settle_return(desk().app, {.returned = record.id, .method = "receivable", .reference = "CN-1"}));
  const auto of = [&](Day from, Day until) {
    return must(statement_of(desk().app, {.customer = desk().nordvik, .currency = sek(0).currency, .from = from, .until = until}));
  };
  const Statement spring = of(make_day(2026, 3, 1), make_day(2026, 5, 1));
  const Statement may = of(make_day(2026, 5, 1), make_day(2026, 6, 1));
  EXPECT_EQ(spring.closing.balance(), may.opening.balance());
  EXPECT_EQ(may.closing.owes.minor, desk().balance(desk().nordvik, Account::customer_receivable));
  EXPECT_EQ(may.closing.owed.minor, -desk().balance(desk().nordvik, Account::customer_credit_payable));
  Money balance = may.opening.balance();
  for (const StatementLine& line : may.lines) balance += line.charged - line.credited;
  EXPECT_EQ(balance, may.closing.balance());
  const auto instalments = [](const Statement& s) { return std::ranges::count(s.lines, std::string("instalment"), &StatementLine::event); };
  EXPECT_EQ(instalments(spring), 1) << "the first one is the purchase, the second falls on 2 April";
  EXPECT_EQ(instalments(may), 1);
  expect_failed(
      statement_of(desk().app,
                   {.customer = desk().nordvik, .currency = sek(0).currency, .from = make_day(2026, 5, 1), .until = make_day(2026, 5, 1)}),
      Code::invalid_argument, "holds no day");
}

}  // namespace
}  // namespace prorata
