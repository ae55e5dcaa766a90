#include "identity/keys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "identity/base64url.h"
#include "identity/test_vectors.h"
#include "wire/json.h"

namespace prorata::identity {
namespace {

const Instant kNow = *parse_instant("2026-11-24T12:00:00Z");

std::string bytes(std::string_view base64url) { return *from_base64url(base64url); }

std::string key_set(std::string_view keys) { return fmt::format(R"({{"keys":[{}]}})", keys); }
std::string rsa_jwk(std::string_view modulus, std::string_view rest = {}) {
  return fmt::format(R"({{"kty":"RSA","kid":"outside-1","e":"AQAB","n":"{}"{}}})", modulus, rest);
}

TEST(Base64Url, HasTheExamplesOfItsRfc) {
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff\xfe", "-__-"}};
  for (const auto& [plain, encoded] : rows) {
    EXPECT_EQ(to_base64url(plain), encoded);
    EXPECT_EQ(from_base64url(encoded), plain);
  }
}

TEST(Base64Url, HasOneSpellingForEachText) {
  for (const std::string_view text : {"Z", "Zg==", "Zg=", "Zh", "Zm9", "Zm9v Yg", "Zm9v\n", "+__+", "////", "Zm9vY", "\xc3\xa5__"})
    EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(VerifyingKey, HasTheExampleOfRfc7515ForEs256) {
  const std::vector<VerifyingKey> keys = *read_jwks(vectors::kRfcEcKeys);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].algorithm(), Algorithm::es256);
  EXPECT_TRUE(keys[0].verifies(vectors::kRfcEcText, bytes(vectors::kRfcEcSignature)));
  EXPECT_FALSE(keys[0].verifies(std::string(vectors::kRfcEcText) + "x", bytes(vectors::kRfcEcSignature)));
}

TEST(VerifyingKey, HasTheExampleOfRfc7515ForRs256) {
  const std::vector<VerifyingKey> keys = *read_jwks(vectors::kRfcRsaKeys);
  ASSERT_EQ(keys.size(), 1U);
  EXPECT_EQ(keys[0].algorithm(), Algorithm::rs256);
  EXPECT_TRUE(keys[0].verifies(vectors::kRfcRsaText, bytes(vectors::kRfcRsaSignature)));
  EXPECT_FALSE(keys[0].verifies(vectors::kRfcEcText, bytes(vectors::kRfcRsaSignature)));
}

TEST(VerifyingKey, TakesNoSignatureThatIsNotWhole) {
  const SigningKey key = SigningKey::generate(kNow);
  const std::string good = key.signature("text");
  ASSERT_EQ(good.size(), 64U);
  ASSERT_TRUE(key.verifier().verifies("text", good));
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(key.verifier().verifies("text", good.substr(0, size))) << size;
  EXPECT_FALSE(key.verifier().verifies("text", good + '\0'));
  EXPECT_FALSE(key.verifier().verifies("text", std::string(64, '\0'))) << "r and s of zero";
  EXPECT_FALSE(key.verifier().verifies("text", std::string(64, '\xff')));
  for (std::size_t bit = 0; bit < good.size() * 8; bit += 7) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(key.verifier().verifies("text", bad)) << "bit " << bit;
  }
}

TEST(SigningKey, IsReadFromPemAndNamedByItsThumbprint) {
  const SigningKey key = *SigningKey::from_pem(vectors::kPem, kNow);
  EXPECT_EQ(key.id(), vectors::kPemThumbprint);
  EXPECT_EQ(key.pem(), vectors::kPem);
  EXPECT_EQ(key.verifier().jwk(), fmt::format(R"({{"kty":"EC","use":"sig","alg":"ES256","kid":"{}","crv":"P-256","x":"{}","y":"{}"}})",
                                              vectors::kPemThumbprint, vectors::kPemX, vectors::kPemY));
}

TEST(SigningKey, GoesToPemAndBack) {
  const SigningKey key = SigningKey::generate(kNow);
  const SigningKey again = *SigningKey::from_pem(key.pem(), kNow);
  EXPECT_EQ(again.id(), key.id());
  EXPECT_TRUE(key.verifier().verifies("text", again.signature("text")));
  EXPECT_NE(SigningKey::generate(kNow).id(), key.id());
}

