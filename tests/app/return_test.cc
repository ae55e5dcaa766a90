// Quotes and returns: what one commit changes, what is refused and with which words, what a quote and a key promise.
#include "support/on_every_store.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ledger::Account;

std::vector<PolicyChoice> under(std::string pack, std::string meter = {}) {
  return {{make_day(2020, 8, 6), std::move(pack), std::move(meter)}};
}

class Returns : public OnEveryStore {
 protected:
  Result<ReturnOutcome> give_back(const ReturnAsk& ask) { return return_reservation(desk().app, ask); }
  Result<ReturnOutcome> by_quote(const RefundQuote& quote) {
    ReturnAsk ask = MadeDesk::returning(quote.facts.reservation.id, quote.decision.quantity);
    ask.quote = quote.quote.id;
    return give_back(ask);
  }
  RefundQuote quote(const ReservationId& id, std::int64_t quantity) {
    return must(quote_refund(desk().app, {.reservation = id, .quantity = quantity, .approved = "request 7"}));
  }
  // Imports a reservation as a list would give it; no price unless a list has one.
  void import_reservation(const ReservationId& id, const std::function<void(ImportedReservation&)>& edit) {
    ImportedReservation said{.order = *OrderId::parse("0a000000-0000-4000-8000-000000000001"),
                             .id = id,
                             .name = "listed",
                             .product = "VirtualMachines",
                             .sku = "Standard_D2s_v5",
                             .region = "westeurope",
                             .quantity = 2,
                             .term = Term{1},
                             .plan = BillingPlan::upfront,
                             .purchased = *parse_instant("2026-01-01T09:00:00Z"),
                             .state = ProvisioningState::succeeded};
    edit(said);
    PortfolioImport import(desk().app, {.customer = desk().nordvik, .name = "list"});
    must(import.take({}, {{said}}));
    EXPECT_EQ(import.reservations().refused, 0);
  }
};
PRORATA_ON_EVERY_STORE(Returns);

