// Lists in pages: what a client may ask of one, and the link to the next.
//
//   const PageAsk ask = TRY(page_ask(request, {.usual = 100, .most = 1000}));
//   ...
//   if (!next.empty()) w.field("nextLink", next_link(request, next));
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "http/message.h"

namespace prorata::arm {

struct PageSizes {
  std::size_t usual = 100;
  std::size_t most = 1'000;
};

struct PageAsk {
  std::size_t limit = 0;
  std::string after;  // the token of the page before; empty for the first
};

// Of $top and $skiptoken. Errors: invalid_argument, naming the parameter.
Result<PageAsk> page_ask(const http::Request& request, PageSizes sizes);

// The address the client came by, with its query and this token.
std::string next_link(const http::Request& request, std::string_view token);

// A path as it may stand in an address: each segment percent-encoded.
std::string encoded_path(std::string_view path);

// One page of what is at hand whole; the token is how many came before. `next` is empty on the last page.
struct Slice {
  std::size_t from = 0;
  std::size_t until = 0;
  std::string next;
};
Result<Slice> slice_of(const PageAsk& ask, std::size_t count);

}  // namespace prorata::arm
