// UTF-8 text that somebody else wrote, made safe for a line of our own.
//
//   for (std::size_t at = 0; at < text.size();) width += width_of(take_character(text, at));
//   std::string line = one_line(memo);      // "two\nlines" becomes "two lines"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prorata::wire {

inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// The character that begins at `at`, which moves past it. Bytes that are no UTF-8 give U+FFFD, one for each. Requires at < text.size().
char32_t take_character(std::string_view text, std::size_t& at);

void append_character(std::string& out, char32_t character);

// Control characters, line and paragraph separators, and marks that turn the direction of text: on a terminal or in a journal they
// could hide or forge what stands beside them.
bool is_control(char32_t character);

// The text on one line: each control character becomes a space, each byte that is no UTF-8 becomes U+FFFD.
std::string one_line(std::string_view text);

}  // namespace prorata::wire
