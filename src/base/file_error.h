// What the operating system says of files, in our words: one table for the desk's database, its usage files and the answers it writes.
//
//   if (::fsync(file) != 0) return cannot("write", path, errno);     // "cannot write 'a.csv': No space left on device; make room ..."
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace prorata {

// storage_full, storage_denied, or `otherwise`.
Code code_of_errno(int number, Code otherwise);

// The error of a file; where the path leads nowhere it is not_found, and unavailable where nothing more is known.
std::unexpected<Error> cannot(std::string_view what, const std::string& path, int number);

// All of it, however often the system takes only a part. Errors: as cannot("write", path, ...).
Result<void> write_all(int file, std::string_view bytes, const std::string& path);

}  // namespace prorata
