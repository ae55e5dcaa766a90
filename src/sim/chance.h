// Chance out of a seed, the same on every machine: what a run of the simulation is made of.
#pragma once

#include <cstdint>
#include <iterator>

#include "base/check.h"

namespace prorata::sim {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  // SplitMix64: a counter stirred well. The next 64 bits.
  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    CHECK(least <= most, "a range has a beginning before its end");
    return least + static_cast<std::int64_t>(bits() % (static_cast<std::uint64_t>(most - least) + 1));
  }
  bool one_in(std::int64_t n) { return between(1, n) == 1; }
  template <class Range>
  const auto& pick(const Range& from) {
    CHECK(std::size(from) > 0, "something to pick from");
    return std::begin(from)[between(0, static_cast<std::int64_t>(std::size(from)) - 1)];
  }

 private:
  std::uint64_t state_;
};

}  // namespace prorata::sim
