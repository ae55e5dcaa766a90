// Small checked text helpers that every face needs.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace prorata {

std::string to_lower(std::string_view text);                       // ASCII letters only
bool equal_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only
std::string_view trim(std::string_view text);                      // ASCII white space

// Which language a sentence for a person is in. Data has none.
enum class Language { english, swedish };

// "12345.60" as people read it: "12 345.60", or "12 345,60" with a decimal comma. Programs get to_string(money).
std::string grouped(std::string_view decimal, char decimal_sign = '.');

// A whole decimal number within [min, max]. Errors: invalid_argument, naming `what`.
Result<std::int64_t> parse_integer(std::string_view text, std::int64_t min, std::int64_t max, std::string_view what);

// An enum whose words are spelled once. Specialise kWords as an array of {value, word}:
//   template <> inline constexpr auto kWords<BillingPlan> = std::to_array<Word<BillingPlan>>({{BillingPlan::upfront, "Upfront"}, ...});
template <class E>
using Word = std::pair<E, std::string_view>;
template <class E>
inline constexpr auto kWords = std::array<Word<E>, 0>{};

template <class E>
  requires(!kWords<E>.empty())
constexpr std::string_view to_string(E value) {
  for (const auto& [each, word] : kWords<E>)
    if (each == value) return word;
  return {};
}

namespace detail {
std::unexpected<Error> not_a_word(std::string_view text, std::string_view what, std::string_view words);
}

// The value of a word, in any letter case. Errors: invalid_argument, listing the words.
template <class E>
Result<E> parse_word(std::string_view text, std::string_view what) {
  for (const auto& [each, word] : kWords<E>)
    if (equal_ignoring_case(word, text)) return each;
  std::string words;
  for (const auto& [each, word] : kWords<E>) (words += words.empty() ? "" : ", ") += word;
  return detail::not_a_word(text, what, words);
}

template <>
inline constexpr auto kWords<Language> = std::to_array<Word<Language>>({{Language::english, "en"}, {Language::swedish, "sv"}});

}  // namespace prorata
