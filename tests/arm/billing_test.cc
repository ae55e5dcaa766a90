// Reservations and their orders, seen from the billing account that pays for them.
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kVersion = "api-version=2024-04-01";

class Billing : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::billing_routes());
    return *client_;
  }
  std::string account(const CustomerId& customer) { return "/providers/Microsoft.Billing/billingAccounts/" + customer.text(); }
  Reply get(const std::string& path, const std::string& query = {}) {
    return client().get(account(desk().nordvik) + path + "?" + kVersion + query);
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(Billing);

TEST_P(Billing, ShowsOrdersAndReservationsBelowTheAccount) {
  const Reservation bought = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 3});
  desk().buy({.customer = desk().prairie});
  const std::string order = "/reservationOrders/" + bought.order.text();
  const std::string reservation = order + "/reservations/" + bought.id.text();

  const Reply list = get("/reservations", "&refreshSummary=true");
  ASSERT_EQ(list.count("/value"), 1U) << list.response.body;
  EXPECT_EQ(list.at("/value/0/id"), account(desk().nordvik) + reservation);
  EXPECT_EQ(list.at("/value/0/type"), "microsoft.billing/billingAccounts/reservationOrders/reservations");
  EXPECT_EQ(list.at("/value/0/properties/quantity"), "3");
  EXPECT_EQ(list.at("/summary/succeededCount"), "1") << "of this account only";
  EXPECT_EQ(get("/billingProfiles/" + desk().nordvik.text() + "/reservations").at("/value/0/id"), list.at("/value/0/id"));

  const Reply one = get(reservation);
  EXPECT_EQ(one.at("/id"), account(desk().nordvik) + reservation);
  EXPECT_EQ(one.at("/tags"), "{}");
  EXPECT_EQ(get(order + "/reservations").at("/value/0/name"), bought.id.text());
  EXPECT_EQ(get("/reservationOrders").at("/value/0/id"), account(desk().nordvik) + order);
  const Reply plain = get(order);
  EXPECT_EQ(plain.at("/type"), "microsoft.billing/billingAccounts/reservationOrders");
  EXPECT_EQ(plain.at("/properties/planInformation"), "(absent)");
  EXPECT_EQ(get(order, "&expand=schedule").count("/properties/planInformation/transactions"), 12U);
}

TEST_P(Billing, ListsAreNarrowed) {
  desk().buy({.customer = desk().nordvik, .quantity = 3});
  desk().buy({.customer = desk().nordvik, .quantity = 4});
  EXPECT_EQ(get("/reservations", "&filter=properties/quantity eq 4").count("/value"), 1U) << "without the dollar, as this API spells it";
  EXPECT_EQ(get("/reservations", "&$filter=properties/quantity eq 4").count("/value"), 1U);
  EXPECT_EQ(get("/reservations", "&selectedState=Cancelled").at("/value"), "[]");
  EXPECT_EQ(get("/reservations", "&filter=color eq 'red'").status(), 400);
  const Reply page = get("/reservations", "&take=1&orderby=properties/quantity desc");
  ASSERT_EQ(page.count("/value"), 1U);
  EXPECT_EQ(page.at("/value/0/properties/quantity"), "4");
  EXPECT_EQ(client().follow(page.at("/nextLink")).at("/value/0/properties/quantity"), "3");
  const Reply orders = get("/reservationOrders", "&$top=1");
  ASSERT_EQ(orders.count("/value"), 1U);
  EXPECT_EQ(client().follow(orders.at("/nextLink")).count("/value"), 1U);
}

TEST_P(Billing, IsForThoseWhoMayKnow) {
  const Reservation theirs = desk().buy({.customer = desk().prairie});
  EXPECT_EQ(client().get(account(desk().prairie) + "/reservations?" + kVersion).status(), 404) << "at another tenant";
  EXPECT_EQ(get("/reservationOrders/" + theirs.order.text()).status(), 404) << "of another account";
  EXPECT_EQ(get("/reservationOrders/seven").status(), 400);
  EXPECT_EQ(get("/billingProfiles/other/reservations").status(), 404);
  client().at_own_tenant();
  EXPECT_EQ(client().get(account(desk().prairie) + "/reservations?" + kVersion).count("/value"), 1U);
  EXPECT_EQ(get("/reservationOrders/" + theirs.order.text()).status(), 404);
  client().with_roles({});
  EXPECT_EQ(get("/reservations").status(), 403);
  EXPECT_EQ(get("/reservations").code(), "AuthorizationFailed");
}

}  // namespace
}  // namespace prorata::testing
