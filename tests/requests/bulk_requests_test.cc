// Many refunds asked for together, on every store: the allowance is shared out in the order given, each request is a commit of its own, and
// the same call goes on where a crash stopped.
#include <algorithm>

#include "app/allowance_desk.h"
#include "app/bulk_request.h"
#include "support/request_desk.h"

namespace prorata::testing {
namespace {

class BulkRequests : public RequestDesk {
 protected:
  // Under azure-2022 what is over the limit is refused; csp-2020 cuts it off.
  void strict() { make({{make_day(2020, 1, 1), "azure-2022", ""}}); }
  Reservation buy(std::int64_t quantity, int years = 3) {
    const Reservation r = desk().buy({.customer = desk().prairie, .years = years, .quantity = quantity});
    desk().set_usage(r.id, Usage::used);
    return r;
  }
  static BulkRequestAsk ask_for_all(const std::vector<Reservation>& many, std::string key = {}) {
    BulkRequestAsk ask{.lines = {}, .reason = "the office closes", .severity = {}, .contact = contact(), .key = std::move(key)};
    for (const Reservation& each : many) ask.lines.push_back({.reservation = each.id});
    return ask;
  }
  std::vector<BulkState> states(const BulkPlan& plan) {
    std::vector<BulkState> out;
    for (const BulkRow& each : plan.rows) out.push_back(each.state);
    return out;
  }
  std::size_t requests() { return must(list_requests(app(), {.limit = 100})).items.size(); }
};
PRORATA_ON_EVERY_STORE(BulkRequests);

TEST_P(BulkRequests, ADryRunWritesNothingAndSharesTheAllowanceInTheOrderGiven) {
  strict();
  const Reservation first = buy(5);   // 36,500 USD
  const Reservation second = buy(3);  // 21,900 USD: too much beside the first one
  const Reservation third = buy(1);   // 7,300 USD
  const std::int64_t before = desk().commits();

  const BulkPlan plan = must(plan_requests(app(), ask_for_all({first, second, third})));
  EXPECT_EQ(desk().commits(), before);
  EXPECT_EQ(states(plan), (std::vector{BulkState::fits, BulkState::refused, BulkState::fits}));
  EXPECT_EQ(plan.makeable, 2);
  EXPECT_TRUE(plan.rows[1].decision->amounts.refusals.has(policy::Refusal::refund_limit_exceeded));
  ASSERT_TRUE(plan.rows[1].fix);
  EXPECT_EQ(plan.rows[1].fix->quantity_now, 1) << "beside the first one, one unit of three fits";
  ASSERT_TRUE(plan.rows[1].fix->whole_from);
  EXPECT_GE(day_of(*plan.rows[1].fix->whole_from), add_days(day_of(plan.now), 360)) << "when the first one's refund no longer counts";
  EXPECT_EQ(plan.rows[1].taken, 0) << "what is refused takes nothing";
  EXPECT_EQ(plan.rows[2].free_before, plan.rows[1].free_before) << "and leaves its room to the next";

  ASSERT_EQ(plan.customers.size(), 1U);
  EXPECT_EQ(plan.customers[0].taken, plan.rows[0].taken + plan.rows[2].taken);
  EXPECT_EQ(plan.customers[0].left, plan.customers[0].limit - plan.customers[0].taken);
  EXPECT_EQ(plan.customers[0].others, 1);
  ASSERT_EQ(plan.totals.size(), 1U);
  EXPECT_EQ(plan.totals[0].refund_minor, plan.rows[0].decision->refund.minor + plan.rows[2].decision->refund.minor);

  const BulkPlan other = must(plan_requests(app(), ask_for_all({second, third, first})));
  EXPECT_EQ(states(other), (std::vector{BulkState::fits, BulkState::fits, BulkState::refused})) << "another order, another result";
}

TEST_P(BulkRequests, WhatIsMadeIsWhatTheDryRunSaid) {
  strict();
  const std::vector<Reservation> many = {buy(5), buy(3), buy(1)};
  BulkRequestAsk ask = ask_for_all(many, "closing");
  const BulkPlan plan = must(plan_requests(app(), ask));
  for (std::size_t i = 0; i < many.size(); ++i) ask.lines[i].seen = plan.rows[i].decision->refund;
  ask.policy = plan.policy;

  const BulkMade made = must(request_many(app(), ask));
  EXPECT_EQ(made.made, 2);
  EXPECT_EQ(made.failed, 0);
  EXPECT_EQ(states(made.plan), (std::vector{BulkState::made, BulkState::refused, BulkState::made}));
  EXPECT_EQ(requests(), 2U);
  for (const std::size_t i : {std::size_t{0}, std::size_t{2}}) {
    const Request& r = *made.plan.rows[i].made;
    EXPECT_EQ(r.state, State::with_operator);
    EXPECT_EQ(r.quoted->refund, plan.rows[i].decision->refund);
    EXPECT_EQ(hold(r).refund.minor, plan.rows[i].taken);
    EXPECT_EQ(r.reason, "the office closes");
    EXPECT_EQ(ticket(r).status, support::Status::open);
  }
  EXPECT_EQ(made.plan.customers[0].left, plan.customers[0].left);
  EXPECT_EQ(made.plan.totals[0].refund_minor, plan.totals[0].refund_minor);
  EXPECT_EQ(must(allowance_view(app(), desk().prairie)).state.held.on(plan.meter), plan.customers[0].taken);

  const BulkMade again = must(request_many(app(), ask));
  EXPECT_EQ(requests(), 2U) << "the same call makes nothing twice";
  EXPECT_EQ(again.plan.rows[0].made->number, made.plan.rows[0].made->number);
  EXPECT_EQ(again.plan.rows[0].taken, made.plan.rows[0].taken);
  EXPECT_EQ(states(again.plan), states(made.plan));
  ask.lines.pop_back();
  expect_failed(request_many(app(), ask), Code::key_reused, "");
}

TEST_P(BulkRequests, TheFixMakesALineFit) {
  strict();
  const std::vector<Reservation> many = {buy(5), buy(3)};
  BulkRequestAsk ask = ask_for_all(many);
  const BulkPlan plan = must(plan_requests(app(), ask));
  ask.lines[1].quantity = plan.rows[1].fix->quantity_now;
  EXPECT_EQ(states(must(plan_requests(app(), ask))), (std::vector{BulkState::fits, BulkState::fits}));
  ++ask.lines[1].quantity;
  EXPECT_EQ(states(must(plan_requests(app(), ask))), (std::vector{BulkState::fits, BulkState::refused}));
}

TEST_P(BulkRequests, AllLinesCanBeMadeToFitInOrder) {
  strict();
  const std::vector<Reservation> many = {buy(8), buy(3), buy(2)};  // 58,400 USD is over the limit by itself
  BulkRequestAsk ask = ask_for_all(many);
  ask.fit = true;
  const BulkPlan plan = must(plan_requests(app(), ask));
  EXPECT_EQ(states(plan), (std::vector{BulkState::fits, BulkState::refused, BulkState::refused})) << "the first one takes it all";
  EXPECT_EQ(plan.rows[0].ask.quantity, 6);
  EXPECT_FALSE(plan.rows[0].fix);
  EXPECT_EQ(plan.rows[1].fix->quantity_now, 0);
}

TEST_P(BulkRequests, WhatTheAllowanceCutsNeedsAWord) {
  const std::vector<Reservation> many = {buy(5), buy(3)};  // csp-2020
  BulkRequestAsk ask = ask_for_all(many);
  const BulkPlan plan = must(plan_requests(app(), ask));
  EXPECT_EQ(states(plan), (std::vector{BulkState::fits, BulkState::cut}));
  ASSERT_TRUE(plan.rows[1].fix);
  EXPECT_EQ(plan.rows[1].fix->quantity_now, 1) << "more than one loses a part";
  ask.lines[1].accept_clip = true;
  const BulkMade made = must(request_many(app(), ask));
  EXPECT_EQ(made.made, 2);
  EXPECT_TRUE(made.plan.rows[1].made->quoted->clipped);
  EXPECT_EQ(made.plan.customers[0].left, 0);
}

TEST_P(BulkRequests, ALineWhoseFiguresMovedIsLeftAndTheOthersAreMade) {
  const std::vector<Reservation> many = {buy(1), buy(1)};
  BulkRequestAsk ask = ask_for_all(many, "k");
  const BulkPlan plan = must(plan_requests(app(), ask));
  ask.policy = plan.policy;
  ask.lines[0].seen = plan.rows[0].decision->refund;
  ask.lines[1].seen = usd(plan.rows[1].decision->refund.minor / 100 + 1);
  const BulkMade made = must(request_many(app(), ask));
  EXPECT_EQ(states(made.plan), (std::vector{BulkState::made, BulkState::failed}));
  EXPECT_EQ(made.plan.rows[1].problem->code, Code::stale_quote);
  EXPECT_EQ(made.failed, 1);
  EXPECT_EQ(requests(), 1U);
}

TEST_P(BulkRequests, WhatIsNotHereOrNotTheirsIsOneLinesMatter) {
  const Reservation web = buy(2);
  BulkRequestAsk ask = ask_for_all({web});
  ask.lines.insert(ask.lines.begin(), {.reservation = ReservationId::trusted(desk().ids->next())});
  const BulkPlan plan = must(plan_requests(app(), ask));
  EXPECT_EQ(states(plan), (std::vector{BulkState::unknown, BulkState::fits}));
  EXPECT_EQ(plan.rows[0].problem->code, Code::not_found);
  as("sally", [&] {
    const BulkPlan hers = must(plan_requests(app(), ask));
    EXPECT_EQ(hers.makeable, 0);
    EXPECT_EQ(hers.rows[1].problem->code, Code::forbidden);
    EXPECT_FALSE(hers.rows[1].decision) << "who may not quote is shown no figures";
  });
  const User kim = user_of_nordvik("kim@nordvik.example");
  as(kim, [&] {
    const BulkPlan theirs = must(plan_requests(app(), ask));
    EXPECT_EQ(theirs.rows[1].problem->code, Code::not_found) << "of another customer's nothing is said";
    EXPECT_FALSE(theirs.rows[1].customer);
  });
}

TEST_P(BulkRequests, AWrongAskMakesNothingAndUsesUpNoKey) {
  const Reservation web = buy(2);
  const std::int64_t before = desk().commits();
  expect_failed(request_many(app(), {}), Code::invalid_argument, "at least one");
  BulkRequestAsk twice = ask_for_all({web, web}, "k");
  expect_failed(request_many(app(), twice), Code::invalid_argument, "named twice");
  BulkRequestAsk nobody = ask_for_all({web}, "k");
  nobody.contact.email.reset();
  EXPECT_EQ(desk().commits(), before);
  expect_failed(request_many(app(), nobody), Code::invalid_argument, "");
  EXPECT_EQ(requests(), 0U);
  nobody.contact = contact();
  EXPECT_EQ(must(request_many(app(), nobody)).made, 1) << "the key was not used up by the mistake";
}

TEST_P(BulkRequests, ACrashAnywhereIsGoneOnFrom) {
  const std::vector<Reservation> many = {buy(1), buy(1), buy(1)};
  const BulkRequestAsk ask = ask_for_all(many, "crashing");
  using sim::Fault;
  // Each is a process that dies at its last commit, which may have happened or not; the commits before it are answers under their keys.
  const std::vector<std::deque<Fault>> deaths = {{Fault::lost_after},
                                                 {Fault::none, Fault::lost_before},
                                                 {Fault::none, Fault::lost_after},
                                                 {Fault::none, Fault::none, Fault::unknown_after},
                                                 {Fault::none, Fault::none, Fault::none, Fault::lost_before}};
  for (const std::deque<Fault>& death : deaths) {
    Faulty faulty(desk());
    faulty.store.suffer(death);
    EXPECT_FALSE(request_many(faulty.app, ask)) << death.size();
  }
  EXPECT_EQ(requests(), 2U);
  const BulkMade made = must(request_many(app(), ask));
  EXPECT_EQ(made.made, 3);
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(must(allowance_view(app(), desk().prairie)).holds.size(), 3U);
}

}  // namespace
}  // namespace prorata::testing
