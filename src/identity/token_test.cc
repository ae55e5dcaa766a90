#include "identity/token.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>

#include "identity/base64url.h"
#include "identity/test_vectors.h"
#include "wire/json.h"

namespace prorata::identity {
namespace {

const Instant kNow = *parse_instant("2026-11-24T15:41:21Z");
constexpr std::string_view kBase = "https://desk.example:8443";
const std::string kIssuer = "https://desk.example:8443/c0000000-0000-4000-8000-000000000001/v2.0";

const SigningKey& key() {
  static const SigningKey one = SigningKey::generate(kNow);
  return one;
}
std::vector<VerifyingKey> keys() { return {key().verifier()}; }

Claims claims() {
  return {.audiences = {std::string(kBase)},
          .issuer = kIssuer,
          .issued = kNow,
          .not_before = kNow,
          .expires = add_seconds(kNow, 3599),
          .application = "ab000000-0000-4000-8000-000000000001",
          .object = "a0000000-0000-4000-8000-000000000001",
          .subject = "a0000000-0000-4000-8000-000000000001",
          .tenant = "c0000000-0000-4000-8000-000000000001",
          .kind = "user",
          .name = "anna@partner.example",
          .roles = {"admin_agent", "sales_agent"},
          .version = "1.0"};
}

Expected expected() { return {.audiences = {"https://management.azure.com", std::string(kBase) + "/"}, .issuers = {kIssuer}, .now = kNow}; }

// A token of any header and payload, signed with our key.
std::string signed_by_us(std::string_view header, std::string_view payload) {
  const std::string text = to_base64url(header) + '.' + to_base64url(payload);
  return text + '.' + to_base64url(key().signature(text));
}
std::string good_header() { return fmt::format(R"({{"alg":"ES256","typ":"JWT","kid":"{}"}})", key().id()); }
std::string good_payload() {
  return fmt::format(R"({{"aud":"{}","iss":"{}","exp":{}}})", kBase, kIssuer, add_seconds(kNow, 60).ticks / kTicksPerSecond);
}

std::vector<std::string> split(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  return {token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1)};
}

TokenFault fault_of(const std::string& token, const Expected& wanted) {
  const std::expected<Claims, TokenError> result = verify(token, keys(), wanted);
  EXPECT_FALSE(result) << token;
  EXPECT_FALSE(result ? true : result.error().message.empty());
  return result ? TokenFault{-1} : result.error().fault;
}
TokenFault fault_of(const std::string& token) { return fault_of(token, expected()); }

TEST(Token, ComesBackAsItWasSigned) {
  const std::expected<Claims, TokenError> result = verify(sign(claims(), key()), keys(), expected());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(*result, claims());
}

TEST(Token, OfAProgramSaysLess) {
  Claims program = claims();
  program.kind = "app";
  program.name.clear();
  program.roles.clear();
  const std::string token = sign(program, key());
  EXPECT_EQ(*verify(token, keys(), expected()), program);
  const std::string payload = *from_base64url(split(token)[1]);
  EXPECT_EQ(payload.find("upn"), std::string::npos);
  EXPECT_EQ(payload.find("roles"), std::string::npos);
  EXPECT_NE(payload.find(R"("appid":"ab000000-0000-4000-8000-000000000001")"), std::string::npos);
}

TEST(Token, IsCutToWholeSeconds) {
  Claims finer = claims();
  finer.issued.ticks += 1'234'567;
  EXPECT_EQ(verify(sign(finer, key()), keys(), expected())->issued, kNow);
}

TEST(Token, TruncatedAnywhereIsRefused) {
  const std::string token = sign(claims(), key());
  for (std::size_t size = 0; size < token.size(); ++size) EXPECT_FALSE(verify(token.substr(0, size), keys(), expected())) << size;
}

TEST(Token, WithAnyCharacterChangedIsRefused) {
  const std::string token = sign(claims(), key());
  for (std::size_t at = 0; at < token.size(); ++at) {
    std::string forged = token;
    forged[at] = forged[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(verify(forged, keys(), expected())) << at;
    forged[at] = '=';
    EXPECT_FALSE(verify(forged, keys(), expected())) << at;
  }
}

TEST(Token, WithAnotherPayloadUnderTheSameSignatureIsRefused) {
  Claims admin = claims();
  admin.roles = {"global_admin"};
  const std::vector<std::string> mine = split(sign(claims(), key()));
  const std::vector<std::string> wanted = split(sign(admin, key()));
  EXPECT_EQ(fault_of(mine[0] + '.' + wanted[1] + '.' + mine[2]), TokenFault::bad_signature);
}

TEST(Token, OfAForgersOwnKeyIsRefused) {
  const SigningKey forger = SigningKey::generate(kNow);
  EXPECT_EQ(fault_of(sign(claims(), forger)), TokenFault::unknown_key);
  const std::string text = to_base64url(good_header()) + '.' + to_base64url(good_payload());
  EXPECT_EQ(fault_of(text + '.' + to_base64url(forger.signature(text))), TokenFault::bad_signature) << "under the name of our key";
}

TEST(Token, WithAnotherAlgorithmIsRefused) {
  const std::string payload = to_base64url(good_payload());
  for (const std::string_view algorithm :
       {"none", "None", "NONE", "nOnE", "HS256", "HS384", "ES384", "ES512", "RS512", "PS256", "EdDSA", "es256", ""}) {
    const std::string header = to_base64url(fmt::format(R"({{"alg":"{}","kid":"{}"}})", algorithm, key().id()));
    const std::string text = fmt::format("{}.{}", header, payload);
    EXPECT_EQ(fault_of(text + '.' + to_base64url(key().signature(text))), TokenFault::unsupported_algorithm) << algorithm;
    EXPECT_NE(fault_of(text + '.'), TokenFault::expired) << algorithm << " without a signature";
  }
  EXPECT_EQ(fault_of(signed_by_us(fmt::format(R"({{"kid":"{}"}})", key().id()), good_payload())), TokenFault::unsupported_algorithm);
  EXPECT_EQ(fault_of(signed_by_us(R"({"alg":["ES256"],"kid":"x"})", good_payload())), TokenFault::unsupported_algorithm);
}

// The classic: a public key of one algorithm used as the secret or key of another.
TEST(Token, WithTheAlgorithmsSwappedIsRefused) {
  EXPECT_EQ(fault_of(signed_by_us(fmt::format(R"({{"alg":"RS256","kid":"{}"}})", key().id()), good_payload())),
            TokenFault::unsupported_algorithm);
  const std::vector<VerifyingKey> outside =
      *read_jwks(fmt::format(R"({{"keys":[{{"kty":"RSA","kid":"{}","e":"AQAB","n":"{}"}}]}})", key().id(), vectors::kOutsideModulus));
  const std::expected<Claims, TokenError> result = verify(signed_by_us(good_header(), good_payload()), outside, expected());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, TokenFault::unsupported_algorithm);
}

TEST(Token, ThatIsNoneIsMalformed) {
  for (const std::string_view text :
       {"", ".", "..", "...", "a.b", "a.b.c.d", "eyJ9.e30.AA", "e30.e30.", ".e30.AA", "e30..AA", "=.=.=", "\xff.\xff.\xff"})
    EXPECT_TRUE(fault_of(std::string(text)) == TokenFault::malformed || fault_of(std::string(text)) == TokenFault::unsupported_algorithm)
        << text;
  EXPECT_EQ(fault_of(signed_by_us("[]", good_payload())), TokenFault::malformed);
  EXPECT_EQ(fault_of(signed_by_us("{", good_payload())), TokenFault::malformed);
  EXPECT_EQ(fault_of(signed_by_us(R"({"alg":"ES256","alg":"none"})", good_payload())), TokenFault::malformed) << "the same key twice";
  EXPECT_EQ(fault_of(signed_by_us(fmt::format(R"({{"alg":"ES256","kid":"{}","crit":["x"]}})", key().id()), good_payload())),
            TokenFault::malformed);
  EXPECT_EQ(fault_of(signed_by_us(fmt::format(R"({{"alg":"ES256","kid":"{}","typ":"JWE"}})", key().id()), good_payload())),
            TokenFault::malformed);
  EXPECT_EQ(fault_of(signed_by_us(R"({"alg":"ES256"})", good_payload())), TokenFault::unknown_key) << "a token names its key";
  EXPECT_EQ(fault_of(signed_by_us(R"({"alg":"ES256","kid":""})", good_payload())), TokenFault::unknown_key);
}

TEST(Token, TooLongIsNotEvenLookedAt) {
  EXPECT_EQ(fault_of(std::string(kTokenLengthMax + 1, 'A')), TokenFault::too_long);
  EXPECT_EQ(fault_of(std::string(kTokenLengthMax, 'A')), TokenFault::malformed);
}

// Each row breaks one claim of a token that is signed as it should be.
TEST(Token, WithUnreadableClaimsIsMalformed) {
  for (const std::string_view payload :
       {"[]", "1", "{", R"({"aud":"x","iss":"y"})", R"({"exp":"1700000000"})", R"({"exp":1.5})", R"({"exp":-1})", R"({"exp":1e400})",
        R"({"exp":99999999999999999999})", R"({"exp":253402300800})", R"({"exp":null})", R"({"exp":1,"nbf":"x"})", R"({"exp":1,"iat":{}})",
        R"({"exp":1,"aud":[1]})", R"({"exp":1,"aud":{}})", R"({"exp":1,"roles":[["x"]]})", R"({"exp":1,"exp":2})"})
    EXPECT_EQ(fault_of(signed_by_us(good_header(), payload)), TokenFault::malformed) << payload;
}

TEST(Token, IsForTheAudienceAndIssuerAskedFor) {
  struct Row {
    TokenFault fault;
    std::function<void(Claims&)> breaks;
  };
  for (const Row& row :
       std::vector<Row>{{TokenFault::wrong_issuer, [](Claims& c) { c.issuer = "https://elsewhere.example"; }},
                        {TokenFault::wrong_issuer, [](Claims& c) { c.issuer.clear(); }},
                        {TokenFault::wrong_issuer, [](Claims& c) { c.issuer += '/'; }},
                        {TokenFault::wrong_audience, [](Claims& c) { c.audiences = {"https://elsewhere.example"}; }},
                        {TokenFault::wrong_audience, [](Claims& c) { c.audiences.clear(); }},
                        {TokenFault::wrong_audience, [](Claims& c) { c.audiences = {"https://desk.example:8443.evil"}; }}}) {
    Claims other = claims();
    row.breaks(other);
    EXPECT_EQ(fault_of(sign(other, key())), row.fault);
  }
  Claims several = claims();
  several.audiences = {"api://other", std::string(kBase) + "//"};
  EXPECT_TRUE(verify(sign(several, key()), keys(), expected())) << "any one, with slashes at the end or without";
  Expected nobody = expected();
  nobody.issuers.clear();
  EXPECT_EQ(fault_of(sign(claims(), key()), nobody), TokenFault::wrong_issuer);
}

TEST(Token, IsValidFromItsFirstSecondToTheLastOne) {
  const std::string token = sign(claims(), key());
  struct Row {
    std::int64_t second;
    std::int64_t leeway;
    std::optional<TokenFault> fault;
  };
  for (const Row& row :
       {Row{-1, 0, TokenFault::not_yet_valid}, Row{0, 0, {}}, Row{3598, 0, {}}, Row{3599, 0, TokenFault::expired}, Row{-60, 60, {}},
        Row{-61, 60, TokenFault::not_yet_valid}, Row{3658, 60, {}}, Row{3659, 60, TokenFault::expired}}) {
    Expected at = expected();
    at.now = add_seconds(kNow, row.second);
    at.leeway_seconds = row.leeway;
    const std::expected<Claims, TokenError> result = verify(token, keys(), at);
    EXPECT_EQ(result.has_value(), !row.fault) << row.second;
    if (!result) EXPECT_EQ(result.error().fault, *row.fault) << row.second;
  }
}

TEST(Token, ExpiredSaysWhen) {
  Expected later = expected();
  later.now = *parse_instant("2026-11-25T00:05:09.5Z");
  const std::expected<Claims, TokenError> result = verify(sign(claims(), key()), keys(), later);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().fault, TokenFault::expired);
  EXPECT_EQ(result.error().expired, add_seconds(kNow, 3599));
  EXPECT_EQ(arm_code(result.error().fault), "ExpiredAuthenticationToken");
  EXPECT_EQ(arm_message(result.error(), later.now),
            "The access token expiry UTC time '11/24/2026 4:41:20 PM' is earlier than current UTC time '11/25/2026 12:05:09 AM'.");
}

