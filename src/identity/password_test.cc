#include "identity/password.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace prorata::identity {
namespace {

// By the reference implementation of Argon2, from its own tests: "password" with the salt "somesalt", 64 MiB, two passes.
constexpr std::string_view kReference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

TEST(Password, IsVerifiedAgainstItsHashOnly) {
  const std::string stored = *hash_password("correct horse battery");
  EXPECT_TRUE(verify_password("correct horse battery", stored));
  for (const std::string_view wrong :
       {"correct horse batterx", "correct horse battery ", "correct horse batter", "Correct horse battery", ""})
    EXPECT_FALSE(verify_password(wrong, stored)) << wrong;
  EXPECT_FALSE(verify_password(std::string("correct horse battery\0", 22), stored));
}

TEST(Password, KeepsItsParametersAndASaltOfItsOwn) {
  const std::string one = *hash_password("correct horse battery");
  const std::string two = *hash_password("correct horse battery");
  EXPECT_TRUE(one.starts_with("$argon2id$v=19$m=32768,t=3,p=1$")) << one;
  EXPECT_NE(one, two);
  EXPECT_FALSE(is_outdated(one));
}

TEST(Password, HasTheVectorOfTheReferenceImplementation) {
  EXPECT_TRUE(verify_password("password", kReference));
  EXPECT_FALSE(verify_password("passwore", kReference));
  EXPECT_TRUE(is_outdated(kReference));
}

TEST(Password, HasALength) {
  for (const std::size_t size : {std::size_t{0}, kPasswordLengthMin - 1, kPasswordLengthMax + 1}) {
    const Result<std::string> refused = hash_password(std::string(size, 'x'));
    ASSERT_FALSE(refused) << size;
    EXPECT_EQ(refused.error().code, Code::invalid_argument);
  }
  const std::string longest(kPasswordLengthMax, 'x');
  const std::string stored = *hash_password(longest);
  EXPECT_TRUE(verify_password(longest, stored));
  EXPECT_FALSE(verify_password(longest + 'x', stored));
}

TEST(Password, ThatNobodyHasFitsNothing) {
  EXPECT_FALSE(verify_password("correct horse battery", ""));
  EXPECT_FALSE(verify_password("", ""));
}

TEST(Password, WithABrokenOrGreedyHashFitsNothing) {
  const std::string good = *hash_password("correct horse battery");
  for (const std::string& stored :
       {std::string("x"), good.substr(0, good.size() - 1), good + "A", std::string(500, '$'),
        std::string("$argon2id$v=19$m=4194304,t=3,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        std::string("$argon2id$v=19$m=65536,t=4000000,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
        std::string("$argon2id$v=19$m=,t=,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")}) {
    EXPECT_FALSE(verify_password("correct horse battery", stored)) << stored;
    EXPECT_TRUE(stored == good + "A" || is_outdated(stored)) << stored;
  }
}

TEST(Password, IsHashedByManyThreadsAtOnce) {
  const std::string stored = *hash_password("correct horse battery");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 6; ++i)
    threads.emplace_back(
        [&, i] { EXPECT_EQ(verify_password(i % 2 == 0 ? "correct horse battery" : "wrong horse battery", stored), i % 2 == 0); });
}

TEST(Secret, HasFortyUrlSafeCharactersAndIsNewEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string secret = new_secret();
    EXPECT_EQ(secret.size(), 40U);
    EXPECT_EQ(secret.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), std::string::npos);
    EXPECT_TRUE(seen.insert(secret).second);
  }
}

}  // namespace
}  // namespace prorata::identity
