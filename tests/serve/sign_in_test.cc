// Signing in over the wire, and what a bearer token is worth.
#include "served_desk.h"

#include "identity/base64url.h"

namespace prorata::testing {
namespace {

class SignIn : public ::testing::Test {
 protected:
  void SetUp() override { served_.start(); }
  std::string id() const { return served_.agent.client.id.text(); }
  int status_with(const std::string& token) const { return served_.get(kSomePath, token).status; }

  Place place_{Where::sqlite};
  ServedDesk served_{place_};
};

TEST_F(SignIn, AClientGetsATokenThatOpensTheFaces) {
  const Answer answer = served_.sign_in(id(), served_.agent.secret);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(member_of(answer.body, "token_type"), "Bearer");
  EXPECT_EQ(member_of(answer.body, "expires_in"), "3599");
  EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
  EXPECT_EQ(status_with(member_of(answer.body, "access_token")), 200);
}

TEST_F(SignIn, EveryTokenEndpointKnowsTheClient) {
  const std::string form = ServedDesk::form_of(id(), served_.agent.secret);
  for (const std::string& path :
       {"/" + served_.tenant() + "/oauth2/v2.0/token", "/" + served_.tenant() + "/oauth2/token", std::string("/adfs/oauth2/token"),
        std::string("/adfs/oauth2/v2.0/token"), "/adfs/tenants/" + served_.tenant() + "/oauth2/token",
        std::string("/common/oauth2/v2.0/token?client-request-id=1"), std::string("/organizations/oauth2/v2.0/token")}) {
    const Answer answer = served_.post(path, "", form);
    EXPECT_EQ(answer.status, 200) << path << answer.body;
    EXPECT_EQ(status_with(member_of(answer.body, "access_token")), 200) << path;
  }
}

TEST_F(SignIn, TheSecretMayComeAsHttpBasic) {
  // base64 by hand would be no test of ours: the pairs are made by the well-known example of RFC 7617 and by our own client.
  const auto base64 = [](const std::string& text) {
    std::string out = identity::to_base64url(text);
    for (char& c : out) c = c == '-' ? '+' : c == '_' ? '/' : c;
    while (out.size() % 4 != 0) out += '=';
    return out;
  };
  const std::string form = "grant_type=client_credentials&scope=x/.default";
  const std::string header = fmt::format("Authorization: Basic {}\r\n", base64(id() + ":" + served_.agent.secret));
  EXPECT_EQ(served_.ask("POST", "/adfs/oauth2/token", "", form, header).status, 200);
  const std::string aladdin = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n";
  const Answer unknown = served_.ask("POST", "/adfs/oauth2/token", "", form, aladdin);
  EXPECT_EQ(unknown.status, 400);
  EXPECT_NE(unknown.body.find("AADSTS700016: Application with identifier 'Aladdin'"), std::string::npos) << unknown.body;
  EXPECT_EQ(served_.ask("POST", "/adfs/oauth2/token", "", form, "Authorization: Basic %%%\r\n").status, 400);
}

TEST_F(SignIn, ItIsRefusedInTheServicesWords) {
  struct Case {
    std::string tenant, form, error, code;
    int status;
  };
  const std::string good = ServedDesk::form_of(id(), served_.agent.secret);
  const std::string other = served_.made().prairie.text();
  const Case cases[] = {
      {served_.tenant(), ServedDesk::form_of(id(), "wrong"), "invalid_client", "AADSTS7000215", 401},
      {served_.tenant(), ServedDesk::form_of("11111111-2222-3333-4444-555555555555", "x"), "unauthorized_client", "AADSTS700016", 400},
      {served_.tenant(), ServedDesk::form_of("no guid", "x"), "unauthorized_client", "AADSTS700016", 400},
      {other, good, "unauthorized_client", "AADSTS700016", 400},
      {"11111111-2222-3333-4444-555555555555", good, "invalid_request", "AADSTS90002", 400},
      {"nowhere.example", good, "invalid_request", "AADSTS90002", 400},
      {served_.tenant(), "", "invalid_request", "AADSTS900144", 400},
      {served_.tenant(), "%%%", "invalid_request", "AADSTS900144", 400},
      {served_.tenant(), R"({"grant_type":"client_credentials"})", "invalid_request", "AADSTS900144", 400},
      {served_.tenant(), "grant_type=client_credentials&client_id=a&scope=x/.default", "invalid_request", "AADSTS900144", 400},
      {served_.tenant(), "grant_type=client_credentials&client_id=a&client_secret=b", "invalid_request", "AADSTS900144", 400},
      {served_.tenant(), "grant_type=client_credentials&client_id=a&client_secret=b&scope=openid", "invalid_scope", "AADSTS70011", 400},
      {served_.tenant(), "grant_type=password&username=a&password=b", "unsupported_grant_type", "AADSTS70003", 400},
  };
  for (const Case& each : cases) {
    const Answer answer = served_.post(fmt::format("/{}/oauth2/v2.0/token", each.tenant), "", each.form);
    EXPECT_EQ(answer.status, each.status) << each.form;
    EXPECT_EQ(member_of(answer.body, "error"), each.error) << each.form << answer.body;
    EXPECT_NE(member_of(answer.body, "error_description").find(each.code + ":"), std::string::npos) << answer.body;
  }
}

TEST_F(SignIn, GuessingIsSlowedDownAndTheRightSecretWaitsToo) {
  served_.clock.stand_still();  // or a slow machine would have waited long enough
  for (int i = 0; i < 10; ++i) EXPECT_EQ(served_.sign_in(id(), "guess").status, 401);
  const Answer slow = served_.sign_in(id(), served_.agent.secret);
  EXPECT_EQ(slow.status, 429);
  EXPECT_GE(std::stoi(slow.headers.at("retry-after")), 1);
  EXPECT_EQ(served_.sign_in(served_.admin.client.id.text(), served_.admin.secret).status, 200) << "another client is not held up";
}

TEST_F(SignIn, ARevokedClientIsShutOutAtOnce) {
  const std::string token = served_.token(served_.agent);
  EXPECT_EQ(status_with(token), 200);
  App app = served_.app();
  must(revoke_client(app, served_.agent.client.id));
  EXPECT_EQ(served_.sign_in(id(), served_.agent.secret).status, 400);
  EXPECT_TRUE(eventually([&] { return status_with(token) == 401; }));
}

TEST_F(SignIn, WithoutATokenThereIsOnlyA401ThatSaysWhereToGetOne) {
  for (const std::string_view path : {kSomePath, std::string_view("/no/such/thing"), std::string_view("/")}) {
    const Answer answer = served_.get(path, "");
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(error_code(answer), "AuthenticationFailed");
    EXPECT_TRUE(answer.headers.at("www-authenticate").starts_with("Bearer authorization_uri=\"https://127.0.0.1:"));
  }
  EXPECT_EQ(error_code(served_.ask("GET", kSomePath, "", "", "Authorization: Digest x\r\n")), "AuthenticationFailedInvalidHeader");
  EXPECT_EQ(error_code(served_.get(kSomePath, "not.a.token")), "InvalidAuthenticationToken");
}

TEST_F(SignIn, AForgedTokenIsRefused) {
  const identity::Claims claims = served_.claims_of(served_.agent);
  ASSERT_EQ(status_with(served_.signed_by_the_desk(claims)), 200) << "the forgeries differ from this one only in what is named";
  const auto refused = [&](const std::string& token, std::string_view code) {
    const Answer answer = served_.get(kSomePath, token);
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(error_code(answer), code) << answer.body;
  };
  refused(identity::sign(claims, identity::SigningKey::generate(served_.clock.now())), "InvalidAuthenticationToken");

  std::string good = served_.signed_by_the_desk(claims);
  const std::string payload = good.substr(good.find('.') + 1, good.rfind('.') - good.find('.') - 1);
  refused(fmt::format("{}.{}.", identity::to_base64url(R"({"typ":"JWT","alg":"none"})"), payload), "InvalidAuthenticationToken");
  std::string turned = good;
  turned[good.find('.') + 20] = turned[good.find('.') + 20] == 'A' ? 'B' : 'A';
  refused(turned, "InvalidAuthenticationToken");

  identity::Claims expired = claims;
  expired.expires = add_seconds(served_.clock.now(), -1);
  refused(served_.signed_by_the_desk(expired), "ExpiredAuthenticationToken");
  identity::Claims elsewhere = claims;
  elsewhere.audiences = {"https://graph.microsoft.com/"};
  refused(served_.signed_by_the_desk(elsewhere), "InvalidAuthenticationTokenAudience");
  identity::Claims of_other_tenant = claims;
  of_other_tenant.tenant = served_.made().prairie.text();
  refused(served_.signed_by_the_desk(of_other_tenant), "InvalidAuthenticationToken");
  identity::Claims nobody = claims;
  nobody.application = "11111111-2222-3333-4444-555555555555";
  refused(served_.signed_by_the_desk(nobody), "InvalidAuthenticationToken");
}

TEST_F(SignIn, ATokenEndsWithItsHourAlsoWhereItIsRemembered) {
  const std::string token = served_.token(served_.agent);
  EXPECT_EQ(status_with(token), 200);
  served_.clock.pass_days(1);
  EXPECT_EQ(error_code(served_.get(kSomePath, token)), "ExpiredAuthenticationToken");
}

TEST_F(SignIn, DocumentsNameTheAddressThatTheClientCameBy) {
  testing::Client client = served_.connect();
  for (const char* host : {"localhost:8443", "desk.example", "[::1]:443"})
    for (const std::string& path :
         {"/" + served_.tenant() + "/v2.0/.well-known/openid-configuration", std::string("/adfs/.well-known/openid-configuration"),
          std::string("/adfs/tenants/") + served_.tenant() + "/.well-known/openid-configuration"}) {
      const Answer answer = client.ask(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, host));
      ASSERT_EQ(answer.status, 200) << path;
      EXPECT_EQ(answer.headers.at("content-type"), "application/json; charset=utf-8");
      for (const char* field : {"issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"})
        EXPECT_TRUE(member_of(answer.body, field).starts_with(fmt::format("https://{}/", host))) << path << answer.body;
      const std::string keys = member_of(answer.body, "jwks_uri").substr(fmt::format("https://{}", host).size());
      const Answer set = client.ask(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", keys, host));
      EXPECT_EQ(set.status, 200) << keys;
      EXPECT_NE(set.body.find("\"P-256\""), std::string::npos);
      EXPECT_EQ(set.body.find("\"d\""), std::string::npos) << "public halves only";
    }
  for (const char* version : {"1.0", "2015-01-01", "2018-01-01", "2019-05-01", "2022-09-01"})
    EXPECT_NE(client.get(fmt::format("/metadata/endpoints?api-version={}", version)).body.find("https://localhost"), std::string::npos)
        << version;
  EXPECT_EQ(client.get("/metadata/endpoints?api-version=1999-01-01").status, 400);
  EXPECT_EQ(client.get("/common/discovery/instance?api-version=1.1").status, 200);
  EXPECT_EQ(client.ask("DELETE /adfs/oauth2/token HTTP/1.1\r\nHost: h\r\n\r\n").status, 405);
}

TEST_F(SignIn, KeysAreRotatedAndTheOldOneIsKeptForItsTokens) {
  App app = served_.app();
  serve::Keys keys(app);
  must(keys.refresh());
  const std::string first = keys.ring()->newest().id();
  served_.clock.pass_days(30);
  must(keys.refresh());
  const std::string second = keys.ring()->newest().id();
  EXPECT_NE(second, first);
  EXPECT_EQ(keys.ring()->keys().size(), 2u);
  const identity::Claims claims = served_.claims_of(served_.agent);
  EXPECT_EQ(status_with(served_.signed_by_the_desk(claims)), 200) << "the server learns a key that another process has made";
  served_.clock.pass_days(1);
  must(keys.refresh());
  EXPECT_EQ(keys.ring()->keys().size(), 1u);
  EXPECT_EQ(keys.ring()->newest().id(), second);
}

class SeveralServers : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  Place place_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(, SeveralServers, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(SeveralServers, OfOneDeskAcceptEachOthersTokens) {
  ServedDesk served(place_);
  served.start();
  const std::string token = served.token(served.agent);

  // As another process would: a store of its own on the same place.
  const std::unique_ptr<Store> store = must(store::open_store(place_.at(), {}));
  SteeredClock clock;
  const std::unique_ptr<IdSource> ids = system::time_ordered_ids();
  const ScratchFolder folder;
  const auto second = must(serve::DeskServer::start({*store, clock, *ids, packs(), "second"},
                                                    {.host = "127.0.0.1", .tls_folder = std::filesystem::path(folder) / "tls"}));
  const auto status_at_second = [&] {
    testing::Client client(second->port(), second->authority());
    return client.ask(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\r\n", kSomePath, token)).status;
  };
  EXPECT_EQ(status_at_second(), 200);
  EXPECT_EQ(must(must(store->snapshot())->signing_keys()).size(), 1u) << "they agree on one key";
  App app = served.app();
  must(revoke_client(app, served.agent.client.id));
  EXPECT_TRUE(eventually([&] { return status_at_second() == 401; }));
}

}  // namespace
}  // namespace prorata::testing
