// The PostgreSQL driver: libpq with prepared statements, many calls in one pipeline.
//
// A writer takes a transaction-level advisory lock first (docs/decisions/0002), so commits of all processes stand in one order and no
// two of them can deadlock; it goes with the transaction or with the connection, whichever ends first.
#include <libpq-fe.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include <fmt/format.h>

#include "base/check.h"
#include "store/sql.h"

namespace prorata::store {
namespace {

constexpr std::int64_t kWriterLock = 0x70726f72617461;  // "prorata"

Code code_of_state(std::string_view state) {
  if (state.starts_with("08") || state.starts_with("57P") || state.empty()) return Code::unavailable;
  if (state == "55P03" || state == "40001" || state == "40P01") return Code::busy;
  if (state.starts_with("23")) return Code::conflict;
  if (state == "53100" || state == "53200") return Code::storage_full;
  if (state == "25006" || state == "42501" || state.starts_with("28")) return Code::storage_denied;
  if (state.starts_with("XX")) return Code::storage_corrupt;
  if (state == "53300") return Code::busy;
  return Code::internal;
}

struct Cleared {
  PGresult* result;
  explicit Cleared(PGresult* r) : result(r) {}
  ~Cleared() { PQclear(result); }
  Cleared(const Cleared&) = delete;
  Cleared& operator=(const Cleared&) = delete;
};

std::string one_line(std::string_view message) {
  std::string line(message.substr(0, message.find('\n')));
  return line;
}

class PostgresConnection final : public SqlConnection {
 public:
  PostgresConnection(std::string url, std::int64_t lock_wait_ms) : url_(std::move(url)), lock_wait_ms_(lock_wait_ms) {}
  ~PostgresConnection() override { PQfinish(connection_); }
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Result<void> open() {
    connection_ = PQconnectdb(url_.c_str());
    if (PQstatus(connection_) != CONNECTION_OK)
      return fail(Code::unavailable,
                  fmt::format("PostgreSQL: {}; look whether it runs and --data names it rightly", one_line(PQerrorMessage(connection_))));
    PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
    return run_script(fmt::format("SET client_encoding = 'UTF8'; SET synchronous_commit = on; SET lock_timeout = {}",
                                  std::max<std::int64_t>(1, lock_wait_ms_)));  // 0 would be: for ever
  }

  Result<std::vector<SqlRows>> run_all(std::span<const Call> calls) override {
    std::vector<SqlRows> answers;
    if (calls.empty()) return answers;
    fetch_rollback();
    if (PQenterPipelineMode(connection_) != 1) return lost();
    Result<void> sent = send(calls);
    if (sent && PQpipelineSync(connection_) != 1) sent = lost();
    std::optional<Error> first_error;
    if (!sent) first_error = sent.error();
    while (sent) {
      PGresult* result = PQgetResult(connection_);
      if (result == nullptr) {
        if (PQstatus(connection_) != CONNECTION_OK) break;
        continue;  // the end of one call's answers
      }
      const Cleared cleared(result);
      const ExecStatusType status = PQresultStatus(result);
      if (status == PGRES_PIPELINE_SYNC) break;
      if (status == PGRES_PIPELINE_ABORTED) continue;
      if (status == PGRES_FATAL_ERROR) {
        if (!first_error) first_error = failure(result).error();
        if (PQstatus(connection_) != CONNECTION_OK) break;
        continue;
      }
      if (is_preparation_.empty()) continue;
      const bool preparation = is_preparation_.front();
      is_preparation_.pop_front();
      if (!preparation) answers.push_back(rows_of(result));
    }
    is_preparation_.clear();
    if (PQstatus(connection_) != CONNECTION_OK) return lost();
    PQexitPipelineMode(connection_);
    if (first_error) {
      statements_.clear();  // some of this round's preparations may not have happened
      PQclear(PQexec(connection_, PQtransactionStatus(connection_) == PQTRANS_IDLE ? "DEALLOCATE ALL" : "SELECT 1"));
      generation_ += 1;
      return std::unexpected(*first_error);
    }
    CHECK(answers.size() == calls.size(), "an answer for each call");
    return answers;
  }

