// One line of JSON a request. It holds no header, no body and no query: tokens and secrets travel in those.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/message.h"

namespace prorata::http {

struct LogEntry {
  std::int64_t time_seconds = 0;  // since 1970
  std::string_view face;
  int status = 0;         // 0: dropped without an answer
  std::size_t bytes = 0;  // of the body that was sent
  std::chrono::microseconds took{0};
  std::string_view why;  // for a request that no handler saw
};

// {"time":"2026-11-24T15:04:05Z","id":"...","peer":"127.0.0.1:51234","face":"arm","method":"GET","path":"/a","status":200,...}
std::string log_line(const Request& request, const LogEntry& entry);

}  // namespace prorata::http
