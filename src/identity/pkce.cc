#include "identity/pkce.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/check.h"
#include "identity/base64url.h"

namespace prorata::identity {
namespace {

constexpr std::size_t kHashBytes = 32;

bool is_unreserved(char c) {
  return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

}  // namespace

bool is_code_verifier(std::string_view text) { return 43 <= text.size() && text.size() <= 128 && std::ranges::all_of(text, is_unreserved); }

std::string code_challenge(std::string_view verifier) {
  std::string hash(kHashBytes, '\0');
  std::size_t size = hash.size();
  const int hashed =
      EVP_Q_digest(nullptr, "SHA256", nullptr, verifier.data(), verifier.size(), reinterpret_cast<unsigned char*>(hash.data()), &size);
  CHECK(hashed == 1 && size == kHashBytes, "SHA-256 is a hash that OpenSSL has");
  return to_base64url(hash);
}

bool is_code_challenge(std::string_view text) {
  const std::optional<std::string> bytes = from_base64url(text);
  return bytes && bytes->size() == kHashBytes;
}

}  // namespace prorata::identity
