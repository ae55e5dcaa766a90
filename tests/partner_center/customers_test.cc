// Customers, their profiles, the permission to buy, and what every answer of the face has in common.
#include "partner_desk.h"

namespace prorata::testing {
namespace {

class PartnerCustomers : public PartnerDesk {
 protected:
  void add_customers() {
    std::vector<Customer> more;
    for (const char* name : {"Almhult Trae", "Borgholm Frakt", "Bromma Bygg", "Cedervik"}) {
      Customer customer = MadeDesk::customer(CustomerId::trusted(fmt::format("c0000000-0000-4000-8000-0000000001{:02}", more.size())), name,
                                             Currency::usd(), {1, 1}, {0, 1});
      customer.domain = to_lower(std::string(name).substr(0, 5)) + ".example";
      more.push_back(customer);
    }
    must(import_customers(desk().app, more, "test"));
  }
  static std::string filter(std::string_view field, std::string_view value, std::string_view compare) {
    return "filter=" + http::percent_encode(fmt::format(R"({{"Field":"{}","Value":"{}","Operator":"{}"}})", field, value, compare));
  }
};
PRORATA_ON_EVERY_STORE(PartnerCustomers);

TEST_P(PartnerCustomers, AreListedInAnEnvelope) {
  const Reply list = client().get("/customers?size=40");
  EXPECT_EQ(list.status(), 200);
  EXPECT_EQ(list.at("/totalCount"), "2");
  EXPECT_EQ(list.at("/items/0/id"), desk().nordvik.text());
  EXPECT_EQ(list.at("/items/0/companyProfile/companyName"), "Nordvik");
  EXPECT_EQ(list.at("/items/0/companyProfile/tenantId"), desk().nordvik.text());
  EXPECT_EQ(list.at("/items/0/companyProfile/attributes/objectType"), "CustomerCompanyProfile");
  EXPECT_EQ(list.at("/items/0/relationshipToPartner"), "reseller");
  EXPECT_EQ(list.at("/items/0/attributes/objectType"), "Customer");
  EXPECT_EQ(list.at("/links/self/uri"), "/customers?size=40");
  EXPECT_EQ(list.at("/links/self/method"), "GET");
  EXPECT_EQ(list.at("/links/self/headers"), "[]");
  EXPECT_EQ(list.at("/links/next"), "(absent)");
  EXPECT_EQ(list.at("/attributes/objectType"), "Collection");
}

TEST_P(PartnerCustomers, ComeInPages) {
  add_customers();
  std::vector<std::string> names;
  Reply page = client().get("/customers?size=4");
  EXPECT_EQ(page.at("/totalCount"), "4");
  EXPECT_EQ(page.at("/links/next/uri"), "/customers?size=4&seekOperation=Next");
  EXPECT_EQ(page.at("/links/next/headers/0/key"), "MS-ContinuationToken");
  EXPECT_EQ(page.at("/links/next/headers/0/value"), page.at("/continuationToken"));
  for (int pages = 0; pages < 5; ++pages) {
    for (std::size_t i = 0; i < page.count("/items"); ++i) names.push_back(page.at(fmt::format("/items/{}/companyProfile/companyName", i)));
    if (page.at("/continuationToken") == "(absent)") break;
    page = client().next(page);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"Almhult Trae", "Borgholm Frakt", "Bromma Bygg", "Cedervik", "Nordvik", "Prairie"}));
  expect_refused(client().get("/customers?seekOperation=Next"), 400, "3000", "MS-ContinuationToken");
  expect_refused(client().get("/customers?seekOperation=Last"), 400, "3000", "First or Next");
  expect_refused(client().get("/customers?seekOperation=Next", {{"MS-ContinuationToken", "zz"}}), 400, "3000");
  expect_refused(client().get("/customers?size=501"), 400, "3000", "size");
  EXPECT_EQ(client().get("/customers?size=0").status(), 200) << "zero is the usual size";
}

