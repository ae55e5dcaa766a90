// The seam between the one SQL store and its two databases. Statements are the same text for both ($1, $2, ... used in order).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "base/error.h"
#include "store/tables.h"

namespace prorata::store {

// For maps from text that are asked with views.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct Call {
  std::string_view sql;  // must outlive the call; a statement is prepared once for each address and text
  std::vector<Value> values;
};

class SqlRow {
 public:
  explicit SqlRow(std::vector<std::optional<std::string>> cells) : cells_(std::move(cells)) {}
  const std::string& text(std::size_t i) const;  // CHECKs that it is not null
  std::int64_t integer(std::size_t i) const;
  bool is_null(std::size_t i) const { return !cells_[i].has_value(); }
  std::size_t size() const { return cells_.size(); }

 private:
  std::vector<std::optional<std::string>> cells_;
};
using SqlRows = std::vector<SqlRow>;

// One connection, one thread at a time. Errors carry the Code that app/store.h promises and name the database.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  // Many calls in one round where the database can (a pipeline); the answers in order. The first error ends it.
  virtual Result<std::vector<SqlRows>> run_all(std::span<const Call> calls) = 0;
  Result<SqlRows> run(std::string_view sql, std::vector<Value> values);
  virtual Result<void> run_script(std::string_view sql) = 0;  // several statements, no values: a migration

  virtual Result<void> begin_read() = 0;  // a snapshot, taken now
  // Takes the desk's writer lock first; Code::busy when it cannot be had in time. `durable` says when the commit must be on disk.
  virtual Result<void> begin_write(Durable durable) = 0;
  // After an error the outcome is known to be "not committed", but for outcome_unknown.
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  virtual bool alive() const = 0;  // false once the connection is lost

  virtual Result<bool> has_table(std::string_view name) = 0;
  virtual Result<void> check_itself() = 0;  // pages and indexes, where the database can; storage_corrupt names what is wrong
  virtual std::string migration_text(std::string_view sql) const = 0;  // the small differences of column types
};

// Where a desk's database is, and how to make connections to it.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  virtual Result<std::unique_ptr<SqlConnection>> connect_reader() = 0;
  virtual Result<std::unique_ptr<SqlConnection>> connect_writer() = 0;
  virtual std::string name() const = 0;  // for messages
};

struct DatabaseOptions {
  bool create = false;
  std::int64_t lock_wait_ms = 30'000;
};

Result<std::unique_ptr<SqlDatabase>> sqlite_database(const std::string& folder, DatabaseOptions options);
Result<std::unique_ptr<SqlDatabase>> postgres_database(const std::string& url, DatabaseOptions options);

}  // namespace prorata::store
