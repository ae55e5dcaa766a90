// A request's life on every store: what each step writes, who may take it, and how it ends when something gets in the way.
#include <algorithm>

#include "support/request_desk.h"

namespace prorata::testing {
namespace {

class Requests : public RequestDesk {};
PRORATA_ON_EVERY_STORE(Requests);

std::vector<std::pair<State, State>> path_of(const Request& r) {
  std::vector<std::pair<State, State>> out;
  for (const request::Step& each : r.steps) out.emplace_back(each.from, each.to);
  return out;
}

TEST_P(Requests, FromACustomersAskToAnExecutedRefund) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  desk().set_usage(web.id, Usage::used);
  const User kim = user_of_nordvik("kim@nordvik.example");
  desk().clock.pass_days(60);

  const Request asked = as(kim, [&] { return must(ask_for(app(), refund_of(web, 2))); });
  EXPECT_EQ(asked.state, State::draft);
  EXPECT_EQ(asked.number, request::kFirstNumber);
  EXPECT_EQ(asked.asked_by->name, "kim@nordvik.example");
  EXPECT_FALSE(asked.quoted) << "it decides nothing and shows no figures";

  const DraftedRequest taken = as("adam", [&] { return must(draft_request(app(), {.from = asked.number, .lines = {}})); });
  EXPECT_EQ(taken.request.number, asked.number);
  EXPECT_EQ(taken.request.created_by.name, "adam@partner.example");
  ASSERT_TRUE(taken.quote.refund) << "with what its derivation needs";
  EXPECT_EQ(taken.request.quoted->refund, taken.quote.refund->decision.refund);
  EXPECT_TRUE(taken.request.quoted->refusals.empty());

  const Request filed = as("adam", [&] { return submit(asked.number); });
  EXPECT_EQ(filed.state, State::with_operator);
  EXPECT_EQ(path_of(filed),
            (std::vector<std::pair<State, State>>{{State::draft, State::submitted}, {State::submitted, State::with_operator}}));
  EXPECT_EQ(hold(filed).state, HoldState::held);
  EXPECT_EQ(hold(filed).refund, filed.quoted->pricing_refund);
  EXPECT_EQ(ticket(filed).status, support::Status::open);
  EXPECT_EQ(filed.due, ticket(filed).service_level.expiration);
  EXPECT_NE(ticket(filed).description.find(web.id.text()), std::string::npos) << "both ids stand in it";
  EXPECT_NE(ticket(filed).description.find(web.order.text()), std::string::npos);
  EXPECT_EQ(ticket(filed).classification.text(), support::kExchangesAndRefunds);

  const Request done = as("berta", [&] { return decide(filed.number); });
  EXPECT_EQ(done.state, State::completed);
  EXPECT_EQ(done.decided_by->name, "berta@partner.example");
  EXPECT_EQ(hold(done).state, HoldState::used);
  EXPECT_EQ(ticket(done).status, support::Status::closed);
  const ReturnState returned = *must(desk().look()->returned(*ReturnId::parse(done.outcome)));
  EXPECT_EQ(returned.returned.refund, taken.request.quoted->refund);
  EXPECT_EQ(returned.returned.reference, request::number_text(done.number));
  EXPECT_EQ(desk().read(web.id).quantity, 3);
  EXPECT_EQ(returns(), 1U);
  EXPECT_FALSE(desk().entries(desk().nordvik, "return").empty()) << "what the customer is owed stands in the books";
}

TEST_P(Requests, AnExchangeCompletesWithItsLastStage) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  desk().clock.pass_days(30);
  const Request r = filed(exchange_of(web, 2, 2));
  EXPECT_FALSE(r.hold) << "an exchange does not touch the allowance";
  EXPECT_EQ(r.purchases.front().line.product, "VirtualMachines") << "what was left open is settled by the quote";
  const Request done = decide(r.number);
  EXPECT_EQ(done.state, State::completed) << done.failure;
  const Exchange exchange = must(load_exchange(app(), *ExchangeId::parse(done.outcome)));
  EXPECT_EQ(exchange.state, ExchangeState::succeeded);
  EXPECT_EQ(exchange.net_payable, r.quoted->net_payable);
  EXPECT_EQ(ticket(done).status, support::Status::closed);
  EXPECT_EQ(desk().read(web.id).state, ProvisioningState::cancelled);
}