TEST_P(PartnerCustomers, AreFilteredByNameAndDomain) {
  add_customers();
  const Reply by_name = client().get("/customers?size=0&" + filter("CompanyName", "bO", "starts_with"));
  EXPECT_EQ(by_name.at("/totalCount"), "1");
  EXPECT_EQ(by_name.at("/items/0/companyProfile/companyName"), "Borgholm Frakt");
  EXPECT_EQ(client().get("/customers?" + filter("CompanyName", "vik", "starts_with")).at("/totalCount"), "0") << "not in the middle";
  EXPECT_EQ(client().get("/customers?" + filter("Domain", "bro", "starts_with")).at("/items/0/companyProfile/domain"), "bromm.example");
  EXPECT_EQ(client().get("/customers?" + filter("Domain", "bromm.example", "equals")).at("/totalCount"), "1");
  // A page is full though few of those looked at pass.
  const Reply first = client().get("/customers?size=1&" + filter("CompanyName", "b", "starts_with"));
  EXPECT_EQ(first.at("/totalCount"), "1");
  EXPECT_EQ(client().next(first).at("/items/0/companyProfile/companyName"), "Bromma Bygg");
  expect_refused(client().get("/customers?" + filter("Colour", "b", "starts_with")), 400, "3000", "CompanyName or Domain");
  expect_refused(client().get("/customers?" + filter("Domain", "b", "like")), 400, "3000", "starts_with and equals");
  expect_refused(client().get("/customers?filter=%7B"), 400, "3000");
}

TEST_P(PartnerCustomers, OnesThatAreNotToBeKnownAreRefusedAsThoseThatAreNotThere) {
  client().caller.principal.customer = desk().nordvik;
  EXPECT_EQ(client().get("/customers").at("/totalCount"), "1");
  EXPECT_EQ(client().get(nordvik()).status(), 200);
  const Reply hidden = client().get(prairie());
  expect_refused(hidden, 403, "20002", "has no commerce relationship with the customer ID " + desk().prairie.text());
  const Reply absent = client().get("/customers/c0000000-0000-4000-8000-0000000000ff");
  expect_refused(absent, 403, "20002");
  const Reply no_id = client().get("/customers/nordvik");
  expect_refused(no_id, 403, "20002");
}

TEST_P(PartnerCustomers, AreShownWhole) {
  const Reply one = client().get(nordvik());
  EXPECT_EQ(one.at("/commerceId"), desk().nordvik.text());
  EXPECT_EQ(one.at("/billingProfile/companyName"), "Nordvik");
  EXPECT_EQ(one.at("/billingProfile/defaultAddress/country"), "SE");
  EXPECT_EQ(one.at("/billingProfile/attributes/objectType"), "CustomerBillingProfile");
  EXPECT_EQ(one.at("/allowDelegatedAccess"), "true");
  EXPECT_EQ(one.at("/links/self/uri"), nordvik());
  EXPECT_EQ(client().get(nordvik("/profiles/company")).at("/attributes/objectType"), "CustomerCompanyProfile");
  const Reply billing = client().get(nordvik("/profiles/billing"));
  EXPECT_EQ(billing.at("/attributes/etag"), one.at("/billingProfile/attributes/etag"));
}

TEST_P(PartnerCustomers, TheBillingProfileIsPutWithItsEtag) {
  const std::string at = nordvik("/profiles/billing");
  const std::string etag = client().get(at).at("/attributes/etag");
  const std::string body =
      R"({"FirstName":"Maja","LASTNAME":"Lind","email":"maja@nordvik.example","CompanyName":"Nordvik AB","DefaultAddress":)"
      R"({"City":"Kumla","AddressLine1":"Stationsgatan 4","PostalCode":"692 30","PhoneNumber":"+46 19 555 01 23"},"Attributes":null})";
  expect_refused(client().put(at, body), 400, "2055", "If-Match");
  expect_refused(client().put(at, body, if_match("x")), 400, "2055", "changed since");
  const Reply put = client().put(at, body, if_match(etag));
  EXPECT_EQ(put.status(), 200) << put.response.body;
  EXPECT_EQ(put.at("/firstName"), "Maja");
  EXPECT_EQ(put.at("/lastName"), "Lind");
  EXPECT_EQ(put.at("/defaultAddress/city"), "Kumla");
  EXPECT_NE(put.at("/attributes/etag"), etag);
  EXPECT_EQ(client().get(at).response.body, put.response.body);
  expect_refused(client().put(at, body, if_match(etag)), 400, "2055");
  desk().buy({.customer = desk().nordvik, .quantity = 1});
  desk().give_back(desk().buy({.customer = desk().nordvik, .quantity = 1}).id, 1);
  EXPECT_EQ(client().put(at, R"({"email":"eva@nordvik.example"})", if_match(put.at("/attributes/etag"))).status(), 200)
      << "what else happens to the customer does not move the etag of its profile";
  expect_refused(client().put(at, R"({"email":"nobody"})", if_match(client().get(at).at("/attributes/etag"))), 400, "800002", "e-mail");
  // The list of customers says nothing of the profile, and does not take it away.
  must(import_customers(desk().app, std::vector{MadeDesk::customer(desk().nordvik, "Nordvik", *Currency::parse("SEK"), {11, 10}, {2, 100})},
                        "again"));
  EXPECT_EQ(client().get(at).at("/email"), "eva@nordvik.example");
}

