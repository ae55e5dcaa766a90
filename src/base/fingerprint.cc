#include "base/fingerprint.h"

#include <fmt/format.h>

namespace prorata {
namespace {

constexpr unsigned __int128 kPrime = (static_cast<unsigned __int128>(1) << 88U) + 0x13bU;

}  // namespace

Fingerprint& Fingerprint::add(std::string_view text) {
  const auto byte = [&](std::uint8_t each) { state_ = (state_ ^ each) * kPrime; };
  for (const char each : text) byte(static_cast<std::uint8_t>(each));
  for (unsigned shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(text.size() >> shift));
  return *this;
}

std::string Fingerprint::text() const {
  return fmt::format("{:016x}{:016x}", static_cast<std::uint64_t>(state_ >> 64U), static_cast<std::uint64_t>(state_));
}

}  // namespace prorata
