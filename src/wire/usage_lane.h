// One thread's part in reading usage: rows of a chunk become rows of usage, three ways, each exact.
//
// *Foreseen*: in the hourly form a machine's rows differ in time and quantity only, and machines follow one another as they did before.
// The bytes around time and quantity are kept for each machine, and which machine came next; where the next row has those bytes it is that
// machine's row, because equal bytes are equal fields, and only two short texts are left to read. Where it has not, nothing is lost but the
// comparison.
// *Split*: an ordinary row is cut into fields in place (csv_rows.h).
// *Slow*: whatever is odd, and whatever is refused, goes through CsvReader, whose word counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "wire/csv_rows.h"
#include "wire/row_chunks.h"
#include "wire/usage_line.h"

namespace prorata::wire {

// What a chunk held. Lines are counted from the chunk's first, which is 0, until somebody knows better.
struct UsageChunk {
  std::vector<UsageRow> rows;
  struct Refused {
    std::size_t at = 0;  // in the chunk's text
    std::int64_t line = 0;
  };
  std::vector<Refused> refused;
  std::array<std::int64_t, kUsageSkips> skipped{};
  std::int64_t read = 0;
  std::int64_t taken = 0;
  std::int64_t lines = 0;
  std::int64_t foreseen = 0;
  std::int64_t missed = 0;
  std::int64_t slow = 0;
};

class UsageLane {
 public:
  UsageLane(const UsageHeader& header, const CsvShape& shape);

  void read(const RowChunk& chunk, UsageChunk& out);
  const std::vector<UsageMachine>& machines() const { return line_.machines(); }
  // Why a row was refused, with its place, now that its line is known.
  Error refusal(std::string_view row, std::int64_t line);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // A machine as the file writes it: a row's bytes before, between and behind time and quantity stand in `around_`, one machine's after
  // the other's as they were met, which is the order in which they are asked for.
  struct Known {
    std::size_t around = 0;
    std::uint32_t machine = kNone;
    std::uint32_t next = kNone;
    std::uint16_t before = 0;
    std::uint16_t between = 0;
    std::uint16_t behind = 0;
    std::uint16_t room = 0;  // bytes that are its own in `around_`; 0 for all three sizes: nothing is foreseen of it
    std::size_t size() const { return std::size_t{before} + between + behind; }
  };

  bool take_foreseen(const char*& at, const char* end, UsageChunk& out);
  bool is_next(const Known& known, const char*& at, const char* end, UsageChunk& out);
  void expect(std::uint32_t number) const;
  bool take_split(const char*& at, const char* end, Quotes quotes, UsageChunk& out);
  bool take_hourly(const char* from, const char* past, UsageChunk& out);
  void take_slow(const char*& at, const char* begin, const char* end, UsageChunk& out);
  void keep(std::expected<void, UsageNone> read, std::size_t rows_before, UsageChunk& out);

  std::uint32_t known_of(const UsageFields& fields);
  void remember(Known& known, const char* from, const char* past);
  const std::int32_t* hour_of_text(std::string_view text);
  const std::uint32_t* quantity_of_text(std::string_view text);
  UsageFields gather();

  const UsageHeader& header_;
  const CsvShape& shape_;
  UsageLine line_;
  std::vector<RawField> fields_;
  std::array<std::string, kUsageFieldCount> undoubled_;
  std::int64_t at_line_ = 0;

  // The hourly form.
  bool time_first_ = true;
  std::vector<Known> known_;
  std::vector<std::string> keys_;  // of each, its fields
  std::vector<char> around_;
  std::vector<std::uint32_t> slots_;  // open addressing; kNone where free
  std::string key_;
  std::uint32_t last_ = kNone;
  std::string time_text_;
  std::int32_t time_hour_ = 0;
  bool time_steps_ = false;  // another hour of that day may be told by its two digits
  std::string quantity_text_;
  std::uint32_t quantity_ = 0;
};

}  // namespace prorata::wire
