#include "usage_files/sha256.h"

#include <openssl/evp.h>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::usage_files {

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  CHECK(EVP_DigestInit_ex2(state_->context.get(), EVP_sha256(), nullptr) == 1, "SHA-256 is a hash that OpenSSL has");
}
Sha256::~Sha256() = default;

Sha256& Sha256::add(std::string_view bytes) {
  CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1, "a hash takes bytes");
  return *this;
}

std::string Sha256::finish() {
  std::string out(32, '\0');
  CHECK(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) == 1, "a hash comes to an end");
  return out;
}

std::string hexadecimal(std::string_view bytes) {
  std::string out;
  for (const char each : bytes) fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(each));
  return out;
}

}  // namespace prorata::usage_files
