#include "identity/password.h"

#include <sodium.h>

#include <array>
#include <charconv>
#include <semaphore>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "identity/base64url.h"

namespace prorata::identity {
namespace {

using std::string_view;

constexpr unsigned long long kPasses = 3;
constexpr std::size_t kMemoryBytes = 32U << 20U;
constexpr std::ptrdiff_t kAtOnce = 2;

// What a stored hash may ask for before it is taken for an attack on the memory.
constexpr std::int64_t kMemoryKibMax = 128 << 10U;
constexpr std::int64_t kPassesMax = 10;

void start_sodium() {
  static const int started = sodium_init();
  CHECK(started >= 0, "libsodium has a source of chance");
}

// Holds one of the places at which hashes are computed.
class Place {
 public:
  Place() { places().acquire(); }
  ~Place() { places().release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  static std::counting_semaphore<kAtOnce>& places() {
    static std::counting_semaphore<kAtOnce> all(kAtOnce);
    return all;
  }
};

Result<std::string> computed(string_view password) {
  start_sodium();
  const Place place;
  std::array<char, crypto_pwhash_STRBYTES> out{};
  if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), kPasses, kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return fail(Code::unavailable, "there is no memory to hash a password with; try again in a moment");
  return std::string(out.data());
}

std::int64_t number_after(string_view text, string_view name) {
  const std::size_t at = text.find(name);
  std::int64_t out = -1;
  if (at != string_view::npos) std::from_chars(text.data() + at + name.size(), text.data() + text.size(), out);
  return out;
}

// A hash of ours, asking for no more than is sane.
bool is_sane(string_view stored) {
  if (!stored.starts_with("$argon2id$v=19$m=") || stored.size() >= crypto_pwhash_STRBYTES) return false;
  const std::int64_t memory = number_after(stored, "$m=");
  const std::int64_t passes = number_after(stored, ",t=");
  return memory > 0 && memory <= kMemoryKibMax && passes > 0 && passes <= kPassesMax;
}

// For users who do not exist: a hash that nothing typed will fit.
const std::string& hash_of_nobody() {
  static const std::string hash = computed(new_secret()).value_or(std::string());
  return hash;
}

}  // namespace

Result<std::string> hash_password(string_view password) {
  if (password.size() < kPasswordLengthMin || password.size() > kPasswordLengthMax)
    return fail(Code::invalid_argument,
                fmt::format("a password has {} to {} bytes; this one has {}", kPasswordLengthMin, kPasswordLengthMax, password.size()));
  return computed(password);
}

bool verify_password(string_view password, string_view stored) {
  start_sodium();
  if (password.size() > kPasswordLengthMax) return false;
  const std::string hash = is_sane(stored) ? std::string(stored) : hash_of_nobody();
  const Place place;
  const bool fits = crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
  return fits && hash == stored;
}

bool is_outdated(string_view stored) {
  return !is_sane(stored) || crypto_pwhash_str_needs_rehash(std::string(stored).c_str(), kPasses, kMemoryBytes) != 0;
}

std::string new_secret() {
  start_sodium();
  std::array<char, 30> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  return to_base64url({bytes.data(), bytes.size()});
}

}  // namespace prorata::identity
