#include "serve/sign_in.h"

#include <expected>

#include <fmt/format.h>

#include "arm/face.h"
#include "identity/password.h"
#include "identity/token.h"
#include "serve/gate.h"
#include "serve/portal_sign_in.h"
#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata::serve {
namespace {

using http::Call;
using http::Kind;
using http::Method;
using http::Request;
using http::Response;
using identity::SignInFault;

constexpr std::int64_t kTokenSeconds = 3'599;

struct Refusal {
  SignInFault fault = SignInFault::invalid_secret;
  std::string detail;
  std::int64_t retry_after = 0;
};
template <class T>
using Asked = std::expected<T, Refusal>;

std::unexpected<Refusal> refuse(SignInFault fault, std::string detail) { return std::unexpected(Refusal{fault, std::move(detail)}); }

Response document(std::string json) { return http::json(200, std::move(json)).with("Cache-Control", "max-age=300"); }

// What the client tells of itself: in the form, or as HTTP knows it, whose parts are written as in a form.
struct Credentials {
  std::string id;
  std::string secret;
};

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>((bits >> static_cast<unsigned>(count)) & 0xffU);
  }
  return out;
}

std::string form_decoded(std::string_view text) {
  const Result<http::Fields> fields = http::parse_query(fmt::format("x={}", text));
  return fields ? std::string(fields->get("x")) : std::string(text);
}

Asked<Credentials> credentials_of(const Request& request, const http::Fields& form) {
  constexpr std::string_view kBasic = "basic ";
  const std::string_view header = request.headers.get("Authorization");
  if (header.size() > kBasic.size() && equal_ignoring_case(header.substr(0, kBasic.size()), kBasic)) {
    const std::optional<std::string> pair = from_base64(trim(header.substr(kBasic.size())));
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) return refuse(SignInFault::missing_parameter, "client_secret");
    return Credentials{form_decoded(std::string_view(*pair).substr(0, colon)), form_decoded(std::string_view(*pair).substr(colon + 1))};
  }
  for (const std::string_view name : {"client_id", "client_secret"})
    if (form.get(name).empty()) return refuse(SignInFault::missing_parameter, std::string(name));
  return Credentials{std::string(form.get("client_id")), std::string(form.get("client_secret"))};
}

// For what the token is wanted; the answer of the old form says it back.
Asked<std::string> resource_of(const http::Fields& form) {
  constexpr std::string_view kDefault = "/.default";
  const std::string_view scope = trim(form.get("scope"));
  if (scope.empty()) {
    if (form.get("resource").empty()) return refuse(SignInFault::missing_parameter, "scope");
    return std::string(form.get("resource"));
  }
  for (std::size_t from = 0; from <= scope.size();) {
    const std::size_t end = std::min(scope.find(' ', from), scope.size());
    const std::string_view one = scope.substr(from, end - from);
    if (one.ends_with(kDefault) && one.size() > kDefault.size()) return std::string(one.substr(0, one.size() - kDefault.size()));
    from = end + 1;
  }
  return refuse(SignInFault::invalid_scope, std::string(scope.substr(0, 100)));
}

// Tenants that stand for whatever tenant the client belongs to.
bool is_any_tenant(std::string_view tenant) {
  for (const std::string_view each : {"", "adfs", "common", "organizations"})
    if (equal_ignoring_case(tenant, each)) return true;
  return false;
}

// Without the port, which is a new one for every connection.
std::string peer_of(const Request& request) { return request.peer.substr(0, request.peer.rfind(':')); }

Response refused(const Request& request, const Refusal& refusal, Instant now) {
  Response response = http::json(identity::status_of(refusal.fault),
                                 identity::token_refusal({.fault = refusal.fault,
                                                          .detail = refusal.detail,
                                                          .now = now,
                                                          .trace = request.id,
                                                          .correlation = std::string(request.headers.get("client-request-id"))}))
                          .with("Cache-Control", "no-store");
  if (refusal.retry_after > 0) response.with("Retry-After", std::to_string(refusal.retry_after));
  if (response.status == 401) response.with("WWW-Authenticate", "Basic realm=\"prorata\"");
  return response;
}

