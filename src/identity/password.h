// Passwords of people and secrets of programs. Only a hash is kept: Argon2id (RFC 9106), its parameters inside the string, so that they may
// be raised without asking anybody for a new password.
//
//   std::string stored = TRY(hash_password("correct horse battery"));      // "$argon2id$v=19$m=32768,t=3,p=1$..."
//   if (verify_password(typed, stored) && is_outdated(stored)) stored = TRY(hash_password(typed));
//
// A hash takes 32 MiB and some 50 ms. At most two are computed at a time, others wait, so that a flood of sign-ins cannot take the memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace prorata::identity {

inline constexpr std::size_t kPasswordLengthMin = 12;
inline constexpr std::size_t kPasswordLengthMax = 1024;

// Errors: invalid_argument for a length outside the bounds; unavailable where the memory cannot be had.
Result<std::string> hash_password(std::string_view password);

// Takes the same time for every password. An empty `stored` is for a user who does not exist: it costs as much, and nothing fits.
bool verify_password(std::string_view password, std::string_view stored);

// Made with other parameters than today's.
bool is_outdated(std::string_view stored);

// 40 characters of A-Z a-z 0-9 - _: 240 bits of chance.
std::string new_secret();

}  // namespace prorata::identity
