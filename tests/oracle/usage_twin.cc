#include "oracle/usage_twin.h"

#include <fmt/format.h>

#include "wire/csv.h"
#include "wire/import_usage.h"
#include "wire/row_chunks.h"
#include "wire/usage_lane.h"
#include "wire/usage_line.h"

namespace prorata::wire {

std::string shown(const UsageRow& row, const UsageMachine& machine) {
  const utilization::Identity& id = machine.identity;
  return fmt::format("{} {}|{}|{}|{}|{}{} {} {}h {}{}", row.line, id.resource_id, id.size, id.region, id.subscription, id.resource_group,
                     machine.customer.empty() ? "" : "|" + machine.customer, to_string(row.from), row.hours,
                     utilization::quantity_text(row.quantity), row.grain == UsageGrain::estimated ? " estimated" : "") +
         (machine.flexible_only ? " flexible only" : "");
}

namespace {

void count(UsageRead& out, std::expected<void, UsageNone>& read, const CsvRow& row, std::string_view file) {
  ++out.report.rows;
  if (read) {
    ++out.report.taken;
  } else if (read.error().skip) {
    ++out.report.skipped[static_cast<std::size_t>(*read.error().skip)];
  } else {
    ++out.report.refused;
    out.refusals.push_back(fmt::format("{}: {}: {}", file, row.place(read.error().refusal.field), read.error().refusal.why));
  }
}

UsageRead read_fast(std::string_view text, unsigned threads) {
  UsageRead out;
  TextBytes source(text, "usage");
  const auto sink = [&](const UsageBatch& batch) -> Result<void> {
    for (const UsageRow& row : batch.rows) out.rows.push_back(shown(row, batch.machines[row.machine]));
    return {};
  };
  if (const Result<void> done = import_usage(source, {.threads = threads}, sink, out.report); !done) out.error = done.error().text();
  for (const ImportRefused& each : out.report.refusals) out.refusals.push_back(each.text());
  return out;
}

}  // namespace

UsageRead read_usage_fast(std::string_view text, unsigned threads) { return read_fast(text, threads); }

UsageRead read_usage_slowly(std::string_view text) {
  UsageRead out;
  TextBytes source(text, "usage");
  CsvReader csv(source);
  const Result<std::vector<std::string>> names = csv.read_names();
  if (!names) {
    out.error = names.error().text();
    return out;
  }
  const Result<UsageHeader> header = detect_usage_header(*names);
  if (!header) {
    out.error = "usage:1:1: " + header.error().message;
    return out;
  }
  csv.bind({header->column.begin(), header->column.end()});
  UsageLine line(*header);
  while (const std::optional<Result<const CsvRow*>> next = csv.next()) {
    if (!*next) {
      ++out.report.rows, ++out.report.refused;
      out.refusals.push_back("usage: " + next->error().text());
      continue;
    }
    UsageFields fields;
    for (std::size_t field = 0; field < kUsageFieldCount; ++field) fields[field] = (**next)->field(field);
    std::vector<UsageRow> rows;
    std::expected<void, UsageNone> read = line.read(fields, (**next)->line, rows);
    count(out, read, ***next, "usage");
    if (read)
      for (const UsageRow& row : rows) out.rows.push_back(shown(row, line.machines()[row.machine]));
  }
  return out;
}

UsageRead read_usage_in_chunks(std::string_view text, std::size_t chunk_bytes) {
  UsageRead out;
  TextBytes source(text, "usage");
  RowChunks chunks(source, chunk_bytes);
  const Result<std::vector<std::string>> names = chunks.read_names();
  const Result<UsageHeader> header = names ? detect_usage_header(*names) : std::unexpected(names.error());
  if (!header) {
    out.error = names ? "usage:1:1: " + header.error().message : names.error().text();
    return out;
  }
  chunks.bind({header->column.begin(), header->column.end()});
  UsageLane lane(*header, chunks.shape());
  RowChunk chunk;
  UsageChunk read;
  std::int64_t line = 1 + chunks.lines_of_header();
  for (;;) {
    const Result<bool> more = chunks.next(chunk);
    if (!more || !*more) break;
    lane.read(chunk, read);
    for (UsageRow row : read.rows) {
      row.line += line;
      out.rows.push_back(shown(row, lane.machines()[row.machine]));
    }
    for (const UsageChunk::Refused& each : read.refused)
      out.refusals.push_back("usage: " + lane.refusal(chunk.text().substr(each.at), line + each.line).text());
    out.report.rows += read.read;
    out.report.taken += read.taken;
    out.report.refused += static_cast<std::int64_t>(read.refused.size());
    out.report.foreseen += read.foreseen;
    for (std::size_t i = 0; i < kUsageSkips; ++i) out.report.skipped[i] += read.skipped[i];
    line += read.lines;
  }
  return out;
}

}  // namespace prorata::wire
