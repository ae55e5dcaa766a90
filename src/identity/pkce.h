// Proof Key for Code Exchange (RFC 7636), by SHA-256 only: who redeems a code is who asked for it.
//
//   if (code_challenge(verifier) != challenge_of_the_code) refuse();
#pragma once

#include <string>
#include <string_view>

namespace prorata::identity {

// 43 to 128 characters of A-Z a-z 0-9 - . _ ~
bool is_code_verifier(std::string_view text);
// 43 characters: the SHA-256 of the verifier in base64url.
std::string code_challenge(std::string_view verifier);
bool is_code_challenge(std::string_view text);

}  // namespace prorata::identity
