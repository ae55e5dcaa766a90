// Counts what a server does, and prints it as Prometheus reads it. Every count is one relaxed atomic, so that counting costs nothing.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace prorata::http {

class Metrics {
 public:
  // What a request was turned away for before a handler saw it.
  enum class Rejected { malformed, too_large, too_slow, too_many_connections, queue_full, handshake_failed };
  static constexpr std::size_t kRejections = 6;

  // The faces whose requests are told apart; every other name is counted as "other".
  explicit Metrics(std::vector<std::string> faces);

  void answered(std::string_view face, Method method, int status, std::chrono::microseconds took);
  void rejected(Rejected why) { rejections_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed); }

  std::atomic<std::int64_t> in_flight{0};
  std::atomic<std::int64_t> connections{0};
  std::atomic<std::int64_t> certificate_reloads{0};

  std::string prometheus(std::int64_t queue_depth) const;

 private:
  using Count = std::atomic<std::uint64_t>;
  static constexpr std::size_t kMethods = 7;
  static constexpr std::size_t kClasses = 6;  // 0xx (dropped, no answer) to 5xx
  static constexpr std::size_t kBuckets = 16;
  struct Face {
    std::string name;
    std::array<std::array<Count, kClasses>, kMethods> requests{};
    std::array<Count, kBuckets + 1> buckets{};  // not cumulative; the last holds what is slower than every bound
    Count microseconds{0};
  };

  Face& face_of(std::string_view name) const;

  std::vector<std::unique_ptr<Face>> faces_;  // the last is "other"
  std::array<Count, kRejections> rejections_{};
};

}  // namespace prorata::http
