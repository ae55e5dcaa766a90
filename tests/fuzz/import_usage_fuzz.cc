// Any bytes are usage, skipped or refused with a place, each counted once; and whatever the size of chunks, the same.
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "wire/csv.h"
#include "wire/import_usage.h"
#include "wire/row_chunks.h"
#include "wire/usage_lane.h"
#include "wire/usage_line.h"

using namespace prorata;
using namespace prorata::wire;

namespace {

struct Seen {
  std::vector<UsageRow> rows;
  std::vector<std::string> machines;  // of each row
  std::vector<std::string> refusals;
  std::int64_t read = 0;
};

void see(Seen& seen, const UsageRow& row, const UsageMachine& machine) {
  seen.rows.push_back(row);
  seen.rows.back().machine = 0;
  seen.machines.push_back(machine.identity.resource_id + '|' + machine.identity.size + '|' + machine.identity.region + '|' +
                          machine.customer);
}

Seen read_slowly(std::string_view text, const UsageHeader& header) {
  Seen seen;
  TextBytes source(text);
  CsvReader csv(source);
  CHECK(csv.read_names(), "the header was read before");
  csv.bind({header.column.begin(), header.column.end()});
  UsageLine line(header);
  while (const auto next = csv.next()) {
    ++seen.read;
    if (!*next) {
      seen.refusals.push_back(next->error().text());
      continue;
    }
    UsageFields fields;
    for (std::size_t field = 0; field < kUsageFieldCount; ++field) fields[field] = (**next)->field(field);
    std::vector<UsageRow> rows;
    const auto read = line.read(fields, (**next)->line, rows);
    if (read)
      for (const UsageRow& row : rows) see(seen, row, line.machines()[row.machine]);
    else if (!read.error().skip)
      seen.refusals.push_back((**next)->place(read.error().refusal.field) + ": " + read.error().refusal.why);
  }
  return seen;
}

Seen read_in_chunks(std::string_view text, std::size_t chunk_bytes) {
  Seen seen;
  TextBytes source(text);
  RowChunks chunks(source, chunk_bytes);
  const auto names = chunks.read_names();
  CHECK(names, "the header was read before");
  const auto header = detect_usage_header(*names);
  CHECK(header, "the header was read before");
  chunks.bind({header->column.begin(), header->column.end()});
  UsageLane lane(*header, chunks.shape());
  std::int64_t line = 1 + chunks.lines_of_header();
  RowChunk chunk;
  UsageChunk read;
  for (auto more = chunks.next(chunk); more && *more; more = chunks.next(chunk)) {
    lane.read(chunk, read);
    for (UsageRow row : read.rows) {
      row.line += line;
      see(seen, row, lane.machines()[row.machine]);
    }
    for (const auto& each : read.refused) seen.refusals.push_back(lane.refusal(chunk.text().substr(each.at), line + each.line).text());
    seen.read += read.read;
    line += read.lines;
  }
  return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  TextBytes source(text);
  UsageReport report;
  const Result<void> done = import_usage(source, {.threads = 1}, [](const UsageBatch&) { return Result<void>(); }, report);
  std::int64_t skipped = 0;
  for (const std::int64_t each : report.skipped) skipped += each;
  CHECK(report.rows == report.taken + skipped + report.refused, "every row is counted once");
  for (const ImportRefused& each : report.refusals) CHECK(!each.place.empty() && !each.reason.empty(), "a refusal says where and why");
  if (!done || report.packing != Packing::none) return 0;

  TextBytes again(text);
  CsvReader csv(again);
  const auto names = csv.read_names();
  CHECK(names, "what was read can be read again");
  const Seen slow = read_slowly(text, *detect_usage_header(*names));
  CHECK(slow.read == report.rows, "fast and slow count the same");
  for (const std::size_t chunk_bytes : {std::size_t{16}, std::size_t{200}, kChunkBytes}) {
    const Seen fast = read_in_chunks(text, chunk_bytes);
    CHECK(fast.rows == slow.rows && fast.machines == slow.machines, "fast and slow read the same rows");
    CHECK(fast.refusals == slow.refusals, "and refuse the same in the same words");
  }
  return 0;
}
