#include "identity/keys.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/check.h"
#include "identity/base64url.h"
#include "wire/json.h"

namespace prorata::identity {
namespace {

constexpr std::size_t kCoordinateBytes = 32;  // of P-256
constexpr std::size_t kSignatureBytes = 2 * kCoordinateBytes;
constexpr int kRsaBitsMin = 2048;
constexpr int kRsaBitsMax = 8192;  // verifying with longer ones takes so long that it would be an attack
constexpr std::size_t kKeysMax = 100;

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Signature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

OpenSslKey owned(EVP_PKEY* key) { return {key, EVP_PKEY_free}; }

std::string sha256(std::string_view text) {
  std::string out(32, '\0');
  unsigned size = 0;
  CHECK(EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), &size, EVP_sha256(), nullptr) == 1 && size == 32,
        "SHA-256 is at hand");
  return out;
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), &size) == 1 &&
         std::string_view(name.data(), size) == "prime256v1";
}

// A whole number of the key, as bytes of at least `width`.
std::string number_at(const EVP_PKEY* key, const char* parameter, std::size_t width) {
  BIGNUM* raw = nullptr;
  CHECK(EVP_PKEY_get_bn_param(key, parameter, &raw) == 1, "the key has that number");
  const Number number(raw);
  std::string out(std::max(width, static_cast<std::size_t>(BN_num_bytes(number.get()))), '\0');
  CHECK(BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) >= 0, "it fits");
  return out;
}

std::string coordinate(const EVP_PKEY* key, const char* parameter) { return to_base64url(number_at(key, parameter, kCoordinateBytes)); }

// RFC 7638: the members that make the key, in order of their names, without white space.
std::string thumbprint(const EVP_PKEY* key) {
  return to_base64url(sha256(fmt::format(R"({{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}})", coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X),
                                         coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y))));
}

// OpenSSL writes an ECDSA signature as two DER integers, tokens as two numbers of 32 bytes.
std::string to_fixed_width(std::string_view der) {
  const unsigned char* at = bytes_of(der);
  const Signature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  CHECK(signature, "OpenSSL reads what it wrote");
  std::string out(kSignatureBytes, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(out.data());
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes, kCoordinateBytes) == kCoordinateBytes &&
            BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes + kCoordinateBytes, kCoordinateBytes) == kCoordinateBytes,
        "r and s are numbers of 32 bytes");
  return out;
}

