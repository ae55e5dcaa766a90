// The request target, taken apart: "/a%20b//c?x=1" is the path "/a b/c" and the query x=1.
//
// One path has one reading here, whatever a proxy in front made of it: a segment that is "." or "..", plain or encoded, an encoded slash,
// a backslash, control characters and what is not UTF-8 are refused rather than interpreted. Empty segments are left out, since Azure's
// clients join scopes that begin with a slash to a slash.
#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace prorata::http {

struct Target {
  std::string path;  // "*" for the server as a whole (OPTIONS)
  Fields query;
  std::string authority;  // of an absolute target, "https://host:port/path": "host:port"; empty otherwise
};

// Errors: invalid_argument, saying what about the target is wrong.
Result<Target> read_target(std::string_view raw);

// "name:port", "127.0.0.1:8443", "[::1]:8443": what may be put into a link of ours.
bool is_host(std::string_view text);

// Strict: no overlong forms and no halves of pairs. What is not goes no further: databases refuse it, and nobody can read it.
bool is_utf8(std::string_view text);

// The byte that two hexadecimal digits at the start of `text` stand for; -1 where they are none.
int byte_of_hex(std::string_view text);

}  // namespace prorata::http