struct LookedUp {
  std::optional<Client> client;  // one that may sign in
  bool tenant_known = false;
};

Result<LookedUp> look_up(Store& store, const std::string& client_id, std::string_view tenant) {
  const std::unique_ptr<Snapshot> snapshot = TRY(store.snapshot());
  const Result<ClientId> id = ClientId::parse(client_id);
  LookedUp found{.client = id ? TRY(snapshot->client(*id)) : std::nullopt, .tenant_known = is_any_tenant(tenant)};
  if (found.client && found.client->revoked) found.client.reset();
  if (const Result<CustomerId> customer = CustomerId::parse(tenant)) found.tenant_known |= TRY(snapshot->customer(*customer)).has_value();
  return found;
}

// The client, once its secret has held. One that does not exist costs as much time as one that does.
Asked<Client> proven(LookedUp found, const Credentials& given, std::string_view tenant) {
  const bool fits = identity::verify_password(given.secret, found.client ? found.client->secret_hash : std::string());
  if (!found.tenant_known) return refuse(SignInFault::unknown_tenant, std::string(tenant.substr(0, 100)));
  const bool of_tenant = found.client && (is_any_tenant(tenant) || equal_ignoring_case(found.client->tenant, tenant));
  if (!of_tenant) return refuse(SignInFault::unknown_application, given.id.substr(0, 100));
  if (!fits) return refuse(SignInFault::invalid_secret, found.client->id.text());
  return std::move(*found.client);
}

identity::Claims claims_for(const Client& client, std::string_view resource, std::string issuer, Instant now, bool first_form) {
  identity::Claims claims{.audiences = {std::string(audience_for(resource))},
                          .issuer = std::move(issuer),
                          .issued = now,
                          .not_before = now,
                          .expires = add_seconds(now, kTokenSeconds + 1),
                          .application = client.id.text(),
                          .object = client.object.text(),
                          .subject = client.object.text(),
                          .tenant = client.tenant,
                          .kind = "app",
                          .version = first_form ? "1.0" : "2.0"};
  for (const access::Standing role : client.roles) claims.roles.emplace_back(to_string(role));
  return claims;
}

Response unavailable(const Error& error) {
  std::string body;
  wire::JsonWriter(body)
      .begin_object()
      .field("error", "temporarily_unavailable")
      .field("error_description", std::string_view(error.text()))
      .end_object();
  return http::json(wire::error_row(error.code).http_status, std::move(body)).with("Retry-After", "1");
}

std::string tenant_of(const Call& call) { return call.path.has("tenant") ? call.path.at("tenant") : std::string("adfs"); }

}  // namespace

Response SignIn::token(const Call& call) {
  const Request& request = call.request;
  const Instant now = app_.clock.now();
  const auto no = [&](const Refusal& refusal) { return refused(request, refusal, now); };

  const Result<http::Fields> form = http::parse_query(request.body);
  if (!form || form->get("grant_type").empty()) return no({SignInFault::missing_parameter, "grant_type"});
  if (form->get("grant_type") == "authorization_code") return people_.redeem(request, *form, tenant_of(call));
  if (form->get("grant_type") != "client_credentials")
    return no({SignInFault::unsupported_grant, std::string(form->get("grant_type").substr(0, 100))});
  const Asked<Credentials> credentials = credentials_of(request, *form);
  if (!credentials) return no(credentials.error());
  const Asked<std::string> resource = resource_of(*form);
  if (!resource) return no(resource.error());

  const std::string peer = peer_of(request);
  if (const std::int64_t wait = throttle_.begin(credentials->id, peer, now); wait > 0)
    return no({SignInFault::too_many_attempts, std::to_string(wait), wait});
  const std::string tenant = tenant_of(call);
  const Result<LookedUp> found = look_up(app_.store, credentials->id, tenant);
  if (!found) return unavailable(found.error());
  const Asked<Client> client = proven(*found, *credentials, tenant);
  if (!client) return no(client.error());
  throttle_.succeeded(credentials->id, peer);

  const bool first_form = request.path.ends_with("/oauth2/token");
  const std::string issuer =
      equal_ignoring_case(tenant, "adfs") ? request.base_url() + "/adfs" : identity::issuer_of(request.base_url(), client->tenant);
  const identity::IssuedToken issued{
      .token = identity::sign(claims_for(*client, *resource, issuer, now, first_form), keys_.ring()->newest()),
      .seconds = kTokenSeconds,
      .issued = now,
      .resource = *resource};
  return http::json(200, first_form ? identity::token_answer_first(issued) : identity::token_answer(issued))
      .with("Cache-Control", "no-store")
      .with("Pragma", "no-cache");
}