TEST_P(Returns, OneCommitHoldsReservationAllowanceBooksAuditAndRevision) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  desk().set_usage(web.id, Usage::used);
  desk().clock.pass_days(73);  // a fifth of the term
  const std::int64_t before = desk().commits();
  const ReturnRecord record = desk().give_back(web.id, 2);

  // 2 of 5 units: 73,000.00 paid, 14,600.00 used up, 12 % off the rest; the customer paid 110 % and is charged 2 % of its credit.
  EXPECT_EQ(desk().commits(), before + 1);
  EXPECT_EQ(record.row, "later_used");
  EXPECT_EQ(record.paid, sek(73'000));
  EXPECT_EQ(record.consumed, sek(14'600));
  EXPECT_EQ(record.credit, sek(58'400));
  EXPECT_EQ(record.fee, sek(7'008));
  EXPECT_EQ(record.refund, sek(51'392));
  EXPECT_EQ(record.pricing_refund, (Money{513'920, Currency::usd()}));
  EXPECT_EQ(record.customer_credit, (Money{5'653'120, sek(1).currency}));
  EXPECT_EQ(record.handling, (Money{113'062, sek(1).currency}));
  EXPECT_EQ(record.reference, "request 7");

  const Reservation after = desk().read(web.id);
  EXPECT_EQ(after.quantity, 3);
  EXPECT_EQ(after.state, ProvisioningState::succeeded);
  EXPECT_EQ(total_billing(after.schedule), sek(109'500));
  EXPECT_EQ(*after.customer_price, sek(120'450));
  EXPECT_EQ(must(desk().look()->revisions_of(web.id)).front().action, "return");
  EXPECT_EQ(must(desk().look()->revisions_of(web.id)).front().after.quantity, 3);

  EXPECT_EQ(must(allowance_view(desk().app, desk().nordvik)).state.used, (policy::MeteredAmount{513'920, 584'000}));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::provider_credit_receivable), 5'139'200);
  EXPECT_EQ(desk().balance(desk().nordvik, Account::customer_credit_payable), -(5'653'120 - 113'062));
  EXPECT_EQ(desk().balance(desk().nordvik, Account::handling_income), -113'062);
  EXPECT_EQ(desk().entries(desk().nordvik, "return").front().head().group, record.id.text());
  const AuditNote note = desk().audit().back().note;
  EXPECT_EQ(note.action, "refund.return");
  EXPECT_EQ(note.before, "5 units, Succeeded");
  EXPECT_EQ(note.after, "2 returned for 51392.00 SEK");
  EXPECT_EQ(note.actor, "anna");
}

TEST_P(Returns, TheLastUnitsEndTheReservation) {
  const Reservation db = desk().buy({.customer = desk().prairie, .plan = BillingPlan::monthly, .years = 3, .quantity = 2});
  const ReturnRecord record = desk().give_back(db.id, 0 + 2);
  EXPECT_EQ(record.remaining_commitment + record.paid, usd(14'600));
  const Reservation after = desk().read(db.id);
  EXPECT_EQ(after.state, ProvisioningState::cancelled);
  EXPECT_EQ(after.status->code, "Returned");
  EXPECT_EQ(after.schedule.payments.back().status, PaymentStatus::cancelled);
  desk().clock.pass_days(100);
  EXPECT_EQ(desk().do_what_is_due().instalments, 0) << "nothing is charged after the end";
}

TEST_P(Returns, WhatIsNotHereIsNotFound) {
  expect_failed(give_back(MadeDesk::returning(*ReservationId::parse("00000000-0000-4000-8000-00000000dead"), 1)), Code::not_found,
                "reservation 00000000-0000-4000-8000-00000000dead is not in this desk");
  const Reservation web = desk().buy({.customer = desk().prairie});
  ReturnAsk ask = MadeDesk::returning(web.id, 1);
  ask.quote = *QuoteId::parse("00000000-0000-4000-8000-00000000dead");
  expect_failed(give_back(ask), Code::not_found, "ask for one with 'prorata refund quote'");
}

TEST_P(Returns, EachRefusalNamesItselfAndTheWayOn) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  const auto refused = [&](const ReturnAsk& ask, std::string_view words) {
    const std::int64_t before = desk().commits();
    expect_failed(give_back(ask), Code::refused, words);
    EXPECT_EQ(desk().commits(), before) << "a refused return changes nothing";
  };
  ReturnAsk unapproved = MadeDesk::returning(web.id, 1);
  unapproved.refund.approved.clear();
  refused(unapproved, "support_request_required: The refund needs an approved support request. Name the approved one with --approved.");
  refused(MadeDesk::returning(web.id, 3), "invalid_quantity: There are not that many units to return.");
  refused(MadeDesk::returning(web.id, -1), "invalid_quantity");

  ReservationId held = desk().buy({.customer = desk().prairie}).id;
  desk().change(held, "begin", [](Reservation r, Instant now) { return begin_operation(std::move(r), "exchange 1", now); });
  refused(MadeDesk::returning(held, 1), "operation_in_progress: Another operation holds the reservation");

  const Reservation gone = desk().buy({.customer = desk().prairie});
  desk().give_back(gone.id, 1);
  refused(MadeDesk::returning(gone.id, 1), "reservation_not_active: The reservation is not active.");

  const Reservation moved = desk().buy({.customer = desk().prairie});
  desk().change(moved.id, "transfer", [](Reservation r, Instant now) {
    r.transferred_in = true;
    return rename(std::move(r), "moved here", now);
  });
  refused(MadeDesk::returning(moved.id, 1), "transferred_upfront: It was paid upfront with another partner");

  desk().clock.pass_days(365);
  refused(MadeDesk::returning(web.id, 1), "reservation_not_active");
}

TEST_P(Returns, SomeProductsAreNotRefunded) {
  make(under("azure-2026"));
  ReservationId suse = *ReservationId::parse("0b000000-0000-4000-8000-000000000001");
  import_reservation(suse, [](ImportedReservation& r) { r.product = "SuseLinux"; });
  expect_failed(give_back(MadeDesk::returning(suse, 1)), Code::refused, "product_not_refundable: This policy does not refund the product.");
}

TEST_P(Returns, ACustomerOfAnotherOfferIsToldWhereToGo) {
  Customer other =
      MadeDesk::customer(*CustomerId::parse("c0000000-0000-4000-8000-000000000003"), "Direct", Currency::usd(), {1, 1}, {0, 1});
  must(import_customers(desk().app, {{other}}, "test"));
  const Reservation bought = desk().buy({.customer = other.id});
  other.offer = OfferType::pay_as_you_go;  // it has left its partner since
  must(import_customers(desk().app, {{other}}, "test"));
  expect_failed(give_back(MadeDesk::returning(bought.id, 1)), Code::refused,
                "customer_offer_not_supported: The customer does not buy through a cloud solution provider and cannot be served here. "
                "Where to go: the customer returns it itself: Azure portal, Reservations, Refund.");
  expect_failed(desk().try_to_buy({.customer = other.id}), Code::refused,
                "Direct buys as pay_as_you_go, not through a cloud solution provider; it buys by itself: Azure portal, Reservations");
  EXPECT_FALSE(where_to_go(OfferType::pay_as_you_go).empty());
}

TEST_P(Returns, AQuoteIsKeptToTheFigure) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  desk().clock.pass_days(100);
  const RefundQuote quoted = quote(web.id, 1);
  desk().clock.pass_seconds(kQuoteValidSeconds);
  const ReturnOutcome done = must(by_quote(quoted));
  EXPECT_EQ(done.record.refund, quoted.decision.refund);
  EXPECT_EQ(done.record.policy, quoted.quote.policy);
}

TEST_P(Returns, AQuoteExpiresAfterTenMinutesAndAtMidnight) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const RefundQuote first = quote(web.id, 1);
  desk().clock.pass_seconds(kQuoteValidSeconds);
  desk().clock.put({desk().clock.now().ticks + 1});
  expect_failed(by_quote(first), Code::expired_quote, "has expired; ask for a new one");

  desk().clock.put(*parse_instant("2026-03-05T23:59:30Z"));
  const RefundQuote late = quote(web.id, 1);
  desk().clock.put(*parse_instant("2026-03-06T00:00:00Z"));
  expect_failed(by_quote(late), Code::expired_quote, late.quote.id.text());
}

TEST_P(Returns, AQuoteIsStaleWhenTheFactsMoved) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const RefundQuote quoted = quote(web.id, 1);
  desk().set_usage(web.id, Usage::used);
  desk().clock.pass_days(0);
  const ReturnOutcome other = must(give_back(MadeDesk::returning(web.id, 1)));
  EXPECT_GT(other.record.refund.minor, 0);
  expect_failed(by_quote(quoted), Code::stale_quote, "the facts have changed since quote " + quoted.quote.id.text());
}

TEST_P(Returns, AQuoteSpeaksOfItsOwnReservationOnly) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const Reservation other = desk().buy({.customer = desk().nordvik, .quantity = 3});
  ReturnAsk ask = MadeDesk::returning(other.id, 1);
  ask.quote = quote(web.id, 1).quote.id;
  expect_failed(give_back(ask), Code::invalid_argument, "is for reservation " + web.id.text());
}

// Ten units are 36,500.00 USD: two such returns do not fit into 50,000.00 together, each fits alone.
TEST_P(Returns, TwoQuotesCannotBothSpendTheAllowance) {
  make(under("azure-2022"));
  const Reservation a = desk().buy({.customer = desk().prairie, .quantity = 10});
  const Reservation b = desk().buy({.customer = desk().prairie, .quantity = 10});
  const RefundQuote first = quote(a.id, 10);
  const RefundQuote second = quote(b.id, 10);
  desk().clock.pass_seconds(60);
  must(by_quote(first));
  desk().clock.pass_seconds(60);
  expect_failed(by_quote(second), Code::stale_quote, "the facts have changed");
  EXPECT_EQ(must(allowance_view(desk().app, desk().prairie)).state.used.refund, 3'650'000);
}

TEST_P(Returns, OverTheAllowanceSaysWhatFitsNowAndWhenTheRestDoes) {
  make(under("azure-2022"));
  const Reservation a = desk().buy({.customer = desk().prairie, .years = 3, .quantity = 5});  // 36,500.00
  const Reservation b = desk().buy({.customer = desk().prairie, .years = 3, .quantity = 5});
  desk().give_back(a.id, 5);
  expect_failed(give_back(MadeDesk::returning(b.id, 5)), Code::refused,
                "refund_limit_exceeded: It does not fit the customer's refund allowance. 'prorata refund quote' says how much fits");
  const RefundQuote quoted = quote(b.id, 5);
  ASSERT_TRUE(quoted.fitting);
  EXPECT_EQ(quoted.fitting->quantity_now, 1);
  ASSERT_TRUE(quoted.fitting->whole_from);
  EXPECT_EQ(day_of(*quoted.fitting->whole_from), make_day(2027, 3, 2)) << "when the first return has left the window";
  desk().clock.put(add_seconds(*quoted.fitting->whole_from, -1));
  expect_failed(give_back(MadeDesk::returning(b.id, 5)), Code::refused, "refund_limit_exceeded");
  desk().clock.put(*quoted.fitting->whole_from);
  EXPECT_TRUE(give_back(MadeDesk::returning(b.id, 5)));
}

TEST_P(Returns, ACutNeedsConsent) {
  const Reservation a = desk().buy({.customer = desk().prairie, .years = 3, .quantity = 8});  // 58,400.00
  desk().set_usage(a.id, Usage::unused);
  ReturnAsk ask = MadeDesk::returning(a.id, 8);
  expect_failed(give_back(ask), Code::refused,
                "the allowance cuts the refund to 50000.00 USD, and 8400.00 USD are lost; say --accept-clip to go on");
  ask.accept_clip = true;
  const ReturnRecord record = must(give_back(ask)).record;
  EXPECT_EQ(record.refund, usd(50'000));
  EXPECT_EQ(record.forfeited, usd(8'400));
  EXPECT_EQ(record.credit, usd(58'400));
  EXPECT_EQ(desk().balance(desk().prairie, Account::provider_credit_receivable), 5'000'000);
}

TEST_P(Returns, AKeyGivesItsFirstAnswerAgain) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  const ReturnOutcome first = must(give_back(MadeDesk::returning(web.id, 1, "key-1")));
  EXPECT_FALSE(first.replayed);
  desk().clock.pass_days(30);
  const std::int64_t before = desk().commits();
  const ReturnOutcome again = must(give_back(MadeDesk::returning(web.id, 1, "key-1")));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.record, first.record);
  EXPECT_EQ(desk().commits(), before);
  EXPECT_EQ(desk().read(web.id).quantity, 2);
  expect_failed(give_back(MadeDesk::returning(web.id, 2, "key-1")), Code::key_reused, "choose a new key");
}

TEST_P(Returns, ARefusedReturnDoesNotUseUpItsKey) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 3});
  ReturnAsk ask = MadeDesk::returning(web.id, 1, "key-1");
  ask.refund.approved.clear();
  expect_failed(give_back(ask), Code::refused, "support_request_required");
  ask.refund.approved = "request 8";
  EXPECT_FALSE(must(give_back(ask)).replayed);
}

TEST_P(Returns, AnUnknownPriceSaysWhatToImport) {
  const ReservationId unpriced = *ReservationId::parse("0b000000-0000-4000-8000-000000000002");
  import_reservation(unpriced, [](ImportedReservation& r) { r.sku = "Standard_Unheard_of"; });
  const auto quoted = quote_refund(desk().app, {.reservation = unpriced, .quantity = 1, .approved = "request 7"});
  expect_failed(quoted, Code::invalid_argument, "the price is unknown; import the order with its schedule ('prorata import azure')");
  expect_failed(give_back(MadeDesk::returning(unpriced, 1)), Code::invalid_argument, "the price is unknown");
}

TEST_P(Returns, AMissingExchangeRateIsNamed) {
  Customer swiss =
      MadeDesk::customer(*CustomerId::parse("c0000000-0000-4000-8000-000000000004"), "Alpen", *Currency::parse("CHF"), {1, 1}, {0, 1});
  must(import_customers(desk().app, {{swiss}}, "test"));
  expect_failed(desk().try_to_buy({.customer = swiss.id}), Code::not_found, "CHF");

  const ReservationId id = *ReservationId::parse("0b000000-0000-4000-8000-000000000003");
  const OrderId order = *OrderId::parse("0a000000-0000-4000-8000-000000000003");
  const Money francs{100'000, swiss.currency};
  ImportedOrder listed{.id = order,
                       .original_quantity = 1,
                       .reservations = {id},
                       .payments = {{.due = make_day(2026, 1, 1), .billing = francs, .status = PaymentStatus::succeeded}}};
  ImportedReservation said{.order = order,
                           .id = id,
                           .sku = "Standard_D2s_v5",
                           .region = "westeurope",
                           .quantity = 1,
                           .term = Term{1},
                           .purchased = *parse_instant("2026-01-01T09:00:00Z")};
  PortfolioImport import(desk().app, {.customer = swiss.id, .name = "list"});
  must(import.take({{listed}}, {{said}}));
  expect_failed(give_back(MadeDesk::returning(id, 1)), Code::not_found, "no exchange rate");
  must(import_rates(desk().app, {{make_day(2025, 12, 31), swiss.currency, Currency::usd(), {12, 10}}}, "test"));
  desk().set_usage(id, Usage::unused);
  const ReturnRecord record = must(give_back(MadeDesk::returning(id, 1))).record;
  EXPECT_EQ(record.refund.minor, 73'535) << "60 of 365 days gone, 12 % off";
  EXPECT_EQ(record.pricing_refund.minor, 88'241) << "the same sums on 1,200.00 USD, not 735.35 exchanged";
}

TEST_P(Returns, ThePackOfTheDayGoverns) {
  make({{make_day(2026, 1, 1), "azure-2022", "refund"}, {make_day(2026, 6, 1), "azure-2026", ""}});
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().clock.put(*parse_instant("2026-05-31T23:59:59Z"));
  EXPECT_EQ(desk().give_back(web.id, 1).policy, "azure-2022");
  desk().clock.put(*parse_instant("2026-06-01T00:00:00Z"));
  EXPECT_EQ(desk().give_back(web.id, 1).policy, "azure-2026");
}

TEST_P(Returns, AQuoteCanShowEveryOtherPolicyBesideTheGoverning) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().clock.pass_days(30);
  const RefundQuote quoted =
      must(quote_refund(desk().app, {.reservation = web.id, .quantity = 0, .approved = "request 7", .every_policy = true}));
  EXPECT_EQ(quoted.decision.quantity, 2) << "none named: all";
  ASSERT_EQ(quoted.others.size(), 2u);
  for (const policy::RefundDecision& other : quoted.others) {
    EXPECT_NE(other.policy, "csp-2020");
    EXPECT_GT(other.refund.minor, quoted.decision.refund.minor) << "only csp-2020 takes a fee";
  }
}

}  // namespace
}  // namespace prorata
