// Refunds and exchanges: what a session promises, that it pays once, and how operations are polled.
#include "capacity_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class CapacityMoney : public CapacityDesk {
 protected:
  Reply quote(const Reservation& r, std::int64_t quantity) {
    return client().post(order_path(r, "/calculateRefund"), return_body(r, quantity));
  }
  Reply give_back(const Reservation& r, std::int64_t quantity, std::string_view session) {
    return client().post(order_path(r, "/return"), return_body(r, quantity, session));
  }
  std::string exchange_body(const Reservation& r, std::int64_t back, std::int64_t buys) {
    return fmt::format(
        R"({{"properties":{{"reservationsToExchange":[{{"reservationId":"{}","quantity":{}}}],"reservationsToPurchase":[{}]}}}})", id_of(r),
        back, body_for(desk().nordvik, {.quantity = buys, .name = "exchanged"}));
  }
  Reply calculate(const Reservation& r, std::int64_t back, std::int64_t buys) {
    return client().post(v("/calculateExchange"), exchange_body(r, back, buys));
  }
  Reply exchange(std::string_view session) {
    return client().post(v("/exchange"), fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})", session));
  }
  void set(const std::function<void(Desk&)>& change) {
    Desk settings = *must(desk().look()->desk());
    change(settings);
    must(desk().app.store.commit({.audit = note("settings"), .desk = settings}));
  }
};
PRORATA_ON_EVERY_STORE(CapacityMoney);

TEST_P(CapacityMoney, ASessionIsPaidOnceAndAnswersTheSameForEver) {
  const Reservation web = buy();
  desk().clock.pass_days(73);
  const Reply quoted = quote(web, 1);
  ASSERT_EQ(quoted.status(), 200) << quoted.response.body;
  EXPECT_EQ(quoted.at("/id"), "/providers/Microsoft.Capacity" + path_of(web));
  EXPECT_EQ(quoted.at("/properties/quantity"), "1");
  EXPECT_EQ(quoted.at("/properties/billingRefundAmount/amount"), "29200.0");
  EXPECT_EQ(quoted.at("/properties/pricingRefundAmount/amount"), "2920.0");
  EXPECT_EQ(quoted.at("/properties/policyResult/properties/consumedRefundsTotal/amount"), "0.0");
  EXPECT_EQ(quoted.at("/properties/policyResult/properties/maxRefundLimit/amount"), "50000.0");
  EXPECT_EQ(quoted.at("/properties/policyResult/properties/policyErrors"), "[]");
  EXPECT_EQ(quoted.at("/properties/billingInformation/billingCurrencyTotalPaidAmount/amount"), "109500.0");
  const std::string session = quoted.at("/properties/sessionId");

  const Reply returned = give_back(web, 1, session);
  ASSERT_EQ(returned.status(), 202) << returned.response.body;
  EXPECT_EQ(returned.response.body, quoted.response.body);
  EXPECT_EQ(returned.header("Location"),
            "https://desk.test:8443/providers/Microsoft.Capacity/reservationOrders/" + web.order.text() + "?api-version=2022-11-01");
  EXPECT_EQ(client().follow(returned.header("Location")).at("/name"), web.order.text());
  EXPECT_EQ(desk().read(web.id).quantity, 2);

  const std::int64_t commits = desk().commits();
  const Reply again = give_back(web, 1, session);
  EXPECT_EQ(again.status(), 202);
  EXPECT_EQ(again.response.body, returned.response.body);
  desk().clock.pass_days(2);
  EXPECT_EQ(give_back(web, 1, session).response.body, returned.response.body);
  EXPECT_EQ(desk().commits(), commits);
  EXPECT_EQ(quote(web, 1).at("/properties/policyResult/properties/consumedRefundsTotal/amount"), "2920.0");
}

TEST_P(CapacityMoney, WhatAReturnIsRefusedFor) {
  const Reservation web = buy();
  const Reservation other = buy({.name = "other"});
  const std::string session = quote(web, 1).at("/properties/sessionId");
  const std::int64_t commits = desk().commits();
  expect_refused(quote(web, 4), 400, "InvalidRefundQuantity", "has 3");
  expect_refused(quote(web, 0), 400, "InvalidRefundQuantity", "/properties/reservationToReturn/quantity");
  expect_refused(quote(web, -1), 400, "InvalidRefundQuantity");
  expect_refused(client().post(order_path(web, "/calculateRefund"), return_body(other, 1)), 400, "InvalidReservationOrderId");
  expect_refused(give_back(web, 2, session), 400, "InvalidRefundQuantity", "1 units");
  expect_refused(give_back(other, 1, session), 400, "InvalidRefundQuantity");
  expect_refused(give_back(web, 1, "11111111-1111-4111-8111-111111111111"), 400, "ActivateQuoteFailed", "11111111");
  expect_refused(give_back(web, 1, "x"), 400, "InvalidRequestContent", "sessionId");
  desk().clock.pass_seconds(601);
  expect_refused(give_back(web, 1, session), 409, "ActivateQuoteFailed", "expired");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityMoney, TheLimitIsDataInAQuoteAndAnErrorOfAReturn) {
  const Reservation big = buy({.quantity = 20});  // 73,000 USD
  const Reply quoted = quote(big, 20);
  EXPECT_EQ(quoted.status(), 200);
  EXPECT_EQ(quoted.at("/properties/policyResult/properties/policyErrors/0/code"), "RefundLimitExceeded");
  expect_refused(give_back(big, 20, quoted.at("/properties/sessionId")), 400, "RefundLimitExceeded");
  EXPECT_EQ(desk().read(big.id).quantity, 20);
}