  Result<void> run_script(std::string_view sql) override {
    fetch_rollback();
    const Cleared result(PQexec(connection_, std::string(sql).c_str()));
    const ExecStatusType status = PQresultStatus(result.result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    return failure(result.result);
  }

  Result<void> begin_read() override { return run_script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"); }
  Result<void> begin_write(Durable durable) override {
    const Result<void> locked =
        run_script(fmt::format("BEGIN{}; SELECT pg_advisory_xact_lock({}, hashtext(current_schema()))",
                               durable == Durable::now ? "" : "; SET LOCAL synchronous_commit = off", kWriterLock & 0x7fffffff));
    if (!locked) {
      rollback();
      if (locked.error().code == Code::busy)
        return fail(Code::busy, "PostgreSQL: another process has held the desk's writer lock for too long; try again");
    }
    return locked;
  }
  Result<void> commit() override {
    const Cleared result(PQexec(connection_, "COMMIT"));
    if (PQresultStatus(result.result) == PGRES_COMMAND_OK) {
      // A transaction that had failed answers COMMIT with ROLLBACK.
      if (std::string_view(PQcmdStatus(result.result)) == "COMMIT") return {};
      return fail(Code::internal, "PostgreSQL rolled the transaction back");
    }
    // A server that is being stopped may say so after the commit is on disk (while it waits for a replica): look.
    const std::unexpected<Error> failed = failure(result.result);
    if (PQstatus(connection_) == CONNECTION_OK && failed.error().code != Code::unavailable) return failed;
    return fail(Code::outcome_unknown, "PostgreSQL went away before it answered the commit");
  }
  // Sent, and its answer fetched by the next call: a snapshot that ends should not wait for the server to say so.
  void rollback() override {
    fetch_rollback();
    if (alive() && PQtransactionStatus(connection_) != PQTRANS_IDLE) rolling_back_ = PQsendQuery(connection_, "ROLLBACK") == 1;
  }
  bool alive() const override { return PQstatus(connection_) == CONNECTION_OK; }
  Result<bool> has_table(std::string_view name) override {
    const SqlRows rows =
        TRY(run("SELECT 1 FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace", {std::string(name)}));
    return !rows.empty();
  }
  Result<void> check_itself() override { return {}; }  // its own tools do (pg_amcheck), and checksums of its pages
  std::string migration_text(std::string_view sql) const override {
    std::string text(sql);  // text sorts by its bytes, as it does everywhere else
    for (std::size_t at = 0; (at = text.find(" TEXT", at)) != std::string::npos; at += 18) text.replace(at, 5, " TEXT COLLATE \"C\"");
    return text;
  }

 private:
  void fetch_rollback() {
    if (!rolling_back_) return;
    rolling_back_ = false;
    while (PGresult* result = PQgetResult(connection_)) PQclear(result);
  }
  std::unexpected<Error> lost() const {
    return fail(Code::unavailable,
                fmt::format("PostgreSQL went away: {}; try again when it is back", one_line(PQerrorMessage(connection_))));
  }
  std::unexpected<Error> failure(const PGresult* result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* text = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const Code code = code_of_state(state == nullptr ? "" : state);
    return fail(code, fmt::format("PostgreSQL: {}", text == nullptr ? one_line(PQerrorMessage(connection_)) : std::string(text)));
  }

  Result<void> send(std::span<const Call> calls) {
    for (const Call& call : calls) {
      auto found = statements_.find(call.sql);
      if (found == statements_.end()) {
        found = statements_.emplace(std::string(call.sql), fmt::format("s{}_{}", generation_, statements_.size())).first;
        if (PQsendPrepare(connection_, found->second.c_str(), found->first.c_str(), 0, nullptr) != 1) return lost();
        is_preparation_.push_back(true);
      }
      texts_.clear();
      pointers_.clear();
      texts_.reserve(call.values.size());
      for (const Value& value : call.values) {
        if (const std::string* text = text_in(value))
          pointers_.push_back(text->c_str());
        else if (const auto* number = std::get_if<std::int64_t>(&value))
          pointers_.push_back(texts_.emplace_back(std::to_string(*number)).c_str());
        else
          pointers_.push_back(nullptr);
      }
      if (PQsendQueryPrepared(connection_, found->second.c_str(), static_cast<int>(pointers_.size()), pointers_.data(), nullptr, nullptr,
                              0) != 1)
        return lost();
      is_preparation_.push_back(false);
    }
    return {};
  }

  static SqlRows rows_of(const PGresult* result) {
    SqlRows rows;
    for (int r = 0; r < PQntuples(result); ++r) {
      std::vector<std::optional<std::string>> cells;
      for (int c = 0; c < PQnfields(result); ++c) {
        if (PQgetisnull(result, r, c) == 1)
          cells.emplace_back();
        else
          cells.emplace_back(std::string(PQgetvalue(result, r, c), static_cast<std::size_t>(PQgetlength(result, r, c))));
      }
      rows.emplace_back(std::move(cells));
    }
    return rows;
  }

  std::string url_;
  std::int64_t lock_wait_ms_;
  PGconn* connection_ = nullptr;
  bool rolling_back_ = false;                                                           // sent, not answered yet
  std::unordered_map<std::string, std::string, TextHash, std::equal_to<>> statements_;  // text to the name it was prepared under
  int generation_ = 0;
  std::deque<bool> is_preparation_;  // of each answer that is still to come
  std::vector<std::string> texts_;   // of numbers
  std::vector<const char*> pointers_;
};

class Postgres final : public SqlDatabase {
 public:
  Postgres(std::string url, DatabaseOptions options) : url_(std::move(url)), options_(options) {}
  Result<std::unique_ptr<SqlConnection>> connect_reader() override { return connect(); }
  Result<std::unique_ptr<SqlConnection>> connect_writer() override { return connect(); }
  std::string name() const override { return "PostgreSQL"; }  // never the URL: it may hold a password

 private:
  Result<std::unique_ptr<SqlConnection>> connect() {
    auto connection = std::make_unique<PostgresConnection>(url_, options_.lock_wait_ms);
    TRY(connection->open());
    return connection;
  }

  std::string url_;
  DatabaseOptions options_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> postgres_database(const std::string& url, DatabaseOptions options) {
  return std::make_unique<Postgres>(url, options);
}

}  // namespace prorata::store
