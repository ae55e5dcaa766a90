// Any bytes are a token that is refused with a reason, or one that we signed. The first byte chooses what the rest stands for: a token, its
// header and payload rightly signed, a key set, a key in PEM, or base64url.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "identity/base64url.h"
#include "identity/token.h"

using namespace prorata;
using namespace prorata::identity;

namespace {

const Instant kNow = {17'000'000'000'000'000};

const SigningKey& key() {
  static const SigningKey one = SigningKey::generate(kNow);
  return one;
}

const Expected& expected() {
  static const Expected one{.audiences = {"https://desk.example"}, .issuers = {"https://desk.example/t/v2.0"}, .now = kNow};
  return one;
}

void check_refused_or_valid(std::string_view token) {
  const VerifyingKey verifier = key().verifier();
  const std::expected<Claims, TokenError> result = verify(token, {&verifier, 1}, expected());
  if (result) {
    CHECK(result->issuer == expected().issuers[0] && kNow < result->expires && !(kNow < result->not_before), "what is taken is valid");
    return;
  }
  CHECK(!result.error().message.empty() && !arm_message(result.error(), kNow).empty(), "a refusal says why");
}

// The key's id stands for '@' in the header, so that the fuzzer can get past it.
void check_signed(std::string_view text) {
  const std::size_t line = std::min(text.find('\n'), text.size());
  std::string header(text.substr(0, line));
  if (const std::size_t at = header.find('@'); at != std::string::npos) header.replace(at, 1, key().id());
  const std::string token = to_base64url(header) + '.' + to_base64url(text.substr(std::min(line + 1, text.size())));
  check_refused_or_valid(token + '.' + to_base64url(key().signature(token)));
}

void check_base64url(std::string_view text) {
  CHECK(from_base64url(to_base64url(text)) == text, "what is encoded can be decoded");
  const std::optional<std::string> bytes = from_base64url(text);
  CHECK(!bytes || to_base64url(*bytes) == text, "there is one spelling");
}

void check_key_set(std::string_view json) {
  const Result<std::vector<VerifyingKey>> keys = read_jwks(json);
  if (!keys) return;
  for (const VerifyingKey& each : *keys) {
    CHECK(!each.id().empty(), "a key that is taken has an id");
    (void)each.verifies("text", std::string(each.algorithm() == Algorithm::es256 ? 64 : 256, 'x'));
  }
}

void check_pem(std::string_view pem) {
  const Result<SigningKey> read = SigningKey::from_pem(pem, kNow);
  if (read) CHECK(SigningKey::from_pem(read->pem(), kNow)->id() == read->id(), "a key that was read can be written and read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.empty()) return 0;
  const std::string_view rest = text.substr(1);
  switch (text[0]) {
    case 't': check_refused_or_valid(rest); break;
    case 's': check_signed(rest); break;
    case 'k': check_key_set(rest); break;
    case 'p': check_pem(rest); break;
    default: check_base64url(rest);
  }
  return 0;
}
