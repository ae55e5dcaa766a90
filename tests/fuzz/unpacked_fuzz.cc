// Any bytes unpack or are told to be broken, and reading ends.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "wire/unpacked_bytes.h"

using namespace prorata;
using namespace prorata::wire;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TextBytes source({reinterpret_cast<const char*>(data), size});
  UnpackedBytes unpacked(source);
  std::string buffer(10'000, '\0');
  std::size_t sum = 0;
  for (;;) {
    const Result<std::size_t> got = unpacked.read(buffer);
    if (!got) CHECK(got.error().code == Code::invalid_data && !got.error().message.empty(), "an error says what is broken");
    if (!got || *got == 0) break;
    CHECK(*got <= buffer.size(), "no more than there is room for");
    sum += *got;
    if (sum > (std::size_t{64} << 20U)) break;  // a bomb
  }
  if (unpacked.packing().value_or(Packing::gzip) == Packing::none) CHECK(sum == size, "what is not packed comes out as it is");
  return 0;
}
