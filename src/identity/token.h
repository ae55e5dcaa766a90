// Tokens: what this desk signs for those who sign in, and what it accepts. JSON Web Tokens (RFC 7519) signed with ES256; from outside
// issuers RS256 too. Nothing else: no "none", no shared secrets.
//
//   std::string token = sign(claims, keys.newest());
//   std::expected<Claims, TokenError> who = verify(token, keys.verifiers(), {.audiences = {base}, .issuers = {issuer}, .now = now});
//   if (!who && who.error().fault == TokenFault::expired) ...                 // who.error().expired: when
//
// A token is taken only if its header names the algorithm and the id of a key at hand, that key is of that algorithm, and its signature
// covers the very bytes that were sent. Claims are read after that, never before.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "identity/keys.h"

namespace prorata::identity {

inline constexpr std::size_t kTokenLengthMax = 16'384;

struct Claims {
  std::vector<std::string> audiences;  // aud; usually one
  std::string issuer;                  // iss
  Instant issued;                      // iat
  Instant not_before;                  // nbf; absent in the token: the same as iat
  Instant expires;                     // exp
  std::string application;             // appid or azp: the client id
  std::string object;                  // oid
  std::string subject;                 // sub
  std::string tenant;                  // tid
  std::string kind;                    // idtyp: "app" or "user"
  std::string name;                    // upn or preferred_username; users only
  std::vector<std::string> roles;
  std::string version;  // ver: "1.0" or "2.0"
  friend bool operator==(const Claims&, const Claims&) = default;
};

// Times are cut to whole seconds; empty fields are left out.
std::string sign(const Claims& claims, const SigningKey& key);

enum class TokenFault {
  too_long,
  malformed,              // not three parts of base64url, or no such JSON in them
  unsupported_algorithm,  // anything but ES256 and RS256, or not what the key is for
  unknown_key,
  bad_signature,
  wrong_issuer,
  wrong_audience,
  not_yet_valid,
  expired,
};

struct TokenError {
  TokenFault fault = TokenFault::malformed;
  std::string message;  // for a log or a person; holds nothing of the token but its times
  Instant expired;      // of an expired one
};

struct Expected {
  std::vector<std::string> audiences;  // any one of them will do; a slash at the end makes no difference
  std::vector<std::string> issuers;
  bool any_issuer = false;  // for keys that sign for nobody else: the signature says whose token it is
  Instant now;
  std::int64_t leeway_seconds = 0;  // for outside issuers, whose clocks are not ours
};

// Says the first fault, in the order of TokenFault; claims that cannot be read are malformed too, once the signature has held. `keys` and
// the issuers belong together: an issuer's tokens are held against that issuer's keys and no others.
std::expected<Claims, TokenError> verify(std::string_view token, std::span<const VerifyingKey> keys, const Expected& expected);

// What an ARM client reads, with HTTP status 401.
std::string_view arm_code(TokenFault fault);  // "ExpiredAuthenticationToken" or "InvalidAuthenticationToken"
std::string arm_message(const TokenError& error, Instant now);

}  // namespace prorata::identity