TEST_P(Requests, ACustomerThatCannotBeServedIsToldWhereToGo) {
  Customer other = MadeDesk::customer(*CustomerId::parse("c0000000-0000-4000-8000-000000000003"), "Fjord", Currency::usd(), {1, 1}, {0, 1});
  must(import_customers(app(), std::vector{other}, "test"));
  const Reservation web = desk().buy({.customer = other.id});
  other.offer = OfferType::enterprise_agreement;
  must(import_customers(app(), std::vector{other}, "test"));
  for (const auto& refused :
       {ask_for(app(), refund_of(web, 1)).error(), draft_request(app(), {.from = {}, .lines = refund_of(web, 1)}).error()}) {
    EXPECT_EQ(refused.code, Code::refused);
    EXPECT_EQ(refused.reason, "customer_offer_not_supported");
    EXPECT_NE(refused.message.find(where_to_go(OfferType::enterprise_agreement)), std::string::npos) << refused.message;
  }
}

TEST_P(Requests, ARejectionLetsTheHoldGoAndClosesTheTicketWithTheReason) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  expect_failed(decide_request(app(), {.number = r.number, .approve = false, .reason = " "}), Code::invalid_argument, "needs a reason");
  const Request rejected = decide(r.number, false, "used for another project");
  EXPECT_EQ(rejected.state, State::rejected);
  EXPECT_EQ(rejected.decision_reason, "used for another project");
  EXPECT_EQ(hold(rejected).state, HoldState::released);
  EXPECT_EQ(ticket(rejected).status, support::Status::closed);
  EXPECT_EQ(ticket(rejected).thread.back().body, "used for another project");
  EXPECT_EQ(desk().read(web.id).quantity, 5);
  expect_failed(decide_request(app(), {.number = r.number, .approve = true}), Code::refused, "R-1001 is rejected");
}

TEST_P(Requests, AWithdrawalLetsTheHoldGo) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  const Request withdrawn = must(withdraw_request(app(), {.number = r.number, .reason = "the customer keeps it", .key = {}}));
  EXPECT_EQ(withdrawn.state, State::withdrawn);
  EXPECT_EQ(hold(withdrawn).state, HoldState::released);
  EXPECT_EQ(ticket(withdrawn).status, support::Status::closed);
  expect_failed(decide_request(app(), {.number = r.number, .approve = true}), Code::refused, "R-1001 is withdrawn");
}

TEST_P(Requests, WhoAskedMayTakeItBackWhileItIsADraftAndNeverExecutes) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const User kim = user_of_nordvik("kim@nordvik.example");
  const User liv = user_of_nordvik("liv@nordvik.example");
  const Request asked = as(kim, [&] { return must(ask_for(app(), refund_of(web, 2))); });
  as(liv, [&] { expect_failed(withdraw_request(app(), {.number = asked.number}), Code::forbidden, "return/action"); });
  as(kim, [&] {
    expect_failed(draft_request(app(), {.from = asked.number, .lines = {}}), Code::forbidden, "calculaterefund/action");
    expect_failed(try_to_submit(asked.number), Code::forbidden, "return/action");
    expect_failed(decide_request(app(), {.number = asked.number, .approve = true}), Code::forbidden, "Prorata/requests/decide/action");
    expect_failed(return_reservation(app(), MadeDesk::returning(web.id, 1)), Code::forbidden, "return/action");
    EXPECT_EQ(must(request_view(app(), asked.number)).request.number, asked.number) << "its own tenant's it sees";
    EXPECT_EQ(must(withdraw_request(app(), {.number = asked.number})).state, State::withdrawn);
  });
  const Reservation other = desk().buy({.customer = desk().prairie});
  as(kim, [&] { expect_failed(ask_for(app(), refund_of(other, 1)), Code::forbidden, "Prorata/requests/ask/action"); });
}

