#include "serve/gate.h"

#include <fmt/format.h>

#include "arm/face.h"
#include "base/text.h"
#include "partner_center/face.h"

namespace prorata::serve {
namespace {

using identity::Claims;
using identity::TokenError;
using identity::TokenFault;

constexpr std::chrono::seconds kReadEvery{1};
constexpr std::size_t kRemembered = 10'000;

// Partner Center has one answer for every token that is not good.
http::Response access_denied(const http::Request& request) {
  http::Response response = partner_center::error(401, partner_center::code::kUnauthorized, "Access denied");
  response.with("WWW-Authenticate", fmt::format("OAuth realm=urn:cpsvc:cpid:{}", request.id));
  partner_center::add_service_headers(request, response);
  return response;
}

http::Response unauthorized(const http::Request& request, Plane plane, std::string_view code, const std::string& message) {
  if (plane == Plane::partner_center) return access_denied(request);
  return arm::error(401, code, message)
      .with("WWW-Authenticate", fmt::format(R"(Bearer authorization_uri="{}/common", error="invalid_token", error_description="{}")",
                                            request.base_url(), message))
      .with("x-ms-request-id", request.id);
}

// "abc" of "Bearer abc"; empty for anything else.
std::string bearer_of(const http::Request& request) {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view header = request.headers.get("Authorization");
  if (header.size() < kScheme.size() || !equal_ignoring_case(header.substr(0, kScheme.size()), kScheme)) return {};
  return std::string(trim(header.substr(kScheme.size())));
}

template <class Holder>
std::shared_ptr<const Caller> caller_of(const Holder& holder, const std::string& tenant, const Claims& claims,
                                        const std::vector<access::RoleAssignment>& assignments) {
  return std::make_shared<const Caller>(
      Caller{{.principal = principal_of(holder), .assignments = assignments}, tenant, claims.application});
}

// Of an outside token: by the id that never changes, else by the name that the operator gave the user.
Result<std::optional<User>> outside_user(Snapshot& snapshot, const Claims& claims) {
  if (const Result<PrincipalId> id = PrincipalId::parse(claims.object))
    if (std::optional<User> user = TRY(snapshot.user(*id))) return user;
  if (claims.name.empty()) return std::nullopt;
  return snapshot.user_named(claims.name);
}

std::string_view without_slash(std::string_view text) { return text.ends_with('/') ? text.substr(0, text.size() - 1) : text; }

// A token of this desk is for one plane; one of an outside issuer is for whatever the operator said it is.
bool is_for(const Claims& claims, Plane plane) {
  for (const std::string& each : claims.audiences) {
    const std::string_view audience = without_slash(each);
    const bool of_partner = audience == kPartnerAudience || audience == kGraphAudience;
    if (of_partner == (plane == Plane::partner_center)) return true;
  }
  return false;
}

}  // namespace

std::string_view audience_for(std::string_view resource) {
  for (const std::string_view each : {kPartnerAudience, kGraphAudience})
    if (equal_ignoring_case(without_slash(resource), each)) return each;
  return kAudience;
}

std::expected<Gate::Entry, TokenError> Gate::verified(std::string_view token, Instant now) {
  const identity::Expected expected{
      .audiences = {std::string(kAudience), std::string(kPartnerAudience), std::string(kGraphAudience)}, .any_issuer = true, .now = now};
  std::expected<Claims, TokenError> claims = identity::verify(token, keys_.ring()->verifiers(), expected);
  const auto unknown_key = [&] { return !claims && claims.error().fault == TokenFault::unknown_key; };
  if (unknown_key() && keys_.look_again()) claims = identity::verify(token, keys_.ring()->verifiers(), expected);
  const bool ours = outside_.empty() || !unknown_key();
  if (!ours) claims = outside_.verify(token, now);
  if (!claims) return std::unexpected(std::move(claims).error());
  return Entry{.claims = std::move(*claims), .ours = ours};
}

Result<std::shared_ptr<const Caller>> Gate::holder_of(const Entry& entry) {
  const Claims& claims = entry.claims;
  const std::unique_ptr<Snapshot> snapshot = TRY(app_.store.snapshot());
  const bool program = claims.kind == "app" || (!entry.ours && claims.name.empty() && claims.subject == claims.object);
  if (program) {
    const Result<ClientId> id = ClientId::parse(claims.application);
    const std::optional<Client> client = id ? TRY(snapshot->client(*id)) : std::nullopt;
    if (!client || client->revoked || (entry.ours && client->tenant != claims.tenant)) return nullptr;
    return caller_of(*client, client->tenant, claims, TRY(snapshot->role_assignments_of(client->object)));
  }
  const Result<PrincipalId> id = PrincipalId::parse(claims.object);
  const std::optional<User> user = !entry.ours ? TRY(outside_user(*snapshot, claims)) : id ? TRY(snapshot->user(*id)) : std::nullopt;
  if (!user || user->disabled) return nullptr;
  const std::string tenant = user->customer && !entry.ours ? user->customer->text() : claims.tenant;
  return caller_of(*user, tenant, claims, TRY(snapshot->role_assignments_of(user->id)));
}

std::shared_ptr<const Gate::Entry> Gate::remembered(const std::string& token) const {
  const std::scoped_lock lock(mutex_);
  const auto found = entries_.find(token);
  return found == entries_.end() ? nullptr : found->second;
}

void Gate::remember(const std::string& token, Entry entry) {
  auto kept = std::make_shared<const Entry>(std::move(entry));
  const std::scoped_lock lock(mutex_);
  if (entries_.size() >= kRemembered) entries_.clear();
  entries_.insert_or_assign(token, std::move(kept));
}

std::expected<std::shared_ptr<const Caller>, http::Response> Gate::admit(const http::Request& request, Plane plane) {
  if (!request.headers.has("Authorization"))
    return std::unexpected(
        unauthorized(request, plane, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."));
  const std::string token = bearer_of(request);
  if (token.empty())
    return std::unexpected(unauthorized(request, plane, "AuthenticationFailedInvalidHeader",
                                        "Authentication failed. The 'Authorization' header is provided in an invalid format."));
  const Instant now = app_.clock.now();
  const auto moment = std::chrono::steady_clock::now();
  const std::uint64_t generation = generation_;
  const std::shared_ptr<const Entry> known = remembered(token);
  const auto elsewhere = [&] {
    const TokenError wrong{.fault = TokenFault::wrong_audience, .message = "the token is for another audience"};
    return std::unexpected(unauthorized(request, plane, arm_code(wrong.fault), arm_message(wrong, now)));
  };
  if (known && known->ours && !is_for(known->claims, plane)) return elsewhere();
  const bool lasts = known && now < known->claims.expires;  // one that has expired is verified again, for its words
  if (lasts && known->generation == generation && moment - known->read < kReadEvery) return known->caller;
  Entry entry;
  if (lasts) {
    entry = *known;
  } else {
    std::expected<Entry, TokenError> fresh = verified(token, now);
    if (!fresh) return std::unexpected(unauthorized(request, plane, arm_code(fresh.error().fault), arm_message(fresh.error(), now)));
    entry = std::move(*fresh);
    if (entry.ours && !is_for(entry.claims, plane)) return elsewhere();
  }
  entry.read = moment;
  entry.generation = generation;
  Result<std::shared_ptr<const Caller>> caller = holder_of(entry);
  if (!caller) return std::unexpected(plane == Plane::arm ? arm::error(caller.error()) : partner_center::error(caller.error()));
  if (*caller == nullptr)
    return std::unexpected(
        unauthorized(request, plane, "InvalidAuthenticationToken", "The access token is invalid: its holder may not sign in any more."));
  entry.caller = *caller;
  remember(token, std::move(entry));
  return *std::move(caller);
}

}  // namespace prorata::serve
