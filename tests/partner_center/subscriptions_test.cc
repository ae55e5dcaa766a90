// A customer's Azure subscriptions: their name, whether they are suspended, their registration for reservations.
#include "app/sandbox.h"
#include "partner_desk.h"

namespace prorata::testing {
namespace {

class PartnerSubscriptions : public PartnerDesk {
 protected:
  std::string one(std::string_view rest = {}) { return nordvik(fmt::format("/subscriptions/{}{}", subscription(), rest)); }
};
PRORATA_ON_EVERY_STORE(PartnerSubscriptions);

TEST_P(PartnerSubscriptions, AreListedAndShown) {
  const Reply list = client().get(nordvik("/subscriptions"));
  EXPECT_EQ(list.at("/totalCount"), "1");
  EXPECT_EQ(list.at("/items/0/id"), subscription());
  EXPECT_EQ(list.at("/items/0/offerId"), "MS-AZR-0145P");
  EXPECT_EQ(list.at("/items/0/friendlyName"), "Production");
  EXPECT_EQ(list.at("/items/0/status"), "active");
  EXPECT_EQ(list.at("/items/0/creationDate"), "2026-03-02T10:00:00Z") << "the desk knows it since then";
  EXPECT_EQ(list.at("/items/0/effectiveStartDate"), "2026-03-02T00:00:00Z");
  EXPECT_EQ(client().get(one()).at("/attributes/etag"), list.at("/items/0/attributes/etag"));
  expect_refused(client().get(nordvik("/subscriptions/5ab5c000-0000-4000-8000-0000000000ff")), 404, "20003");
  expect_refused(client().get(nordvik("/subscriptions/production")), 404, "20003");
}

TEST_P(PartnerSubscriptions, ArePatchedWithTheirEtag) {
  const Reply before = client().get(one());
  // Clients send the whole of it back, with .NET's names.
  const std::string whole = fmt::format(
      R"({{"Id":"{}","FriendlyName":"Shop","Quantity":1,"Status":"active","AutoRenewEnabled":false,"PartnerId":null,"Attributes":{{"Etag":"x"}}}})",
      subscription());
  expect_refused(client().patch(one(), whole), 400, "2055");
  const Reply named = client().patch(one(), whole, if_match(before.at("/attributes/etag")));
  EXPECT_EQ(named.status(), 200) << named.response.body;
  EXPECT_EQ(named.at("/friendlyName"), "Shop");
  expect_refused(client().patch(one(), R"({"status":"suspended"})", if_match(before.at("/attributes/etag"))), 400, "2055");
  const Reply suspended = client().patch(one(), R"({"Status":"suspended"})", if_match(named.at("/attributes/etag")));
  EXPECT_EQ(suspended.at("/status"), "suspended");
  const Headers now = if_match(suspended.at("/attributes/etag"));
  expect_refused(client().patch(one(), R"({"status":"deleted"})", now), 400, "800002", "active or suspended");
  expect_refused(client().patch(one(), R"({"quantity":2})", now), 400, "800002", "/quantity");
  expect_refused(client().patch(one(), R"({"autoRenewEnabled":true})", now), 400, "800002");
  expect_refused(client().patch(one(), R"({"friendlyName":" "})", now), 400, "800002", "friendlyName");
  expect_refused(client().post(one("/registrations"), ""), 400, "800012", "suspended");
}

TEST_P(PartnerSubscriptions, AreRegisteredForReservations) {
  const Reply before = client().get(one("/registrationstatus"));
  EXPECT_EQ(before.at("/status"), "notregistered");
  EXPECT_EQ(before.at("/subscriptionId"), subscription());
  EXPECT_EQ(before.at("/attributes/objectType"), "SubscriptionRegistrationStatus");
  must(change_sandbox(desk().app, {.lag_seconds = 60}));
  const Reply asked = client().post(one("/registrations"), "");
  EXPECT_EQ(asked.status(), 202);
  EXPECT_EQ(asked.response.body, "");
  EXPECT_EQ(asked.header("Location"), one("/registrationstatus"));
  EXPECT_EQ(client().get(asked.header("Location")).at("/status"), "registering");
  desk().clock.pass_seconds(30);
  EXPECT_EQ(client().post(one("/registrations"), "").status(), 202);
  desk().clock.pass_seconds(30);
  EXPECT_EQ(client().get(asked.header("Location")).at("/status"), "registered") << "asking again did not begin it anew";
}

TEST_P(PartnerSubscriptions, NeedTheRightOfTheirCustomersReservations) {
  const std::string etag = client().get(one()).at("/attributes/etag");
  client().with_roles({access::Standing::helpdesk_agent});
  EXPECT_EQ(client().get(one()).status(), 200);
  expect_refused(client().patch(one(), R"({"friendlyName":"x"})", if_match(etag)), 403, "800069", "/subscriptions/" + subscription());
  expect_refused(client().post(one("/registrations"), ""), 403, "800069");
  client().with_roles({access::Standing::sales_agent});
  EXPECT_EQ(client().post(one("/registrations"), "").status(), 202) << "who buys may register";
}

}  // namespace
}  // namespace prorata::testing
