// The SQLite driver.
//
// SQLite 3.40 can corrupt a database when two connections write or checkpoint at the same moment (the "WAL-reset" fault, mended in
// 3.51.3). So exactly one connection of one process writes at a time: a writer first takes an exclusive lock on DIR/prorata.lock, and only
// then begins; automatic checkpoints run in its own commits, closing never checkpoints, and readers are opened read-only.
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <unordered_map>

#include <fmt/format.h>

#include "base/file_error.h"
#include "store/sql.h"

namespace prorata::store {
namespace {

Code code_of(int rc, int number) {
  switch (rc & 0xFF) {
    case SQLITE_FULL: return Code::storage_full;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: return Code::storage_denied;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return Code::storage_corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Code::busy;
    case SQLITE_CONSTRAINT: return Code::conflict;
    case SQLITE_IOERR: return code_of_errno(number, Code::unavailable);
    default: return Code::internal;
  }
}

std::string_view next_step(Code code) {
  switch (code) {
    case Code::storage_full: return "; make room on the disk and do it again";
    case Code::storage_denied: return "; look at the folder's owner and permissions";
    case Code::storage_corrupt: return "; restore a backup";
    case Code::busy: return "; try again";
    default: return "";
  }
}

class LockFile {
 public:
  LockFile(std::string path, std::int64_t wait_ms) : path_(std::move(path)), wait_ms_(wait_ms) {}
  ~LockFile() {
    if (fd_ >= 0) close(fd_);
  }
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

  Result<void> lock() {
    if (fd_ < 0) fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd_ < 0) {
      const Code code = code_of_errno(errno, Code::storage_denied);
      return fail(code, fmt::format("{}: {}{}", path_, std::strerror(errno), next_step(code)));
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms_);
    for (int tries = 0; flock(fd_, LOCK_EX | LOCK_NB) != 0; ++tries) {
      if (std::chrono::steady_clock::now() >= deadline)
        return fail(Code::busy, fmt::format("{} is locked by process {}; try again when it is done", path_, holder()));
      std::this_thread::sleep_for(std::chrono::microseconds(tries < 20 ? 200 : 2'000));
    }
    const std::string pid = fmt::format("{:<10}\n", getpid());
    (void)!pwrite(fd_, pid.data(), pid.size(), 0);  // for a person who finds it locked; nothing depends on it
    return {};
  }
  void unlock() {
    if (fd_ >= 0) flock(fd_, LOCK_UN);
  }

 private:
  std::string holder() const {
    char text[12] = {};
    const ssize_t read = pread(fd_, text, sizeof text - 1, 0);
    const std::string_view pid(text, read > 0 ? static_cast<std::size_t>(read) : 0);
    return pid.empty() ? "?" : std::string(pid.substr(0, pid.find_first_of(" \n")));
  }

  std::string path_;
  std::int64_t wait_ms_;
  int fd_ = -1;
};

class SqliteConnection final : public SqlConnection {
 public:
  SqliteConnection(std::string path, std::unique_ptr<LockFile> lock) : path_(std::move(path)), lock_(std::move(lock)) {}
  ~SqliteConnection() override {
    for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<void> open(bool writer, bool create) {
    const int flags = (writer ? SQLITE_OPEN_READWRITE | (create ? SQLITE_OPEN_CREATE : 0) : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path_.c_str(), &db_, flags, nullptr) != SQLITE_OK) return failure();
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, 10'000);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    if (!writer) return run_script("PRAGMA mmap_size = 268435456; PRAGMA query_only = ON");
    return run_script(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000; "
        "PRAGMA secure_delete = OFF; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
  }

  Result<std::vector<SqlRows>> run_all(std::span<const Call> calls) override {
    std::vector<SqlRows> answers;
    answers.reserve(calls.size());
    for (const Call& call : calls) answers.push_back(TRY(run_one(call)));
    return answers;
  }

  Result<void> run_script(std::string_view sql) override {
    errno = 0;
    if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
    return {};
  }

  Result<void> begin_read() override {
    TRY(run("BEGIN", {}));
    const auto touched = run("PRAGMA data_version", {});  // the snapshot is taken at the first read, and this is the shortest
    if (touched) return {};
    rollback();
    return std::unexpected(touched.error());
  }

  Result<void> begin_write(Durable durable) override {
    TRY(lock_->lock());
    const Result<void> begun = begin_immediate(durable);
    if (!begun) lock_->unlock();
    return begun;
  }

  Result<void> commit() override {
    const Result<SqlRows> done = run("COMMIT", {});
    if (!done) {
      rollback();
      return std::unexpected(done.error());
    }
    if (lock_) lock_->unlock();
    return {};
  }

  void rollback() override {
    if (sqlite3_get_autocommit(db_) == 0) (void)run("ROLLBACK", {});
    if (lock_) lock_->unlock();
  }

  bool alive() const override { return true; }
  Result<bool> has_table(std::string_view name) override {
    const SqlRows rows = TRY(run("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = $1", {std::string(name)}));
    return !rows.empty();
  }
  Result<void> check_itself() override {
    const SqlRows rows = TRY(run("PRAGMA integrity_check(1)", {}));
    const std::string found = rows.empty() ? "no answer" : rows.front().text(0);
    if (found == "ok") return {};
    const std::size_t last_line = found.rfind('\n') == std::string::npos ? 0 : found.rfind('\n') + 1;
    return fail(Code::storage_corrupt, fmt::format("{}: {}{}", path_, found.substr(last_line), next_step(Code::storage_corrupt)));
  }
  std::string migration_text(std::string_view sql) const override {
    std::string text(sql);  // every table is STRICT, so that a column holds what it says; there a whole number is an INTEGER
    for (std::size_t at = 0; (at = text.find(" BIGINT", at)) != std::string::npos; at += 8) text.replace(at, 7, " INTEGER");
    for (std::size_t at = 0; (at = text.find(");", at)) != std::string::npos; at += 2) {
      const std::size_t begun = text.rfind("CREATE ", at);
      if (begun != std::string::npos && text.compare(begun, 12, "CREATE TABLE") == 0) text.replace(at, 2, ") STRICT;");
    }
    return text;
  }

 private:
  // SQLite keeps the system's error number only where a statement fails, not where a COMMIT does; errno still holds that one.
  std::unexpected<Error> failure() const {
    const int last = errno;
    const int rc = sqlite3_extended_errcode(db_);
    const int kept = sqlite3_system_errno(db_);
    const Code code = code_of(rc, kept != 0 ? kept : last);
    return fail(code, fmt::format("{}: {}{}", path_, sqlite3_errmsg(db_), next_step(code)));
  }

  // In WAL mode NORMAL leaves out the fsync of a commit and nothing else: what is lost is lost from the end, and never the database.
  Result<void> begin_immediate(Durable durable) {
    if (durable != durable_) TRY(run_script(durable == Durable::now ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"));
    durable_ = durable;
    TRY(run("BEGIN IMMEDIATE", {}));
    return {};
  }

  Result<sqlite3_stmt*> prepared(std::string_view sql) {
    const auto found = statements_.find(sql);
    if (found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      std::unexpected<Error> failed = failure();
      if (failed.error().code == Code::internal)  // our texts are right, so the tables are not those of a desk
        return fail(Code::storage_corrupt, failed.error().message + std::string(next_step(Code::storage_corrupt)));
      return failed;
    }
    statements_.emplace(std::string(sql), statement);
    return statement;
  }

  Result<SqlRows> run_one(const Call& call) {
    sqlite3_stmt* statement = TRY(prepared(call.sql));
    for (std::size_t i = 0; i < call.values.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (const auto* number = std::get_if<std::int64_t>(&call.values[i]))
        sqlite3_bind_int64(statement, at, *number);
      else if (const std::string* text = text_in(call.values[i]))
        sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
      else
        sqlite3_bind_null(statement, at);
    }
    SqlRows rows;
    errno = 0;
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) rows.push_back(row_of(statement));
    Result<SqlRows> answer = rc == SQLITE_DONE ? Result<SqlRows>(std::move(rows)) : failure();
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return answer;
  }

  static SqlRow row_of(sqlite3_stmt* statement) {
    std::vector<std::optional<std::string>> cells;
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      if (sqlite3_column_type(statement, i) == SQLITE_NULL) {
        cells.emplace_back();
        continue;
      }
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      cells.emplace_back(std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, i))));
    }
    return SqlRow(std::move(cells));
  }

