#include "serve/outside_issuers.h"

#include <fmt/format.h>

#include "http/fetch.h"
#include "wire/json.h"

namespace prorata::serve {
namespace {

constexpr std::chrono::hours kAskEvery{1};
constexpr std::int64_t kLeewaySeconds = 300;  // their clocks are not ours

std::string_view without_slash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace

OutsideIssuers::OutsideIssuers(OutsideIssuerOptions options) : options_(std::move(options)) {
  for (const std::string& name : options_.issuers) issuers_.push_back({.name = name});
}

std::expected<identity::Claims, identity::TokenError> OutsideIssuers::verify(std::string_view token, Instant now) {
  const std::scoped_lock lock(mutex_);
  for (const Issuer& issuer : issuers_) {
    auto claims = identity::verify(
        token, issuer.keys, {.audiences = options_.audiences, .issuers = {issuer.name}, .now = now, .leeway_seconds = kLeewaySeconds});
    if (claims || claims.error().fault != identity::TokenFault::unknown_key) return claims;
  }
  wanted_ = true;
  return std::unexpected(identity::TokenError{.fault = identity::TokenFault::unknown_key, .message = "nobody's key signed the token"});
}

bool OutsideIssuers::due(const Issuer& issuer, std::chrono::steady_clock::time_point now) const {
  if (issuer.asked == std::chrono::steady_clock::time_point{}) return true;
  return now - issuer.asked >= kAskEvery || (wanted_ && now - issuer.asked >= options_.again_after);
}

// The issuer's discovery document must be its own, or whoever wrote it could speak for another.
Result<std::vector<identity::VerifyingKey>> OutsideIssuers::ask(const std::string& issuer) const {
  const http::FetchOptions fetch{.authority = options_.authority};
  const std::string url = fmt::format("{}/.well-known/openid-configuration", without_slash(issuer));
  const std::string document = TRY(http::fetch(url, fetch));
  wire::JsonReader reader;
  const wire::JsonValue root = TRY(reader.read(document));
  const std::string_view named = TRY(wire::text_at(root, "issuer"));
  if (named != issuer) return fail(Code::invalid_data, fmt::format("{}: it is of the issuer '{}', not of '{}'", url, named, issuer));
  return identity::read_jwks(TRY(http::fetch(std::string(TRY(wire::text_at(root, "jwks_uri"))), fetch)));
}

void OutsideIssuers::refresh(const std::function<void(const std::string&)>& problem) {
  const auto now = std::chrono::steady_clock::now();
  std::vector<std::string> names;
  {
    const std::scoped_lock lock(mutex_);
    for (Issuer& issuer : issuers_) {
      if (!due(issuer, now)) continue;
      issuer.asked = now;
      names.push_back(issuer.name);
    }
    if (!names.empty()) wanted_ = false;
  }
  for (const std::string& name : names) {
    Result<std::vector<identity::VerifyingKey>> keys = ask(name);
    if (!keys) {
      wanted_ = true;
      problem(fmt::format("the keys of {} could not be read: {}", name, keys.error().text()));
      continue;
    }
    const std::scoped_lock lock(mutex_);
    for (Issuer& issuer : issuers_)
      if (issuer.name == name) issuer.keys = std::move(*keys);
  }
}

}  // namespace prorata::serve
