// What a hostile client sends, over the wire and at every route there is: it is refused with an error of its own, never with a server
// error, nothing is written, and the next one is served.
#include "served_desk.h"

#include <set>

#include "app/agreed_purchase.h"
#include "arm/all_routes.h"
#include "identity/base64url.h"
#include "partner_center/face.h"

namespace prorata::testing {
namespace {

// Texts where an id, a name or a filter belongs.
const std::vector<std::string>& garbage() {
  static const std::vector<std::string> all = {
      "x",
      "11111111-1111-4111-8111-111111111111",
      "01970000-0000-7000-8000-00000000000z",
      "'; DROP TABLE reservations;--",
      "' OR '1'='1",
      "\" OR 1=1 --",
      "a\r\nSet-Cookie: evil=1",
      "{order}",
      "%25s%25n",
      "*",
      "-1",
      "99999999999999999999999999",
      "\xc3\xa5\xe2\x82\xac\xf0\x9f\x92\xa9",
      "\xff\xfe\x80",
      "..;",
      std::string(3'000, 'A'),
  };
  return all;
}

std::vector<std::string> bad_bodies() {
  return {
      "",
      "{",
      "[]",
      "null",
      "\"text\"",
      "{}{}",
      R"({"properties":null})",
      R"({"properties":[]})",
      R"({"properties":{"a":1,"a":2}})",
      R"({"properties":{"scope":7,"scopes":[null,{},1],"sessionId":{},"reservationToReturn":"x","reservationsToExchange":{},"quantities":"1"}})",
      R"({"properties":{"sessionId":"' OR '1'='1","reservationToReturn":{"reservationId":"/../..","quantity":1e400}}})",
      R"({"properties":{"reservationId":"/providers/Microsoft.Capacity/reservationOrders/x/reservations/y","quantities":[-1,9223372036854775808]}})",
      R"({"properties":{"sources":["a","a"],"destinationTenantId":"'","principalId":"x","roleDefinitionId":"/x"}})",
      R"({"sku":{"name":"x"},"location":"\u0000","properties":{"quantity":0.5,"term":"P1Y","billingScopeId":"/subscriptions/'"}})",
      std::string(10'000, '[') + std::string(10'000, ']'),
      "{\"properties\":{\"title\":\"\xff\xfe\"}}",
      "grant_type=client_credentials",
  };
}

// A connection that is made anew where the server ended the last one.
class Wire {
 public:
  explicit Wire(const ServedDesk& served) : served_(served) {}

  Answer ask(std::string_view method, std::string_view target, const std::string& token, std::string_view body = {},
             std::string_view more = {}) {
    std::string head =
        fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\n", method, target, served_.server->port(), body.size());
    if (!token.empty()) head += fmt::format("Authorization: Bearer {}\r\n", token);
    if (!client_) client_ = std::make_unique<testing::Client>(served_.server->port(), served_.server->authority());
    Answer answer = client_->ask(fmt::format("{}{}\r\n{}", head, more, body));
    if (answer.status == 0 || answer.headers["connection"] == "close") client_.reset();
    return answer;
  }

 private:
  const ServedDesk& served_;
  std::unique_ptr<testing::Client> client_;
};

class Hostile : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    served_.emplace(place_);
    MadeDesk& desk = served_->made();
    desk.clock.put(served_->clock.now());
    bought_ = desk.buy({.customer = desk.nordvik, .quantity = 5});
    other_ = served_->known({.name = "other", .customer = desk.prairie, .roles = {access::Standing::global_admin}});
    powerless_ = served_->known({.name = "powerless", .customer = desk.nordvik});
    served_->start({.sandbox = true});
    admin_ = served_->token(served_->admin);
    wire_ = std::make_unique<Wire>(*served_);
  }

  // The path of a route with what `taken` says for each of its braces.
  static std::string filled(std::string_view pattern, const std::function<std::string(std::string_view name)>& taken) {
    std::string out;
    while (!pattern.empty()) {
      const std::size_t open = pattern.find('{');
      out += pattern.substr(0, open);
      if (open == std::string_view::npos) break;
      const std::size_t close = pattern.find('}', open);
      out += taken(pattern.substr(open + 1, close - open - 1));
      pattern.remove_prefix(close + 1);
    }
    return out;
  }
  std::string with_garbage(const arm::Route& route, const std::string& text) const {
    return filled(route.pattern, [&](std::string_view) { return http::percent_encode(text); });
  }
  // A path to something that is there, as far as a name can say what.
  std::string with_good(const arm::Route& route) const {
    const MadeDesk& desk = const_cast<ServedDesk&>(*served_).made();
    return filled(route.pattern, [&](std::string_view name) -> std::string {
      if (name == "order") return bought_.order.text();
      if (name == "reservation") return bought_.id.text();
      if (name == "subscription")
        return MadeDesk::customer(desk.nordvik, "", Currency::usd(), {1, 1}, {0, 1}).subscriptions.front().id.text();
      if (name == "account" || name == "profile") return desk.nordvik.text();
      if (name == "namespace") return "Microsoft.Capacity";
      if (name.ends_with("...")) return "providers/Microsoft.Capacity/reservationOrders/" + bought_.order.text();
      return "x";
    });
  }
  static std::string version_of(const arm::Route& route) {
    return route.versions.empty() ? std::string() : fmt::format("?api-version={}", route.versions.front());
  }

  // Never a server error, and nothing of a database or of the request's own headers in the answer.
  void expect_civil(const Answer& answer, std::string_view what) {
    EXPECT_TRUE(answer.status >= 200 && answer.status < 500) << answer.status << " for " << what << ": " << answer.body;
    EXPECT_FALSE(answer.headers.contains("set-cookie")) << what;
    for (const char* word : {"sqlite", "SQLITE", "syntax error", "libpq", "std::", "/src/"})
      EXPECT_EQ(answer.body.find(word), std::string::npos) << what << ": " << answer.body;
    if (answer.status >= 400) EXPECT_NE(error_code(answer), "") << what << ": " << answer.body;
  }
  std::int64_t commits() { return served_->commits_asked_for(); }

  Place place_{GetParam()};
  std::optional<ServedDesk> served_;
  Reservation bought_;
  Known other_;
  Known powerless_;
  std::string admin_;
  std::unique_ptr<Wire> wire_;
};
INSTANTIATE_TEST_SUITE_P(, Hostile, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(Hostile, GarbageAtEveryRoute) {
  const std::int64_t before = commits();
  int asked = 0;
  int made = 0;  // file workspaces, whose names are the client's to choose, whatever they look like
  for (const arm::Route& route : arm::all_routes()) {
    const std::string_view method = to_string(route.method);
    for (const std::string& text : garbage()) {
      const std::string target = with_garbage(route, text) + version_of(route);
      const Answer answer = wire_->ask(method, target, admin_, route.method == http::Method::get ? "" : R"({"properties":{}})");
      expect_civil(answer, fmt::format("{} {}", method, target));
      if (answer.status == 201 && route.pattern.ends_with("/fileWorkspaces/{workspace}")) ++made;
      ++asked;
    }
    for (const char* version : {"", "?api-version=", "?api-version=2099-01-01", "?api-version=%27%20OR%201%3D1"}) {
      const std::string target = with_good(route) + version;
      const Answer answer = wire_->ask(method, target, admin_);
      expect_civil(answer, fmt::format("{} {}", method, target));
      if (!route.versions.empty()) EXPECT_GE(answer.status, 400) << target;
    }
    EXPECT_EQ(commits(), before + made) << method << ' ' << route.pattern << " wrote something";
    if (commits() != before + made) return;
  }
  EXPECT_GT(asked, 500);
  EXPECT_TRUE(served_->store().verify([](std::int64_t) {}));
}

TEST_P(Hostile, BadBodiesAtEveryRouteThatReadsOne) {
  // These do not read their body, and what they do to something that is there is no mistake.
  const auto ignores_its_body = [](const arm::Route& route) {
    return route.pattern.ends_with("archive") || route.method == http::Method::delete_ ||
           to_lower(route.pattern).contains("fileworkspaces/{");
  };
  const std::int64_t before = commits();
  for (const arm::Route& route : arm::all_routes()) {
    if (route.method == http::Method::get || ignores_its_body(route)) continue;
    const std::string target = with_good(route) + version_of(route);
    for (const std::string& body : bad_bodies())
      for (const char* type : {"", "Content-Type: application/json\r\n", "Content-Type: text/html; charset=\xff\r\n"})
        expect_civil(wire_->ask(to_string(route.method), target, admin_, body, type),
                     fmt::format("{} {} with {}", to_string(route.method), target, body.substr(0, 100)));
    EXPECT_EQ(commits(), before) << to_string(route.method) << ' ' << route.pattern << " wrote something";
    if (commits() != before) return;
  }
}

TEST_P(Hostile, FiltersAndPagesOfNonsense) {
  const std::int64_t before = commits();
  std::vector<std::string> values = garbage();
  for (const char* each : {"properties/quantity eq", "((((((((((", "name eq '", "a eq 'b' or 1 eq 1", "createdDate gt 2026-13-45",
                           "not not not", "c00", "czz", "c27", "9223372036854775807", "0x10", "1;2"})
    values.emplace_back(each);
  values.push_back(std::string(3'000, '('));
  for (const arm::Route& route : arm::all_routes()) {
    if (route.method != http::Method::get) continue;
    for (const std::string& value : values)
      for (const char* name : {"$filter", "$skiptoken", "$orderby", "$top", "take", "$expand", "selectedState"}) {
        const std::string target = fmt::format("{}{}{}{}={}", with_good(route), version_of(route), route.versions.empty() ? "?" : "&",
                                               http::percent_encode(name), http::percent_encode(value));
        expect_civil(wire_->ask("GET", target, admin_), target);
      }
  }
  EXPECT_EQ(commits(), before);
}

TEST_P(Hostile, TokensThatAreNoneOpenNoRoute) {
  identity::Claims claims = served_->claims_of(served_->admin);
  identity::Claims expired = claims;
  expired.issued = expired.not_before = add_seconds(claims.issued, -7'200);
  expired.expires = add_seconds(claims.issued, -1);
  identity::Claims early = claims;
  early.not_before = add_seconds(claims.issued, 3'600);
  early.expires = add_seconds(claims.issued, 7'200);
  identity::Claims elsewhere = claims;
  elsewhere.audiences = {"https://graph.microsoft.com"};
  identity::Claims nobody = claims;
  nobody.application = "11111111-1111-4111-8111-111111111111";
  identity::Claims tenant = claims;
  tenant.tenant = served_->made().prairie.text();
  const std::string good = served_->signed_by_the_desk(claims);
  const std::string payload = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  std::string bent = good;
  bent[good.find('.') + 10] = bent[good.find('.') + 10] == 'A' ? 'B' : 'A';
  const std::vector<std::string> tokens = {
      "",
      "x",
      served_->signed_by_the_desk(expired),
      served_->signed_by_the_desk(early),
      served_->signed_by_the_desk(elsewhere),
      served_->signed_by_the_desk(nobody),
      served_->signed_by_the_desk(tenant),
      bent,
      good.substr(0, good.rfind('.') + 1),
      identity::to_base64url(R"({"alg":"none","typ":"JWT"})") + "." + payload + ".",
      identity::to_base64url(R"({"alg":"HS256","typ":"JWT"})") + "." + payload + good.substr(good.rfind('.')),
      identity::sign(claims, identity::SigningKey::generate(served_->clock.now())),
      std::string(20'000, 'a'),
  };
  ASSERT_EQ(wire_->ask("GET", kSomePath, good).status, 200) << "the claims are those of a good token";
  const std::int64_t before = commits();
  for (const arm::Route& route : arm::all_routes())
    for (const std::string& token : tokens) {
      const Answer answer = wire_->ask(to_string(route.method), with_good(route) + version_of(route), token, "{}");
      EXPECT_EQ(answer.status, 401) << to_string(route.method) << ' ' << route.pattern << " for " << token.substr(0, 200);
      if (answer.status == 401) EXPECT_TRUE(answer.headers.contains("www-authenticate"));
    }
  for (const char* header : {"Authorization: Basic YTpi\r\n", "Authorization: Bearer\r\n", "Authorization: bearer \t\r\n",
                             "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "Authorization: \xff\r\n"})
    EXPECT_TRUE(wire_->ask("GET", kSomePath, "", "", header).status / 100 == 4) << header;
  EXPECT_EQ(commits(), before);
}

// The same at Partner Center's face, whose paths have other braces and whose bodies other members.
class HostileToPartners : public Hostile {
 protected:
  void SetUp() override {
    Hostile::SetUp();
    if (IsSkipped()) return;
    admin_ = served_->partner_token(served_->admin);
  }
  std::string at(const partner_center::Route& route, const std::string& text) const {
    return filled(route.pattern, [&](std::string_view) { return http::percent_encode(text); });
  }
  std::string at_good(const partner_center::Route& route) const {
    return filled(route.pattern, [&](std::string_view name) -> std::string {
      MadeDesk& desk = const_cast<ServedDesk&>(*served_).made();
      if (name == "customer") return desk.nordvik.text();
      if (name == "subscription")
        return MadeDesk::customer(desk.nordvik, "", Currency::usd(), {1, 1}, {0, 1}).subscriptions.front().id.text();
      if (name == "order" || name == "group" || name == "resource") return bought_.order.text();
      if (name == "line") return "0";
      if (name == "product") return "Standard_D2s_v5";
      if (name == "sku") return "westeurope-P1Y";
      if (name == "role") return "729827e3-9c14-49f7-bb1b-9608f156bbb8";
      return "x";
    });
  }
  static std::vector<std::string> bodies() {
    std::vector<std::string> all = bad_bodies();
    for (const char* each : {R"({"lineItems":7})", R"({"lineItems":[null]})", R"({"lineItems":[{"catalogItemId":7,"quantity":1e400}]})",
                             R"({"lineItems":[{"catalogItemId":"a:b:c","quantity":-1}]})",
                             R"({"lineItems":[{"catalogItemId":"a:b:c","quantity":9223372036854775808}]})",
                             R"({"LineItems":[{"CatalogItemId":"x","ProvisioningContext":[]}],"lineitems":[]})", R"({"id":"' OR '1'='1"})",
                             R"({"targetItems":[{}]})", R"({"targetItems":{"productId":"x"}})",
                             R"({"title":"t","description":"d","organization":{"id":"'"},"primaryContact":7})",
                             R"({"status":{},"newNote":"x"})", R"({"friendlyName":"\u0000","status":"active","quantity":0.5})",
                             R"({"allowed":"yes"})", R"({"email":"a b","defaultAddress":"x"})", "\xef\xbb\xbf"})
      all.emplace_back(each);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(, HostileToPartners, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(HostileToPartners, GarbageAtEveryRoute) {
  const std::int64_t before = commits();
  for (const partner_center::Route& route : partner_center::all_routes()) {
    for (const std::string& text : garbage()) {
      const Answer answer = wire_->ask(to_string(route.method), at(route, text), admin_, route.method == http::Method::get ? "" : "{}");
      expect_civil(answer, fmt::format("{} {}", to_string(route.method), at(route, text)));
    }
    EXPECT_EQ(commits(), before) << to_string(route.method) << ' ' << route.pattern << " wrote something";
    if (commits() != before) return;
  }
}

TEST_P(HostileToPartners, BadBodiesAndHeadersAtEveryRoute) {
  // These do not read their body, and what they do to something that is there is no mistake.
  const auto ignores_its_body = [](const partner_center::Route& route) {
    return route.pattern.ends_with("/registrations") || route.method == http::Method::delete_;
  };
  const std::int64_t before = commits();
  for (const partner_center::Route& route : partner_center::all_routes()) {
    const std::string_view method = to_string(route.method);
    if (route.method != http::Method::get && !ignores_its_body(route))
      for (const std::string& body : bodies())
        expect_civil(wire_->ask(method, at_good(route), admin_, body),
                     fmt::format("{} {} with {}", method, at_good(route), body.substr(0, 100)));
    for (const char* more : {"MS-RequestId: x\r\n", "MS-CorrelationId: ' OR 1\r\n", "X-Locale: <script>\r\n", "X-Locale: \xff\xfe\r\n",
                             "MS-ContinuationToken: zz\r\n", "MS-ContinuationToken: 0a0a0a0a\r\n", "If-Match: \"\"\r\n", "If-Match: *\r\n",
                             "If-Match: \"' OR 1=1\"\r\n"})
      expect_civil(wire_->ask(method, at_good(route), admin_, route.method == http::Method::get || ignores_its_body(route) ? "" : "{}",
                              ignores_its_body(route) ? "MS-RequestId: x\r\n" : more),
                   fmt::format("{} {} with {}", method, at_good(route), more));
    EXPECT_EQ(commits(), before) << method << ' ' << route.pattern << " wrote something";
    if (commits() != before) return;
  }
  EXPECT_TRUE(served_->store().verify([](std::int64_t) {}));
}

TEST_P(HostileToPartners, FiltersAndPagesOfNonsense) {
  const std::int64_t before = commits();
  std::vector<std::string> values = garbage();
  for (const char* each : {"{", "{}", R"({"Field":7})", R"({"Field":"CompanyName","Value":null,"Operator":"starts_with"})",
                           R"({"Field":"CustomerId","Value":"' OR 1","Operator":"equals"})", "9223372036854775807", "0x10", "2026-13-45",
                           "0001-01-01", "9999-12-31T23:59:59Z"})
    values.emplace_back(each);
  for (const partner_center::Route& route : partner_center::all_routes()) {
    if (route.method != http::Method::get) continue;
    for (const std::string& value : values)
      for (const char* name : {"filter", "size", "offset", "seekOperation", "startDate", "endDate", "country", "targetView", "billingType",
                               "entitlementType", "provider"}) {
        const std::string target = fmt::format("{}?{}={}", at_good(route), name, http::percent_encode(value));
        expect_civil(wire_->ask("GET", target, admin_), target);
      }
  }
  EXPECT_EQ(commits(), before);
}

TEST_P(HostileToPartners, TokensThatAreNoneOpenNoRoute) {
  const identity::Claims claims = served_->claims_of(served_->admin);
  identity::Claims partner = claims;
  partner.audiences = {std::string(serve::kPartnerAudience)};
  identity::Claims expired = partner;
  expired.issued = expired.not_before = add_seconds(claims.issued, -7'200);
  expired.expires = add_seconds(claims.issued, -1);
  identity::Claims nobody = partner;
  nobody.application = "11111111-1111-4111-8111-111111111111";
  ASSERT_EQ(wire_->ask("GET", "/v1/customers", served_->signed_by_the_desk(partner)).status, 200) << "the claims are those of a good token";
  const std::vector<std::string> tokens = {"",
                                           "x",
                                           served_->signed_by_the_desk(claims),
                                           served_->signed_by_the_desk(expired),
                                           served_->signed_by_the_desk(nobody),
                                           identity::sign(partner, identity::SigningKey::generate(served_->clock.now()))};
  const std::int64_t before = commits();
  for (const partner_center::Route& route : partner_center::all_routes())
    for (const std::string& token : tokens) {
      const Answer answer = wire_->ask(to_string(route.method), at_good(route), token, "{}");
      EXPECT_EQ(answer.status, 401) << to_string(route.method) << ' ' << route.pattern << " for " << token.substr(0, 200);
      EXPECT_EQ(error_code(answer), "400");
      EXPECT_TRUE(answer.headers.contains("www-authenticate"));
    }
  EXPECT_EQ(wire_->ask("GET", kSomePath, served_->signed_by_the_desk(partner)).status, 401) << "nor the other way round";
  EXPECT_EQ(commits(), before);
}

// Good requests by somebody else's admin, and by somebody of this tenant whom nobody gave a right.
TEST_P(Hostile, WhoMayNotReachesAndChangesNothing) {
  const std::string subscription =
      MadeDesk::customer(served_->made().nordvik, "", Currency::usd(), {1, 1}, {0, 1}).subscriptions.front().id.text();
  const std::string id =
      fmt::format("/providers/Microsoft.Capacity/reservationOrders/{}/reservations/{}", bought_.order.text(), bought_.id.text());
  const std::string purchase = fmt::format(
      R"({{"sku":{{"name":"Standard_D2s_v5"}},"location":"westeurope","properties":{{"reservedResourceType":"VirtualMachines","billingScopeId":"/subscriptions/{}",)"
      R"("term":"P1Y","billingPlan":"Upfront","quantity":2,"displayName":"web","appliedScopeType":"Shared","renew":false}}}})",
      subscription);
  const std::string units = fmt::format(R"({{"reservationId":"{}","quantity":1}})", id);
  const std::string order = "/providers/Microsoft.Capacity/reservationOrders/" + bought_.order.text();
  const std::string version = "?api-version=2022-11-01";
  const std::string assignments = order + "/providers/Microsoft.Authorization/roleAssignments/dddddddd-0000-4000-8000-000000000001";
  const std::string owner = std::string(access::find_role_named("Owner")->id);
  const struct {
    const char* method;
    std::string target;
    std::string body;
  } all[] = {
      {"POST", "/providers/Microsoft.Capacity/calculatePrice" + version, purchase},
      {"PATCH", id + version, R"({"properties":{"name":"mine"}})"},
      {"POST", id + "/archive" + version, ""},
      {"POST", order + "/split" + version, fmt::format(R"({{"properties":{{"reservationId":"{}","quantities":[1,4]}}}})", id)},
      {"POST", order + "/calculateRefund" + version,
       fmt::format(R"({{"id":"{}","properties":{{"scope":"Reservation","reservationToReturn":{}}}}})", order, units)},
      {"POST", order + "/changeDirectory" + version,
       fmt::format(R"({{"properties":{{"destinationTenantId":"{}"}}}})", served_->made().prairie.text())},
      {"POST", "/providers/Microsoft.Capacity/calculateExchange" + version,
       fmt::format(R"({{"properties":{{"reservationsToExchange":[{}],"reservationsToPurchase":[{}]}}}})", units, purchase)},
      {"PUT", assignments + "?api-version=2022-04-01",
       fmt::format(R"({{"properties":{{"roleDefinitionId":"/providers/Microsoft.Authorization/roleDefinitions/{}","principalId":"{}"}}}})",
                   owner, other_.client.object.text())},
      {"GET", order + version, ""},
      {"GET", id + version, ""},
      {"GET", "/subscriptions/" + subscription + "?api-version=2022-12-01", ""},
  };
  for (const Known* who : {&other_, &powerless_}) {
    const std::string token = member_of(served_->sign_in(who->client.id.text(), who->secret, who->client.tenant).body, "access_token");
    ASSERT_NE(token, "");
    const std::int64_t before = commits();
    for (const auto& each : all) {
      const Answer answer = wire_->ask(each.method, each.target, token, each.body);
      EXPECT_TRUE(answer.status == 403 || answer.status == 404 || (answer.status == 400 && error_code(answer) == "InvalidSubscriptionId"))
          << who->client.name << ": " << each.method << ' ' << each.target << ": " << answer.status << ' ' << answer.body;
      EXPECT_EQ(answer.body.find("\"properties\""), std::string::npos) << answer.body;
    }
    for (const std::string& list : {"/providers/Microsoft.Capacity/reservations" + version,
                                    "/providers/Microsoft.Capacity/reservationOrders" + version, order + "/reservations" + version}) {
      const Answer answer = wire_->ask("GET", list, token);
      expect_civil(answer, list);
      EXPECT_EQ(answer.body.find(bought_.order.text()), std::string::npos) << who->client.name << " sees it in " << list;
    }
    EXPECT_EQ(commits(), before) << who->client.name;
  }
}

TEST_P(Hostile, HeadersAndPathsThatMeanToMislead) {
  const std::int64_t before = commits();
  const auto raw = [&](const std::string& bytes) {
    testing::Client client = served_->connect();
    client.send(bytes);
    return client.receive();
  };
  const std::string host = fmt::format("Host: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\n", served_->server->port(), admin_);
  const std::string path = "/providers/Microsoft.Capacity/reservations?api-version=2022-11-01";
  for (const char* target : {"/../sandbox/clock", "/%2e%2e/sandbox/clock", "/providers/..%2f..%2fetc/passwd", "/providers/%00", "/a%2fb",
                             "/%", "/providers/./x", "/providers/%2e/x", "\\..\\x"})
    EXPECT_EQ(raw(fmt::format("GET {} HTTP/1.1\r\n{}\r\n", target, host)).status, 400) << target;
  EXPECT_EQ(raw(fmt::format("GET //providers//Microsoft.Capacity//reservations/?api-version=2022-11-01 HTTP/1.1\r\n{}\r\n", host)).status,
            200);
  for (const char* target :
       {"/providers/Microsoft.Capacity%3F/reservations", "/;/providers", "/providers/Microsoft.Capacity/reservations%20"})
    EXPECT_EQ(raw(fmt::format("GET {}?api-version=2022-11-01 HTTP/1.1\r\n{}\r\n", target, host)).status / 100, 4) << target;

  for (const char* value :
       {"a\rSet-Cookie: evil=1", "a\nSet-Cookie: evil=1", "a\r\n Set-Cookie: evil=1", "%0d%0aSet-Cookie: evil=1", "a\x01\x7f", "\xff"}) {
    const Answer answer = raw(fmt::format(
        "GET {} HTTP/1.1\r\n{}x-ms-return-client-request-id: true\r\nx-ms-correlation-request-id: {}\r\nx-ms-client-request-id: {}\r\n\r\n",
        path, host, value, value));
    EXPECT_TRUE(answer.status == 0 || answer.status == 200 || answer.status == 400) << answer.status;
    EXPECT_FALSE(answer.headers.contains("set-cookie")) << value;
  }
  // A host of the client's own choice is data; one that could mislead is none.
  for (const char* name : {"evil.example/x", "a b", "a@b", "evil.example\"><script>", ""})
    EXPECT_EQ(raw(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", name)).status, 400) << name;

  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01", 8), std::string("GET\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
        "POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\n" + host + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "GET / HTTP/1.1\r\n" + host + "X y: z\r\n\r\n",
        "GET / HTTP/1.1\r\n" + host + "X: a" + std::string(1, '\0') + "b\r\n\r\n",
        "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n" + host + "\r\n",
        "GET / HTTP/1.1\r\n" + host + "X: " + std::string(40'000, 'v') + "\r\n\r\n",
        "POST / HTTP/1.1\r\n" + host + "Content-Length: 99999999999\r\n\r\n"}) {
    const Answer answer = raw(bytes + "\r\n\r\n");
    EXPECT_TRUE(answer.status == 0 || (answer.status >= 400 && answer.status <= 501 && answer.status != 500))
        << answer.status << bytes.substr(0, 60);
  }
  EXPECT_EQ(raw(fmt::format("GET {} HTTP/1.1\r\n{}\r\n", path, host)).status, 200) << "and the next one is served";
  EXPECT_EQ(commits(), before);
}

TEST(HostileConnections, ThatTrickleHoldUpNobodyAndEnd) {
  const Place place(Where::sqlite);
  ServedDesk served(place);
  served.start({.limits = {.connections = 100, .head_time = 500ms, .body_time = 500ms}});
  const std::string token = served.token(served.agent);
  std::vector<std::unique_ptr<testing::Client>> slow;
  for (int i = 0; i < 60; ++i) {
    slow.push_back(std::make_unique<testing::Client>(served.server->port(), served.server->authority()));
    slow.back()->send(i % 2 == 0 ? "GET /x HTTP/1.1\r\nHost: h\r\nX-" : "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\na");
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(served.get(kSomePath, token).status, 200);
    for (auto& each : slow) each->send("y");
  }
  for (auto& each : slow) {
    const int status = each->receive().status;
    EXPECT_TRUE(status == 408 || status == 0) << status;
    EXPECT_TRUE(each->ended());
  }
}

}  // namespace
}  // namespace prorata::testing