TEST(Token, OtherFaultsAreInvalid) {
  EXPECT_EQ(arm_code(TokenFault::bad_signature), "InvalidAuthenticationToken");
  EXPECT_EQ(arm_code(TokenFault::wrong_audience), "InvalidAuthenticationTokenAudience");
  EXPECT_EQ(arm_code(TokenFault::wrong_issuer), "InvalidAuthenticationTokenTenant");
  EXPECT_EQ(arm_message({.fault = TokenFault::unknown_key, .message = "no key"}, kNow), "The access token is invalid: no key.");
}

TEST(Token, StillHoldsAfterTheKeysWereRotated) {
  KeyRing ring;
  ring.add(SigningKey::generate(kNow));
  const std::string before = sign(claims(), ring.newest());
  ring.add(SigningKey::generate(add_seconds(kNow, 60)));
  const std::string after = sign(claims(), ring.newest());
  EXPECT_NE(split(before)[0], split(after)[0]) << "another key signs";
  EXPECT_TRUE(verify(before, ring.verifiers(), expected()));
  EXPECT_TRUE(verify(after, ring.verifiers(), expected()));
  ring.retire(add_seconds(kNow, 60));
  EXPECT_FALSE(verify(before, ring.verifiers(), expected()));
}

TEST(Token, OfAnOutsideIssuerIsReadWithItsKeySet) {
  const std::vector<VerifyingKey> outside = *read_jwks(
      fmt::format(R"({{"keys":[{{"kty":"RSA","use":"sig","kid":"outside-1","e":"AQAB","n":"{}"}}]}})", vectors::kOutsideModulus));
  const Expected wanted{
      .audiences = {std::string(kBase)}, .issuers = {"https://outside.example"}, .now = *parse_instant("2023-11-14T22:30:00Z")};
  const std::expected<Claims, TokenError> result = verify(vectors::kOutsideToken, outside, wanted);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->name, "anna@partner.example");
  EXPECT_EQ(result->audiences.size(), 2U);
  EXPECT_EQ(result->roles, std::vector<std::string>{"admin_agent"});
  EXPECT_EQ(result->not_before, result->issued);

  std::string forged(vectors::kOutsideToken);
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(verify(forged, outside, wanted).error().fault, TokenFault::bad_signature);
  EXPECT_EQ(verify(vectors::kOutsideToken, keys(), wanted).error().fault, TokenFault::unknown_key);
}

}  // namespace
}  // namespace prorata::identity
