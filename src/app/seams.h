// The smaller seams: what time it is, where new ids come from, and where the contents of files lie. Everything else is a value or a
// function.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"

namespace prorata {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() = 0;
};

class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::string next() = 0;  // a new GUID in lower case; those of one source sort by age
};

// The contents of files that go with requests, kept beside the tables, each under its own checksum: the same content again is the same
// file.
class FileContents {
 public:
  virtual ~FileContents() = default;
  // SHA-256 of the content, 64 hexadecimal digits; it is on the disk when this returns. Errors: unavailable, storage_full, storage_denied.
  virtual Result<std::string> put(std::string_view content) = 0;
  // Errors: not_found; storage_corrupt where what lies there is not what was put.
  virtual Result<std::string> get(const std::string& checksum) = 0;
};

}  // namespace prorata
