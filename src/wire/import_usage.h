// Reads a usage file of any dialect, packed or not, on one or more threads, in memory that does not grow with the file's rows.
//
//   UsageReport report;
//   TRY(import_usage(file, {.threads = 2}, sink, report));
//   report.dialect, report.taken, report.skipped[...], report.refusals
//
// Columns are bound by the names in the header (usage_header.h); rows are judged one by one (usage_line.h): taken, skipped with a reason
// that is counted, or refused with line and column while the rest goes on. Rows reach the sink in the order of the file and with their
// lines, whatever the number of threads. The dialects and their pitfalls stand in docs/specs/usage-files.md.
#pragma once

#include <functional>

#include "wire/bytes.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

struct UsageOptions {
  unsigned threads = 1;
  std::function<void(const UsageReport& so_far)> progress;  // after each batch; called by one thread at a time
};

// Errors: invalid_data for a header that no dialect has (it says which is nearest, what is missing and what was seen) and for a packed file
// that is broken; those of the source and of the sink, at which everything stops. What was read until then has been given and counted.
Result<void> import_usage(ByteSource& source, const UsageOptions& options, const UsageSink& sink, UsageReport& report);

}  // namespace prorata::wire
