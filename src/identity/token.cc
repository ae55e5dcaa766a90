#include "identity/token.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "identity/base64url.h"
#include "wire/json.h"

namespace prorata::identity {
namespace {

using std::string_view;

template <class T>
using Checked = std::expected<T, TokenError>;

constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999
constexpr std::size_t kValuesMax = 100;                // of a list in the claims

std::unexpected<TokenError> fault(TokenFault fault, std::string message) {
  return std::unexpected(TokenError{.fault = fault, .message = std::move(message)});
}
std::unexpected<TokenError> malformed(std::string message) { return fault(TokenFault::malformed, std::move(message)); }

std::int64_t seconds_of(Instant at) { return at.ticks / kTicksPerSecond; }
Instant instant_of(std::int64_t seconds) { return {seconds * kTicksPerSecond}; }

struct Parts {
  string_view header, payload, signature;
  string_view signed_text;  // header and payload with the dot between
};

Checked<Parts> parts_of(string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == string_view::npos ? first : token.find('.', first + 1);
  if (second == string_view::npos || token.find('.', second + 1) != string_view::npos)
    return malformed("a token has three parts with dots between");
  return Parts{.header = token.substr(0, first),
               .payload = token.substr(first + 1, second - first - 1),
               .signature = token.substr(second + 1),
               .signed_text = token.substr(0, second)};
}

Checked<std::string> decoded(string_view part, string_view name) {
  std::optional<std::string> bytes = from_base64url(part);
  if (!bytes || bytes->empty()) return malformed(fmt::format("the {} of the token is not base64url", name));
  return std::move(*bytes);
}

Checked<wire::JsonValue> object_of(wire::JsonReader& reader, string_view json, string_view name) {
  const Result<wire::JsonValue> root = reader.read(json);
  if (!root || !root->is_object()) return malformed(fmt::format("the {} of the token is no JSON object", name));
  return *root;
}

struct Header {
  Algorithm algorithm = Algorithm::es256;
  std::string key;
};

// The algorithm is compared as it is written: "none", "NONE" and "es256" are all no algorithm of ours.
Checked<Header> header_of(string_view json) {
  wire::JsonReader reader;
  const wire::JsonValue object = TRY(object_of(reader, json, "header"));
  const string_view algorithm = wire::text_if(object, "alg");
  if (object.find("crit")) return malformed("the header asks for something that is not done here");
  const string_view type = wire::text_if(object, "typ");
  if (!type.empty() && !equal_ignoring_case(type, "JWT") && !equal_ignoring_case(type, "at+jwt"))
    return malformed("the header says that this is another kind of token");
  Header out;
  if (algorithm == "RS256")
    out.algorithm = Algorithm::rs256;
  else if (algorithm != "ES256")
    return fault(TokenFault::unsupported_algorithm, fmt::format("tokens signed with '{}' are not taken", algorithm.substr(0, 20)));
  out.key = wire::text_if(object, "kid");
  return out;
}

Checked<const VerifyingKey*> key_for(const Header& header, std::span<const VerifyingKey> keys) {
  bool known = false;
  for (const VerifyingKey& key : keys) {
    if (header.key.empty() || key.id() != header.key) continue;
    if (key.algorithm() == header.algorithm) return &key;
    known = true;
  }
  if (known) return fault(TokenFault::unsupported_algorithm, "the key that the token names is for another algorithm");
  return fault(TokenFault::unknown_key, "no key at hand has the id that the token names");
}

// One text, or a list of them.
Checked<std::vector<std::string>> texts_at(const wire::JsonValue& claims, string_view name) {
  std::vector<std::string> out;
  const std::optional<wire::JsonValue> value = wire::member_if(claims, name);
  if (!value) return out;
  if (value->is_string()) return std::vector<std::string>{std::string(value->text())};
  if (!value->is_array() || value->size() > kValuesMax) return malformed(fmt::format("the claim {} is no list of texts", name));
  for (auto each = value->first(); each; each = each->next()) {
    if (!each->is_string()) return malformed(fmt::format("the claim {} is no list of texts", name));
    out.emplace_back(each->text());
  }
  return out;
}

Checked<std::optional<Instant>> time_at(const wire::JsonValue& claims, string_view name) {
  const std::optional<wire::JsonValue> value = wire::member_if(claims, name);
  if (!value) return std::nullopt;
  const Result<std::int64_t> seconds = wire::integer_of(*value, 0, kSecondsMax);
  if (!seconds) return malformed(fmt::format("the claim {} is no time in whole seconds", name));
  return instant_of(*seconds);
}

string_view first_of(const wire::JsonValue& claims, std::initializer_list<string_view> names) {
  for (const string_view name : names)
    if (const string_view text = wire::text_if(claims, name); !text.empty()) return text;
  return {};
}

Checked<Claims> claims_of(string_view json) {
  wire::JsonReader reader;
  const wire::JsonValue object = TRY(object_of(reader, json, "payload"));
  const std::optional<Instant> expires = TRY(time_at(object, "exp"));
  if (!expires) return malformed("the claim exp is missing");
  const std::optional<Instant> issued = TRY(time_at(object, "iat"));
  const std::optional<Instant> not_before = TRY(time_at(object, "nbf"));
  return Claims{.audiences = TRY(texts_at(object, "aud")),
                .issuer = std::string(wire::text_if(object, "iss")),
                .issued = issued.value_or(Instant{}),
                .not_before = not_before.value_or(issued.value_or(Instant{})),
                .expires = *expires,
                .application = std::string(first_of(object, {"appid", "azp"})),
                .object = std::string(wire::text_if(object, "oid")),
                .subject = std::string(wire::text_if(object, "sub")),
                .tenant = std::string(wire::text_if(object, "tid")),
                .kind = std::string(wire::text_if(object, "idtyp")),
                .name = std::string(first_of(object, {"upn", "preferred_username", "unique_name"})),
                .roles = TRY(texts_at(object, "roles")),
                .version = std::string(wire::text_if(object, "ver"))};
}

string_view without_slash(string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

bool is_for(const Claims& claims, const std::vector<std::string>& audiences) {
  return std::ranges::any_of(claims.audiences, [&](string_view one) {
    return std::ranges::any_of(audiences, [&](string_view other) { return without_slash(one) == without_slash(other); });
  });
}

Checked<void> check_claims(const Claims& claims, const Expected& expected) {
  if (!expected.any_issuer && std::ranges::find(expected.issuers, claims.issuer) == expected.issuers.end())
    return fault(TokenFault::wrong_issuer, "the token is from another issuer");
  if (!is_for(claims, expected.audiences)) return fault(TokenFault::wrong_audience, "the token is for another audience");
  if (add_seconds(expected.now, expected.leeway_seconds) < claims.not_before)
    return fault(TokenFault::not_yet_valid, fmt::format("the token is not valid before {}", to_string(claims.not_before)));
  if (add_seconds(expected.now, -expected.leeway_seconds) >= claims.expires)
    return std::unexpected(TokenError{.fault = TokenFault::expired,
                                      .message = fmt::format("the token expired at {}", to_string(claims.expires)),
                                      .expired = claims.expires});
  return {};
}

void write_texts(wire::JsonWriter& writer, string_view name, const std::vector<std::string>& values) {
  if (values.empty()) return;
  writer.key(name).begin_array();
  for (const std::string& each : values) writer.text(each);
  writer.end_array();
}

// A program is known by appid to some readers and by azp to others, a person by upn or preferred_username: both are written.
std::string payload_of(const Claims& claims) {
  std::string out;
  wire::JsonWriter writer(out);
  writer.begin_object();
  if (claims.audiences.size() == 1)
    writer.field("aud", string_view(claims.audiences.front()));
  else
    write_texts(writer, "aud", claims.audiences);
  writer.field_if("iss", claims.issuer);
  writer.field("iat", seconds_of(claims.issued));
  writer.field("nbf", seconds_of(claims.not_before));
  writer.field("exp", seconds_of(claims.expires));
  writer.field_if("appid", claims.application);
  writer.field_if("azp", claims.application);
  writer.field_if("idtyp", claims.kind);
  writer.field_if("oid", claims.object);
  writer.field_if("preferred_username", claims.name);
  write_texts(writer, "roles", claims.roles);
  writer.field_if("sub", claims.subject);
  writer.field_if("tid", claims.tenant);
  writer.field_if("upn", claims.name);
  writer.field_if("ver", claims.version);
  writer.end_object();
  return out;
}

// "11/24/2026 3:41:21 PM", as the service prints times in this one message.
std::string american(Instant at) {
  const std::string text = to_string(instant_of(seconds_of(at)));  // 2026-11-24T15:41:21Z
  const auto number = [&](std::size_t from, std::size_t count) {
    int out = 0;
    for (const char c : text.substr(from, count)) out = out * 10 + (c - '0');
    return out;
  };
  const int hour = number(11, 2);
  return fmt::format("{}/{}/{} {}:{} {}", number(5, 2), number(8, 2), number(0, 4), hour % 12 == 0 ? 12 : hour % 12, text.substr(14, 5),
                     hour < 12 ? "AM" : "PM");
}

}  // namespace

std::string sign(const Claims& claims, const SigningKey& key) {
  std::string header;
  wire::JsonWriter(header).begin_object().field("typ", "JWT").field("alg", "ES256").field("kid", string_view(key.id())).end_object();
  std::string token = to_base64url(header) + '.' + to_base64url(payload_of(claims));
  const std::string signature = key.signature(token);
  return token + '.' + to_base64url(signature);
}

std::expected<Claims, TokenError> verify(string_view token, std::span<const VerifyingKey> keys, const Expected& expected) {
  if (token.size() > kTokenLengthMax) return fault(TokenFault::too_long, fmt::format("a token has at most {} characters", kTokenLengthMax));
  const Parts parts = TRY(parts_of(token));
  const std::string header_json = TRY(decoded(parts.header, "header"));
  const std::string payload_json = TRY(decoded(parts.payload, "payload"));
  const Header header = TRY(header_of(header_json));
  const std::string signature = TRY(decoded(parts.signature, "signature"));
  const VerifyingKey* key = TRY(key_for(header, keys));
  if (!key->verifies(parts.signed_text, signature)) return fault(TokenFault::bad_signature, "the signature is not that of the key");
  Claims claims = TRY(claims_of(payload_json));
  TRY(check_claims(claims, expected));
  return claims;
}

string_view arm_code(TokenFault fault) {
  switch (fault) {
    case TokenFault::expired: return "ExpiredAuthenticationToken";
    case TokenFault::wrong_audience: return "InvalidAuthenticationTokenAudience";
    case TokenFault::wrong_issuer: return "InvalidAuthenticationTokenTenant";
    default: return "InvalidAuthenticationToken";
  }
}

std::string arm_message(const TokenError& error, Instant now) {
  if (error.fault == TokenFault::expired)
    return fmt::format("The access token expiry UTC time '{}' is earlier than current UTC time '{}'.", american(error.expired),
                       american(now));
  return fmt::format("The access token is invalid: {}.", error.message);
}

}  // namespace prorata::identity
