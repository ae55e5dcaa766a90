// Prices, purchases and what is read of them.
#include <algorithm>

#include "capacity_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class CapacityOrders : public CapacityDesk {};
PRORATA_ON_EVERY_STORE(CapacityOrders);

TEST_P(CapacityOrders, APriceIsPromisedAndPaidOnce) {
  const std::string body = body_for(desk().nordvik);
  const Reply price = client().post(v("/calculatePrice"), body);
  ASSERT_EQ(price.status(), 200) << price.response.body;
  EXPECT_EQ(price.at("/properties/billingCurrencyTotal/amount"), "109500.0");
  EXPECT_EQ(price.at("/properties/billingCurrencyTotal/currencyCode"), "SEK");
  EXPECT_EQ(price.at("/properties/pricingCurrencyTotal/amount"), "10950.0");
  const std::string order = price.at("/properties/reservationOrderId");

  // The list has moved meanwhile; the promise stands.
  must(import_prices(desk().app, {{"VirtualMachines", "Standard_D2s_v5", "westeurope", Term{1}, make_day(2026, 1, 1), sek(99'999)}},
                     "test"));
  const Reply bought = client().put(v("/reservationOrders/" + order), body);
  ASSERT_EQ(bought.status(), 202) << bought.response.body;
  EXPECT_EQ(bought.at("/etag"), "1");
  EXPECT_EQ(bought.at("/properties/provisioningState"), "Creating");
  EXPECT_EQ(bought.at("/properties/createdDateTime"), "(absent)");
  EXPECT_EQ(bought.header("Location"),
            "https://desk.test:8443/providers/Microsoft.Capacity/reservationOrders/" + order + "?api-version=2022-11-01");
  EXPECT_EQ(bought.header("Retry-After"), "1");
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::provider_payable), -10'950'000);

  const Reply polled = client().follow(bought.header("Location"));
  EXPECT_EQ(polled.status(), 200);
  EXPECT_EQ(polled.at("/properties/provisioningState"), "Succeeded");
  EXPECT_EQ(polled.at("/properties/originalQuantity"), "3");

  const std::int64_t commits = desk().commits();
  const Reply again = client().put(v("/reservationOrders/" + order), body);
  EXPECT_EQ(again.response.body, bought.response.body);
  EXPECT_EQ(again.status(), 202);
  EXPECT_EQ(desk().commits(), commits);
  expect_refused(client().put(v("/reservationOrders/" + order), body_for(desk().nordvik, {.quantity = 4})), 409,
                 "ReservationOrderIdAlreadyExists");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityOrders, AnUnknownAnotherOrAnExpiredPriceBuysNothing) {
  const std::string body = body_for(desk().nordvik);
  const std::string order = client().post(v("/calculatePrice"), body).at("/properties/reservationOrderId");
  const std::int64_t commits = desk().commits();
  expect_refused(client().put(v("/reservationOrders/11111111-1111-4111-8111-111111111111"), body), 400, "CreateQuoteFailed");
  expect_refused(client().put(v("/reservationOrders/" + order), body_for(desk().nordvik, {.term = "P3Y"})), 400, "CreateQuoteFailed");
  expect_refused(client().put(v("/reservationOrders/nonsense"), body), 400, "InvalidReservationOrderId");
  desk().clock.pass_seconds(86'401);
  expect_refused(client().put(v("/reservationOrders/" + order), body), 409, "ActivateQuoteFailed");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityOrders, MonthlyPricesComeWithTheirSchedule) {
  const Reply price = client().post(v("/calculatePrice"), body_for(desk().nordvik, {.quantity = 1, .plan = "Monthly"}));
  EXPECT_EQ(price.count("/properties/paymentSchedule"), 12u);
  EXPECT_EQ(price.at("/properties/paymentSchedule/0/dueDate"), "2026-03-02");
  EXPECT_EQ(price.at("/properties/paymentSchedule/0/status"), "Scheduled");
  EXPECT_EQ(price.at("/properties/paymentSchedule/1/billingCurrencyTotal"), "(absent)");

  const Reservation bought = buy({.quantity = 1, .plan = "Monthly"});
  const Reply order = client().get(order_path(bought) + "&%24expand=schedule");
  EXPECT_EQ(order.count("/properties/planInformation/transactions"), 12u);
  EXPECT_EQ(order.at("/properties/planInformation/transactions/0/status"), "Succeeded");
  EXPECT_EQ(order.at("/properties/planInformation/nextPaymentDueDate"), "2026-04-02");
  EXPECT_EQ(client().get(order_path(bought)).at("/properties/planInformation"), "(absent)");
}

TEST_P(CapacityOrders, BadBodiesNameTheirFieldAndBuyNothing) {
  const std::int64_t commits = desk().commits();
  const auto expect = [&](const std::string& body, int status, std::string_view code, std::string_view words) {
    expect_refused(client().post(v("/calculatePrice"), body), status, code, words);
  };
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string body = body_for(desk().nordvik);
    const std::size_t at = body.find(from);
    CHECK(at != std::string::npos, "the body has that text");
    return body.replace(at, from.size(), to);
  };
  expect("", 400, "InvalidRequestContent", "");
  expect("[]", 400, "InvalidRequestContent", "object");
  expect("{\"sku\":", 400, "InvalidRequestContent", "");
  expect(with("P1Y", "P9Y"), 400, "UnsupportedReservationTerm", "/properties/term");
  expect(with("\"quantity\":3", "\"quantity\":-3"), 400, "InvalidRequestContent", "/properties/quantity");
  expect(with("\"quantity\":3", "\"quantity\":0"), 400, "InvalidRequestContent", "/properties/quantity");
  expect(with("\"quantity\":3", "\"quantity\":1e99"), 400, "InvalidRequestContent", "/properties/quantity");
  expect(with("\"quantity\":3", "\"quantity\":\"3\""), 400, "InvalidRequestContent", "/properties/quantity");
  expect(with("\"Upfront\"", "\"Weekly\""), 400, "InvalidRequestContent", "/properties/billingPlan");
  expect(with("\"Upfront\"", "[1]"), 400, "InvalidRequestContent", "/properties/billingPlan");
  expect(with("\"westeurope\"", "\"\""), 400, "InvalidLocationId", "location");
  expect(with("\"web\"", "\"we\\u0007b\""), 400, "InvalidRequestContent", "/properties/displayName");
  expect(with("\"Shared\"", "\"Single\""), 400, "MissingAppliedScopesForSingle", "");
  expect(with("\"Shared\"", "\"Some\""), 400, "InvalidRequestContent", "/properties/appliedScopeType");
  expect(with("/subscriptions/", "/subscription/"), 400, "InvalidSubscriptionId", "billingScopeId");
  expect(with(subscription(desk().nordvik), "11111111-1111-4111-8111-111111111111"), 400, "InvalidSubscriptionId", "11111111");
  expect(with(subscription(desk().nordvik), "1' OR '1'='1"), 400, "InvalidSubscriptionId", "");
  expect(with("Standard_D2s_v5", "Standard_Unknown"), 400, "CalculatePriceFailed", "Standard_Unknown");
  EXPECT_EQ(desk().commits(), commits);
}

TEST_P(CapacityOrders, ABareSubscriptionIdAndUnknownFieldsAreTaken) {
  std::string body = body_for(desk().nordvik, {.more = R"(,"somethingNew":{"deep":[1,2]},"appliedScopes":null,"reviewDateTime":null)"});
  const std::string whole = "/subscriptions/" + subscription(desk().nordvik);
  body.replace(body.find(whole), whole.size(), subscription(desk().nordvik));
  EXPECT_EQ(client().post(v("/calculatePrice"), body).status(), 200);
}

TEST_P(CapacityOrders, WhoMayBuy) {
  const std::string body = body_for(desk().nordvik);
  client().with_roles({access::Standing::user_management_admin});
  const Reply refused = client().post(v("/calculatePrice"), body);
  expect_refused(refused, 403, "AuthorizationFailed", "Microsoft.Capacity/calculateprice/action");
  EXPECT_NE(refused.at("/error/message").find("/subscriptions/" + subscription(desk().nordvik)), std::string::npos);
  client().with_roles({access::Standing::sales_agent});
  const std::string order = client().post(v("/calculatePrice"), body).at("/properties/reservationOrderId");
  client().with_roles({access::Standing::helpdesk_agent});
  expect_refused(client().put(v("/reservationOrders/" + order), body), 403, "AuthorizationFailed");
  // A token of one tenant buys nothing for another.
  client().with_roles({access::Standing::global_admin});
  client().caller.tenant = desk().prairie.text();
  expect_refused(client().put(v("/reservationOrders/" + order), body), 400, "InvalidSubscriptionId");
}

TEST_P(CapacityOrders, AnOrderOfAnotherTenantIsNotOpened) {
  const Reservation ours = buy();
  const std::string order = order_path(ours);
  expect_refused(client().get(v("/reservationOrders/11111111-1111-4111-8111-111111111111")), 404, "ReservationOrderNotFound");
  expect_refused(client().get(v("/reservationOrders/x")), 400, "InvalidReservationOrderId");
  client().caller.tenant = desk().prairie.text();
  expect_refused(client().get(order), 403, "AuthorizationFailed", ours.order.text());
  expect_refused(client().get(v(path_of(ours))), 403, "AuthorizationFailed");
  EXPECT_EQ(client().get(v("/reservations")).count("/value"), 0u);
  EXPECT_EQ(client().get(v("/reservationOrders")).count("/value"), 0u);
  EXPECT_EQ(client().get(order_path(ours, "/reservations")).count("/value"), 0u);
  client().at_own_tenant();
  EXPECT_EQ(client().get(order).status(), 200);
  client().caller.principal.customer = desk().prairie;
  expect_refused(client().get(order), 403, "AuthorizationFailed");
}

TEST_P(CapacityOrders, OrdersArePaged) {
  std::vector<std::string> names;
  for (int i = 0; i < 120; ++i) names.push_back(desk().buy({.customer = desk().nordvik}).order.text());
  std::vector<std::string> seen;
  Reply page = client().get(v("/reservationOrders"));
  for (int pages = 1; pages < 10; ++pages) {
    for (std::size_t i = 0; i < page.count("/value"); ++i) seen.push_back(page.at(fmt::format("/value/{}/name", i)));
    if (page.at("/nextLink") == "(absent)") break;
    page = client().follow(page.at("/nextLink"));
  }
  std::ranges::sort(names);
  EXPECT_EQ(seen, names);
  EXPECT_EQ(client().get(v("/reservationOrders", "%24skiptoken=100")).count("/value"), 20u);
  for (const char* token : {"c", "czz", "c6162", "-1", "x'%20OR%201=1"})
    expect_refused(client().get(v("/reservationOrders", fmt::format("%24skiptoken={}", token))), 400, "BadRequest");
}

TEST_P(CapacityOrders, ASandboxMayLetAPurchaseTakeItsTime) {
  Desk settings = *must(desk().look()->desk());
  settings.lag_seconds = 60;
  must(desk().app.store.commit({.audit = note("lag"), .desk = settings}));
  const Reservation bought = buy();
  EXPECT_EQ(client().get(order_path(bought)).at("/properties/provisioningState"), "PendingCapacity");
  EXPECT_EQ(client().get(order_path(bought)).at("/properties/createdDateTime"), "(absent)");
  desk().clock.pass_seconds(61);
  EXPECT_EQ(client().get(order_path(bought)).at("/properties/provisioningState"), "Succeeded");
}

TEST_P(CapacityOrders, AnOrderMovesToAnotherTenant) {
  Customer third =
      MadeDesk::customer(*CustomerId::parse("c0000000-0000-4000-8000-000000000003"), "Third", *Currency::parse("SEK"), {1, 1}, {0, 1});
  must(import_customers(desk().app, std::vector{third}, "test"));
  const Reservation ours = buy({.plan = "Monthly"});
  client().at_own_tenant();
  const auto move = [&](std::string_view to) {
    return client().post(order_path(ours, "/changeDirectory"), fmt::format(R"({{"destinationTenantId":"{}"}})", to));
  };
  expect_refused(move("x"), 400, "InvalidTenantId");
  expect_refused(move("11111111-1111-4111-8111-111111111111"), 400, "InvalidTenantId");
  expect_refused(move(desk().nordvik.text()), 400, "BadRequest", "already");
  expect_refused(move(desk().prairie.text()), 409, "OperationCannotBePerformedInCurrentState", "USD");
  const Reply moved = move(third.id.text());
  ASSERT_EQ(moved.status(), 200) << moved.response.body;
  EXPECT_EQ(moved.at("/reservationOrder/id"), ours.order.text());
  EXPECT_EQ(moved.at("/reservationOrder/isSucceeded"), "true");
  EXPECT_EQ(moved.at("/reservations/0/id"), ours.id.text());
  EXPECT_EQ(desk().read(ours.id).customer, third.id);
  // What falls due from now on is the new tenant's.
  desk().move_days(40);
  EXPECT_EQ(desk().entries(third.id).size(), 1u);
  client().caller.tenant = third.id.text();
  EXPECT_EQ(client().get(v("/reservations")).count("/value"), 1u);
  client().caller.principal.customer = third.id;
  expect_refused(move(desk().nordvik.text()), 403, "AuthorizationFailed");
}

TEST_P(CapacityOrders, TheCatalogHasTheShapeOfItsVersion) {
  must(import_ratios(desk().app, {{"DSv5 Series", "Standard_D2s_v5", {1, 1}}}, "test"));
  const std::string path = "/subscriptions/" + subscription(desk().nordvik) + "/providers/microsoft.capacity/catalogs";
  const Reply now = client().get(path + "?api-version=2022-11-01&reservedResourceType=virtualmachines&location=West%20Europe");
  ASSERT_EQ(now.status(), 200) << now.response.body;
  EXPECT_EQ(now.at("/value/0/name"), "Standard_D2s_v5");
  EXPECT_EQ(now.at("/value/0/resourceType"), "virtualMachines");
  EXPECT_EQ(now.at("/value/0/terms/1"), "P3Y");
  EXPECT_EQ(now.at("/value/0/billingPlans/p1Y/1"), "Monthly");
  EXPECT_EQ(now.at("/value/0/msrp/p1Y/amount"), "3650.0");
  EXPECT_EQ(now.at("/value/0/msrp/p1Y/currencyCode"), "USD");
  EXPECT_EQ(now.at("/value/0/skuProperties/0/value"), "DSv5 Series");
  EXPECT_EQ(now.at("/nextLink"), "(absent)");
  const Reply before = client().get(path + "?api-version=2022-03-01&reservedResourceType=VirtualMachines&location=westeurope");
  EXPECT_EQ(before.at("/0/name"), "Standard_D2s_v5");
  EXPECT_EQ(client().get(path + "?api-version=2022-11-01&reservedResourceType=SqlDatabases&location=westeurope").count("/value"), 0u);
  expect_refused(client().get(path + "?api-version=2022-11-01&location=westeurope"), 400, "BadRequest", "reservedResourceType");
  expect_refused(
      client().get("/subscriptions/11111111-1111-4111-8111-111111111111/providers/Microsoft.Capacity/catalogs?api-version=2022-11-01"), 404,
      "SubscriptionNotFound");
}

TEST_P(CapacityOrders, OrdersThatApplyToASubscription) {
  const Reservation ours = buy();
  const std::string path =
      "/subscriptions/" + subscription(desk().nordvik) + "/providers/Microsoft.Capacity/appliedReservations?api-version=2022-11-01";
  const Reply applied = client().get(path);
  EXPECT_EQ(applied.at("/name"), "default");
  EXPECT_EQ(applied.count("/properties/reservationOrderIds/value"), 1u);
  EXPECT_EQ(applied.at("/properties/reservationOrderIds/value/0"), "/providers/Microsoft.Capacity/reservationorders/" + ours.order.text());
}

TEST_P(CapacityOrders, WhatIsUnknownIsAnsweredAsTheServiceDoes) {
  expect_refused(client().get("/providers/Microsoft.Capacity/operations"), 400, "MissingApiVersionParameter");
  expect_refused(client().get("/providers/Microsoft.Capacity/operations?api-version=2099-01-01"), 400, "InvalidResourceType", "2099-01-01");
  expect_refused(client().get("/providers/Microsoft.Capacity/operations?api-version=new"), 400, "InvalidApiVersionParameter");
  expect_refused(client().get("/providers/Microsoft.Insights/things?api-version=2022-11-01"), 404, "InvalidResourceType",
                 "Microsoft.Insights");
  const Reply wrong = client().remove(v("/reservationOrders"));
  EXPECT_EQ(wrong.status(), 405);
  EXPECT_EQ(wrong.header("Allow"), "GET, HEAD");
  const Reply list = client().get("/PROVIDERS/microsoft.capacity/OPERATIONS?API-VERSION=2022-03-01");
  EXPECT_EQ(list.status(), 200);
  EXPECT_GT(list.count("/value"), 20u);
  EXPECT_FALSE(list.header("x-ms-request-id").empty());
  EXPECT_FALSE(list.header("x-ms-correlation-request-id").empty());
  EXPECT_FALSE(list.header("x-ms-routing-request-id").empty());
  EXPECT_EQ(list.header("Pragma"), "no-cache");
}

TEST_P(CapacityOrders, EveryListedOperationIsOneOfTheRoleTable) {
  const Reply list = client().get(v("/operations"));
  for (std::size_t i = 0; i < list.count("/value"); ++i)
    EXPECT_NE(access::find_action(list.at(fmt::format("/value/{}/name", i))), nullptr) << i;
}

TEST_P(CapacityOrders, ListsShowTheUtilizationThatOneShows) {
  std::vector<Reservation> bought = {buy({.quantity = 1}), buy({.quantity = 2}), buy({.quantity = 3})};
  const auto month = [&](const Reservation& r, unsigned number, std::int32_t hundredths) {
    ReservationMonth out{.reservation = r.id, .customer = r.customer, .month = make_day(2026, number, 1), .revision = "a"};
    if (hundredths >= 0)
      out.windows = MonthWindows{.watermark = {492'000},
                                 .day_1 = utilization::Percent{hundredths},
                                 .days_7 = utilization::Percent{hundredths + 1'000},
                                 .trend = utilization::Trend::down};
    return out;
  };
  Changes computed{.audit = {.actor = "test", .action = "utilization.run"}};
  computed.reservation_months = {month(bought[0], 3, -1), month(bought[0], 4, 8'750), month(bought[1], 4, 0), month(bought[2], 4, -1)};
  must(desk().app.store.commit(computed));

  const Reply all = client().get(v("/reservations"));
  ASSERT_EQ(all.count("/value"), 3U);
  for (const Reservation& each : bought) {
    const Reply one = client().get(v(path_of(each)));
    const Reply of_order = client().get(order_path(each, "/reservations"));
    std::size_t place = 0;
    while (place < 2 && all.at(fmt::format("/value/{}/id", place)) != one.at("/id")) ++place;
    for (const char* what : {"/trend", "/aggregates/0/value", "/aggregates/0/grain", "/aggregates/1/value", "/aggregates/2/value"}) {
      const std::string shown = one.at(fmt::format("/properties/utilization{}", what));
      EXPECT_EQ(all.at(fmt::format("/value/{}/properties/utilization{}", place, what)), shown) << what;
      EXPECT_EQ(of_order.at(fmt::format("/value/0/properties/utilization{}", what)), shown) << what;
    }
  }
  EXPECT_EQ(client().get(v(path_of(bought[0]))).at("/properties/utilization/aggregates/0/value"), "87.5");
}

}  // namespace
}  // namespace prorata
