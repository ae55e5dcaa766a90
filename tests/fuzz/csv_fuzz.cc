// Any bytes are rows or refusals with a place, and reading ends.
#include <cstdint>

#include "base/check.h"
#include "wire/csv.h"

using namespace prorata;
using namespace prorata::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextBytes source({reinterpret_cast<const char*>(data), size});
  CsvReader csv(source, {{"id"}, {"name"}, {"note", CsvColumn::optional}});
  if (!csv.read_header()) return 0;
  std::size_t rows = 0;
  while (const std::optional<Result<const CsvRow*>> next = csv.next()) {
    CHECK(++rows <= size, "each row takes at least a byte");
    if (!*next) {
      CHECK(!next->error().place.empty(), "a refusal names its place");
      continue;
    }
    for (std::size_t asked = 0; asked < 3; ++asked) CHECK((**next)->field(asked).size() <= size, "a field is part of the file");
  }
  return 0;
}
