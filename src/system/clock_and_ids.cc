#include "system/clock_and_ids.h"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <mutex>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::system {
namespace {

std::uint64_t chance() {
  std::uint64_t bits = 0;
  CHECK(getentropy(&bits, sizeof bits) == 0, "the kernel always has chance to give");
  return bits;
}

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
    const std::uint64_t bits = chance();
    return fmt::format("{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}", milliseconds_ >> 16U, milliseconds_ & 0xFFFFU, counter_,
                       0x8000U | (bits >> 48U & 0x3FFFU), bits & 0xFFFFFFFFFFFFU);
  }

 private:
  std::mutex mutex_;
  std::uint64_t milliseconds_ = 0;
  unsigned counter_ = 0;
};

class RealClock final : public Clock {
 public:
  Instant now() override {
    using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, kTicksPerSecond>>;
    return {std::chrono::duration_cast<Ticks>(std::chrono::system_clock::now().time_since_epoch()).count()};
  }
};

}  // namespace

std::unique_ptr<Clock> real_clock() { return std::make_unique<RealClock>(); }
std::unique_ptr<IdSource> time_ordered_ids() { return std::make_unique<TimeOrdered>(); }

}  // namespace prorata::system
