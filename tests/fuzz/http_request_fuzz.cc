// Any bytes are a request, refused with a status, or unfinished; and it does not matter in which portions they come.
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "http/request_reader.h"
#include "http/response_writer.h"

using namespace prorata;
using namespace prorata::http;

namespace {

const ReadLimits kLimits{.head_bytes = 2048, .target_bytes = 512, .header_count = 16, .body_bytes = 1024};

void check(const Request& request) {
  const std::string& path = request.path;
  CHECK(path == "*" || path.starts_with('/'), "a path begins with a slash");
  CHECK(path == "/" || !path.ends_with('/'), "and does not end with one");
  CHECK((path + "/").find("/../") == std::string::npos && (path + "/").find("/./") == std::string::npos, "no segment is dots");
  CHECK(path.find('\0') == std::string::npos && path.find("//") == std::string::npos, "and none is empty");
  CHECK(request.target.size() <= kLimits.target_bytes && request.headers.size() <= kLimits.header_count, "the head is within its limits");
  CHECK(request.body.size() <= kLimits.body_bytes, "and so is the body");
  for (const auto& [name, value] : request.headers)
    CHECK(is_header_name(name) && is_header_value(value), "a header that was read may be sent");
}

struct Reading {
  std::vector<std::string> told;  // each request and the refusal
  bool operator==(const Reading&) const = default;
};

std::string words_of(const Request& request) {
  std::string words(to_string(request.method));
  ((words += '\n') += request.target) += '\n';
  for (const auto& [name, value] : request.headers) ((words += name) += ':') += value;
  return words += request.body;
}

Reading read_all(std::string_view bytes, std::size_t portion) {
  RequestReader reader(kLimits);
  Reading reading;
  std::string pending;
  while (!bytes.empty()) {
    pending += bytes.substr(0, portion);
    bytes.remove_prefix(std::min(portion, bytes.size()));
    while (!pending.empty()) {
      const auto [step, used] = reader.read(pending);
      CHECK(used <= pending.size(), "no more is used than came");
      pending.erase(0, used);
      CHECK(pending.size() < 64 * 1024, "what is kept is bounded");
      if (step == Step::more) break;
      if (step == Step::refused) {
        CHECK(reader.refusal().status >= 400 && reader.refusal().status < 600, "a refusal has the status of one");
        reading.told.push_back("refused");
        return reading;
      }
      const Request request = reader.take();
      check(request);
      reading.told.push_back(words_of(request));
    }
  }
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 8 * 1024) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Reading whole = read_all(bytes, bytes.size() + 1);
  const Reading pieces = read_all(bytes, 1 + size % 7);
  // A refusal may come later when the bytes do, since a line is judged when it is complete; the requests before it are the same.
  const std::size_t common = std::min(whole.told.size(), pieces.told.size());
  for (std::size_t i = 0; i < common; ++i) CHECK(whole.told[i] == pieces.told[i], "portions do not change what is read");
  return 0;
}