std::vector<http::Route> SignIn::routes(SignIn* of) {
  std::vector<http::Route> all;
  const auto get = [&](std::string pattern, http::Handler handler) {
    all.push_back({.method = Method::get, .pattern = std::move(pattern), .handler = std::move(handler)});
  };
  const auto base = [](const Call& call) { return call.request.base_url(); };
  for (const char* pattern : {"/{tenant}/v2.0/.well-known/openid-configuration", "/{tenant}/.well-known/openid-configuration"})
    get(pattern, [base](const Call& call) { return document(identity::discovery(base(call), call.path.at("tenant"))); });
  for (const char* pattern : {"/adfs/.well-known/openid-configuration", "/adfs/v2.0/.well-known/openid-configuration"})
    get(pattern, [base](const Call& call) { return document(identity::adfs_discovery(base(call))); });
  for (const char* pattern :
       {"/adfs/tenants/{tenant}/.well-known/openid-configuration", "/adfs/tenants/{tenant}/v2.0/.well-known/openid-configuration"})
    get(pattern, [base](const Call& call) { return document(identity::adfs_discovery(base(call), call.path.at("tenant"))); });
  for (const char* pattern : {"/{tenant}/discovery/v2.0/keys", "/{tenant}/discovery/keys", "/adfs/tenants/{tenant}/discovery/keys"})
    get(pattern, [of](const Call&) { return document(of->keys_.ring()->jwks()); });
  get("/common/discovery/instance", [base](const Call& call) {
    return document(identity::instance_discovery(base(call), "common", call.request.query.get("api-version", "1.1")));
  });
  get("/metadata/endpoints", [base](const Call& call) {
    Result<std::string> made = identity::metadata_endpoints(base(call), call.request.query.get("api-version"));
    return made ? document(std::move(*made)) : arm::error(400, "InvalidApiVersionParameter", made.error().text());
  });
  for (const char* pattern : {"/{tenant}/oauth2/v2.0/token", "/{tenant}/oauth2/token", "/adfs/tenants/{tenant}/oauth2/token",
                              "/adfs/tenants/{tenant}/oauth2/v2.0/token"})
    all.push_back(
        {.method = Method::post, .pattern = pattern, .handler = [of](const Call& call) { return of->token(call); }, .kind = Kind::writes});
  return all;
}

std::vector<http::Route> SignIn::paths() {
  std::vector<http::Route> all = routes(nullptr);
  for (http::Route& each : all) each.handler = nullptr;
  return all;
}

SignIn::SignIn(App app, Keys& keys, PortalSignIn& people) : app_(std::move(app)), keys_(keys), people_(people), router_(routes(this)) {}

std::optional<http::Destination> SignIn::find(const Request& request) const {
  http::Found found = router_.find(request.method, request.path);
  if (!found.path_known()) return std::nullopt;
  if (found.route == nullptr)
    return http::Destination{kIdentityFace, Kind::reads, [allow = found.allow](const Request&) {
                               return http::text(405, fmt::format("This address takes {}.\n", allow)).with("Allow", allow);
                             }};
  return http::Destination{kIdentityFace, found.route->kind, [found = std::move(found)](const Request& each) {
                             return found.route->handler({.request = each, .path = found.captures, .route = *found.route});
                           }};
}

}  // namespace prorata::serve
