// The head of an answer, written into a buffer that may hold other answers already.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace prorata::http {

struct Sending {
  std::string_view date;  // "Tue, 24 Nov 2026 15:04:05 GMT"
  bool keep_alive = true;
  bool endless = false;  // the body goes on after what there is of it; it ends with the connection
};

// Status line, Date, Content-Type, Content-Length, Connection and the answer's own headers, up to the empty line. The length is the body's,
// also where none is sent (HEAD); 204 and 304 have none. A header that HTTP does not allow is left out, and so are those written here.
void append_head(std::string& out, const Response& response, const Sending& sending);

// The date of an HTTP header, from seconds since 1970.
std::string http_date(std::int64_t seconds);

// Letters, digits and a few signs; a value without control characters other than a tab.
bool is_header_name(std::string_view name);
bool is_header_value(std::string_view value);

}  // namespace prorata::http
