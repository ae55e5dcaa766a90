// Subscriptions, tenants, locations, providers and resource groups, as clients ask for them before anything else.
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kVersion = "api-version=2022-12-01";

class Subscriptions : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::subscription_routes());
    return *client_;
  }
  std::string own() {
    return "/subscriptions/" + desk().customer(desk().nordvik, "", Currency::usd(), {1, 1}, {0, 1}).subscriptions[0].id.text();
  }
  std::string foreign() {
    return "/subscriptions/" + desk().customer(desk().prairie, "", Currency::usd(), {1, 1}, {0, 1}).subscriptions[0].id.text();
  }
  void give_groups() {
    Customer customer = *must(desk().look()->customer(desk().nordvik));
    customer.subscriptions[0].resource_groups = {"Web", "Data"};
    must(import_customers(desk().app, std::vector{customer}, "test"));
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(Subscriptions);

TEST_P(Subscriptions, AreThoseOfTheTokensTenant) {
  const Reply list = client().get("/subscriptions?" + kVersion);
  EXPECT_EQ(list.status(), 200);
  EXPECT_EQ(list.count("/value"), 1U);
  EXPECT_EQ(list.at("/value/0/id"), own());
  EXPECT_EQ("/subscriptions/" + list.at("/value/0/subscriptionId"), own());
  EXPECT_EQ(list.at("/value/0/tenantId"), desk().nordvik.text());
  EXPECT_EQ(list.at("/value/0/displayName"), "Production");
  EXPECT_EQ(list.at("/value/0/state"), "Enabled");
  EXPECT_EQ(list.at("/value/0/managedByTenants"), "[]");
  EXPECT_EQ(list.at("/count/value"), "1");
  EXPECT_EQ(client().get("/SUBSCRIPTIONS?api-version=2016-06-01").at("/value/0/id"), own()) << "in any letter case, in any age";
}

TEST_P(Subscriptions, AreAllOfThemAtThePartnersOwnTenant) {
  client().at_own_tenant();
  const Reply list = client().get("/subscriptions?" + kVersion);
  EXPECT_EQ(list.count("/value"), 2U);
  EXPECT_EQ(client().get(own() + "?" + kVersion).at("/tenantId"), desk().nordvik.text());
  EXPECT_EQ(client().get(foreign() + "?" + kVersion).at("/tenantId"), desk().prairie.text());
}

TEST_P(Subscriptions, OfAnotherTenantAreNotFound) {
  EXPECT_EQ(client().get(own() + "?" + kVersion).status(), 200);
  const Reply other = client().get(foreign() + "?" + kVersion);
  EXPECT_EQ(other.status(), 404);
  EXPECT_EQ(other.code(), "SubscriptionNotFound");
  EXPECT_EQ(client().get("/subscriptions/5ab5c999-0000-4000-8000-000000000001?" + kVersion).code(), "SubscriptionNotFound");
  const Reply bad = client().get("/subscriptions/production?" + kVersion);
  EXPECT_EQ(bad.status(), 400);
  EXPECT_EQ(bad.code(), "InvalidSubscriptionId");
}

TEST_P(Subscriptions, AreNotForThoseWithoutARole) {
  client().with_roles({});
  EXPECT_EQ(client().get("/subscriptions?" + kVersion).at("/value"), "[]") << "a list leaves out, and is not refused";
  const Reply one = client().get(own() + "?" + kVersion);
  EXPECT_EQ(one.status(), 403);
  EXPECT_EQ(one.code(), "AuthorizationFailed");
  EXPECT_NE(one.at("/error/message").find("Microsoft.Resources/subscriptions/read"), std::string::npos);
}

TEST_P(Subscriptions, OfAResellerAreItsOwn) {
  const ResellerId reseller = ResellerId::trusted("5e110000-0000-4000-8000-000000000001");
  client().at_own_tenant();
  client().caller.principal.reseller = reseller;
  EXPECT_EQ(client().get("/subscriptions?" + kVersion).at("/value"), "[]");
  EXPECT_EQ(client().get(own() + "?" + kVersion).code(), "SubscriptionNotFound");
}

TEST_P(Subscriptions, TenantsNameTheOwnOneFirst) {
  const Reply at_customer = client().get("/tenants?" + kVersion);
  EXPECT_EQ(at_customer.count("/value"), 1U);
  EXPECT_EQ(at_customer.at("/value/0/tenantId"), desk().nordvik.text());
  EXPECT_EQ(at_customer.at("/value/0/tenantCategory"), "Home");
  client().at_own_tenant();
  const Reply at_partner = client().get("/tenants?" + kVersion);
  EXPECT_EQ(at_partner.count("/value"), 3U);
  EXPECT_EQ(at_partner.at("/value/0/displayName"), "Partner");
  EXPECT_EQ(at_partner.at("/value/1/tenantCategory"), "ManagedBy");
}

TEST_P(Subscriptions, ListsComeInPages) {
  client().at_own_tenant();
  const Reply first = client().get("/subscriptions?$top=1&" + kVersion);
  ASSERT_EQ(first.count("/value"), 1U);
  const Reply second = client().follow(first.at("/nextLink"));
  ASSERT_EQ(second.count("/value"), 1U);
  EXPECT_NE(first.at("/value/0/id"), second.at("/value/0/id"));
  EXPECT_EQ(second.at("/nextLink"), "(absent)");
  EXPECT_EQ(client().get("/subscriptions?$skiptoken=soon&" + kVersion).status(), 400);
  EXPECT_EQ(client().get("/subscriptions?$top=0&" + kVersion).status(), 400);
}

TEST_P(Subscriptions, HaveLocationsProvidersAndGroups) {
  give_groups();
  const Reply locations = client().get(own() + "/locations?" + kVersion);
  EXPECT_GT(locations.count("/value"), 30U);
  EXPECT_EQ(locations.at("/value/0/id"), own() + "/locations/" + locations.at("/value/0/name"));

  const Reply providers = client().get(own() + "/providers?" + kVersion);
  EXPECT_EQ(providers.count("/value"), 6U);
  const Reply support = client().get(own() + "/providers/microsoft.support?" + kVersion);
  EXPECT_EQ(support.at("/id"), own() + "/providers/Microsoft.Support");
  EXPECT_EQ(support.at("/registrationState"), "Registered");
  EXPECT_EQ(support.at("/resourceTypes/2/resourceType"), "supportTickets");
  EXPECT_EQ(support.at("/resourceTypes/2/apiVersions/1"), "2020-04-01");
  EXPECT_EQ(client().post(own() + "/providers/Microsoft.Capacity/register?" + kVersion, "").at("/registrationState"), "Registered");
  EXPECT_EQ(client().get("/providers/Microsoft.Capacity?" + kVersion).at("/id"), "/providers/Microsoft.Capacity");
  EXPECT_EQ(client().get("/providers/Microsoft.Insights?" + kVersion).code(), "InvalidResourceNamespace");

  const Reply groups = client().get(own() + "/resourcegroups?" + kVersion);
  EXPECT_EQ(groups.count("/value"), 2U);
  EXPECT_EQ(groups.at("/value/0/id"), own() + "/resourceGroups/Web");
  EXPECT_EQ(client().get(own() + "/resourceGroups/WEB?" + kVersion).at("/name"), "Web");
  EXPECT_EQ(client().get(own() + "/resourceGroups/none?" + kVersion).code(), "ResourceGroupNotFound");
}

TEST_P(Subscriptions, WantAKnownVersion) {
  EXPECT_EQ(client().get("/subscriptions").code(), "MissingApiVersionParameter");
  EXPECT_EQ(client().get("/subscriptions?api-version=1999-01-01").code(), "InvalidApiVersionParameter");
  EXPECT_EQ(client().remove(own() + "?" + kVersion).status(), 405);
}

}  // namespace
}  // namespace prorata::testing
