// The one table of how an error ends: the exit code of the command line, the HTTP status, and the code that ARM clients read.
#pragma once

#include <string_view>

#include "base/error.h"

namespace prorata::wire {

struct ErrorRow {
  Code code;
  int exit_code;
  int http_status;
  std::string_view arm_code;
};

const ErrorRow& error_row(Code code);
inline int exit_code(Code code) { return error_row(code).exit_code; }

}  // namespace prorata::wire