std::string to_der(std::string_view fixed) {
  const unsigned char* bytes = bytes_of(fixed);
  const Signature signature(ECDSA_SIG_new());
  CHECK(signature && ECDSA_SIG_set0(signature.get(), BN_bin2bn(bytes, kCoordinateBytes, nullptr),  // which takes the two numbers over
                                    BN_bin2bn(bytes + kCoordinateBytes, kCoordinateBytes, nullptr)) == 1,
        "a signature can be put together");
  std::string der(static_cast<std::size_t>(i2d_ECDSA_SIG(signature.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  CHECK(i2d_ECDSA_SIG(signature.get(), &out) > 0, "a signature can be written");
  return der;
}

// Whatever OpenSSL noted down about bytes that are no key or no signature concerns nobody else in this thread.
struct ForgetErrors {
  ~ForgetErrors() { ERR_clear_error(); }
};

OpenSslKey key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return owned(key);
}

// nullptr where the two are no point of the curve, which OpenSSL checks as it reads them.
OpenSslKey ec_key(std::string_view x, std::string_view y) {
  if (x.size() != kCoordinateBytes || y.size() != kCoordinateBytes) return nullptr;
  const std::string point = fmt::format("\x04{}{}", x, y);
  const Builder builder(OSSL_PARAM_BLD_new());
  CHECK(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
            OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) == 1,
        "memory for a key");
  return key_from("EC", builder.get());
}

OpenSslKey rsa_key(std::string_view modulus, std::string_view exponent) {
  const Number n(BN_bin2bn(bytes_of(modulus), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(bytes_of(exponent), static_cast<int>(exponent.size()), nullptr));
  CHECK(n && e, "memory for a key");
  if (BN_num_bits(n.get()) < kRsaBitsMin || BN_num_bits(n.get()) > kRsaBitsMax || !BN_is_odd(n.get())) return nullptr;
  if (BN_num_bits(e.get()) > 32 || BN_num_bits(e.get()) < 2 || !BN_is_odd(e.get())) return nullptr;
  const Builder builder(OSSL_PARAM_BLD_new());
  CHECK(builder && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
            OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1,
        "memory for a key");
  return key_from("RSA", builder.get());
}

Result<std::string> bytes_at(const wire::JsonValue& jwk, std::string_view member) {
  const std::optional<std::string> bytes = from_base64url(TRY(wire::text_at(jwk, member)));
  if (!bytes) return wire::bad_value(TRY(wire::member(jwk, member)), fmt::format("'{}' is not in base64url", member));
  return *bytes;
}

struct OutsideKey {
  Algorithm algorithm = Algorithm::es256;
  OpenSslKey key;
};

// Empty where the key is of a kind or for a use that is not ours.
Result<std::optional<OutsideKey>> outside_key(const wire::JsonValue& jwk) {
  const std::string_view type = wire::text_if(jwk, "kty");
  const std::string_view use = wire::text_if(jwk, "use");
  const std::string_view algorithm = wire::text_if(jwk, "alg");
  if (wire::text_if(jwk, "kid").empty() || (!use.empty() && use != "sig")) return std::nullopt;
  OutsideKey out;
  if (type == "EC" && wire::text_if(jwk, "crv") == "P-256" && (algorithm.empty() || algorithm == "ES256")) {
    out.key = ec_key(TRY(bytes_at(jwk, "x")), TRY(bytes_at(jwk, "y")));
    if (!out.key) return wire::bad_value(jwk, "x and y are no point of P-256");
  } else if (type == "RSA" && (algorithm.empty() || algorithm == "RS256")) {
    out.algorithm = Algorithm::rs256;
    out.key = rsa_key(TRY(bytes_at(jwk, "n")), TRY(bytes_at(jwk, "e")));
    if (!out.key) return wire::bad_value(jwk, fmt::format("n and e are no RSA key of {} to {} bits", kRsaBitsMin, kRsaBitsMax));
  } else {
    return std::nullopt;
  }
  return out;
}

}  // namespace

bool VerifyingKey::verifies(std::string_view text, std::string_view signature) const {
  const ForgetErrors forget;
  if (algorithm_ == Algorithm::es256 && signature.size() != kSignatureBytes) return false;
  const std::string encoded = algorithm_ == Algorithm::es256 ? to_der(signature) : std::string(signature);
  const Digest digest(EVP_MD_CTX_new());
  CHECK(digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1, "the key can verify");
  return EVP_DigestVerify(digest.get(), bytes_of(encoded), encoded.size(), bytes_of(text), text.size()) == 1;
}

std::string VerifyingKey::jwk() const {
  CHECK(algorithm_ == Algorithm::es256, "only keys of our own are written");
  std::string out;
  wire::JsonWriter(out)
      .begin_object()
      .field("kty", "EC")
      .field("use", "sig")
      .field("alg", "ES256")
      .field("kid", std::string_view(id_))
      .field("crv", "P-256")
      .field("x", std::string_view(coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X)))
      .field("y", std::string_view(coordinate(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y)))
      .end_object();
  return out;
}

SigningKey::SigningKey(OpenSslKey key, Instant created) : created_(created) {
  public_.id_ = thumbprint(key.get());
  public_.key_ = std::move(key);
}

