#include "wire/unicode.h"

#include <gtest/gtest.h>

#include <vector>

namespace prorata::wire {
namespace {

std::vector<char32_t> characters_of(std::string_view text) {
  std::vector<char32_t> all;
  for (std::size_t at = 0; at < text.size();) all.push_back(take_character(text, at));
  return all;
}

TEST(Unicode, TakesCharactersAndReplacesWhatIsNone) {
  struct Row {
    std::string_view text;
    std::vector<char32_t> characters;
  };
  constexpr char32_t kBad = kReplacementCharacter;
  const Row rows[] = {
      {"a\xC3\xA5", {U'a', U'å'}},
      {"\xE2\x82\xAC", {U'€'}},
      {"\xF0\x9F\x98\x80", {0x1F600}},
      {"\xF4\x8F\xBF\xBF", {0x10FFFF}},
      {"\x80", {kBad}},
      {"\xC0\x80", {kBad, kBad}},  // overlong
      {"\xE0\x80\x80", {kBad, kBad, kBad}},
      {"\xED\xA0\x80", {kBad, kBad, kBad}},  // a surrogate
      {"\xF4\x90\x80\x80", {kBad, kBad, kBad, kBad}},
      {"\xE2\x82", {kBad, kBad}},
      {"\xE2(\xAC", {kBad, U'(', kBad}},
      {"\xFF", {kBad}},
  };
  for (const Row& row : rows) EXPECT_EQ(characters_of(row.text), row.characters) << testing::PrintToString(row.text);
}

TEST(Unicode, WritesWhatItTook) {
  for (const char32_t character :
       {char32_t{0x41}, char32_t{0x7FF}, char32_t{0x800}, char32_t{0xFFFF}, char32_t{0x10000}, char32_t{0x10FFFF}}) {
    std::string text;
    append_character(text, character);
    EXPECT_EQ(characters_of(text), std::vector{character});
  }
}

TEST(Unicode, OneLineLeavesNothingThatBreaksOrTurnsIt) {
  EXPECT_EQ(one_line("two\r\nlines\t\x1B[31m"), "two  lines  [31m");
  EXPECT_EQ(one_line("a\xE2\x80\xA8"
                     "b\xE2\x80\xAE"
                     "c\xC2\x85"
                     "d"),
            "a b c d");
  EXPECT_EQ(one_line("Kund åäö 顧客"), "Kund åäö 顧客");
  EXPECT_EQ(one_line("\xFF"), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace prorata::wire
