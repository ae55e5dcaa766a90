#include "sim/ids.h"

#include <sodium.h>

#include <atomic>
#include <chrono>
#include <mutex>

#include <fmt/format.h>

namespace prorata::sim {
namespace {

class TimeOrdered final : public IdSource {
 public:
  std::string next() override {
    const std::lock_guard lock(mutex_);
    const auto now = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
    if (now > milliseconds_) {
      milliseconds_ = now;
      counter_ = 0;
    } else if (++counter_ > 0xFFF) {
      ++milliseconds_;  // a little ahead of time rather than out of order
      counter_ = 0;
    }
    std::uint64_t chance = 0;
    randombytes_buf(&chance, sizeof chance);
    return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", milliseconds_ >> 16U, milliseconds_ & 0xFFFFU, counter_,
                       0x8000U | (chance >> 48U & 0x3FFFU), chance & 0xFFFFFFFFFFFFU);
  }

 private:
  std::mutex mutex_;
  std::uint64_t milliseconds_ = 0;
  unsigned counter_ = 0;
};

class Counted final : public IdSource {
 public:
  explicit Counted(std::uint32_t seed) : seed_(seed) {}
  std::string next() override { return fmt::format("{:08x}-0000-7000-8000-{:012x}", seed_, ++count_); }

 private:
  std::uint32_t seed_;
  std::atomic<std::uint64_t> count_ = 0;
};

class RealClock final : public Clock {
 public:
  Instant now() override {
    using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
    return {std::chrono::duration_cast<Ticks>(std::chrono::system_clock::now().time_since_epoch()).count()};
  }
};

}  // namespace

std::unique_ptr<IdSource> time_ordered_ids() { return std::make_unique<TimeOrdered>(); }
std::unique_ptr<IdSource> counted_ids(std::uint32_t seed) { return std::make_unique<Counted>(seed); }
std::unique_ptr<Clock> real_clock() { return std::make_unique<RealClock>(); }

}  // namespace prorata::sim