SigningKey SigningKey::generate(Instant created) {
  OpenSslKey key = owned(EVP_EC_gen("P-256"));
  CHECK(key, "a key can be made");
  return {std::move(key), created};
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem, Instant created) {
  const ForgetErrors forget;
  const Memory memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CHECK(memory, "memory for a key");
  // The callback gives no passphrase; without it OpenSSL would ask on the terminal.
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  OpenSslKey key = owned(PEM_read_bio_PrivateKey(memory.get(), nullptr, no_passphrase, nullptr));
  if (!key || !is_p256(key.get()))
    return fail(Code::invalid_data, "this is no private key on P-256 in PEM; make one with: openssl ecparam -name prime256v1 -genkey");
  const Context context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  if (!context || EVP_PKEY_pairwise_check(context.get()) != 1)
    return fail(Code::invalid_data, "the two halves of this key do not belong together");
  return SigningKey(std::move(key), created);
}

std::string SigningKey::pem() const {
  const Memory memory(BIO_new(BIO_s_mem()));
  CHECK(memory && PEM_write_bio_PKCS8PrivateKey(memory.get(), public_.key_.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
        "a key can be written");
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string SigningKey::signature(std::string_view text) const {
  const Digest digest(EVP_MD_CTX_new());
  std::array<unsigned char, 128> der{};
  std::size_t size = der.size();
  CHECK(digest && EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, public_.key_.get()) == 1 &&
            EVP_DigestSign(digest.get(), der.data(), &size, bytes_of(text), text.size()) == 1,
        "the key can sign");
  return to_fixed_width({reinterpret_cast<const char*>(der.data()), size});
}

Result<KeyRing> KeyRing::restore(std::span<const StoredKey> stored) {
  KeyRing out;
  for (const StoredKey& each : stored) out.keys_.push_back(TRY(SigningKey::from_pem(each.pem, each.created)));
  out.arrange();
  return out;
}

void KeyRing::add(SigningKey key) {
  keys_.push_back(std::move(key));
  arrange();
}

std::size_t KeyRing::retire(Instant made_before) {
  const std::size_t before = keys_.size();
  if (before > 0) {
    const auto kept = std::remove_if(keys_.begin() + 1, keys_.end(), [&](const SigningKey& key) { return key.created() < made_before; });
    keys_.erase(kept, keys_.end());
  }
  arrange();
  return before - keys_.size();
}

const SigningKey& KeyRing::newest() const {
  CHECK(!keys_.empty(), "a desk that signs has a key");
  return keys_.front();
}

std::string KeyRing::jwks() const {
  std::string out;
  wire::JsonWriter writer(out);
  writer.begin_object().key("keys").begin_array();
  for (const VerifyingKey& key : verifiers_) writer.raw(key.jwk());
  writer.end_array().end_object();
  return out;
}

// Keys of the same moment stand in the order of their ids, so that every process that holds them signs with the same one.
void KeyRing::arrange() {
  std::ranges::sort(keys_, [](const SigningKey& a, const SigningKey& b) {
    return a.created() != b.created() ? a.created() > b.created() : a.id() < b.id();
  });
  verifiers_.clear();
  for (const SigningKey& key : keys_) verifiers_.push_back(key.verifier());
}

Result<std::vector<VerifyingKey>> read_jwks(std::string_view json) {
  const ForgetErrors forget;
  wire::JsonReader reader;
  const wire::JsonValue root = TRY(reader.read(json));
  const wire::JsonValue keys = TRY(wire::member(root, "keys"));
  if (!keys.is_array()) return wire::bad_value(keys, "a key set is a list of keys");
  if (keys.size() > kKeysMax)
    return wire::bad_value(keys, fmt::format("a key set of {} keys; at most {} are taken", keys.size(), kKeysMax));
  std::vector<VerifyingKey> out;
  for (auto each = keys.first(); each; each = each->next()) {
    if (!each->is_object()) return wire::bad_value(*each, "a key is an object");
    const std::optional<OutsideKey> outside = TRY(outside_key(*each));
    if (!outside) continue;
    VerifyingKey key;
    key.id_ = wire::text_if(*each, "kid");
    key.algorithm_ = outside->algorithm;
    key.key_ = outside->key;
    out.push_back(std::move(key));
  }
  return out;
}

}  // namespace prorata::identity
