#include "identity/base64url.h"

#include <array>
#include <cstdint>

namespace prorata::identity {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t kNone = 64;
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(kNone);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) out[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return out;
}();

}  // namespace

std::string to_base64url(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char byte : bytes) {
    held = held << 8U | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 6;) out += kAlphabet[held >> static_cast<unsigned>(bits -= 6) & 63U];
  }
  if (bits > 0) out += kAlphabet[held << static_cast<unsigned>(6 - bits) & 63U];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;
  int bits = 0;
  for (const char c : text) {
    const std::uint32_t value = kValues[static_cast<unsigned char>(c)];
    if (value == kNone) return std::nullopt;
    held = held << 6U | value;
    bits += 6;
    if (bits >= 8) out += static_cast<char>(held >> static_cast<unsigned>(bits -= 8) & 255U);
  }
  const std::uint32_t left_over = held & ((1U << static_cast<unsigned>(bits)) - 1);
  if (left_over != 0) return std::nullopt;  // bits that say nothing have to be zero
  return out;
}

}  // namespace prorata::identity