  std::string path_;
  std::unique_ptr<LockFile> lock_;
  sqlite3* db_ = nullptr;
  Durable durable_ = Durable::now;  // as open() set it
  std::unordered_map<std::string, sqlite3_stmt*, TextHash, std::equal_to<>> statements_;
};

class Sqlite final : public SqlDatabase {
 public:
  Sqlite(std::string folder, DatabaseOptions options) : folder_(std::move(folder)), options_(options) {}

  Result<std::unique_ptr<SqlConnection>> connect_reader() override { return connect(false); }
  Result<std::unique_ptr<SqlConnection>> connect_writer() override { return connect(true); }
  std::string name() const override { return folder_ + "/prorata.db"; }

 private:
  Result<std::unique_ptr<SqlConnection>> connect(bool writer) {
    // Its own count of memory would put a lock around every piece it takes. Refused where a connection was made before, which then is as
    // is.
    static const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)kUncounted;
    auto lock = writer ? std::make_unique<LockFile>(folder_ + "/prorata.lock", options_.lock_wait_ms) : nullptr;
    LockFile* held = lock.get();
    auto connection = std::make_unique<SqliteConnection>(name(), std::move(lock));
    if (held != nullptr) TRY(held->lock());  // turning the WAL on is a write too
    const Result<void> opened = connection->open(writer, options_.create);
    if (held != nullptr) held->unlock();
    if (!opened) return std::unexpected(opened.error());
    return connection;
  }

  std::string folder_;
  DatabaseOptions options_;
};

}  // namespace

Result<std::unique_ptr<SqlDatabase>> sqlite_database(const std::string& folder, DatabaseOptions options) {
  struct stat info{};
  const auto denied = [&](std::string_view what) {
    const Code code = code_of_errno(errno, Code::storage_denied);
    const std::string_view next = errno == ENOENT ? "; make the folder above it first" : next_step(code);
    return fail(code, fmt::format("{} {}: {}{}", folder, what, std::strerror(errno), next));
  };
  const bool folder_there = stat(folder.c_str(), &info) == 0;
  if (folder_there && !S_ISDIR(info.st_mode))
    return fail(Code::invalid_argument, fmt::format("{} is a file; a desk on SQLite is a folder", folder));
  const bool database_there = stat((folder + "/prorata.db").c_str(), &info) == 0;
  if (!database_there && errno == EACCES) return denied("cannot be entered");
  if (!database_there && !options.create)
    return fail(Code::not_found, fmt::format("{} holds no desk; make one with 'prorata --data {} init'", folder, folder));
  // Other users have no business in it. Another process that makes it too may be faster.
  if (!folder_there && mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return denied("cannot be made");
  return std::make_unique<Sqlite>(folder, options);
}

}  // namespace prorata::store
