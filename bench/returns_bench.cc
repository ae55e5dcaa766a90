// How many returns a second are made durable for 32 callers at once, through app/return_reservation on one Store. Each peer is a bare
// program on the same database that writes exactly the rows and bytes that our returns wrote, made ready beforehand: it reads nothing,
// decides nothing and computes no digest. It hands them to one writer that commits whoever waits as a group, with the same durability
// (SQLite: WAL and synchronous FULL; PostgreSQL: synchronous_commit on, each group one pipeline of prepared statements).
#include <sqlite3.h>

#include <barrier>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "app/desk.h"
#include "app/return_reservation.h"
#include "database.h"
#include "store/prepared.h"
#include "store/statements.h"
#include "system/clock_and_ids.h"
#include "wire/policy_pack.h"

using namespace prorata;
using namespace prorata::bench;
using store::Kind;
using store::Value;

namespace {

constexpr int kCallers = 32;
constexpr int kRounds = 5;
constexpr std::size_t kGroupMax = 64;
constexpr double kGoal = 0.5;

// Who returns what: every caller has reservations of its own, and goes through its customers in turn.
struct Load {
  std::string name;
  int customers;           // all told
  int returns_per_caller;  // in a round
  bool has_goal;           // where all share few customers nearly every return loses a race or two: shown for what that costs
};

// ---- ours ----------------------------------------------------------------------------------------------------------------------------

struct World {
  World() : packs(*wire::load_packs({})), clock(system::real_clock()), ids(system::time_ordered_ids()) {}
  policy::PackSet packs;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<IdSource> ids;
};

int reservations_per_caller(const Load& load) { return std::max(1, load.customers / kCallers); }
ReservationId reservation_of(const Load& load, int caller, int turn) {
  return numbered<ReservationId>(1'000 + caller * reservations_per_caller(load) + turn % reservations_per_caller(load));
}

void fill(Store& store, World& world, const Load& load) {
  App app{store, *world.clock, *world.ids, world.packs, "bench"};
  CHECK(init_desk(app, {.partner = "Bench", .policies = {{make_day(2020, 8, 6), "csp-2020", ""}}}), "a new desk");
  const Instant bought{world.clock->now().ticks - 100 * kTicksPerDay};
  Changes changes{.audit = {.at = bought, .actor = "bench", .action = "fill"}};
  for (int i = 0; i < load.customers; ++i) changes.customers.push_back(made_up_customer(i));
  const int count = kCallers * reservations_per_caller(load);
  for (int i = 0; i < count; ++i)
    changes.reservations.push_back(made_up_reservation(1'000 + i, numbered<CustomerId>(i % load.customers), bought, 1'000));
  for (const char* region : {"swedencentral", "westeurope", "northeurope"})
    for (const char* sku : {"Standard_D2s_v5", "Standard_E4s_v5", "Standard_F8s_v2", "Standard_D16s_v5"})
      for (const char* currency : {"SEK", "USD"})
        changes.prices.push_back(
            {.sku = sku, .region = region, .term = Term{1}, .from = make_day(2025, 1, 1), .price = {120'000, *Currency::parse(currency)}});
  CHECK(store.commit(std::move(changes)), "the desk is filled");
}

// Passes everything on and keeps what was committed, for the bare programs to write again.
class Recording final : public Store {
 public:
  explicit Recording(Store& store) : store_(store) {}
  Result<std::unique_ptr<Snapshot>> snapshot() override { return store_.snapshot(); }
  Result<Committed> commit(Changes changes) override {
    Changes copy = changes;
    Result<Committed> committed = store_.commit(std::move(changes));
    if (committed) kept_.push_back(store::prepare(std::move(copy)));
    return committed;
  }
  Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) override {
    return store_.decide_and_commit([&](Snapshot& snapshot) {
      Result<Changes> changes = decide(snapshot);
      if (changes) kept_.push_back(store::prepare(Changes(*changes)));
      return changes;
    });
  }
  Result<Committed> start_over(Changes first) override { return store_.start_over(std::move(first)); }
  Result<Leases> lease(const LeaseAsk& ask) override { return store_.lease(ask); }
  Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) override { return store_.verify(progress); }
  std::vector<store::Prepared> take() { return std::move(kept_); }

 private:
  Store& store_;
  std::vector<store::Prepared> kept_;
};

struct Run {
  double seconds = 0;
  double cpu_seconds = 0;  // of this process; what a database server used besides is not in it
};

// Starts all callers at once; the time from then until the last has finished.
Run run_callers(const std::function<void(int)>& caller) {
  std::barrier start(kCallers + 1);
  std::vector<std::thread> threads;
  threads.reserve(kCallers);
  for (int c = 0; c < kCallers; ++c)
    threads.emplace_back([&, c] {
      start.arrive_and_wait();
      caller(c);
    });
  Run run;
  const double cpu_before = cpu_seconds();
  run.seconds = seconds_of([&] {
    start.arrive_and_wait();
    for (std::thread& thread : threads) thread.join();
  });
  run.cpu_seconds = cpu_seconds() - cpu_before;
  return run;
}

void return_all(Store& store, World& world, const Load& load, int caller) {
  App app{store, *world.clock, *world.ids, world.packs, "bench"};
  for (int turn = 0; turn < load.returns_per_caller; ++turn) {
    const ReturnAsk ask{.refund = {.reservation = reservation_of(load, caller, turn), .quantity = 1, .approved = "SR-1"},
                        .accept_clip = true,
                        .key = fmt::format("bench-{}-{}", caller, turn)};
    const auto done = return_reservation(app, ask);
    CHECK(done.has_value(), done.error().message);
    CHECK(!done->record.refund.is_zero() && !done->replayed, "money goes back");
  }
}

Run time_ours(const DeskPlace& place, World& world, const Load& load) {
  const std::unique_ptr<Store> store = place.open();
  fill(*store, world, load);
  return run_callers([&](int caller) { return_all(*store, world, load, caller); });
}

// ---- bare ----------------------------------------------------------------------------------------------------------------------------

// One statement with its values. Where a commit's number belongs it is put in when the writer has given it.
struct BareCall {
  int statement = 0;
  std::vector<Value> values;
  int number_at = -1;          // which value is the commit's number ...
  std::int64_t position = -1;  // ... or, where this is set, the entry's place within it
};
using BareReturn = std::vector<BareCall>;

struct BareScript {
  std::vector<std::string_view> statements;
  std::vector<std::vector<BareReturn>> callers;

  int statement(std::string_view sql) {
    const auto found = std::ranges::find(statements, sql);
    if (found != statements.end()) return static_cast<int>(found - statements.begin());
    statements.push_back(sql);
    return static_cast<int>(statements.size()) - 1;
  }
};

BareReturn bare_return(BareScript& script, const store::Prepared& prepared) {
  BareReturn calls;
  std::int64_t position = 0;
  for (const store::Row& row : prepared.rows) {
    const store::sql::TableTexts& texts = store::sql::texts(row.kind);
    const bool update = store::table(row.kind).writing == store::Writing::versioned && row.version > 1;
    BareCall call{.statement = script.statement(update ? texts.update : texts.insert)};
    if (!update) call.values.emplace_back(row.id);
    call.values.emplace_back(row.version);
    call.values.emplace_back(row.body);
    for (const Value& column : row.columns) call.values.push_back(column);
    if (row.kind == Kind::entry) call.number_at = static_cast<int>(call.values.size()) - 1, call.position = position++;
    if (update) call.values.emplace_back(row.id);
    calls.push_back(std::move(call));
  }
  for (const auto& [key, amount] : prepared.balances)
    if (amount != 0)
      calls.push_back({.statement = script.statement(store::sql::kAddBalance),
                       .values = {std::get<0>(key), std::get<1>(key), std::get<2>(key), amount}});
  const AuditRecord record = seal(prepared, 1, std::string(store::kFirstPrevious));
  const AuditNote& note = record.note;
  calls.push_back({.statement = script.statement(store::sql::kInsertAudit),
                   .values = {std::int64_t{1}, prepared.commit_id, note.at.ticks, note.actor, note.action, note.customer, note.subject,
                              note.before, note.after, record.rows, record.previous, record.hash},
                   .number_at = 0});
  return calls;
}

// What our returns write, recorded by running them once.
BareScript record_script(const DeskPlace& place, World& world, const Load& load) {
  const std::unique_ptr<Store> store = place.open();
  fill(*store, world, load);
  BareScript script;
  for (int caller = 0; caller < kCallers; ++caller) {
    Recording recording(*store);
    return_all(recording, world, load, caller);
    std::vector<BareReturn> returns;
    for (const store::Prepared& prepared : recording.take()) returns.push_back(bare_return(script, prepared));
    script.callers.push_back(std::move(returns));
  }
  return script;
}

// One connection of a bare program.
class Bare {
 public:
  virtual ~Bare() = default;
  virtual void commit(const std::vector<const BareReturn*>& group, std::int64_t first_number) = 0;
};

class BareSqlite final : public Bare {
 public:
  BareSqlite(const std::string& folder, const BareScript& script) {
    check(sqlite3_open_v2((folder + "/prorata.db").c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA secure_delete = OFF; PRAGMA "
        "cache_size = -65536; PRAGMA temp_store = MEMORY");
    for (const std::string_view sql : script.statements) statements_.push_back(prepared(sql));
    begin_ = prepared("BEGIN IMMEDIATE");
    commit_ = prepared("COMMIT");
  }
  ~BareSqlite() override {
    statements_.push_back(begin_);
    statements_.push_back(commit_);
    for (sqlite3_stmt* each : statements_) sqlite3_finalize(each);
    sqlite3_close(db_);
  }
  BareSqlite(const BareSqlite&) = delete;
  BareSqlite& operator=(const BareSqlite&) = delete;

  void commit(const std::vector<const BareReturn*>& group, std::int64_t number) override {
    step(begin_);
    for (const BareReturn* each : group) {
      for (const BareCall& call : *each) write(call, number);
      ++number;
    }
    step(commit_);
  }

 private:
  void check(int rc) const { CHECK(rc == SQLITE_OK || rc == SQLITE_DONE, sqlite3_errmsg(db_)); }
  void run(const char* sql) const { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepared(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    return statement;
  }
  void step(sqlite3_stmt* statement) const {
    check(sqlite3_step(statement));
    sqlite3_reset(statement);
  }
  void write(const BareCall& call, std::int64_t number) const {
    sqlite3_stmt* statement = statements_[static_cast<std::size_t>(call.statement)];
    for (std::size_t i = 0; i < call.values.size(); ++i) {
      const int at = static_cast<int>(i) + 1;
      if (static_cast<int>(i) == call.number_at)
        sqlite3_bind_int64(statement, at, call.position < 0 ? number : store::entry_place(number, call.position));
      else if (const auto* whole = std::get_if<std::int64_t>(&call.values[i]))
        sqlite3_bind_int64(statement, at, *whole);
      else if (const auto* text = std::get_if<std::string>(&call.values[i]))
        sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
      else
        sqlite3_bind_null(statement, at);
    }
    step(statement);
  }

  sqlite3* db_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
};

class BarePostgres final : public Bare {
 public:
  BarePostgres(const std::string& url, const BareScript& script) : connection_(PQconnectdb(url.c_str())) {
    CHECK(PQstatus(connection_) == CONNECTION_OK, PQerrorMessage(connection_));
    PQclear(PQexec(connection_, "SET synchronous_commit = on"));
    prepare("begin", "BEGIN");
    prepare("commit", "COMMIT");
    for (std::size_t i = 0; i < script.statements.size(); ++i) {
      names_.push_back(fmt::format("s{}", i));
      prepare(names_.back(), std::string(script.statements[i]));
    }
    CHECK(PQenterPipelineMode(connection_) == 1, "a pipeline");
  }
  ~BarePostgres() override { PQfinish(connection_); }
  BarePostgres(const BarePostgres&) = delete;
  BarePostgres& operator=(const BarePostgres&) = delete;

  void commit(const std::vector<const BareReturn*>& group, std::int64_t number) override {
    send("begin", {});
    for (const BareReturn* each : group) {
      for (const BareCall& call : *each) write(call, number);
      ++number;
    }
    send("commit", {});
    CHECK(PQpipelineSync(connection_) == 1, "the group is sent");
    while (true) {
      PGresult* result = PQgetResult(connection_);
      if (result == nullptr) continue;
      const ExecStatusType status = PQresultStatus(result);
      CHECK(status == PGRES_COMMAND_OK || status == PGRES_PIPELINE_SYNC, PQresultErrorMessage(result));
      PQclear(result);
      if (status == PGRES_PIPELINE_SYNC) return;
    }
  }

 private:
  void prepare(const std::string& name, const std::string& sql) const {
    PGresult* result = PQprepare(connection_, name.c_str(), sql.c_str(), 0, nullptr);
    CHECK(PQresultStatus(result) == PGRES_COMMAND_OK, PQerrorMessage(connection_));
    PQclear(result);
  }
  void send(const std::string& name, const std::vector<const char*>& values) const {
    CHECK(PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.empty() ? nullptr : values.data(), nullptr,
                              nullptr, 0) == 1,
          PQerrorMessage(connection_));
  }
  void write(const BareCall& call, std::int64_t number) {
    numbers_.assign(call.values.size(), {});
    std::vector<const char*> values;
    for (std::size_t i = 0; i < call.values.size(); ++i) {
      const auto* whole = std::get_if<std::int64_t>(&call.values[i]);
      const auto* text = std::get_if<std::string>(&call.values[i]);
      if (static_cast<int>(i) == call.number_at)
        numbers_[i] = std::to_string(call.position < 0 ? number : store::entry_place(number, call.position));
      else if (whole != nullptr)
        numbers_[i] = std::to_string(*whole);
      values.push_back(text != nullptr ? text->c_str() : numbers_[i].empty() ? nullptr : numbers_[i].c_str());
    }
    send(names_[static_cast<std::size_t>(call.statement)], values);
  }

  PGconn* connection_;
  std::vector<std::string> names_;
  std::vector<std::string> numbers_;
};

// One thread that writes for all, as a group whoever waits.
class GroupCommit {
 public:
  explicit GroupCommit(Bare& bare) : bare_(bare), thread_([this] { write_until_stopped(); }) {}
  ~GroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
  }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  void commit(const BareReturn& rows) {
    Waiting waiting{.rows = &rows};
    std::unique_lock lock(mutex_);
    queue_.push_back(&waiting);
    work_.notify_one();
    waiting.wake.wait(lock, [&] { return waiting.done; });
  }

 private:
  struct Waiting {
    const BareReturn* rows;
    bool done = false;
    std::condition_variable wake;
  };
  void write_until_stopped() {
    std::int64_t number = 1'000;
    std::unique_lock lock(mutex_);
    while (true) {
      work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      std::vector<Waiting*> group;
      std::vector<const BareReturn*> rows;
      while (!queue_.empty() && group.size() < kGroupMax) {
        group.push_back(queue_.front());
        rows.push_back(queue_.front()->rows);
        queue_.pop_front();
      }
      lock.unlock();
      bare_.commit(rows, number);
      number += static_cast<std::int64_t>(rows.size());
      lock.lock();
      for (Waiting* each : group) {
        each->done = true;
        each->wake.notify_one();
      }
    }
  }

  Bare& bare_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Waiting*> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

Run time_bare(const DeskPlace& place, World& world, const Load& load, const BareScript& script) {
  fill(*place.open(), world, load);
  std::unique_ptr<Bare> bare;
  if (place.postgres())
    bare = std::make_unique<BarePostgres>(place.at(), script);
  else
    bare = std::make_unique<BareSqlite>(place.at(), script);
  GroupCommit writer(*bare);
  return run_callers([&](int caller) {
    for (const BareReturn& each : script.callers[static_cast<std::size_t>(caller)]) writer.commit(each);
  });
}

void measure(bool postgres, const Load& load, Table& table) {
  const ScratchFolder folder;
  World world;
  const BareScript script = record_script(DeskPlace(postgres, folder), world, load);
  Samples ours;
  Samples ours_cpu;
  Samples peer;
  Samples peer_cpu;
  for (int round = 0; round < kRounds; ++round) {
    const Run run = time_ours(DeskPlace(postgres, folder), world, load);
    ours.add(run.seconds);
    ours_cpu.add(run.cpu_seconds);
    const Run bare = time_bare(DeskPlace(postgres, folder), world, load, script);
    peer.add(bare.seconds);
    peer_cpu.add(bare.cpu_seconds);
  }
  const double returns = kCallers * load.returns_per_caller;
  const double ratio = peer.median() / ours.median();
  const auto each = [&](const Samples& cpu) { return fmt::format("{:.0f} us", cpu.median() / returns * 1e6); };
  table.add({fmt::format("{}, {}", postgres ? "PostgreSQL" : "SQLite", load.name), rate(returns / ours.median()), each(ours_cpu),
             rate(returns / peer.median()), each(peer_cpu), times(ratio),
             load.has_goal ? fmt::format("{:.1f}x, {}", kGoal, ratio >= kGoal ? "reached" : "missed") : "none"});
}

}  // namespace

int main(int argc, char** argv) {
  say_if_busy();
  const std::string_view only = argc > 1 ? argv[1] : "";  // for a profiler: "sqlite" or "postgres", and how the load's name begins
  const Load loads[] = {{"640 customers", 640, 150, true}, {"8 customers shared by all", 8, 25, false}};
  Table table({"durable returns, 32 callers", "prorata", "cpu each", "bare", "cpu each", "ratio", "goal"});
  for (const bool postgres : {false, true}) {
    if ((postgres && postgres_server().empty()) || (!only.empty() && (only == "postgres") != postgres)) continue;
    for (const Load& load : loads)
      if (argc < 3 || load.name.starts_with(argv[2])) measure(postgres, load, table);
  }
  table.print();
  if (postgres_server().empty()) fmt::print("  no PostgreSQL: PRORATA_TEST_POSTGRES is not set ('./dev bench' starts one)\n");
  fmt::print("  {} rounds taking turns, medians\n", kRounds);
}
