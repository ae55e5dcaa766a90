#include "identity/documents.h"

#include <fmt/format.h>

#include "wire/json.h"

namespace prorata::identity {
namespace {

using std::string_view;
using wire::JsonWriter;

void write_texts(JsonWriter& writer, string_view name, std::initializer_list<string_view> values) {
  writer.key(name).begin_array();
  for (const string_view each : values) writer.text(each);
  writer.end_array();
}

struct Endpoints {
  std::string issuer;
  std::string authorize;
  std::string token;
  std::string keys;
};

// What the two families of clients insist on, and what is true: no more grants and methods than are served.
std::string discovery_of(const Endpoints& at) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("issuer", string_view(at.issuer));
  writer.field("authorization_endpoint", string_view(at.authorize));
  writer.field("token_endpoint", string_view(at.token));
  writer.field("jwks_uri", string_view(at.keys));
  write_texts(writer, "token_endpoint_auth_methods_supported", {"none", "client_secret_post", "client_secret_basic"});
  write_texts(writer, "grant_types_supported", {"authorization_code", "client_credentials"});
  write_texts(writer, "code_challenge_methods_supported", {"S256"});
  write_texts(writer, "response_types_supported", {"code", "token"});
  write_texts(writer, "response_modes_supported", {"query"});
  write_texts(writer, "scopes_supported", {"openid"});
  write_texts(writer, "subject_types_supported", {"public"});
  write_texts(writer, "id_token_signing_alg_values_supported", {"ES256"});
  write_texts(writer, "claims_supported", {"sub", "iss", "aud", "exp", "nbf", "iat", "oid", "tid", "ver", "upn", "preferred_username"});
  writer.end_object();
  return out;
}

// Microsoft's names for this audience are taken too, because some clients ask for them whatever they were told.
void write_audiences(JsonWriter& writer, string_view base) {
  write_texts(writer, "audiences", {fmt::format("{}/", base), "https://management.core.windows.net/", "https://management.azure.com/"});
}

// The login address ends in /adfs for the az command line, which asks Microsoft about any other.
std::string first_metadata(string_view base, bool of_2018) {
  std::string out;
  const std::string root = fmt::format("{}/", base);
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("galleryEndpoint", string_view(root));
  writer.field("graphEndpoint", string_view(root));
  if (of_2018) writer.field("graphAudience", string_view(root));
  writer.field("portalEndpoint", string_view(root));
  writer.key("authentication").begin_object();
  writer.field("loginEndpoint", string_view(fmt::format("{}/adfs", base)));
  write_audiences(writer, base);
  if (of_2018) writer.field("tenant", "adfs").field("identityProvider", "ADFS");
  writer.end_object();
  if (of_2018) writer.key("cloudEndpoint").begin_object().end_object();
  writer.end_object();
  return out;
}

std::string cloud(string_view base, bool federated) {
  std::string out;
  const std::string root = fmt::format("{}/", base);
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("name", "Prorata");
  writer.field("portal", string_view(root));
  writer.key("authentication").begin_object();
  writer.field("loginEndpoint", string_view(federated ? fmt::format("{}/adfs", base) : std::string(base)));
  write_audiences(writer, base);
  writer.field("tenant", federated ? "adfs" : "common").field("identityProvider", federated ? "ADFS" : "AAD");
  writer.end_object();
  for (const string_view each : {"graph", "graphAudience", "resourceManager", "gallery", "microsoftGraphResourceId"})
    writer.field(each, string_view(root));
  writer.key("suffixes").begin_object().end_object();
  writer.end_object();
  return out;
}

struct FaultRow {
  SignInFault fault;
  int status;
  string_view error;  // OAuth's word
  int code;           // behind AADSTS
  string_view text;   // {} is the detail
};

constexpr auto kFaults = std::to_array<FaultRow>({
    {SignInFault::invalid_secret, 401, "invalid_client", 7000215,
     "Invalid client secret provided for application '{}'. Send the secret itself, not its id; the partner's administrator makes a new "
     "one."},
    {SignInFault::unknown_application, 400, "unauthorized_client", 700016, "Application with identifier '{}' was not found in this desk."},
    {SignInFault::unknown_tenant, 400, "invalid_request", 90002, "Tenant '{}' not found. Check that it is the partner's or a customer's."},
    {SignInFault::missing_parameter, 400, "invalid_request", 900144, "The request body must contain the following parameter: '{}'."},
    {SignInFault::unsupported_grant, 400, "unsupported_grant_type", 70003, "The grant type '{}' is not supported here."},
    {SignInFault::invalid_scope, 400, "invalid_scope", 70011, "The provided value for scope '{}' is not valid."},
    {SignInFault::invalid_user, 400, "invalid_grant", 50126, "Error validating credentials of '{}' due to invalid username or password."},
    {SignInFault::too_many_attempts, 429, "temporarily_unavailable", 50053, "Too many failed attempts. Wait {} seconds and try again."},
});

const FaultRow& row_of(SignInFault fault) {
  for (const FaultRow& row : kFaults)
    if (row.fault == fault) return row;
  return kFaults.front();
}

// "2016-01-09 02:02:12Z"
std::string spaced(Instant at) {
  std::string text = to_string(Instant{at.ticks - at.ticks % kTicksPerSecond});
  text[10] = ' ';
  return text;
}

}  // namespace

