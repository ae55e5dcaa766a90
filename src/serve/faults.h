// Faults that a sandbox is told to make, so that a client's handling of them can be tried. They belong to this process and are gone with
// it.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "http/message.h"

namespace prorata::serve {

enum class FaultKind {
  delay,         // the answer comes later
  status_429,    // asked to come back later; nothing is done
  error_before,  // a 500, and nothing is done
  error_after,   // a 500, though it was done
  drop,          // done, and the connection is closed instead of an answer
};

struct Fault {
  std::string operation;  // "POST /providers/Microsoft.Capacity/*/return", any letter case; '*' stands for any text
  FaultKind kind = FaultKind::delay;
  std::int64_t count = 1;    // how often; it counts down
  std::int64_t seconds = 1;  // of the delay, or to come back after
};

class Faults {
 public:
  void add(Fault fault);
  void clear();
  std::vector<Fault> all() const;
  // The first that fits, counted down.
  std::optional<Fault> take(http::Method method, const std::string& path);

 private:
  mutable std::mutex mutex_;
  std::vector<Fault> faults_;
};

}  // namespace prorata::serve

template <>
inline constexpr auto prorata::kWords<prorata::serve::FaultKind> =
    std::to_array<prorata::Word<prorata::serve::FaultKind>>({{prorata::serve::FaultKind::delay, "delay"},
                                                             {prorata::serve::FaultKind::status_429, "status_429"},
                                                             {prorata::serve::FaultKind::error_before, "error_before"},
                                                             {prorata::serve::FaultKind::error_after, "error_after"},
                                                             {prorata::serve::FaultKind::drop, "drop"}});
