#include "arm/paging.h"

#include <algorithm>

#include "base/text.h"

namespace prorata::arm {
namespace {

constexpr std::string_view kSkipToken = "$skiptoken";
constexpr std::string_view kTop = "$top";

}  // namespace

Result<PageAsk> page_ask(const http::Request& request, PageSizes sizes) {
  PageAsk ask{.limit = sizes.usual, .after = std::string(request.query.get(kSkipToken))};
  if (const auto top = request.query.find(kTop))
    ask.limit = static_cast<std::size_t>(TRY(parse_integer(*top, 1, static_cast<std::int64_t>(sizes.most), kTop)));
  return ask;
}

std::string encoded_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    out += http::percent_encode(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    out += '/';
    path.remove_prefix(slash + 1);
  }
  return out;
}

std::string next_link(const http::Request& request, std::string_view token) {
  std::string link = request.base_url() + encoded_path(request.path) + "?";
  for (const auto& [name, value] : request.query)
    if (!equal_ignoring_case(name, kSkipToken)) link += http::percent_encode(name) + "=" + http::percent_encode(value) + "&";
  return link + http::percent_encode(kSkipToken) + "=" + http::percent_encode(token);
}

Result<Slice> slice_of(const PageAsk& ask, std::size_t count) {
  Slice slice;
  if (!ask.after.empty()) slice.from = static_cast<std::size_t>(TRY(parse_integer(ask.after, 0, 1'000'000'000, kSkipToken)));
  slice.from = std::min(slice.from, count);
  slice.until = std::min(count, slice.from + ask.limit);
  if (slice.until < count) slice.next = std::to_string(slice.until);
  return slice;
}

}  // namespace prorata::arm