TEST_P(Requests, AboveTheDesksAmountASecondPersonApprovesAndNobodyTheirOwn) {
  must(change_request_rules(app(), {.approval_above = std::optional(usd(5'000)), .automatic_approval = {}}));
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 5});
  EXPECT_EQ(filed(refund_of(web, 1)).state, State::with_operator) << "3,650 USD are below it";

  const Request large = as("adam", [&] { return filed(refund_of(web, 2)); });
  EXPECT_EQ(large.state, State::partner_approval);
  as("adam", [&] { expect_failed(approve_inside(app(), {.number = large.number}), Code::forbidden, "Prorata/requests/approve/action"); });
  as("helga", [&] { expect_failed(approve_inside(app(), {.number = large.number}), Code::forbidden, "approve/action"); });
  expect_failed(decide_request(app(), {.number = large.number, .approve = true}), Code::refused, "partner_approval");
  const Request handed = as("berta", [&] { return must(approve_inside(app(), {.number = large.number, .note = "fine", .key = {}})); });
  EXPECT_EQ(handed.state, State::with_operator);
  EXPECT_EQ(handed.approved_by->name, "berta@partner.example");
  as("adam", [&] { expect_failed(decide_request(app(), {.number = large.number, .approve = true}), Code::forbidden, "decide/action"); });
  EXPECT_EQ(as("greta", [&] { return decide(large.number); }).state, State::completed);
}

TEST_P(Requests, WhereTheRulesApproveByThemselvesItIsExecutedRightAway) {
  must(change_request_rules(app(), {.approval_above = std::optional(usd(5'000)), .automatic_approval = true}));
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 5});
  const Request small = as("adam", [&] { return filed(refund_of(web, 1)); });
  EXPECT_EQ(small.state, State::completed) << small.failure;
  EXPECT_EQ(small.decided_by->name, "rule");
  const Request large = as("adam", [&] { return filed(refund_of(web, 2)); });
  EXPECT_EQ(large.state, State::partner_approval) << "the second person comes first";
  EXPECT_EQ(as("berta", [&] { return must(approve_inside(app(), {.number = large.number})); }).state, State::completed);
  expect_failed(change_request_rules(app(), {.approval_above = std::optional(sek(1)), .automatic_approval = {}}), Code::invalid_argument,
                "USD");
  as("adam", [&] {
    expect_failed(change_request_rules(app(), {.approval_above = {}, .automatic_approval = true}), Code::forbidden, "settings/write");
  });
}

TEST_P(Requests, TheWizardRefusesWhatIsNotItsOwnAndTheCustomersAddress) {
  Customer nordvik = *must(desk().look()->customer(desk().nordvik));
  nordvik.domain = "nordvik.example";
  must(import_customers(app(), std::vector{nordvik}, "test"));
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = draft(refund_of(web, 2));
  struct Row {
    std::string_view place;
    std::function<void(SubmitAsk&)> change;
  };
  for (const Row& row : std::vector<Row>{
           {"issueType", [](SubmitAsk& a) { a.issue_type = "Technical"; }},
           {"problemType", [](SubmitAsk& a) { a.problem_type = "Invoices"; }},
           {"category", [](SubmitAsk& a) { a.category = "Other"; }},
           {"contactDetails.firstName", [](SubmitAsk& a) { a.contact.first_name.reset(); }},
           {"contactDetails.phoneNumber", [](SubmitAsk& a) { a.contact.method = support::ContactMethod::phone; }},
           {"contactDetails.primaryEmailAddress", [](SubmitAsk& a) { a.contact.email = "kim@Nordvik.example"; }},
           {"contactDetails.primaryEmailAddress", [](SubmitAsk& a) { a.contact.email = "kim@mail.nordvik.example"; }},
           {"contactDetails.additionalEmailAddresses", [](SubmitAsk& a) { a.contact.additional_emails = {"kim@nordvik.example"}; }}}) {
    SubmitAsk ask{.number = r.number, .contact = contact()};
    row.change(ask);
    const Result<Request> refused = submit_request(app(), ask);
    ASSERT_FALSE(refused) << row.place;
    EXPECT_EQ(refused.error().code, Code::invalid_argument) << refused.error().text();
    EXPECT_EQ(refused.error().place, row.place) << refused.error().text();
  }
  EXPECT_EQ(seen(r.number).state, State::draft) << "nothing of it was kept";
  EXPECT_TRUE(must(desk().look()->holds_of(desk().nordvik)).empty());
}

TEST_P(Requests, AQuoteThatWentStaleBeforeItWasSubmittedIsLookedAtAgain) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  desk().set_usage(web.id, Usage::used);
  desk().clock.pass_days(30);
  const Request r = draft(refund_of(web, 2));
  desk().clock.pass_seconds(3 * kQuoteValidSeconds);
  EXPECT_EQ(as("adam", [&] { return seen(r.number); }).quoted->refund, r.quoted->refund);
  desk().clock.pass_days(1);
  expect_failed(try_to_submit(r.number), Code::stale_quote, "its figures have changed since");
  EXPECT_LT(must(quote_again(app(), r.number)).request.quoted->refund.minor, r.quoted->refund.minor);
  EXPECT_EQ(submit(r.number).state, State::with_operator);
}

TEST_P(Requests, AnOldQuoteWhoseFiguresStandIsGoodEnough) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = draft(refund_of(web, 2));
  desk().clock.pass_days(2);  // still within the five days that give back everything
  EXPECT_EQ(submit(r.number).state, State::with_operator);
  desk().clock.pass_days(1);
  EXPECT_EQ(decide(r.number).state, State::completed);
}

TEST_P(Requests, AFigureThatChangedBeforeTheApprovalIsAgreedToAgain) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  desk().set_usage(web.id, Usage::used);
  desk().clock.pass_days(30);
  const Request r = as("adam", [&] { return filed(refund_of(web, 2)); });
  desk().clock.pass_days(1);
  const Request waiting = as("berta", [&] { return decide(r.number); });
  EXPECT_EQ(waiting.state, State::approved);
  EXPECT_TRUE(waiting.agree_again);
  EXPECT_LT(waiting.quoted->refund.minor, r.quoted->refund.minor) << "what is to be agreed to is shown";
  EXPECT_EQ(desk().read(web.id).quantity, 5);
  EXPECT_EQ(must(resume_request(app(), r.number)).agree_again, true) << "nobody agrees in the agent's place";

  desk().clock.pass_days(1);
  as("adam", [&] { expect_failed(agree_again(app(), {.number = r.number}), Code::stale_quote, "changed once more"); });
  const Request done = as("adam", [&] { return must(agree_again(app(), {.number = r.number})); });
  EXPECT_EQ(done.state, State::completed);
  EXPECT_EQ(must(desk().look()->returned(*ReturnId::parse(done.outcome)))->returned.refund, done.quoted->refund);
  EXPECT_EQ(returns(), 1U);
}

TEST_P(Requests, TwoOperatorsDecideAtOnceAndOneOfThemDoes) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = as("adam", [&] { return filed(refund_of(web, 2)); });
  Faulty faulty(desk());
  faulty.store.set_rival([&] { as("greta", [&] { decide(r.number, false, "no"); }); });
  faulty.store.suffer({sim::Fault::rival});
  expect_failed(decide_request(faulty.app, {.number = r.number, .approve = true}), Code::refused, "R-1001 is rejected since");
  EXPECT_EQ(seen(r.number).state, State::rejected);
  EXPECT_EQ(returns(), 0U);
}

TEST_P(Requests, TwoThatApproveAtOnceExecuteItOnce) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = as("adam", [&] { return filed(refund_of(web, 2)); });
  Faulty faulty(desk());
  // The rival finishes it between the first one's two commits.
  faulty.store.set_rival([&] { must(resume_request(app(), r.number)); });
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::rival});
  const Request done = must(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(done.state, State::completed);
  EXPECT_EQ(returns(), 1U);
  EXPECT_EQ(desk().read(web.id).quantity, 3);
}