TEST(SigningKey, RefusesOtherKeys) {
  const std::string pem(vectors::kPem);
  for (const std::string& bad : {std::string(), std::string("x"), std::string(vectors::kPemOfP384), pem.substr(0, 120),
                                 std::string("-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n")}) {
    const Result<SigningKey> key = SigningKey::from_pem(bad, kNow);
    ASSERT_FALSE(key) << bad;
    EXPECT_EQ(key.error().code, Code::invalid_data);
  }
}

TEST(KeyRing, SignsWithTheNewestAndVerifiesWithAll) {
  KeyRing ring;
  EXPECT_TRUE(ring.empty());
  const SigningKey old = SigningKey::generate(kNow);
  const SigningKey recent = SigningKey::generate(add_seconds(kNow, 60));
  ring.add(recent);
  ring.add(old);
  EXPECT_EQ(ring.newest().id(), recent.id());
  EXPECT_EQ(ring.verifiers().size(), 2U);

  const KeyRing restored = *KeyRing::restore(std::vector<StoredKey>{{old.pem(), old.created()}, {recent.pem(), recent.created()}});
  EXPECT_EQ(restored.newest().id(), recent.id());
  EXPECT_EQ(restored.jwks(), ring.jwks());
}

TEST(KeyRing, AnswersOnlyPublicHalves) {
  KeyRing ring;
  ring.add(*SigningKey::from_pem(vectors::kPem, kNow));
  ring.add(SigningKey::generate(kNow));
  EXPECT_EQ(ring.jwks().find("\"d\""), std::string::npos);
  const std::vector<VerifyingKey> read = *read_jwks(ring.jwks());
  ASSERT_EQ(read.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(read[i].id(), ring.keys()[i].id());
    EXPECT_TRUE(read[i].verifies("text", ring.keys()[i].signature("text")));
  }
  EXPECT_FALSE(read[0].verifies("text", ring.keys()[1].signature("text")));
}

TEST(KeyRing, RetiresOldKeysButNeverTheNewest) {
  KeyRing ring;
  EXPECT_EQ(ring.retire(kNow), 0U);
  for (int i = 0; i < 3; ++i) ring.add(SigningKey::generate(add_seconds(kNow, i)));
  const std::string newest = ring.newest().id();
  EXPECT_EQ(ring.retire(add_seconds(kNow, 1)), 1U);
  EXPECT_EQ(ring.retire(add_seconds(kNow, 100)), 1U);
  ASSERT_EQ(ring.keys().size(), 1U);
  EXPECT_EQ(ring.verifiers().size(), 1U);
  EXPECT_EQ(ring.newest().id(), newest);
}

TEST(ReadJwks, PassesOverWhatIsNotForUs) {
  const std::string rsa = rsa_jwk(vectors::kOutsideModulus);
  for (const std::string& keys :
       {std::string(), std::string(R"({"kty":"oct","kid":"x","k":"c2VjcmV0"})"),
        std::string(R"({"kty":"OKP","kid":"x","crv":"Ed25519","x":"AA"})"),
        std::string(R"({"kty":"EC","kid":"x","crv":"P-384","x":"AA","y":"AA"})"), rsa_jwk(vectors::kOutsideModulus, R"(,"use":"enc")"),
        rsa_jwk(vectors::kOutsideModulus, R"(,"alg":"RS512")"),
        fmt::format(R"({{"kty":"RSA","e":"AQAB","n":"{}"}})", vectors::kOutsideModulus)})
    EXPECT_TRUE(read_jwks(key_set(keys))->empty()) << keys;
  EXPECT_EQ(read_jwks(key_set(rsa + "," + R"({"kty":"oct","kid":"x"})"))->size(), 1U);
}

TEST(ReadJwks, RefusesKeysThatAreNone) {
  for (const std::string& json :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"), std::string(R"({"keys":[1]})"),
        key_set(rsa_jwk(vectors::kShortModulus)), key_set(rsa_jwk("AQAB")), key_set(rsa_jwk("!")), key_set(rsa_jwk("")),
        key_set(R"({"kty":"RSA","kid":"x","e":"AQAB"})"),
        key_set(fmt::format(R"({{"kty":"RSA","kid":"x","e":"AQ","n":"{}"}})", vectors::kOutsideModulus)),
        key_set(R"({"kty":"EC","kid":"x","crv":"P-256","x":"AA","y":"AA"})"),
        // On no curve: y and x have changed places.
        key_set(fmt::format(R"({{"kty":"EC","kid":"x","crv":"P-256","x":"{}","y":"{}"}})", vectors::kPemY, vectors::kPemX))}) {
    const Result<std::vector<VerifyingKey>> keys = read_jwks(json);
    ASSERT_FALSE(keys) << json;
    EXPECT_EQ(keys.error().code, Code::invalid_data) << json;
  }
}

