// Keys that sign and verify tokens. Ours are ES256 (ECDSA on P-256 with SHA-256); several may verify, the newest signs. A key's id is its
// thumbprint (RFC 7638), so that it follows from the key and nobody needs to keep it.
//
//   KeyRing keys = TRY(KeyRing::restore(stored));              // from the store, in any order
//   keys.add(SigningKey::generate(now));                       // rotation: from now on this one signs
//   answer(keys.jwks());                                       // {"keys":[...]}, public halves only
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"

// OpenSSL's key, which only keys.cc looks into.
extern "C" {
struct evp_pkey_st;
}

namespace prorata::identity {

using OpenSslKey = std::shared_ptr<evp_pkey_st>;

enum class Algorithm { es256, rs256 };

// The public half. Copies share it.
class VerifyingKey {
 public:
  const std::string& id() const { return id_; }
  Algorithm algorithm() const { return algorithm_; }
  // Whether `signature`, in the form of RFC 7518, is this key's over `text`.
  bool verifies(std::string_view text, std::string_view signature) const;
  // A JSON Web Key; RSA keys of others are not written.
  std::string jwk() const;

 private:
  friend class SigningKey;
  friend Result<std::vector<VerifyingKey>> read_jwks(std::string_view json);
  std::string id_;
  Algorithm algorithm_ = Algorithm::es256;
  OpenSslKey key_;
};

class SigningKey {
 public:
  static SigningKey generate(Instant created);
  // PKCS #8 in PEM. Errors: invalid_data for anything but a private key on P-256.
  static Result<SigningKey> from_pem(std::string_view pem, Instant created);
  std::string pem() const;

  const std::string& id() const { return public_.id(); }
  Instant created() const { return created_; }
  const VerifyingKey& verifier() const { return public_; }
  std::string signature(std::string_view text) const;  // 64 bytes: r and s

 private:
  SigningKey(OpenSslKey key, Instant created);
  VerifyingKey public_;  // its key has the private half too
  Instant created_;
};

struct StoredKey {
  std::string pem;
  Instant created;
};

class KeyRing {
 public:
  static Result<KeyRing> restore(std::span<const StoredKey> stored);

  void add(SigningKey key);
  // Forgets keys made before `when`, but never the newest. Says how many.
  std::size_t retire(Instant made_before);

  bool empty() const { return keys_.empty(); }
  const SigningKey& newest() const;                           // CHECKs that there is one
  std::span<const SigningKey> keys() const { return keys_; }  // newest first
  std::span<const VerifyingKey> verifiers() const { return verifiers_; }
  std::string jwks() const;

 private:
  void arrange();
  std::vector<SigningKey> keys_;
  std::vector<VerifyingKey> verifiers_;
};

// An outside issuer's key set: its EC P-256 and RSA keys that are for signatures and have an id; others are passed over. Errors:
// invalid_data where it is no key set, or one of those keys cannot be read or is an RSA key of less than 2048 bits.
Result<std::vector<VerifyingKey>> read_jwks(std::string_view json);

}  // namespace prorata::identity

namespace prorata {
template <>
inline constexpr auto kWords<identity::Algorithm> =
    std::to_array<Word<identity::Algorithm>>({{identity::Algorithm::es256, "ES256"}, {identity::Algorithm::rs256, "RS256"}});
}  // namespace prorata