TEST_P(Requests, AReservationSplitUnderItFailsWithTheReason) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  must(split_reservation(app(), web.id, {2, 3}, ""));
  const Request failed = decide(r.number);
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_NE(failed.failure.find("reservation_not_active"), std::string::npos) << failed.failure;
  EXPECT_EQ(hold(failed).state, HoldState::released);
  EXPECT_EQ(ticket(failed).status, support::Status::closed);
  EXPECT_EQ(returns(), 0U);
}

TEST_P(Requests, ACustomerMovedUnderItFailsWithTheReason) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  Customer sister =
      MadeDesk::customer(*CustomerId::parse("c0000000-0000-4000-8000-000000000004"), "Sister", *Currency::parse("SEK"), {1, 1}, {0, 1});
  must(import_customers(app(), std::vector{sister}, "test"));
  const Request r = filed(refund_of(web, 2));
  must(change_directory(app(), web.order, sister.id));
  const Request failed = decide(r.number);
  EXPECT_EQ(failed.state, State::failed);
  EXPECT_NE(failed.failure.find("belongs to another customer"), std::string::npos) << failed.failure;
  EXPECT_EQ(hold(failed).state, HoldState::released);
}

TEST_P(Requests, ADeathBetweenTheTwoCommitsIsResumed) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  Faulty faulty(desk());
  // The decision and the beginning happen; then the database goes away, as it does for a process that is killed there.
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::lost_before, sim::Fault::lost_before, sim::Fault::lost_before});
  EXPECT_FALSE(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(seen(r.number).state, State::executing);
  EXPECT_EQ(returns(), 0U);
  expect_failed(withdraw_request(app(), {.number = r.number}), Code::refused, "R-1001 is executing");
  const std::vector<Request> resumed = must(resume_requests(app()));
  ASSERT_EQ(resumed.size(), 1U);
  EXPECT_EQ(resumed.front().state, State::completed);
  EXPECT_EQ(returns(), 1U);
  EXPECT_TRUE(must(resume_requests(app())).empty()) << "nothing is left to do";
}

