// `prorata price`: prices returns without a store. One JSON object a line in, one a line out, in order, however large the file: memory
// stays flat and all cores work. A line that cannot be read gives an error object in its place and the rest goes on.
//
// The form is that of refund rules section 8.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "policy/pack.h"

namespace prorata::wire {

inline constexpr std::size_t kPriceLineBytesMax = 1 << 20;

struct PriceReport {
  std::int64_t lines = 0;   // priced or refused; blank lines are skipped
  std::int64_t failed = 0;  // that could not be read
};

// Fills a buffer from the input; returns how many bytes, 0 at the end.
using ReadBytes = std::function<Result<std::size_t>(char* buffer, std::size_t size)>;
using WriteBytes = std::function<Result<void>(std::string_view bytes)>;

// Errors: what read and write say, at which everything stops.
Result<PriceReport> price_lines(const policy::PackSet& packs, const ReadBytes& read, const WriteBytes& write, unsigned threads);

// One line, without its end; appends the answer with its end. Returns whether it could be read. `line` is its number, from 1.
class LinePricer {
 public:
  explicit LinePricer(const policy::PackSet& packs);
  ~LinePricer();
  LinePricer(const LinePricer&) = delete;
  LinePricer& operator=(const LinePricer&) = delete;
  bool price(std::string_view text, std::int64_t line, std::string& out);
  // The same without a copy, where kJsonPadding bytes behind the text can be read.
  bool price_in_place(std::string_view text, std::int64_t line, std::string& out);

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

}  // namespace prorata::wire
