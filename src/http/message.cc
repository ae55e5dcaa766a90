#include "http/message.h"

#include <algorithm>

#include "http/target.h"

namespace prorata::http {
namespace {

Result<std::string> decode_form_word(std::string_view word) {
  std::string out;
  out.reserve(word.size());
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (word[i] == '+') {
      out += ' ';
    } else if (word[i] != '%') {
      out += word[i];
    } else {
      const int value = byte_of_hex(word.substr(i + 1));
      if (value < 0) return fail(Code::invalid_argument, "a '%' in the query is not followed by two hexadecimal digits");
      if (value == 0) return fail(Code::invalid_argument, "the query holds a NUL");
      out += static_cast<char>(value);
      i += 2;
    }
  }
  if (!is_utf8(out)) return fail(Code::invalid_argument, "the query is not UTF-8");
  return out;
}

}  // namespace

std::optional<std::string_view> Fields::find(std::string_view name) const {
  for (const auto& [each, value] : fields_)
    if (each.size() == name.size() && equal_ignoring_case(each, name)) return value;
  return std::nullopt;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(fields_, [&](const Field& each) { return equal_ignoring_case(each.first, name); }));
}

void Fields::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const Field& each) { return equal_ignoring_case(each.first, name); });
  fields_.emplace_back(name, std::move(value));
}

Result<Fields> parse_query(std::string_view text) {
  Fields query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    std::string name = TRY(decode_form_word(pair.substr(0, equals)));
    query.add(std::move(name), equals == std::string_view::npos ? std::string() : TRY(decode_form_word(pair.substr(equals + 1))));
  }
  return query;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                            std::string_view("-._~").find(c) != std::string_view::npos;
    if (unreserved) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

Response json(int status, std::string body) { return {.status = status, .content_type = std::string(kJson), .body = std::move(body)}; }
Response text(int status, std::string body) { return {.status = status, .content_type = std::string(kText), .body = std::move(body)}; }
Response empty(int status) { return {.status = status}; }

std::string_view reason_of(int status) {
  switch (status) {
    case 100: return "Continue";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Status";
  }
}

}  // namespace prorata::http