TEST_P(CapacityMoney, UnderTheSupportChannelTheApiOnlyQuotes) {
  const Reservation web = buy();
  set([](Desk& settings) { settings.channel = policy::Channel::support_request; });
  const Reply quoted = quote(web, 1);
  EXPECT_EQ(quoted.at("/properties/policyResult/properties/policyErrors/0/code"), "SelfServiceRefundNotSupported");
  EXPECT_EQ(quoted.at("/properties/billingRefundAmount/amount"), "36500.0");
  expect_refused(give_back(web, 1, quoted.at("/properties/sessionId")), 400, "SelfServiceRefundNotSupported", "please contact support");
  const Reply calculated = calculate(web, 1, 2);
  const Reply status = client().follow(calculated.header("Azure-AsyncOperation"));
  EXPECT_EQ(status.at("/properties/policyResult/policyErrors/0/code"), "SelfServiceRefundNotSupported");
  expect_refused(exchange(status.at("/properties/sessionId")), 400, "SelfServiceRefundNotSupported");
  EXPECT_EQ(desk().read(web.id).quantity, 3);
  set([](Desk& settings) { settings.channel = policy::Channel::self_service; });
  const std::string session = quote(web, 1).at("/properties/sessionId");
  EXPECT_EQ(give_back(web, 1, session).status(), 202);
}

TEST_P(CapacityMoney, RefundsNeedTheRightOnTheOrder) {
  const Reservation web = buy();
  client().with_roles({access::Standing::helpdesk_agent});
  expect_refused(quote(web, 1), 403, "AuthorizationFailed", "Microsoft.Capacity/reservationorders/calculaterefund/action");
  const auto assign = [&](int n, const access::Scope& scope) {
    must(desk().app.store.commit(
        {.audit = note("assign"),
         .role_assignments = {{.id = RoleAssignmentId::trusted(fmt::format("dddddddd-0000-4000-8000-00000000000{}", n)),
                               .scope = scope,
                               .role = RoleDefinitionId::trusted(std::string(access::find_role_named("Owner")->id)),
                               .principal = client().caller.principal.id}}}));
  };
  assign(1, access::scope_of(web.order, web.id));
  expect_refused(quote(web, 1), 403, "AuthorizationFailed");
  assign(2, access::scope_of(web.order));
  EXPECT_EQ(quote(web, 1).status(), 200);
}

TEST_P(CapacityMoney, AnExchangeIsCalculatedRunAndPolled) {
  const Reservation web = buy();
  desk().clock.pass_days(73);
  const Reply accepted = calculate(web, 1, 2);
  ASSERT_EQ(accepted.status(), 202) << accepted.response.body;
  EXPECT_EQ(accepted.response.body, "");
  EXPECT_EQ(accepted.header("Location"), accepted.header("Azure-AsyncOperation"));
  EXPECT_EQ(accepted.header("Retry-After"), "1");
  const Reply calculated = client().follow(accepted.header("Azure-AsyncOperation"));
  EXPECT_EQ(calculated.at("/status"), "Succeeded");
  EXPECT_EQ(calculated.header("Azure-AsyncOperation"), "");
  EXPECT_EQ(calculated.at("/properties/refundsTotal/amount"), "29200.0");
  EXPECT_EQ(calculated.at("/properties/purchasesTotal/amount"), "73000.0");
  EXPECT_EQ(calculated.at("/properties/netPayable/amount"), "43800.0");
  EXPECT_EQ(calculated.at("/properties/policyResult/policyErrors"), "null");
  EXPECT_EQ(calculated.at("/properties/reservationsToPurchase/0/properties/properties/quantity"), "2");
  EXPECT_EQ(calculated.at("/properties/reservationsToPurchase/0/reservationOrderId"), "(absent)");
  const std::string session = calculated.at("/properties/sessionId");
  EXPECT_NE(calculated.at("/name"), session);
  EXPECT_EQ(calculated.at("/id"), "/providers/Microsoft.Capacity/operationResults/" + calculated.at("/name"));
  expect_refused(client().get(v("/operationResults/" + session)), 404, "NotFound");

  const Reply runs = exchange(session);
  ASSERT_EQ(runs.status(), 202) << runs.response.body;
  EXPECT_NE(runs.header("Azure-AsyncOperation").find("/operationResults/" + session + "?api-version=2022-11-01"), std::string::npos);
  const Reply done = client().follow(runs.header("Azure-AsyncOperation"));
  EXPECT_EQ(done.at("/status"), "Succeeded") << done.response.body;
  EXPECT_EQ(done.header("Location"), "");
  EXPECT_EQ(done.at("/properties/reservationsToExchange/0/status"), "Succeeded");
  EXPECT_EQ(done.at("/properties/reservationsToPurchase/0/status"), "Succeeded");
  const std::string bought = done.at("/properties/reservationsToPurchase/0/reservationId");
  EXPECT_EQ(client().get(bought + "?api-version=2022-11-01").at("/properties/quantity"), "2");
  EXPECT_EQ(desk().read(web.id).quantity, 2);

  const std::int64_t commits = desk().commits();
  EXPECT_EQ(exchange(session).status(), 202);
  EXPECT_EQ(client().get(v("/operationResults/" + session)).response.body, done.response.body);
  EXPECT_EQ(desk().commits(), commits);
  // The calculation still says what it said.
  EXPECT_EQ(client().follow(accepted.header("Location")).response.body, calculated.response.body);
}

