#include "identity/documents.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "wire/json.h"

namespace prorata::identity {
namespace {

constexpr std::string_view kBase = "https://localhost:8443";
constexpr std::string_view kTenant = "c0000000-0000-4000-8000-000000000001";
const Instant kNow = *parse_instant("2026-11-24T15:41:21.5Z");

// A document, and its members by path: "authentication/loginEndpoint", "0/name".
class Document {
 public:
  explicit Document(std::string text) : text_(std::move(text)), root_(reader_.read(text_)) { EXPECT_TRUE(root_) << text_; }

  std::optional<wire::JsonValue> find(std::string_view path) const {
    std::optional<wire::JsonValue> at = *root_;
    while (!path.empty() && at) {
      const std::size_t end = std::min(path.find('/'), path.size());
      const std::string_view name = path.substr(0, end);
      path.remove_prefix(std::min(end + 1, path.size()));
      if (at->is_array()) {
        at = at->first();
        for (int i = std::stoi(std::string(name)); i > 0 && at; --i) at = at->next();
      } else {
        at = at->find(name);
      }
    }
    return at;
  }
  std::string text(std::string_view path) const {
    const std::optional<wire::JsonValue> value = find(path);
    return value ? std::string(value->text()) : "(absent)";
  }
  wire::JsonKind kind(std::string_view path) const {
    const std::optional<wire::JsonValue> value = find(path);
    return value ? value->kind() : wire::JsonKind::null;
  }

