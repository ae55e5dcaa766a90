#include "http/target.h"

#include <algorithm>

namespace prorata::http {
namespace {

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// RFC 3986 knows printable ASCII only; everything else is sent encoded.
bool is_plain(std::string_view text) {
  bool plain = true;
  for (const char c : text)
    plain &= (c > 0x20) & (c < 0x7f) & (c != '#');  // without a branch a byte, so that the compiler takes many at once
  return plain;
}

Result<void> append_decoded(std::string& path, std::string_view raw) {
  for (std::size_t i = 0; i < raw.size(); ++i) {
    char c = raw[i];
    if (c == '%') {
      const int byte = byte_of_hex(raw.substr(i + 1));
      if (byte < 0) return fail(Code::invalid_argument, "a '%' in the path is not followed by two hexadecimal digits");
      c = static_cast<char>(byte);
      i += 2;
    }
    if (c == '/') return fail(Code::invalid_argument, "a segment of the path holds a slash");
    if (is_control(c)) return fail(Code::invalid_argument, "the path holds a control character");
    path += c;
  }
  return {};
}

// Nearly every segment is as it is meant to be: that is found out before anything is looked at byte by byte.
Result<void> append_segment(std::string& path, std::string_view raw) {
  if (raw.empty()) return {};
  path += '/';
  const std::size_t start = path.size();
  if (raw.find('%') == std::string_view::npos) {
    path += raw;
  } else {
    TRY(append_decoded(path, raw));
    if (!is_utf8(std::string_view(path).substr(start))) return fail(Code::invalid_argument, "the path is not UTF-8");
  }
  const std::string_view segment = std::string_view(path).substr(start);
  if (segment.find('\\') != std::string_view::npos) return fail(Code::invalid_argument, "a segment of the path holds a backslash");
  if (segment == "." || segment == "..") return fail(Code::invalid_argument, "the path holds a segment of dots");
  return {};
}

Result<std::string> decode_path(std::string_view raw) {
  std::string path;
  path.reserve(raw.size());
  while (!raw.empty()) {
    raw.remove_prefix(1);  // the slash
    const std::string_view segment = raw.substr(0, raw.find('/'));
    TRY(append_segment(path, segment));
    raw.remove_prefix(segment.size());
  }
  if (path.empty()) path = "/";
  return path;
}

// Takes "https://host:port" off the front and gives "host:port".
std::string_view take_authority(std::string_view& raw) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!equal_ignoring_case(raw.substr(0, scheme.size()), scheme)) continue;
    raw.remove_prefix(scheme.size());
    const std::string_view authority = raw.substr(0, raw.find_first_of("/?"));
    raw.remove_prefix(authority.size());
    return authority;
  }
  return {};
}

}  // namespace

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
  for (std::size_t at = 0; at < text.size();) {
    const unsigned lead = byte(at++);
    if (lead < 0x80) continue;
    if (lead < 0xC2 || lead > 0xF4) return false;
    // Where a form could be overlong, half of a pair or beyond the last character, the second byte shows it.
    const unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (byte(at) < lowest || byte(at) > highest) return false;
    ++at;
    for (int more = lead < 0xE0 ? 0 : lead < 0xF0 ? 1 : 2; more > 0; --more)
      if ((byte(at++) & 0xC0U) != 0x80) return false;
  }
  return true;
}

int byte_of_hex(std::string_view text) {
  if (text.size() < 2 || hex_of(text[0]) < 0 || hex_of(text[1]) < 0) return -1;
  return hex_of(text[0]) * 16 + hex_of(text[1]);
}

bool is_host(std::string_view text) {
  const auto allowed = [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view("-._:[]").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, allowed);
}

Result<Target> read_target(std::string_view raw) {
  if (!is_plain(raw)) return fail(Code::invalid_argument, "the target holds a character that must be percent-encoded");
  if (raw == "*") return Target{.path = "*"};
  Target target;
  if (!raw.starts_with('/')) {
    target.authority = take_authority(raw);
    if (!is_host(target.authority)) return fail(Code::invalid_argument, "the target is neither a path nor an https address");
  }
  const std::size_t mark = raw.find('?');
  target.path = TRY(decode_path(raw.substr(0, mark)));
  if (mark != std::string_view::npos) target.query = TRY(parse_query(raw.substr(mark + 1)));
  return target;
}

}  // namespace prorata::http
