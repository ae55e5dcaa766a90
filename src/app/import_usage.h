// Takes in usage that a file said, into the usage files of the customers it is of. The same file again changes nothing, and another content
// of the same path takes the place of the first.
//
//   UsageImporter import = TRY(UsageImporter::begin(app, {.path = path, .digest = digest}));
//   TRY(import.take(rows, machines));                   // as often as there are batches
//   const UsageImport done = TRY(import.finish({.dialect = "hourly", .rows = report.rows, .skipped = ..., .refused = ...}));
//
// A row belongs to the customer who has its subscription here, or to the one that was named. Rows of nobody are refused by line and the
// rest goes on. Months are written when much is gathered and at the end, each whole or not at all; the record in the store comes last. A
// run that was killed in between leaves months that hold its rows or not, and the same file again makes all of them hold them once.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/app.h"

namespace prorata {

struct UsageSource {
  std::string path;                    // absolute
  std::string digest;                  // of the content
  std::optional<CustomerId> customer;  // whose usage it is; absent: found by the subscription of each row
  std::int64_t rows_in_memory = 16'000'000;
};

// What the reader counted.
struct UsageCounts {
  std::string dialect;
  std::int64_t rows = 0;
  std::int64_t skipped = 0;
  std::int64_t refused = 0;
};

struct UsageRefusal {
  std::int64_t line = 0;
  std::string reason;
};

class UsageImporter {
 public:
  // Errors: not_found for a customer that is not here; invalid_argument where the app has no usage files; busy while another import runs.
  static Result<UsageImporter> begin(App& app, UsageSource source);
  UsageImporter(UsageImporter&&) noexcept;
  ~UsageImporter();

  // `machines` are those of all batches so far. Errors: those of UsageFiles.
  Result<void> take(std::span<const UsageRow> rows, std::span<const UsageMachine> machines);
  // Writes what is left, and the import's record with one audit record. Errors: the same, and those of Store::commit.
  Result<UsageImport> finish(const UsageCounts& counts);
  // Instead of finish(), where the file turned out to be unreadable after some of it was taken: the months are as they were before.
  // Errors: those of UsageFiles.
  Result<void> abandon();

  std::int64_t refused() const;                       // by this class, beside what the reader refused
  const std::vector<UsageRefusal>& refusals() const;  // the first thousand

 private:
  struct State;
  explicit UsageImporter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace prorata
