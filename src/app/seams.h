// The two other seams: what time it is, and where new ids come from. Everything else is a value or a function.
#pragma once

#include <string>

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

}  // namespace prorata
