// Stores to test on: in memory, on SQLite in a folder of its own, and on PostgreSQL in a schema of its own where PRORATA_TEST_POSTGRES
// names a server.
#pragma once

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "store/open.h"

namespace prorata::testing {

enum class Where { memory, sqlite, postgres };
inline std::string name_of(Where where) { return where == Where::memory ? "memory" : where == Where::sqlite ? "sqlite" : "postgres"; }

inline std::string unique_name() {
  static std::atomic<int> next = 0;
  return fmt::format("t{}_{}", getpid(), next++);
}

// A place for one store, gone with the object. skip() says why it cannot be had.
class Place {
 public:
  explicit Place(Where where) : kind_(where), name_(unique_name()) {
    if (where == Where::memory) at_ = "memory:";
    if (where == Where::sqlite) at_ = (std::filesystem::temp_directory_path() / ("prorata_" + name_)).string();
    if (where == Where::postgres) make_schema();
  }
  ~Place() {
    if (kind_ == Where::sqlite) std::filesystem::remove_all(at_);
    if (kind_ == Where::postgres && !at_.empty()) run(fmt::format("DROP SCHEMA {} CASCADE", name_));
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::string& at() const { return at_; }
  const std::string& schema() const { return name_; }
  Where kind() const { return kind_; }
  bool missing() const { return at_.empty(); }
  // SQL run behind the store's back.
  void run(const std::string& sql) const {
    if (kind_ == Where::sqlite) return run_on_sqlite(sql);
    PGconn* connection = PQconnectdb(server().c_str());
    PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);  // "drop cascades to": it should
    PGresult* result = PQexec(connection, (fmt::format("SET search_path = {};", name_) + sql).c_str());
    EXPECT_TRUE(PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK) << PQerrorMessage(connection);
    PQclear(result);
    PQfinish(connection);
  }
  // The first column of the first row, on PostgreSQL.
  std::int64_t number(const std::string& sql) const {
    PGconn* connection = PQconnectdb(server().c_str());
    PGresult* result = PQexec(connection, (fmt::format("SET search_path = {};", name_) + sql).c_str());
    EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQerrorMessage(connection);
    const std::int64_t value = PQntuples(result) == 1 ? std::strtoll(PQgetvalue(result, 0, 0), nullptr, 10) : -1;
    PQclear(result);
    PQfinish(connection);
    return value;
  }

 private:
  void run_on_sqlite(const std::string& sql) const {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open_v2((at_ + "/prorata.db").c_str(), &database, SQLITE_OPEN_READWRITE, nullptr), SQLITE_OK);
    sqlite3_busy_timeout(database, 10'000);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database) << ": " << sql;
    sqlite3_close(database);
  }
  static std::string server() {
    const char* url = std::getenv("PRORATA_TEST_POSTGRES");
    return url == nullptr ? "" : url;
  }
  void make_schema() {
    if (server().empty()) return;
    run(fmt::format("CREATE SCHEMA {}", name_));
    at_ = fmt::format("{}{}options=-csearch_path%3D{}", server(), server().find('?') == std::string::npos ? "?" : "&", name_);
  }

  Where kind_;
  std::string name_;
  std::string at_;
};

#define PRORATA_SKIP_WITHOUT(place) \
  if ((place).missing()) GTEST_SKIP() << "no PostgreSQL: PRORATA_TEST_POSTGRES is not set ('./dev test' starts one)"

template <class I>
I id(int n) {
  return *I::parse(fmt::format("01970000-0000-7000-8000-{:012x}", n));
}

inline Customer customer(int n) {
  return {.id = id<CustomerId>(n),
          .name = fmt::format("Customer {:03}", n),
          .domain = fmt::format("c{}.example", n),
          .country = "SE",
          .currency = *Currency::parse("SEK")};
}

inline Reservation reservation(int n, int of_customer) {
  Reservation r;
  r.id = id<ReservationId>(n);
  r.order = id<OrderId>(n);
  r.customer = id<CustomerId>(of_customer);
  r.name = fmt::format("Web {:03}", n);
  r.product = "VirtualMachines";
  r.sku = n % 2 == 0 ? "Standard_D2s_v3" : "Standard_E4s_v3";
  r.region = "westeurope";
  r.quantity = r.original_quantity = 1 + n % 5;
  r.purchased = r.benefit_start = r.updated = {start_of(make_day(2026, 1, 1)).ticks + n * kTicksPerDay};
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.state = n % 7 == 0 ? ProvisioningState::cancelled : ProvisioningState::succeeded;
  r.schedule = make_schedule(BillingPlan::upfront, r.term, day_of(r.benefit_start), {365'000, *Currency::parse("SEK")},
                             Money{36'500, Currency::usd()});
  return r;
}

inline AuditNote note(std::string action) { return {.at = *parse_instant("2026-05-01"), .actor = "test", .action = std::move(action)}; }

inline ledger::Entry entry(int n, int of_customer, std::int64_t amount) {
  return ledger::Entry::make({.id = id<EntryId>(n),
                              .at = *parse_instant("2026-05-01"),
                              .event = "return",
                              .customer = id<CustomerId>(of_customer),
                              .currency = *Currency::parse("SEK")},
                             {{ledger::Account::provider_credit_receivable, amount}, {ledger::Account::customer_credit_payable, -amount}});
}

}  // namespace prorata::testing
