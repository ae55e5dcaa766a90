// The slow, obvious reader of usage files: CsvReader row by row, one thread, nothing foreseen. import_usage must give the same rows and
// refusals, whatever its chunks and threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/usage_rows.h"

namespace prorata::wire {

struct UsageRead {
  std::string error;              // of the whole file
  std::vector<std::string> rows;  // each row as a text, in order
  std::vector<std::string> refusals;
  UsageReport report;
};

std::string shown(const UsageRow& row, const UsageMachine& machine);
UsageRead read_usage_slowly(std::string_view text);
UsageRead read_usage_fast(std::string_view text, unsigned threads);

// The same, of a text that is cut into chunks of that size.
UsageRead read_usage_in_chunks(std::string_view text, std::size_t chunk_bytes);

}  // namespace prorata::wire