TEST_P(CapacityMoney, WhatAnExchangeIsRefusedFor) {
  const Reservation web = buy();
  const std::int64_t commits = desk().commits();
  expect_refused(calculate(web, 4, 9), 400, "InvalidRefundQuantity");
  expect_refused(client().post(v("/calculateExchange"), R"({"properties":{"reservationsToExchange":[]}})"), 400, "InvalidRequestContent");
  expect_refused(
      client().post(
          v("/calculateExchange"),
          fmt::format(
              R"({{"properties":{{"reservationsToExchange":[{{"reservationId":"{}","quantity":1}}],"reservationsToPurchase":[{}]}}}})",
              id_of(web), body_for(desk().prairie))),
      400, "InvalidSubscriptionId");
  std::string with_plans = exchange_body(web, 1, 2);
  with_plans.replace(with_plans.find("{\"reservationsToExchange\""), 1,
                     R"({"savingsPlansToPurchase":[{"sku":{"name":"Compute_Savings_Plan"}}],)");
  expect_refused(client().post(v("/calculateExchange"), with_plans), 400, "BadRequest", "savings plans");
  expect_refused(exchange("11111111-1111-4111-8111-111111111111"), 400, "ActivateQuoteFailed");
  expect_refused(exchange("x"), 400, "InvalidRequestContent");
  expect_refused(client().get(v("/operationResults/x")), 404, "NotFound");
  EXPECT_EQ(desk().commits(), commits);

  const Reply little = client().follow(calculate(web, 3, 1).header("Location"));
  EXPECT_NE(little.at("/properties/policyResult/policyErrors/0/code"), "(absent)") << little.response.body;
  EXPECT_EQ(exchange(little.at("/properties/sessionId")).status(), 400);
  const std::string session = client().follow(calculate(web, 1, 2).header("Location")).at("/properties/sessionId");
  client().with_roles({access::Standing::sales_agent});
  expect_refused(exchange(session), 403, "AuthorizationFailed", "Microsoft.Capacity/exchange/action");
  client().with_roles({access::Standing::global_admin});
  desk().clock.pass_seconds(601);
  expect_refused(exchange(session), 409, "ActivateQuoteFailed");
}

TEST_P(CapacityMoney, ASandboxMayLetOperationsTakeTheirTime) {
  set([](Desk& settings) { settings.lag_seconds = 100; });
  const Reservation web = buy();
  desk().clock.pass_seconds(100);
  const Reply accepted = calculate(web, 1, 2);
  const Reply pending = client().follow(accepted.header("Location"));
  EXPECT_EQ(pending.at("/status"), "Pending");
  EXPECT_EQ(pending.at("/properties"), "(absent)");
  EXPECT_EQ(pending.header("Azure-AsyncOperation"), accepted.header("Azure-AsyncOperation"));
  EXPECT_EQ(pending.header("Retry-After"), "1");
  desk().clock.pass_seconds(100);
  const std::string session = client().follow(accepted.header("Location")).at("/properties/sessionId");
  const Reply runs = exchange(session);
  EXPECT_EQ(client().follow(runs.header("Location")).at("/status"), "PendingRefunds");
  desk().clock.pass_seconds(60);
  const Reply later = client().follow(runs.header("Location"));
  EXPECT_EQ(later.at("/status"), "PendingPurchases");
  EXPECT_EQ(later.at("/properties/reservationsToExchange/0/status"), "Succeeded");
  EXPECT_EQ(later.at("/properties/reservationsToPurchase/0/status"), "Pending");
  desk().clock.pass_seconds(60);
  EXPECT_EQ(client().follow(runs.header("Location")).at("/status"), "Succeeded");
}

}  // namespace
}  // namespace prorata