// The openssl command is another program that knows the same rules.
class WithOpenSsl : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("openssl version >/dev/null 2>&1") != 0) GTEST_SKIP() << "there is no openssl command here";
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(std::string_view name) const { return (folder_ / name).string(); }
  void write(std::string_view name, std::string_view text) const { std::ofstream(file(name), std::ios::binary) << text; }
  std::string read(std::string_view name) const {
    std::stringstream out;
    out << std::ifstream(file(name), std::ios::binary).rdbuf();
    return out.str();
  }
  bool run(const std::string& command) const {
    return std::system(fmt::format("cd '{}' && {} >/dev/null 2>&1", folder_.string(), command).c_str()) == 0;
  }

 private:
  std::filesystem::path folder_ = std::filesystem::temp_directory_path() / fmt::format("prorata-keys-{}", ::getpid());
};

// Two DER integers of 32 bytes each, with a zero in front where the first bit is set.
std::string der(std::string_view fixed) {
  const auto integer = [](std::string_view bytes) {
    while (bytes.size() > 1 && bytes[0] == 0 && (bytes[1] & 0x80) == 0) bytes.remove_prefix(1);
    const std::string body = (bytes[0] & 0x80) != 0 ? '\0' + std::string(bytes) : std::string(bytes);
    return std::string("\x02") + static_cast<char>(body.size()) + body;
  };
  const std::string both = integer(fixed.substr(0, 32)) + integer(fixed.substr(32));
  return std::string("\x30") + static_cast<char>(both.size()) + both;
}

std::string fixed_width(std::string_view der) {
  std::string out;
  for (std::size_t at = 2, i = 0; i < 2; ++i) {
    const std::size_t size = static_cast<unsigned char>(der[at + 1]);
    std::string number(der.substr(at + 2, size));
    while (number.size() > 32) number.erase(0, 1);
    out += std::string(32 - number.size(), '\0') + number;
    at += 2 + size;
  }
  return out;
}

TEST_F(WithOpenSsl, VerifiesWhatWeSign) {
  const SigningKey key = SigningKey::generate(kNow);
  write("key.pem", key.pem());
  ASSERT_TRUE(run("openssl pkey -in key.pem -pubout -out public.pem"));
  for (int i = 0; i < 8; ++i) {
    const std::string text = fmt::format("header.payload-{}", i);
    write("text", text);
    write("signature", der(key.signature(text)));
    EXPECT_TRUE(run("openssl dgst -sha256 -verify public.pem -signature signature text")) << i;
    write("text", text + "x");
    EXPECT_FALSE(run("openssl dgst -sha256 -verify public.pem -signature signature text")) << i;
  }
}

TEST_F(WithOpenSsl, SignsWhatWeVerify) {
  ASSERT_TRUE(run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"));
  const Result<SigningKey> key = SigningKey::from_pem(read("key.pem"), kNow);
  ASSERT_TRUE(key) << key.error().text();
  for (int i = 0; i < 8; ++i) {
    const std::string text = fmt::format("header.payload-{}", i);
    write("text", text);
    ASSERT_TRUE(run("openssl dgst -sha256 -sign key.pem -out signature text"));
    EXPECT_TRUE(key->verifier().verifies(text, fixed_width(read("signature")))) << i;
  }
}

TEST_F(WithOpenSsl, MakesKeysInTheOldFormToo) {
  ASSERT_TRUE(run("openssl ecparam -name prime256v1 -genkey -noout -out old.pem"));
  EXPECT_TRUE(SigningKey::from_pem(read("old.pem"), kNow));
  ASSERT_TRUE(run("openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass pass:secret -out locked.pem"));
  EXPECT_FALSE(SigningKey::from_pem(read("locked.pem"), kNow)) << "and nobody is asked for a passphrase";
}

}  // namespace
}  // namespace prorata::identity
