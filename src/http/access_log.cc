#include "http/access_log.h"

#include <fmt/format.h>

#include "base/time.h"

namespace prorata::http {
namespace {

void append_text(std::string& out, std::string_view name, std::string_view text) {
  (((out += ",\"") += name) += "\":\"");
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      (out += '\\') += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

std::string log_line(const Request& request, const LogEntry& entry) {
  std::string line = fmt::format(R"({{"time":"{}")", to_string(add_seconds(Instant{}, entry.time_seconds)));
  append_text(line, "id", request.id);
  append_text(line, "peer", request.peer);
  if (!entry.face.empty()) append_text(line, "face", entry.face);
  if (!request.target.empty()) {
    append_text(line, "method", to_string(request.method));
    append_text(line, "path", std::string_view(request.target).substr(0, request.target.find('?')));
  }
  line += fmt::format(R"(,"status":{},"bytes":{},"microseconds":{})", entry.status, entry.bytes, entry.took.count());
  if (!entry.why.empty()) append_text(line, "why", entry.why);
  line += '}';
  return line;
}

}  // namespace prorata::http
