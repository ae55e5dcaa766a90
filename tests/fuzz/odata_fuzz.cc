// Any text is refused with the character where it stops making sense, or is a filter that reads the same when it is written again.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "wire/odata.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string written(const Filter& f) {
  const std::string value = f.quoted ? quoted(f.value) : f.value;
  if (f.kind == Filter::Kind::comparison) return f.name + " " + std::string(to_string(f.compare)) + " " + value;
  if (f.kind == Filter::Kind::call) return f.name + "(" + value + ")";
  std::string out;
  for (const Filter& part : f.parts) {
    out += out.empty() ? "" : f.kind == Filter::Kind::all ? " and " : " or ";
    const bool group = part.kind == Filter::Kind::all || part.kind == Filter::Kind::any;
    out += group ? "(" + written(part) + ")" : written(part);
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const Result<Filter> filter = parse_filter(text);
  if (!filter) {
    CHECK(filter.error().code == Code::invalid_argument && filter.error().place == "$filter", "a refusal names the filter");
    return 0;
  }
  const std::string again = written(*filter);
  if (again.size() <= kFilterBytesMax) {
    const Result<Filter> second = parse_filter(again);
    CHECK(second.has_value() && *second == *filter, "what was read reads the same again");
  }
  if (const auto parts = conjunction(*filter))
    for (const Filter& part : *parts) {
      CHECK(part.kind == Filter::Kind::comparison || part.kind == Filter::Kind::call, "a conjunction has leaves only");
      if (names(part, "createdDate")) (void)instant_in(part);
      (void)text_in(part);
    }
  return 0;
}
