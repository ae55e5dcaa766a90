#include "wire/import_usage.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wire/row_chunks.h"
#include "wire/usage_header.h"
#include "wire/usage_lane.h"

namespace prorata::wire {
namespace {

// Machines of all lanes under one numbering.
class Machines {
 public:
  std::uint32_t number_of(const UsageMachine& machine) {
    const utilization::Identity& id = machine.identity;
    std::string key;
    for (const std::string& part : {id.resource_id, id.size, id.region, machine.customer}) (key += part) += '\0';
    key += machine.flexible_only ? '1' : '0';
    const auto [found, added] = numbers_.try_emplace(std::move(key), static_cast<std::uint32_t>(all_.size()));
    if (added) all_.push_back(machine);
    return found->second;
  }
  std::span<const UsageMachine> all() const { return all_; }

 private:
  std::vector<UsageMachine> all_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

// The one who takes chunks from the lanes, in their order.
class Landing {
 public:
  Landing(std::string file, const UsageOptions& options, const UsageSink& sink, UsageReport& report, std::int64_t first_line)
      : file_(std::move(file)), options_(options), sink_(sink), report_(report), line_(first_line) {}

  Result<void> land(const RowChunk& chunk, UsageChunk& read, UsageLane& lane, std::vector<std::uint32_t>& numbers) {
    while (numbers.size() < lane.machines().size()) numbers.push_back(machines_.number_of(lane.machines()[numbers.size()]));
    for (UsageRow& row : read.rows) {
      row.line += line_;
      row.machine = numbers[row.machine];
      report_.estimated += row.grain == UsageGrain::estimated ? 1 : 0;
    }
    if (chunk.too_long_lines > 0) refuse({Code::invalid_data, "a row is larger than 1 MiB; is a quote not closed?", place_of(0)});
    for (const UsageChunk::Refused& each : read.refused) {
      const bool kept = report_.refusals.size() < ImportReport::kRefusalsKept;
      if (kept) report_.refusals.push_back(named(lane.refusal(chunk.text().substr(each.at), line_ + each.line)));
    }
    report_.refused += static_cast<std::int64_t>(read.refused.size());
    report_.bytes += static_cast<std::int64_t>(chunk.text().size());
    report_.rows += read.read;
    report_.taken += read.taken;
    for (std::size_t i = 0; i < kUsageSkips; ++i) report_.skipped[i] += read.skipped[i];
    report_.foreseen += read.foreseen;
    report_.missed += read.missed;
    report_.slow += read.slow;
    line_ += read.lines + chunk.too_long_lines;
    if (!read.rows.empty()) TRY(sink_({read.rows, machines_.all()}));
    if (options_.progress) options_.progress(report_);
    return {};
  }

 private:
  std::string place_of(std::int64_t line) const { return fmt::format("line {}, column 1", line_ + line); }
  ImportRefused named(Error error) const { return {file_, std::move(error.place), std::move(error.message)}; }
  void refuse(Error error) {
    ++report_.rows, ++report_.refused;
    if (report_.refusals.size() < ImportReport::kRefusalsKept) report_.refusals.push_back(named(std::move(error)));
  }

  std::string file_;
  const UsageOptions& options_;
  const UsageSink& sink_;
  UsageReport& report_;
  Machines machines_;
  std::int64_t line_;
};

// Lanes take chunks in turn: one reads from the source at a time, all split, and they land in the order in which they read.
class Lanes {
 public:
  Lanes(RowChunks& chunks, const UsageHeader& header, Landing& landing) : chunks_(chunks), header_(header), landing_(landing) {}

  Result<void> run(unsigned threads) {
    {
      std::vector<std::jthread> more;
      for (unsigned i = 1; i < threads; ++i) more.emplace_back([this] { work(); });
      work();
    }
    if (error_) return std::unexpected(*error_);
    return {};
  }

 private:
  void work() {
    UsageLane lane(header_, chunks_.shape());
    std::vector<std::uint32_t> numbers;
    RowChunk chunk;
    UsageChunk read;
    while (const std::optional<std::int64_t> ticket = take(chunk)) {
      lane.read(chunk, read);
      std::unique_lock turn(landing_turn_);
      landed_.wait(turn, [&] { return next_to_land_ == *ticket; });
      if (!stopped_) stop_at(landing_.land(chunk, read, lane, numbers));
      ++next_to_land_;
      landed_.notify_all();
    }
  }

  // The number of the chunk, or nothing where there is no more to do.
  std::optional<std::int64_t> take(RowChunk& chunk) {
    const std::scoped_lock reading(reading_);
    if (ended_ || stopped_) return std::nullopt;
    const Result<bool> more = chunks_.next(chunk);
    ended_ = !more.value_or(false);
    if (!more) {
      const std::scoped_lock turn(landing_turn_);  // what was read before still lands
      if (!error_) error_ = more.error();
    }
    if (ended_) return std::nullopt;
    return next_ticket_++;
  }

  void stop_at(const Result<void>& landed) {
    if (landed) return;
    error_ = landed.error();
    stopped_ = true;
  }

  RowChunks& chunks_;
  const UsageHeader& header_;
  Landing& landing_;

  std::mutex reading_;
  bool ended_ = false;
  std::int64_t next_ticket_ = 0;

  std::mutex landing_turn_;
  std::condition_variable landed_;
  std::int64_t next_to_land_ = 0;
  std::optional<Error> error_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

Result<void> import_usage(ByteSource& source, const UsageOptions& options, const UsageSink& sink, UsageReport& report) {
  report = {};
  UnpackedBytes unpacked(source);
  report.packing = TRY(unpacked.packing());
  RowChunks chunks(unpacked);
  const std::vector<std::string> names = TRY(chunks.read_names());
  Result<UsageHeader> header = detect_usage_header(names);
  if (!header) return fail(header.error().code, header.error().message, source.name() + ":1:1");
  report.dialect = header->dialect;
  chunks.bind({header->column.begin(), header->column.end()});
  Landing landing(source.name(), options, sink, report, 1 + chunks.lines_of_header());
  return Lanes(chunks, *header, landing).run(std::max(1U, options.threads));
}

}  // namespace prorata::wire