TEST_P(Requests, ADeathAfterTheDecisionIsResumed) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  Faulty faulty(desk());
  faulty.store.suffer({sim::Fault::none, sim::Fault::lost_before, sim::Fault::lost_before, sim::Fault::lost_before});
  EXPECT_FALSE(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(seen(r.number).state, State::approved);
  ASSERT_EQ(must(resume_requests(app())).size(), 1U);
  EXPECT_EQ(seen(r.number).state, State::completed);
}

TEST_P(Requests, AnUnknownOutcomeThatDidNotHappenIsFoundSoAndExecutedOnce) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  Faulty faulty(desk());
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::unknown_before});
  const Request unknown = must(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(unknown.state, State::outcome_unknown);
  EXPECT_EQ(returns(), 0U);
  expect_failed(withdraw_request(app(), {.number = r.number}), Code::refused, "outcome_unknown");

  const Request looked = must(resume_request(app(), r.number));
  EXPECT_EQ(looked.state, State::approved) << "looking is not doing";
  EXPECT_EQ(returns(), 0U);
  EXPECT_NE(looked.steps.back().note.find("nothing was done"), std::string::npos);
  EXPECT_EQ(must(resume_request(app(), r.number)).state, State::completed);
  EXPECT_EQ(returns(), 1U);
}

TEST_P(Requests, AnUnknownOutcomeThatHappenedIsFoundAndNotDoneAgain) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  Faulty faulty(desk());
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::unknown_after});
  const Request found = must(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(found.state, State::completed);
  EXPECT_EQ(returns(), 1U);
  EXPECT_EQ(must(resume_request(app(), r.number)).state, State::completed);
  EXPECT_EQ(returns(), 1U);
  EXPECT_EQ(desk().read(web.id).quantity, 3);
}

TEST_P(Requests, AnExchangeThatDiedHalfWayCompletesItsRequestWhenItIsResumed) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  const Request r = filed(exchange_of(web, 2, 2));
  Faulty faulty(desk());
  // Decided, begun, accepted, pending_refunds; then away.
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::none, sim::Fault::none, sim::Fault::lost_before,
                       sim::Fault::lost_before, sim::Fault::lost_before});
  EXPECT_FALSE(decide_request(faulty.app, {.number = r.number, .approve = true}));
  EXPECT_EQ(seen(r.number).state, State::executing);
  EXPECT_FALSE(seen(r.number).outcome.empty());
  must(resume_exchanges(app()));
  EXPECT_EQ(seen(r.number).state, State::completed) << "in the commit of the exchange's last stage";
  EXPECT_EQ(ticket(r).status, support::Status::closed);
}

