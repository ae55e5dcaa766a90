#include "wire/unicode.h"

#include <cstdint>

namespace prorata::wire {
namespace {

struct Lead {
  std::size_t length;  // zero: no character begins with it
  char32_t bits;
  char32_t smallest;  // a smaller one would be an overlong form
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, byte, 0};
  if (byte >= 0xC2 && byte < 0xE0) return {2, byte & 0x1FU, 0x80};
  if (byte >= 0xE0 && byte < 0xF0) return {3, byte & 0x0FU, 0x800};
  if (byte >= 0xF0 && byte < 0xF5) return {4, byte & 0x07U, 0x10000};
  return {0, 0, 0};
}

bool is_scalar(char32_t character) { return character <= 0x10FFFF && (character < 0xD800 || character > 0xDFFF); }

}  // namespace

char32_t take_character(std::string_view text, std::size_t& at) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
  const std::size_t begin = at++;
  if (lead.length == 0 || begin + lead.length > text.size()) return kReplacementCharacter;
  char32_t character = lead.bits;
  for (std::size_t i = 1; i < lead.length; ++i) {
    const auto byte = static_cast<unsigned char>(text[begin + i]);
    if ((byte & 0xC0U) != 0x80U) return kReplacementCharacter;
    character = (character << 6U) | (byte & 0x3FU);
  }
  if (character < lead.smallest || !is_scalar(character)) return kReplacementCharacter;
  at = begin + lead.length;
  return character;
}

void append_character(std::string& out, char32_t character) {
  const auto put = [&](char32_t byte) { out += static_cast<char>(static_cast<std::uint8_t>(byte)); };
  const auto rest = [&](unsigned shift) { put(0x80U | ((character >> shift) & 0x3FU)); };
  if (character < 0x80) {
    put(character);
  } else if (character < 0x800) {
    put(0xC0U | (character >> 6U));
    rest(0);
  } else if (character < 0x10000) {
    put(0xE0U | (character >> 12U));
    rest(6);
    rest(0);
  } else {
    put(0xF0U | (character >> 18U));
    rest(12);
    rest(6);
    rest(0);
  }
}

bool is_control(char32_t character) {
  const bool plain = character < 0x20 || (character >= 0x7F && character < 0xA0);
  const bool separator = character == 0x2028 || character == 0x2029;
  const bool direction = character == 0x200E || character == 0x200F || character == 0x061C ||
                         (character >= 0x202A && character <= 0x202E) || (character >= 0x2066 && character <= 0x2069);
  return plain || separator || direction;
}

std::string one_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t character = take_character(text, at);
    append_character(line, is_control(character) ? U' ' : character);
  }
  return line;
}

}  // namespace prorata::wire