 private:
  std::string text_;
  wire::JsonReader reader_;
  Result<wire::JsonValue> root_;
};

// Leaving one of the four out breaks one client or the other, and the issuer must be on the host the client came to.
TEST(Discovery, HasWhatClientsInsistOn) {
  const Document tenant(discovery(kBase, kTenant));
  EXPECT_EQ(tenant.text("issuer"), "https://localhost:8443/c0000000-0000-4000-8000-000000000001/v2.0");
  EXPECT_EQ(tenant.text("token_endpoint"), "https://localhost:8443/c0000000-0000-4000-8000-000000000001/oauth2/v2.0/token");
  EXPECT_EQ(tenant.text("authorization_endpoint"), "https://localhost:8443/c0000000-0000-4000-8000-000000000001/oauth2/v2.0/authorize");
  EXPECT_EQ(tenant.text("jwks_uri"), "https://localhost:8443/c0000000-0000-4000-8000-000000000001/discovery/v2.0/keys");
  EXPECT_EQ(tenant.text("id_token_signing_alg_values_supported/0"), "ES256");
}

TEST(Discovery, OfAFederationServiceLosesTheTenantUnlessItIsInThePath) {
  const Document plain(adfs_discovery(kBase));
  EXPECT_EQ(plain.text("issuer"), "https://localhost:8443/adfs");
  EXPECT_EQ(plain.text("token_endpoint"), "https://localhost:8443/adfs/oauth2/token");
  EXPECT_EQ(plain.text("authorization_endpoint"), "https://localhost:8443/adfs/oauth2/authorize");
  EXPECT_EQ(plain.text("jwks_uri"), "https://localhost:8443/adfs/discovery/keys");
  const Document with_tenant(adfs_discovery(kBase, kTenant));
  EXPECT_EQ(with_tenant.text("token_endpoint"), "https://localhost:8443/c0000000-0000-4000-8000-000000000001/oauth2/v2.0/token");
}

TEST(InstanceDiscovery, PointsBackAtUs) {
  const Document document(instance_discovery(kBase, kTenant, "1.1"));
  EXPECT_EQ(document.text("tenant_discovery_endpoint"),
            "https://localhost:8443/c0000000-0000-4000-8000-000000000001/v2.0/.well-known/openid-configuration");
  EXPECT_EQ(document.text("metadata/0/preferred_network"), "localhost:8443");
  EXPECT_EQ(document.text("metadata/0/aliases/0"), "localhost:8443");
}

TEST(Metadata, OfTheFirstVersionIsWhatCloudRegisterReads) {
  for (const std::string_view version : {"2015-01-01", "1.0"}) {
    const Document document(*metadata_endpoints(kBase, version));
    EXPECT_EQ(document.text("graphEndpoint"), "https://localhost:8443/") << "without it az registers nothing";
    EXPECT_EQ(document.text("authentication/loginEndpoint"), "https://localhost:8443/adfs");
    EXPECT_EQ(document.text("authentication/audiences/0"), "https://localhost:8443/");
    EXPECT_EQ(document.text("graphAudience"), "(absent)");
  }
}

TEST(Metadata, Of2018SaysMore) {
  const Document document(*metadata_endpoints(kBase, "2018-01-01"));
  EXPECT_EQ(document.text("graphAudience"), "https://localhost:8443/");
  EXPECT_EQ(document.text("authentication/identityProvider"), "ADFS");
  EXPECT_EQ(document.kind("cloudEndpoint"), wire::JsonKind::object);
}

TEST(Metadata, Of2019IsAListAndOf2022IsNot) {
  const Document list(*metadata_endpoints(kBase, "2019-05-01"));
  EXPECT_EQ(list.text("0/name"), "Prorata");
  EXPECT_EQ(list.text("0/resourceManager"), "https://localhost:8443/");
  EXPECT_EQ(list.text("0/authentication/loginEndpoint"), "https://localhost:8443/adfs");
  EXPECT_EQ(list.kind("0/suffixes"), wire::JsonKind::object) << "az wants the object, whatever is in it";
  EXPECT_FALSE(list.find("1"));

  const Document one(*metadata_endpoints(kBase, "2022-09-01"));
  EXPECT_EQ(one.text("name"), "Prorata");
  EXPECT_EQ(one.text("authentication/loginEndpoint"), "https://localhost:8443");
  EXPECT_EQ(one.text("authentication/identityProvider"), "AAD");
  EXPECT_EQ(one.kind("suffixes"), wire::JsonKind::object);
}

TEST(Metadata, OfAnotherVersionIsRefused) {
  const Result<std::string> refused = metadata_endpoints(kBase, "2030-01-01");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unsupported);
  EXPECT_NE(refused.error().message.find("2015-01-01"), std::string::npos);
}

TEST(TokenAnswer, HasNumbersNowAndHadTextsOnce) {
  const IssuedToken token{.token = "a.b.c", .seconds = 3599, .issued = kNow, .resource = "https://graph.windows.net"};
  const Document now(token_answer(token));
  EXPECT_EQ(now.text("token_type"), "Bearer");
  EXPECT_EQ(now.kind("expires_in"), wire::JsonKind::number);
  EXPECT_EQ(now.text("expires_in"), "3599");
  EXPECT_EQ(now.text("access_token"), "a.b.c");
  const Document once(token_answer_first(token));
  EXPECT_EQ(once.kind("expires_in"), wire::JsonKind::string);
  EXPECT_EQ(once.text("not_before"), "1795534881");
  EXPECT_EQ(once.text("expires_on"), "1795538480");
  EXPECT_EQ(once.text("resource"), "https://graph.windows.net");
}

TEST(TokenRefusal, SaysWhatAzPrints) {
  const Document document(token_refusal(
      {.fault = SignInFault::invalid_secret, .detail = "app-1", .now = kNow, .trace = "trace-1", .correlation = "correlation-1"}));
  EXPECT_EQ(document.text("error"), "invalid_client");
  EXPECT_TRUE(document.text("error_description").starts_with("AADSTS7000215: Invalid client secret provided for application 'app-1'."));
  EXPECT_TRUE(document.text("error_description")
                  .ends_with("\r\nTrace ID: trace-1\r\nCorrelation ID: correlation-1\r\nTimestamp: 2026-11-24 15:41:21Z"));
  EXPECT_EQ(document.text("error_codes/0"), "7000215");
  EXPECT_EQ(document.text("timestamp"), "2026-11-24 15:41:21Z");
  EXPECT_EQ(status_of(SignInFault::invalid_secret), 401);
}

TEST(TokenRefusal, OfEveryKindHasItsOwnCodeAndIsJsonWhateverTheClientSent) {
  struct Row {
    SignInFault fault;
    std::string_view error, code;
    int status;
  };
  for (const Row& row :
       {Row{SignInFault::unknown_application, "unauthorized_client", "700016", 400},
        Row{SignInFault::unknown_tenant, "invalid_request", "90002", 400},
        Row{SignInFault::missing_parameter, "invalid_request", "900144", 400},
        Row{SignInFault::unsupported_grant, "unsupported_grant_type", "70003", 400},
        Row{SignInFault::invalid_scope, "invalid_scope", "70011", 400}, Row{SignInFault::invalid_user, "invalid_grant", "50126", 400},
        Row{SignInFault::too_many_attempts, "temporarily_unavailable", "50053", 429}}) {
    const Document document(token_refusal({.fault = row.fault, .detail = "\"}{0}\n\xff", .now = kNow}));
    EXPECT_EQ(document.text("error"), row.error);
    EXPECT_EQ(document.text("error_codes/0"), row.code);
    EXPECT_EQ(status_of(row.fault), row.status);
  }
}

}  // namespace
}  // namespace prorata::identity