TEST_P(Requests, AnExchangeThatIsUndoneFailsItsRequest) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 2});
  const Request r = filed(exchange_of(web, 2, 2));
  Faulty faulty(desk());
  faulty.store.suffer(
      {sim::Fault::none, sim::Fault::none, sim::Fault::none, sim::Fault::lost_before, sim::Fault::lost_before, sim::Fault::lost_before});
  EXPECT_FALSE(decide_request(faulty.app, {.number = r.number, .approve = true}));
  desk().clock.pass_days(1);  // it was agreed on for that day only
  must(resume_requests(app()));
  EXPECT_EQ(seen(r.number).state, State::failed);
  EXPECT_FALSE(seen(r.number).failure.empty());
  EXPECT_EQ(desk().read(web.id).state, ProvisioningState::succeeded);
}

TEST_P(Requests, TheHoldKeepsOthersFromSpendingTheSameAllowance) {
  const Reservation web = desk().buy({.customer = desk().prairie, .quantity = 20});  // 73,000 USD; the allowance is 50,000
  const Request first = filed(refund_of(web, 10));
  const Request second = draft(refund_of(web, 10));
  EXPECT_TRUE(second.quoted->clipped) << "13,500 USD are left for 36,500";
  expect_failed(try_to_submit(second.number), Code::refused, "--accept-clip");
  const Request clipped =
      must(submit_request(app(), {.number = second.number, .contact = contact(), .severity = {}, .accept_clip = true, .key = {}}));
  EXPECT_EQ(decide(first.number).state, State::completed);
  const Request done = decide(clipped.number);
  EXPECT_EQ(done.state, State::completed) << done.failure;
  EXPECT_EQ(must(desk().look()->returned(*ReturnId::parse(done.outcome)))->returned.refund, clipped.quoted->refund);
}

TEST_P(Requests, WhatNobodyFinishesExpiresWithItsHold) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  desk().clock.pass_days(13);
  EXPECT_TRUE(must(expire_requests(app())).empty());
  desk().clock.pass_days(1);
  expect_failed(decide_request(app(), {.number = r.number, .approve = true}), Code::refused, "R-1001 expired at");
  ASSERT_EQ(must(expire_requests(app())).size(), 1U);
  EXPECT_EQ(seen(r.number).state, State::expired);
  EXPECT_EQ(ticket(r).status, support::Status::closed);
}

TEST_P(Requests, TheSameKeyAgainIsTheSameRequest) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  AskFor ask = refund_of(web, 2);
  ask.key = "ask-1";
  const Request first = must(ask_for(app(), ask));
  EXPECT_EQ(must(ask_for(app(), ask)).number, first.number);
  ask.returns.front().quantity = 1;
  EXPECT_EQ(ask_for(app(), ask).error().code, Code::key_reused);
  must(draft_request(app(), {.from = first.number, .lines = {}}));
  const SubmitAsk submit{.number = first.number, .contact = contact(), .severity = {}, .accept_clip = false, .key = "submit-1"};
  const Request filed = must(submit_request(app(), submit));
  EXPECT_EQ(must(submit_request(app(), submit)).version, filed.version) << "nothing is filed twice";
  const DecideAsk approve{.number = first.number, .approve = true, .reason = {}, .key = "decide-1"};
  EXPECT_EQ(must(decide_request(app(), approve)).state, State::completed);
  EXPECT_EQ(must(decide_request(app(), approve)).state, State::completed);
  EXPECT_EQ(returns(), 1U);
}

