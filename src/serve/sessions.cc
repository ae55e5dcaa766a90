#include "serve/sessions.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/write.h"
#include "base/text.h"
#include "identity/password.h"

namespace prorata::serve {
namespace {

constexpr std::string_view kSessionAudience = "urn:prorata:portal-session";
constexpr std::chrono::seconds kReadEvery{1};
constexpr std::size_t kRemembered = 10'000;
constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";

std::string end_key(const std::string& session) { return "session ended " + session; }

}  // namespace

std::string_view cookie_of(const http::Request& request, std::string_view name) {
  for (const auto& [field, value] : request.headers) {
    if (!equal_ignoring_case(field, "Cookie")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const std::string_view one = trim(rest.substr(0, rest.find(';')));
      rest.remove_prefix(std::min(rest.size(), rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';') + 1));
      if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=') return one.substr(name.size() + 1);
    }
  }
  return {};
}

std::string Sessions::cookie(const User& user, std::string id, Instant began, Instant now) {
  const Instant last = add_seconds(began, kSessionSeconds);
  const identity::Claims claims{.audiences = {std::string(kSessionAudience)},
                                .issuer = std::string(kSessionAudience),
                                .issued = now,
                                .not_before = began,
                                .expires = std::min(last, add_seconds(now, kSessionIdleSeconds)),
                                .object = user.id.text(),
                                .subject = std::move(id),
                                .kind = "user",
                                .version = std::to_string(user.version)};
  return fmt::format("{}={}{}", kSessionCookie, identity::sign(claims, keys_.ring()->newest()), kAttributes);
}

std::string Sessions::begin(const User& user) {
  const Instant now = app_.clock.now();
  return cookie(user, identity::new_secret(), now, now);
}

std::string Sessions::gone() { return fmt::format("{}=; Max-Age=0{}", kSessionCookie, kAttributes); }

std::optional<identity::Claims> Sessions::verified(std::string_view token, Instant now) {
  const identity::Expected expected{.audiences = {std::string(kSessionAudience)}, .issuers = {std::string(kSessionAudience)}, .now = now};
  auto claims = identity::verify(token, keys_.ring()->verifiers(), expected);
  if (!claims && claims.error().fault == identity::TokenFault::unknown_key && keys_.look_again())
    claims = identity::verify(token, keys_.ring()->verifiers(), expected);
  if (!claims) return std::nullopt;
  return std::move(*claims);
}

Result<Sessions::Entry> Sessions::read(identity::Claims claims) {
  Entry entry{.claims = std::move(claims), .read = std::chrono::steady_clock::now(), .generation = generation_};
  const std::unique_ptr<Snapshot> snapshot = TRY(app_.store.snapshot());
  const Result<PrincipalId> id = PrincipalId::parse(entry.claims.object);
  std::optional<User> user = id ? TRY(snapshot->user(*id)) : std::nullopt;
  const bool stands = user && !user->disabled && std::to_string(user->version) == entry.claims.version &&
                      !TRY(snapshot->answered(end_key(entry.claims.subject)));
  if (!stands) return entry;
  entry.caller =
      std::make_shared<const Caller>(Caller{{.principal = principal_of(*user), .assignments = TRY(snapshot->role_assignments_of(user->id))},
                                            user->customer ? user->customer->text() : std::string(),
                                            "portal"});
  entry.user = *std::move(user);
  return entry;
}

Result<std::optional<Session>> Sessions::of(const http::Request& request) {
  const std::string token(cookie_of(request, kSessionCookie));
  if (token.empty()) return std::nullopt;
  const Instant now = app_.clock.now();
  std::shared_ptr<const Entry> known;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(token);
    if (found != entries_.end()) known = found->second;
  }
  const bool lasts = known && now < known->claims.expires;
  if (!lasts || known->generation != generation_ || std::chrono::steady_clock::now() - known->read >= kReadEvery) {
    std::optional<identity::Claims> claims = lasts ? std::optional(known->claims) : verified(token, now);
    if (!claims) return std::nullopt;
    known = std::make_shared<const Entry>(TRY(read(*std::move(claims))));
    const std::scoped_lock lock(mutex_);
    if (entries_.size() >= kRemembered) entries_.clear();
    entries_.insert_or_assign(token, known);
  }
  if (!known->caller) return std::nullopt;
  Session session{.caller = known->caller, .user = known->user, .ends = known->claims.expires};
  const Instant began = known->claims.not_before;
  const bool due = add_seconds(known->claims.issued, kSessionRenewedSeconds) <= now;
  if (due && known->claims.expires < add_seconds(began, kSessionSeconds))
    session.new_cookie = cookie(known->user, known->claims.subject, began, now);
  return session;
}

Result<void> Sessions::end(const http::Request& request) {
  const std::optional<identity::Claims> claims = verified(cookie_of(request, kSessionCookie), app_.clock.now());
  if (!claims) return {};
  TRY(write(app_.store, {.key = end_key(claims->subject), .request = "end"}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Result<PrincipalId> id = PrincipalId::parse(claims->object);
    const std::optional<User> user = id ? TRY(snapshot.user(*id)) : std::nullopt;
    return Changes{
        .audit = {.at = app_.clock.now(), .actor = user ? user->name : claims->object, .action = "session.end", .subject = claims->object}};
  }));
  changed();
  return {};
}

}  // namespace prorata::serve
