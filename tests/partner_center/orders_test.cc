// From the catalogue through a cart to an order, and from the order to its reservations.
#include "partner_desk.h"

namespace prorata::testing {
namespace {

class PartnerOrders : public PartnerDesk {
 protected:
  std::string new_cart(std::string_view lines) {
    const Reply made = client().post(nordvik("/carts"), cart_of(lines));
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return made.at("/id");
  }
  Reply check_out(const std::string& cart, const Headers& headers = {}) {
    return client().post(nordvik("/carts/" + cart + "/checkout"), "", headers);
  }
  std::size_t orders() { return must(desk().look()->orders({.customer = desk().nordvik})).items.size(); }
};
PRORATA_ON_EVERY_STORE(PartnerOrders);

TEST_P(PartnerOrders, TheCatalogueSellsWhatThePriceListsHave) {
  must(import_prices(desk().app,
                     {{"SqlDatabases", "SQLDB_GP_Gen5", "westeurope", Term{1}, make_day(2025, 1, 1), usd(900)},
                      {"VirtualMachines", "Standard_B2s", "northeurope", Term{1}, make_day(2027, 1, 1), usd(100)}},
                     "test"));
  const Reply products = client().get("/products?country=SE&targetView=AzureReservationsVM");
  EXPECT_EQ(products.at("/totalCount"), "2");
  EXPECT_EQ(products.at("/items/0/id"), "Standard_B2s");
  EXPECT_EQ(products.at("/items/1/id"), "Standard_D2s_v5");
  EXPECT_EQ(products.at("/items/1/productType/subType/id"), "VirtualMachines");
  const Reply first = client().get("/products?country=SE&targetView=AzureReservations&size=2");
  EXPECT_EQ(client().next(first).at("/items/0/id"), products.at("/items/1/id"));
  EXPECT_EQ(client().get("/products?country=SE&targetView=MicrosoftOffice").at("/totalCount"), "0");
  expect_refused(client().get("/products?country=SE"), 400, "3000", "targetView");
  expect_refused(client().get("/products?targetView=Azure"), 400, "3000", "country");
  expect_refused(client().get("/products?country=S1&targetView=Azure"), 400, "3000", "two letters");
  EXPECT_EQ(client().get(nordvik("/products?targetView=Azure")).at("/totalCount"), "3") << "a customer has a country";

  const Reply skus = client().get(products.at("/items/1/links/skus/uri"));
  EXPECT_EQ(skus.at("/totalCount"), "2");
  EXPECT_EQ(skus.at("/items/0/id"), "westeurope-P1Y");
  EXPECT_EQ(skus.at("/items/0/title"), "Reserved VM Instance, Standard_D2s_v5, EU West, 1 Year");
  EXPECT_EQ(skus.at("/items/0/dynamicAttributes/duration"), "1Year");
  EXPECT_EQ(skus.at("/items/1/dynamicAttributes/duration"), "3Years");
  EXPECT_EQ(skus.at("/items/0/purchasePrerequisites/0"), "AzureSubscriptionRegistration");
  EXPECT_EQ(client().get("/products/Standard_B2s/skus?country=SE").at("/totalCount"), "0") << "its price begins next year";
  EXPECT_EQ(client().get(skus.at("/items/0/links/self/uri")).at("/id"), "westeurope-P1Y");
  expect_refused(client().get("/products/Standard_X/skus?country=SE"), 404, "1000");
  expect_refused(client().get("/products/Standard_D2s_v5/skus/westeurope-P5Y?country=SE"), 404, "1000");

  const Reply of_all = client().get(skus.at("/items/0/links/availabilities/uri"));
  EXPECT_EQ(of_all.at("/totalCount"), "2");
  EXPECT_EQ(of_all.at("/items/0/catalogItemId"), "Standard_D2s_v5:westeurope-P1Y:SEK");
  EXPECT_EQ(of_all.at("/items/0/listPrice"), "36500.00");
  EXPECT_EQ(of_all.at("/items/1/listPrice"), "3650.00");
  const Reply of_customer = client().get(nordvik("/products/standard_d2s_V5/skus/WestEurope-p1y/availabilities"));
  EXPECT_EQ(of_customer.at("/totalCount"), "1") << "in the customer's currency";
  EXPECT_EQ(of_customer.at("/items/0/catalogItemId"), "Standard_D2s_v5:westeurope-P1Y:SEK");
  EXPECT_EQ(client().get(nordvik("/products/SQLDB_GP_Gen5/skus/westeurope-P1Y/availabilities/sek")).at("/listPrice"), "9000.00")
      << "through the exchange rate";
}

TEST_P(PartnerOrders, InventoryIsWhatIsOnTheListToday) {
  const Reply checked = client().post(
      "/extensions/product/checkInventory?country=SE",
      R"({"TargetItems":[{"ProductId":"Standard_D2s_v5","SkuId":"westeurope-P1Y"},{"ProductId":"Standard_D2s_v5","SkuId":"eastus-P1Y"},{"productId":"x"}],)"
      R"("InventoryContext":{"customerId":"x","azureSubscriptionId":"y"}})");
  EXPECT_EQ(checked.status(), 200) << checked.response.body;
  EXPECT_EQ(checked.at("/0/isRestricted"), "false");
  EXPECT_EQ(checked.at("/0/restrictions"), "[]");
  EXPECT_EQ(checked.at("/1/isRestricted"), "true");
  EXPECT_EQ(checked.at("/1/restrictions/0/properties/values/0"), "eastus");
  EXPECT_EQ(checked.at("/2/isRestricted"), "true");
  expect_refused(client().post("/extensions/product/checkInventory?country=SE", "{}"), 400, "800002", "targetItems");
}

TEST_P(PartnerOrders, ACartIsMadeReadAndPutAnew) {
  register_subscription();
  const Reply made = client().post(nordvik("/carts"), cart_of(line(2)), request_id(1));
  EXPECT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.at("/status"), "Active");
  EXPECT_EQ(made.at("/creationTimestamp"), "2026-03-02T10:00:00Z");
  EXPECT_EQ(made.at("/expirationTimestamp"), "2026-03-02T10:15:00Z");
  EXPECT_EQ(made.at("/lastModifiedUser"), "anna@partner.example");
  EXPECT_EQ(made.at("/lineItems/0/id"), "0");
  EXPECT_EQ(made.at("/lineItems/0/currencyCode"), "SEK");
  EXPECT_EQ(made.at("/lineItems/0/orderGroup"), "0");
  EXPECT_EQ(made.at("/lineItems/0/error"), "(absent)");
  EXPECT_EQ(made.at("/lineItems/0/provisioningContext/subscriptionId"), subscription());
  EXPECT_EQ(client().post(nordvik("/carts"), cart_of(line(2)), request_id(1)).response.body, made.response.body)
      << "the same request again is the same cart";
  const std::string at = made.at("/links/self/uri");
  EXPECT_EQ(client().get(at).response.body, made.response.body);
  desk().clock.pass_seconds(600);
  const Reply changed = client().put(at, cart_of(line(3) + "," + line(1, "Standard_D2s_v5:westeurope-P3Y:SEK", R"(,"TermDuration":null)")));
  EXPECT_EQ(changed.status(), 200) << changed.response.body;
  EXPECT_EQ(changed.at("/lineItems/0/quantity"), "3");
  EXPECT_EQ(changed.at("/lineItems/1/error/errorCode"), "10001") << "the term that is asked for is another than the item's";
  EXPECT_EQ(changed.at("/expirationTimestamp"), "2026-03-02T10:25:00Z");
  desk().clock.pass_seconds(900);
  expect_refused(client().get(at), 404, "800008");
  expect_refused(client().put(at, cart_of(line(1))), 404, "800008");
  expect_refused(check_out(made.at("/id")), 404, "800008");
  expect_refused(client().get(nordvik("/carts/dddddddd-0000-4000-8000-000000000001")), 404, "800008");
  expect_refused(client().get(prairie("/carts/" + made.at("/id"))), 404, "800008");
  expect_refused(client().post(nordvik("/carts"), "{}"), 400, "800002", "between 1 and 50");
  expect_refused(client().post(nordvik("/carts"), cart_of(line(0))), 400, "800009", "at least one");
  expect_refused(client().post(nordvik("/carts"), R"({"lineItems":[{"quantity":1}]})"), 400, "800002", "catalogItemId");
}

TEST_P(PartnerOrders, LinesThatCannotBeBoughtSayWhy) {
  const auto code = [&](const std::string& lines) {
    return client().post(nordvik("/carts"), cart_of(lines)).at("/lineItems/0/error/errorCode");
  };
  EXPECT_EQ(code(line(1)), "10008") << "the subscription is not registered";
  register_subscription();
  EXPECT_EQ(code(line(1)), "(absent)");
  EXPECT_EQ(code(line(1, "Standard_D2s_v5:westeurope-P1Y:USD")), "10000");
  EXPECT_EQ(code(line(1, "Standard_X9:westeurope-P1Y:SEK")), "10001");
  EXPECT_EQ(code(line(1, "DZH318Z0BQ3Q")), "10001");
  EXPECT_EQ(code(line(1'001)), "10002");
  EXPECT_EQ(code(R"({"catalogItemId":"Standard_D2s_v5:westeurope-P1Y:SEK","quantity":1})"), "10007") << "nobody is named who pays";
  const Reply before = client().get(nordvik("/subscriptions/" + subscription()));
  client().patch(nordvik("/subscriptions/" + subscription()), R"({"status":"suspended"})", if_match(before.at("/attributes/etag")));
  EXPECT_EQ(code(line(1)), "10007") << "it is suspended";
  const std::string cart = new_cart(line(1));
  expect_refused(check_out(cart), 400, "800009", "suspended");
  EXPECT_EQ(orders(), 0U);
}

TEST_P(PartnerOrders, CheckoutBuysWhatItCanOnce) {
  register_subscription();
  const std::string cart = new_cart(line(2) + "," + line(1, "Standard_X9:westeurope-P1Y:SEK") + "," + line(1));
  const Reply out = check_out(cart, request_id(7));
  ASSERT_EQ(out.status(), 201) << out.response.body;
  EXPECT_EQ(out.count("/orders"), 2U);
  EXPECT_EQ(out.at("/orders/0/referenceCustomerId"), desk().nordvik.text());
  EXPECT_EQ(out.at("/orders/0/status"), "completed");
  EXPECT_EQ(out.at("/orders/0/lineItems/0/quantity"), "2");
  EXPECT_EQ(out.at("/orders/0/lineItems/0/offerId"), "Standard_D2s_v5:westeurope-P1Y:SEK");
  EXPECT_EQ(out.at("/orders/0/currencySymbol"), "kr");
  EXPECT_EQ(out.count("/orderErrors"), 1U);
  EXPECT_EQ(out.at("/orderErrors/0/orderGroupId"), "1");
  EXPECT_EQ(out.at("/orderErrors/0/code"), "10001");
  EXPECT_EQ(desk().balance(desk().nordvik, ledger::Account::provider_payable), -3 * 3'650'000) << "paid once";

  const std::int64_t commits = desk().commits();
  EXPECT_EQ(check_out(cart, request_id(7)).response.body, out.response.body) << "the lost answer, given again";
  expect_refused(check_out(cart, request_id(8)), 400, "800065", "was ordered");
  expect_refused(check_out(cart), 400, "800065");
  expect_refused(client().put(nordvik("/carts/" + cart), cart_of(line(1))), 400, "800065");
  EXPECT_EQ(desk().commits(), commits);
  EXPECT_EQ(orders(), 2U);
  EXPECT_EQ(client().get(nordvik("/carts/" + cart)).at("/status"), "Submitted");
  expect_refused(client().post(nordvik("/carts"), cart_of(line(1)), request_id(7)), 409, "3000", "another request");
}

TEST_P(PartnerOrders, AreListedWithWhatTheyBought) {
  register_subscription();
  const Reply out = check_out(new_cart(line(2)));
  const Reservation monthly = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 1});
  const Reply list = client().get(nordvik("/orders"));
  EXPECT_EQ(list.at("/totalCount"), "2");
  EXPECT_EQ(client().get(nordvik("/orders?billingType=onetime")).at("/items/0/id"), out.at("/orders/0/id"));
  EXPECT_EQ(client().get(nordvik("/orders?billingType=monthly")).at("/items/0/id"), monthly.order.text());
  expect_refused(client().get(nordvik("/orders?billingType=weekly")), 400, "3000");
  const Reply one = client().get(out.at("/orders/0/links/self/uri"));
  EXPECT_EQ(one.at("/lineItems/0/friendlyName"), "web");
  EXPECT_EQ(one.at("/lineItems/0/provisioningContext/subscriptionId"), subscription());
  const Reply status = client().get(one.at("/links/provisioningStatus/uri"));
  EXPECT_EQ(status.at("/items/0/status"), "Fulfilled");
  EXPECT_EQ(status.at("/items/0/quantityProvisioningInformation/0/quantity"), "2");
  expect_refused(client().get(prairie("/orders/" + monthly.order.text())), 404, "20000");
  expect_refused(client().get(nordvik("/orders/7")), 404, "20000");
}

TEST_P(PartnerOrders, EntitlementsLeadToTheReservations) {
  register_subscription();
  const Reply out = check_out(new_cart(line(2)));
  const std::string order = out.at("/orders/0/id");
  const Reply list = client().get(nordvik("/entitlements?entitlementType=reservedinstance&showExpiry=true"));
  EXPECT_EQ(list.at("/totalCount"), "1");
  EXPECT_EQ(list.at("/items/0/referenceOrder/id"), order);
  EXPECT_EQ(list.at("/items/0/quantity"), "2");
  EXPECT_EQ(list.at("/items/0/entitledArtifacts/0/resourceId"), order) << "the id of the order at Microsoft.Capacity";
  EXPECT_EQ(list.at("/items/0/expiryDate"), "2027-03-02T10:00:00Z");
  EXPECT_EQ(list.at("/items/0/dynamicAttributes/reservationType"), "virtualmachines");
  EXPECT_EQ(client().get(nordvik("/entitlements?entitlementType=software")).at("/totalCount"), "0");
  const Reply artifact = client().get(list.at("/items/0/entitledArtifacts/0/link/uri"));
  EXPECT_EQ(artifact.at("/type"), "reservedinstance");
  for (const char* name : {"/reservations", "/virtualMachineReservations"}) {
    EXPECT_EQ(artifact.count(name), 1U);
    EXPECT_EQ(artifact.at(std::string(name) + "/0/scopeType"), "Shared");
    EXPECT_EQ(artifact.at(std::string(name) + "/0/quantity"), "2");
    EXPECT_EQ(artifact.at(std::string(name) + "/0/provisioningState"), "Created");
  }
  const ReservationId id = must(ReservationId::parse(artifact.at("/reservations/0/reservationId")));
  EXPECT_EQ(desk().read(id).order.text(), order);
  expect_refused(client().get(prairie(list.at("/items/0/entitledArtifacts/0/link/uri").substr(nordvik().size()))), 404, "20000");
  expect_refused(client().get(nordvik("/artifacts/reservedinstance/groups/" + order + "/lineitems/1/resource/" + order)), 404, "1000");
  client().with_roles({access::Standing::helpdesk_agent});
  EXPECT_EQ(client().get(nordvik("/entitlements")).at("/totalCount"), "1") << "everybody sees that there is one";
  expect_refused(client().get(list.at("/items/0/entitledArtifacts/0/link/uri")), 403, "800069", "reservationorders");
  client().with_roles({access::Standing::admin_agent});
  desk().give_back(id, 2);
  EXPECT_EQ(client().get(nordvik("/entitlements")).at("/totalCount"), "0") << "what was given back is no right any more";
}

TEST_P(PartnerOrders, NeedTheRightToBuy) {
  register_subscription();
  const std::string cart = new_cart(line(1));
  for (const access::Standing role : {access::Standing::helpdesk_agent, access::Standing::user_management_admin}) {
    client().with_roles({role});
    expect_refused(client().post(nordvik("/carts"), cart_of(line(1))), 403, "800069", "Microsoft.Capacity/reservationorders/write");
    expect_refused(client().get(nordvik("/carts/" + cart)), 403, "800069");
    expect_refused(check_out(cart), 403, "800069");
    EXPECT_EQ(client().get(nordvik("/orders")).status(), 200);
  }
  client().with_roles({access::Standing::sales_agent});
  EXPECT_EQ(check_out(cart).status(), 201);
}

}  // namespace
}  // namespace prorata::testing
