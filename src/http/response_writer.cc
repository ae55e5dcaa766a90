#include "http/response_writer.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "base/time.h"

namespace prorata::http {
namespace {

void append_number(std::string& out, std::size_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool is_ours(std::string_view name) {
  static constexpr std::string_view kOurs[] = {"Date", "Content-Type", "Content-Length", "Connection", "Transfer-Encoding"};
  return std::ranges::any_of(kOurs, [&](std::string_view each) { return equal_ignoring_case(each, name); });
}

bool has_no_length(int status) { return status == 204 || status == 304 || status < 200; }

}  // namespace

bool is_header_name(std::string_view name) {
  const auto allowed = [](char c) {
    const bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !name.empty() && std::ranges::all_of(name, allowed);
}

bool is_header_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

void append_head(std::string& out, const Response& response, const Sending& sending) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(response.status));
  (out += ' ') += reason_of(response.status);
  (out += "\r\nDate: ") += sending.date;
  if (!response.content_type.empty() && is_header_value(response.content_type)) (out += "\r\nContent-Type: ") += response.content_type;
  if (!has_no_length(response.status) && !sending.endless) append_number(out += "\r\nContent-Length: ", response.body.size());
  if (!sending.keep_alive) out += "\r\nConnection: close";
  for (const auto& [name, value] : response.headers)
    if (is_header_name(name) && is_header_value(value) && !is_ours(name)) (((out += "\r\n") += name) += ": ") += value;
  out += "\r\n\r\n";
}

std::string http_date(std::int64_t seconds) {
  static constexpr std::string_view kDays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};  // 1970-01-01 was a Thursday
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Day day = day_of(add_seconds(Instant{}, seconds));
  const std::string date = to_string(day);  // "2026-11-24"
  const std::int64_t second = seconds - day.since_epoch * std::int64_t{86'400};
  const int month = (date[5] - '0') * 10 + (date[6] - '0');
  return fmt::format("{}, {} {} {} {:02}:{:02}:{:02} GMT", kDays[static_cast<unsigned>(day.since_epoch) % 7], date.substr(8, 2),
                     kMonths[month - 1], date.substr(0, 4), second / 3600, second / 60 % 60, second % 60);
}

}  // namespace prorata::http