TEST_P(Requests, TheTicketAndTheRequestAreOne) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  const RequestPlace place{r.ticket, r.customer, ticket(r).subscription};
  must(say_in_request(app(), {.number = r.number, .side = Side::operator_, .text = "Is it used by others?", .subject = {}, .key = {}}));
  must(say(app(), {place, {.name = "answer", .sender = "anna@partner.example", .subject = "It is not", .body = "Nobody uses it."}, ""}));
  ASSERT_EQ(ticket(r).thread.size(), 3U) << "received, asked, answered";
  EXPECT_EQ(ticket(r).thread[1].direction, support::Direction::inbound);
  EXPECT_EQ(ticket(r).thread[2].body, "Nobody uses it.");

  must(change_request(app(), {place, {.severity = support::Severity::critical}}));
  EXPECT_EQ(seen(r.number).severity, support::Severity::critical);
  EXPECT_EQ(seen(r.number).due, ticket(r).service_level.expiration);

  must(change_request(app(), {place, {.status = support::Status::closed}}));
  EXPECT_EQ(seen(r.number).state, State::withdrawn) << "closing the ticket takes the request back";
  EXPECT_EQ(hold(r).state, HoldState::released);
  EXPECT_EQ(seen(r.number).ticket, r.ticket);
  expect_failed(change_request(app(), {place, {.status = support::Status::open}}), Code::conflict, "R-1001 is withdrawn");
}

TEST_P(Requests, ATicketOfWhatIsBeingExecutedIsNotClosedFromOutside) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = filed(refund_of(web, 2));
  Faulty faulty(desk());
  faulty.store.suffer({sim::Fault::none, sim::Fault::none, sim::Fault::lost_before, sim::Fault::lost_before, sim::Fault::lost_before});
  EXPECT_FALSE(decide_request(faulty.app, {.number = r.number, .approve = true}));
  const RequestPlace place{r.ticket, r.customer, ticket(r).subscription};
  expect_failed(change_request(app(), {place, {.status = support::Status::closed}}), Code::conflict, "R-1001 is executing");
  EXPECT_EQ(ticket(r).status, support::Status::open);
}

TEST_P(Requests, FilesLieOutsideTheTables) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = draft(refund_of(web, 2));
  const std::string pdf = "%PDF-1.7\nthe order";
  const Request with = must(attach_to_request(app(), {r.number, "order.pdf", pdf}));
  ASSERT_EQ(with.attachments.size(), 1U);
  EXPECT_EQ(with.attachments.front().type, "application/pdf");
  EXPECT_EQ(must(attachment_content(app(), r.number, "ORDER.pdf")), pdf);
  expect_failed(attach_to_request(app(), {r.number, "order.pdf", "MZ"}), Code::invalid_argument, "does not begin as");
  expect_failed(attachment_content(app(), r.number, "other.pdf"), Code::not_found, "has no file other.pdf");
  FileContents* const contents = std::exchange(app().contents, nullptr);
  expect_failed(attach_to_request(app(), {r.number, "b.txt", "b"}), Code::unavailable, "--files-dir");
  app().contents = contents;
}

TEST_P(Requests, AreAssignedListedAndFound) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 9});
  const Reservation farm = desk().buy({.customer = desk().prairie, .quantity = 9});
  const Request a = filed(refund_of(web, 1));
  desk().clock.pass_seconds(60);
  const Request b = filed(refund_of(farm, 1));
  desk().clock.pass_seconds(60);
  const Request c = draft(refund_of(web, 2));
  must(withdraw_request(app(), {.number = c.number}));
  const User helga = user("helga");
  must(assign_request(app(), {.number = a.number, .user = "HELGA@partner.example"}));
  expect_failed(assign_request(app(), {.number = a.number, .user = "nobody@partner.example"}), Code::not_found, "no user");
  expect_failed(assign_request(app(), {.number = a.number, .user = user_of_nordvik("kim@nordvik.example").name}), Code::invalid_argument,
                "customer's own user");
  expect_failed(assign_request(app(), {.number = c.number, .user = helga.name}), Code::refused, "withdrawn");

  const auto numbers = [&](const RequestQuery& query) {
    std::vector<std::int64_t> out;
    for (const Request& each : must(list_requests(app(), query)).items) out.push_back(each.number);
    return out;
  };
  using Numbers = std::vector<std::int64_t>;
  EXPECT_EQ(numbers({}), (Numbers{c.number, b.number, a.number}));
  EXPECT_EQ(numbers({.customer = desk().nordvik}), (Numbers{c.number, a.number}));
  EXPECT_EQ(numbers({.open = true}), (Numbers{b.number, a.number}));
  EXPECT_EQ(numbers({.assigned_to = "helga@partner.example"}), (Numbers{a.number}));
  EXPECT_EQ(numbers({.text = farm.id.text()}), (Numbers{b.number}));
  EXPECT_EQ(numbers({.text = "r-100" + std::to_string(a.number % 10)}), (Numbers{a.number}));
  EXPECT_EQ(numbers({.open = true, .sort = RequestSort::due}), (Numbers{a.number, b.number}));

  as(user_of_nordvik("liv@nordvik.example"), [&] { EXPECT_EQ(numbers({}), (Numbers{c.number, a.number})) << "its own tenant only"; });
  RequestQuery pages{.limit = 1};
  Numbers paged;
  do {
    const Page<Request> page = must(list_requests(app(), pages));
    for (const Request& each : page.items) paged.push_back(each.number);
    pages.after = page.next;
  } while (!pages.after.empty());
  EXPECT_EQ(paged, (Numbers{c.number, b.number, a.number}));
}

