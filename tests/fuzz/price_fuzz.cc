// Any bytes give one valid line of JSON for each line that is not blank, in order, however the bytes arrive, the same by either way of
// reading.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "wire/json.h"
#include "wire/policy_pack.h"
#include "wire/price_batch.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

constexpr std::size_t kPiece = 7;  // bytes at a time

std::string_view stripped(std::string_view text, bool first) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  if (first && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

// The whole batch, read in small pieces.
std::string batch(const policy::PackSet& packs, std::string_view text, PriceReport& report) {
  std::string out;
  const ReadBytes read = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
    const std::size_t taken = text.copy(buffer, std::min(size, kPiece));
    text.remove_prefix(taken);
    return taken;
  };
  const WriteBytes write = [&](std::string_view bytes) -> Result<void> {
    out += bytes;
    return {};
  };
  report = *price_lines(packs, read, write, 1);
  return out;
}

void check_answer(std::string_view answer, std::int64_t number, bool priced) {
  CHECK(answer.ends_with('\n') && answer.find('\n') == answer.size() - 1, "an answer is one line");
  JsonReader reader;
  const Result<JsonValue> v = reader.read(answer);
  CHECK(v && v->is_object(), "an answer is a JSON object");
  CHECK(v->find("error").has_value() != priced && v->find("refund").has_value() == priced, "an error or amounts");
  CHECK(priced || integer_at(*v, "line", 1, INT64_MAX) == number, "an error says on which line");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const policy::PackSet packs = *load_packs("");
  static LinePricer pricer(packs);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  PriceReport counted;
  std::string all;
  std::int64_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = stripped(rest.substr(0, end), ++number == 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty()) continue;
    std::string answer;
    const bool priced = pricer.price(line, number, answer);
    check_answer(answer, number, priced);
    // A carriage return between two tokens is JSON, and not what the quick way reads.
    std::string slow_answer;
    if (line[0] == '{' && line.size() < kPriceLineBytesMax) pricer.price("{\r" + std::string(line.substr(1)), number, slow_answer);
    CHECK(slow_answer.empty() || slow_answer == answer, "the quick way says what the slow one says");
    ++counted.lines;
    counted.failed += !priced;
    all += answer;
  }
  const bool whole_batch_too = size % 16 == 0;  // it is slow: threads and large buffers
  if (!whole_batch_too) return 0;
  PriceReport report;
  CHECK(batch(packs, text, report) == all, "the batch answers line by line");
  CHECK(report.lines == counted.lines && report.failed == counted.failed, "and counts them");
  return 0;
}
