// Any bytes are read or refused with a place; what is read is the same when it is written again and read.
#include <cstdint>

#include "base/check.h"
#include "wire/json.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

void write_again(const JsonValue& value, JsonWriter& writer) {
  switch (value.kind()) {
    case JsonKind::string: writer.text(value.text()); return;
    case JsonKind::null: writer.null(); return;
    case JsonKind::number:
    case JsonKind::boolean: writer.raw(value.text()); return;
    case JsonKind::array:
      writer.begin_array();
      for (auto each = value.first(); each; each = each->next()) write_again(*each, writer);
      writer.end_array();
      return;
    case JsonKind::object:
      writer.begin_object();
      for (auto each = value.first(); each; each = each->next()) write_again(*each, writer.key(each->key()));
      writer.end_object();
      return;
  }
}

std::string written(const JsonValue& value) {
  std::string out;
  JsonWriter writer(out);
  write_again(value, writer);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  JsonReader reader;
  const Result<JsonValue> root = reader.read({reinterpret_cast<const char*>(data), size});
  if (!root) {
    CHECK(root.error().code == Code::invalid_data && !root.error().place.empty(), "a refusal names its place");
    return 0;
  }
  const std::string once = written(*root);
  const Result<JsonValue> again = reader.read(once);
  CHECK(again && written(*again) == once, "what was read can be written and read again");
  return 0;
}