TEST_P(Requests, AResellersAgentSeesItsOwnCustomersOnly) {
  const auto north = *ResellerId::parse("0e5e11e2-0000-4000-8000-000000000001");
  Customer nordvik = *must(desk().look()->customer(desk().nordvik));
  nordvik.reseller = north;
  must(import_customers(app(), std::vector{nordvik}, "test"));
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Reservation farm = desk().buy({.customer = desk().prairie, .quantity = 5});
  const Request mine = filed(refund_of(web, 1));
  const Request others = filed(refund_of(farm, 1));
  const User nora = must(add_user(app(), {.name = "nora@north.example", .roles = {access::Standing::admin_agent}, .reseller = north}));
  as(nora, [&] {
    const Page<Request> page = must(list_requests(app(), {}));
    ASSERT_EQ(page.items.size(), 1U);
    EXPECT_EQ(page.items.front().number, mine.number);
    expect_failed(request_view(app(), others.number), Code::forbidden, "reservations/read");
    expect_failed(decide_request(app(), {.number = others.number, .approve = true}), Code::forbidden, "decide/action");
    expect_failed(draft_request(app(), {.from = {}, .lines = refund_of(farm, 1)}), Code::forbidden, "calculaterefund");
  });
}

TEST_P(Requests, AnAgentOfTheHelpdeskNeedsARoleOnTheOrder) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const User helga = user("helga");
  as(helga, [&] { expect_failed(draft_request(app(), {.from = {}, .lines = refund_of(web, 1)}), Code::forbidden, "calculaterefund"); });
  give(helga, "Reservations Administrator", access::scope_of(web.order, web.id));
  as(helga, [&] { expect_failed(draft_request(app(), {.from = {}, .lines = refund_of(web, 1)}), Code::forbidden, "calculaterefund"); });
  give(helga, "Reservations Administrator", access::scope_of(web.order));
  const Request r = as(helga, [&] { return filed(refund_of(web, 1)); });
  EXPECT_EQ(r.state, State::with_operator);
  as(helga, [&] { expect_failed(decide_request(app(), {.number = r.number, .approve = true}), Code::forbidden, "decide/action"); });
}

// What whoever is told of changes reads: one item a step, in the commit that takes it.
TEST_P(Requests, EveryStepIsToldInItsOwnCommit) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Request r = as("adam", [&] { return filed(refund_of(web, 2)); });
  as("berta", [&] { decide(r.number); });
  std::vector<std::size_t> told;
  for (const AuditRecord& record : desk().audit()) {
    std::size_t items = 0;
    for (std::size_t at = record.rows.find("\"outbox\""); at != std::string::npos; at = record.rows.find("\"outbox\"", at + 1)) ++items;
    if (items > 0) told.push_back(items);
  }
  EXPECT_EQ(told, (std::vector<std::size_t>{1, 2, 1, 1, 1})) << "drafted; submitted and handed over; approved; begun; completed";
}

}  // namespace
}  // namespace prorata::testing