TEST_P(PartnerCustomers, OnlyAnAdminAgentLetsThemBuy) {
  const std::string at = nordvik("/purchasepermission");
  const Reply before = client().get(at);
  EXPECT_EQ(before.at("/allowed"), "false") << "off is how every customer begins";
  for (const access::Standing role : {access::Standing::global_admin, access::Standing::helpdesk_agent, access::Standing::sales_agent}) {
    client().with_roles({role});
    EXPECT_EQ(client().get(at).status(), 200) << to_string(role);
    expect_refused(client().put(at, R"({"allowed":true})", if_match(before.at("/attributes/etag"))), 403, "800069",
                   "Prorata/customers/buying/write");
  }
  client().with_roles({access::Standing::user_management_admin});
  expect_refused(client().get(at), 403, "800069");
  client().with_roles({access::Standing::admin_agent});
  EXPECT_EQ(client().put(at, R"({"Allowed":true})", if_match(before.at("/attributes/etag"))).at("/allowed"), "true");
  expect_refused(client().put(at, R"({"allowed":false})", if_match(before.at("/attributes/etag"))), 400, "2055");
  expect_refused(client().put(at, "{}", if_match(client().get(at).at("/attributes/etag"))), 400, "800002", "allowed");
}

// The customer's own person buys only where both say yes: the partner for the company, and the company's row for the person.
TEST_P(PartnerCustomers, TheirPeopleBuyWhereBothSayYes) {
  register_subscription();
  const auto buys = [&](bool company, bool person) {
    must(allow_buying(desk().app, {.customer = desk().nordvik, .allowed = company}));
    client().caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000002"),
                                 .name = "eva@nordvik.example",
                                 .customer = desk().nordvik,
                                 .of_customer = true,
                                 .may_buy = person};
    return client().post(nordvik("/carts"), cart_of(line(1))).status();
  };
  EXPECT_EQ(buys(false, false), 403);
  EXPECT_EQ(buys(false, true), 403);
  EXPECT_EQ(buys(true, false), 403);
  EXPECT_EQ(buys(true, true), 201);
}

TEST_P(PartnerCustomers, EveryAnswerHasTheServicesHeaders) {
  const std::string id = "12345678-1234-4234-8234-123456789abc";
  const Reply named = client().get("/customers", {{"MS-RequestId", id}, {"MS-CorrelationId", id}, {"X-Locale", "sv-SE"}});
  EXPECT_EQ(named.header("MS-RequestId"), id);
  EXPECT_EQ(named.header("MS-CorrelationId"), id);
  EXPECT_EQ(named.header("X-Locale"), "sv-SE");
  EXPECT_NE(named.header("MS-CV"), "");
  EXPECT_NE(named.header("MS-ServerId"), "");
  const Reply plain = client().get("/nothing");
  expect_refused(plain, 404, "1000");
  EXPECT_EQ(plain.header("MS-RequestId"), "cccccccc-0000-4000-8000-000000000001");
  EXPECT_EQ(plain.header("X-Locale"), "en-US");
  expect_refused(client().get("/customers", {{"MS-RequestId", "7"}}), 400, "3000", "MS-RequestId is no GUID");
  const Reply wrong = client().post("/customers", "{}");
  EXPECT_EQ(wrong.status(), 405);
  EXPECT_TRUE(wrong.header("Allow").contains("GET")) << wrong.header("Allow");
}

TEST_P(PartnerCustomers, AWriteUnderItsRequestIdIsAnsweredAsTheFirstTime) {
  const std::string at = nordvik("/profiles/billing");
  Headers headers = request_id(1);
  headers.emplace_back("If-Match", client().get(at).at("/attributes/etag"));
  const Reply first = client().put(at, R"({"firstName":"Maja"})", headers);
  EXPECT_EQ(first.status(), 200);
  const std::int64_t commits = desk().commits();
  const Reply again = client().put(at, R"({"firstName":"Maja"})", headers);
  EXPECT_EQ(again.status(), 200) << "though the etag is no longer the present one";
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_EQ(desk().commits(), commits);
  expect_refused(client().put(at, R"({"firstName":"Eva"})", headers), 409, "3000", "was used for another request");
  client().caller.principal.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000009");
  EXPECT_NE(client().put(at, R"({"firstName":"Eva"})", headers).status(), 409) << "another's id is another's";
}

}  // namespace
}  // namespace prorata::testing