std::string issuer_of(string_view base, string_view tenant) { return fmt::format("{}/{}/v2.0", base, tenant); }

std::string discovery(string_view base, string_view tenant) {
  return discovery_of({.issuer = issuer_of(base, tenant),
                       .authorize = fmt::format("{}/{}/oauth2/v2.0/authorize", base, tenant),
                       .token = fmt::format("{}/{}/oauth2/v2.0/token", base, tenant),
                       .keys = fmt::format("{}/{}/discovery/v2.0/keys", base, tenant)});
}

std::string adfs_discovery(string_view base, string_view tenant) {
  if (!tenant.empty()) return discovery(base, tenant);  // its token endpoint has the tenant in it, which is what it is asked for
  return discovery_of({.issuer = fmt::format("{}/adfs", base),
                       .authorize = fmt::format("{}/adfs/oauth2/authorize", base),
                       .token = fmt::format("{}/adfs/oauth2/token", base),
                       .keys = fmt::format("{}/adfs/discovery/keys", base)});
}

std::string instance_discovery(string_view base, string_view tenant, string_view api_version) {
  const string_view host = base.substr(std::min(base.size(), base.find("://") == string_view::npos ? 0 : base.find("://") + 3));
  std::string out;
  JsonWriter writer(out);
  writer.begin_object();
  writer.field("tenant_discovery_endpoint", string_view(fmt::format("{}/{}/v2.0/.well-known/openid-configuration", base, tenant)));
  writer.field("api-version", api_version);
  writer.key("metadata").begin_array().begin_object();
  writer.field("preferred_network", host).field("preferred_cache", host);
  write_texts(writer, "aliases", {host});
  writer.end_object().end_array().end_object();
  return out;
}

Result<std::string> metadata_endpoints(string_view base, string_view api_version) {
  if (api_version == "2015-01-01" || api_version == "1.0") return first_metadata(base, false);
  if (api_version == "2018-01-01") return first_metadata(base, true);
  if (api_version == "2019-05-01") return '[' + cloud(base, true) + ']';
  if (api_version == "2022-09-01") return cloud(base, false);
  return fail(Code::unsupported,
              fmt::format("there is no metadata of api-version '{}'; it is one of 2015-01-01, 2018-01-01, 2019-05-01, 2022-09-01",
                          api_version.substr(0, 40)));
}

std::string token_answer(const IssuedToken& token) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("token_type", "Bearer")
      .field("expires_in", token.seconds)
      .field("ext_expires_in", token.seconds)
      .field("access_token", string_view(token.token))
      .end_object();
  return out;
}

std::string token_answer_first(const IssuedToken& token) {
  const std::string seconds = std::to_string(token.seconds);
  const std::int64_t issued = token.issued.ticks / kTicksPerSecond;
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("token_type", "Bearer")
      .field("expires_in", string_view(seconds))
      .field("ext_expires_in", string_view(seconds))
      .field("expires_on", string_view(std::to_string(issued + token.seconds)))
      .field("not_before", string_view(std::to_string(issued)))
      .field("resource", string_view(token.resource))
      .field("access_token", string_view(token.token))
      .end_object();
  return out;
}

int status_of(SignInFault fault) { return row_of(fault).status; }

std::string token_refusal(const SignInRefusal& refusal) {
  const FaultRow& row = row_of(refusal.fault);
  const std::string timestamp = spaced(refusal.now);
  const std::string description =
      fmt::format("AADSTS{}: {}\r\nTrace ID: {}\r\nCorrelation ID: {}\r\nTimestamp: {}", row.code,
                  fmt::format(fmt::runtime(row.text), refusal.detail), refusal.trace, refusal.correlation, timestamp);
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("error", row.error)
      .field("error_description", string_view(description))
      .key("error_codes")
      .begin_array()
      .integer(row.code)
      .end_array()
      .field("timestamp", string_view(timestamp))
      .field("trace_id", string_view(refusal.trace))
      .field("correlation_id", string_view(refusal.correlation))
      .end_object();
  return out;
}

}  // namespace prorata::identity
