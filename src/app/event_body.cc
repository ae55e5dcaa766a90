#include "app/event_body.h"

#include <fmt/format.h>

namespace prorata {
namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  out += '"';
}

}  // namespace

void EventBody::key(std::string_view name) {
  if (json_.size() > 1) json_ += ',';
  append_quoted(json_, name);
  json_ += ':';
}
EventBody& EventBody::text(std::string_view name, std::string_view value) {
  key(name);
  append_quoted(json_, value);
  return *this;
}
EventBody& EventBody::number(std::string_view name, std::int64_t value) {
  key(name);
  json_ += std::to_string(value);
  return *this;
}
EventBody& EventBody::amount(std::string_view name, Money value) { return text(name, to_string(value)); }

}  // namespace prorata
