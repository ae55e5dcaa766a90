// Whether the databases read a list the way store/statements.h says: every statement that 'reservation list' can send, for all pairs of
// filters that the command line offers, every sort and both directions, is explained by the database itself.
//
// The promises: nobody reads the whole table of reservations; a walk takes its rows from an index in the order that is wanted, without
// sorting; counting and gathering go through an index of the filter they go by, and gathering by customer, size, product, region or expiry
// reads nothing but that index until the page is found.
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <map>

#include "desks.h"
#include "store/statements.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using store::sql::ListCall;
using store::sql::ReservationAccess;

struct Filter {
  std::string name;
  std::function<void(ReservationQuery&)> set;
  bool wide;  // its index holds every column of a list
};

const std::vector<Filter>& filters() {
  static const std::vector<Filter> kAll = {
      {"order", [](ReservationQuery& q) { q.order = id<OrderId>(7); }, false},
      {"customer", [](ReservationQuery& q) { q.customer = id<CustomerId>(3); }, true},
      {"sku", [](ReservationQuery& q) { q.sku = "Standard_D2s_v3"; }, true},
      {"product", [](ReservationQuery& q) { q.product = "VirtualMachines"; }, true},
      {"region", [](ReservationQuery& q) { q.region = "westeurope"; }, true},
      {"archived", [](ReservationQuery& q) { q.archived = true; }, false},
      {"name", [](ReservationQuery& q) { q.name_prefix = "web"; }, false},
      {"from", [](ReservationQuery& q) { q.expires_from = make_day(2027, 1, 1); }, true},
      {"until", [](ReservationQuery& q) { q.expires_until = make_day(2027, 1, 20); }, true},
      {"succeeded", [](ReservationQuery& q) { q.state = ProvisioningState::succeeded; }, false},
      {"cancelled", [](ReservationQuery& q) { q.state = ProvisioningState::cancelled; }, false},
  };
  return kAll;
}

// A query with none, one or two of the filters.
struct Asked {
  std::string name;
  ReservationQuery query;
  std::vector<const Filter*> filters;
};

std::vector<Asked> everything_asked() {
  std::vector<Asked> all;
  const auto add = [&](const std::vector<const Filter*>& some) {
    for (const auto& [sort, word] : kWords<ReservationSort>) {
      for (const bool descending : {false, true}) {
        for (const bool deep : {false, true}) {
          if (some.size() == 2 && deep != descending) continue;  // for pairs half of them
          Asked asked{.query = {.sort = sort, .descending = descending, .after = deep ? "5\n01970000-0000-7000-8000-000000000001" : ""},
                      .filters = some};
          for (const Filter* each : some) {
            each->set(asked.query);
            asked.name += each->name + " ";
          }
          asked.name += fmt::format("by {}{}{}", word, descending ? " descending" : "", deep ? " after a cursor" : "");
          all.push_back(std::move(asked));
        }
      }
    }
  };
  add({});
  for (const Filter& first : filters()) {
    add({&first});
    for (const Filter& second : filters())
      if (&first < &second) add({&first, &second});
  }
  return all;
}

// ---- SQLite --------------------------------------------------------------------------------------------------------------------------

class SqlitePlans {
 public:
  explicit SqlitePlans(const Place& place) {
    EXPECT_TRUE(store::open_store(place.at(), {.create = true}));  // brings the schema
    EXPECT_EQ(sqlite3_open_v2((place.at() + "/prorata.db").c_str(), &db_, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  }
  ~SqlitePlans() { sqlite3_close(db_); }
  SqlitePlans(const SqlitePlans&) = delete;
  SqlitePlans& operator=(const SqlitePlans&) = delete;

  // One line a step. A plan is made before the values are known, as it is for the store.
  const std::string& of(const std::string& text) {
    const auto [known, fresh] = plans_.try_emplace(text);
    if (fresh) known->second = explain(text);
    return known->second;
  }

 private:
  std::string explain(const std::string& text) const {
    std::string plan;
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(db_, ("EXPLAIN QUERY PLAN " + text).c_str(), -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_) << text;
    while (sqlite3_step(statement) == SQLITE_ROW) (plan += reinterpret_cast<const char*>(sqlite3_column_text(statement, 3))) += '\n';
    sqlite3_finalize(statement);
    return plan;
  }

  sqlite3* db_ = nullptr;
  std::map<std::string, std::string> plans_;  // by statement: many are asked with other values only
};

bool has(const std::string& plan, std::string_view step) { return plan.find(step) != std::string::npos; }

// "SCAN reservation" without an index is the whole table; "SCAN reservation USING INDEX" is the order of an index, from its beginning.
bool reads_whole_table(const std::string& plan) { return has(plan, "SCAN reservation\n"); }

TEST(QueryPlan, SqliteWalksAnIndexInOrder) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const Asked& asked : everything_asked()) {
    const ListCall walk = store::sql::reservation_access(asked.query).walk;
    const std::string plan = plans.of(walk.text);
    EXPECT_FALSE(reads_whole_table(plan)) << asked.name << "\n" << walk.text << "\n" << plan;
    EXPECT_FALSE(has(plan, "TEMP B-TREE")) << asked.name << "\n" << walk.text << "\n" << plan;
    const ReservationAccess access = store::sql::reservation_access(asked.query);
    if (access.by_filter.empty()) continue;
    const std::string further = plans.of(access.beyond.text);
    EXPECT_TRUE(has(further, "USING COVERING INDEX") && !has(further, "TEMP B-TREE")) << asked.name << "\n"
                                                                                      << access.beyond.text << "\n"
                                                                                      << further;
  }
}

// A list of requests is walked in the order it is wanted in, whatever it is narrowed by, and never sorted.
std::vector<RequestQuery> requests_asked() {
  const std::vector<std::function<void(RequestQuery&)>> narrow = {
      [](RequestQuery&) {},
      [](RequestQuery& q) { q.customer = id<CustomerId>(3); },
      [](RequestQuery& q) { q.state = request::State::with_operator; },
      [](RequestQuery& q) { q.open = true; },
      [](RequestQuery& q) { q.kind = request::Kind::exchange; },
      [](RequestQuery& q) { q.assigned_to = "helga@partner.example"; },
      [](RequestQuery& q) { q.text = "r-10"; },
  };
  std::vector<RequestQuery> all;
  for (const auto& first : narrow)
    for (const auto& second : narrow)
      for (const RequestSort sort : {RequestSort::created, RequestSort::due})
        for (const bool deep : {false, true}) {
          RequestQuery query{.sort = sort, .after = deep ? "5\n01970000-0000-7000-8000-000000000001" : ""};
          first(query);
          second(query);
          all.push_back(query);
        }
  return all;
}

TEST(QueryPlan, SqliteWalksRequestsInOrder) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const RequestQuery& query : requests_asked()) {
    const ListCall list = store::sql::request_list(query);
    const std::string plan = plans.of(list.text);
    EXPECT_FALSE(has(plan, "SCAN request\n")) << list.text << "\n" << plan;
    EXPECT_FALSE(has(plan, "TEMP B-TREE")) << list.text << "\n" << plan;
  }
}

TEST(QueryPlan, SqliteGathersFewOfTheFewThroughAnIndexOfTheirOwn) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  const auto index = [&](std::string_view few, std::string_view other) {
    ReservationQuery query{.sort = ReservationSort::quantity};
    for (const Filter& each : filters())
      if (each.name == few || each.name == other) each.set(query);
    return plans.of(store::sql::reservation_access(query).by_filter.front().gather.text);
  };
  for (const auto& [few, name] : {std::pair("archived", "archived"), {"cancelled", "ended"}})
    for (const std::string_view other : {"name", "sku", "region"})
      EXPECT_TRUE(has(index(few, other), fmt::format("COVERING INDEX reservation_{}_{}", name, other))) << index(few, other);
}

TEST(QueryPlan, SqliteCountsAndGathersThroughTheFiltersIndex) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const Asked& asked : everything_asked()) {
    for (const ReservationAccess::ByFilter& way : store::sql::reservation_access(asked.query).by_filter) {
      const std::string counted = plans.of(way.count.text);
      EXPECT_TRUE(has(counted, "USING COVERING INDEX") && !reads_whole_table(counted)) << asked.name << "\n"
                                                                                       << way.count.text << "\n"
                                                                                       << counted;
      const std::string gathered = plans.of(way.gather.text);
      EXPECT_FALSE(reads_whole_table(gathered)) << asked.name << "\n" << way.gather.text << "\n" << gathered;
      EXPECT_TRUE(has(gathered, "SEARCH reservation USING INDEX sqlite_autoindex_reservation_1 (id=?)"))
          << "only the page's rows are read whole: " << asked.name << "\n"
          << gathered;
    }
    const bool wide = !asked.filters.empty() && std::ranges::all_of(asked.filters, [](const Filter* each) { return each->wide; });
    if (!wide) continue;
    for (const ReservationAccess::ByFilter& way : store::sql::reservation_access(asked.query).by_filter)
      EXPECT_TRUE(has(plans.of(way.gather.text), "SEARCH reservation USING COVERING INDEX reservation_")) << asked.name << "\n"
                                                                                                          << plans.of(way.gather.text);
  }
}

TEST(QueryPlan, SqliteLooksUpWhatAReturnRestsOn) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const std::string_view text :
       {store::sql::kReservationKeys, store::sql::kCustomerOfReservation, store::sql::kReturnsOfOwner, store::sql::kHoldsOfOwner,
        store::sql::kPricesOfReservation, store::sql::kReturnsSince, store::sql::kHoldsOf, store::sql::kReservationsOfOrder,
        store::sql::kRevisionsOf, store::sql::kPrices, store::sql::kFindAnswer, store::sql::kFindCommit, store::sql::kEntriesOfCustomer}) {
    const std::string plan = plans.of(std::string(text));
    EXPECT_FALSE(has(plan, "SCAN")) << text << "\n" << plan;
  }
}

// What Partner Center's face pages through: the trail by time, the entries of a span of commits, the sizes that are sold.
std::vector<std::pair<ListCall, std::string>> partner_reads() {
  const AuditQuery in_time{.from = Instant{5}, .until = Instant{9}, .after = "7\n3"};
  AuditQuery of_one = in_time;
  of_one.customer = id<CustomerId>(3);
  return {{store::sql::audit_list({}), "audit_at"},
          {store::sql::audit_list(in_time), "audit_at"},
          {store::sql::audit_list(of_one), "audit_customer"},
          {{std::string(store::sql::kEntriesOfCommits), {std::int64_t{1}, std::int64_t{9}, std::int64_t{100}}}, "entry_place"},
          {{std::string(store::sql::kSizesSold), {std::string("a"), std::int64_t{50}}}, "price_sold"},
          {{std::string(store::sql::kPricesOfSize), {std::string("a")}}, "price_s"}};
}

TEST(QueryPlan, SqlitePagesThroughTheTrailTheEntriesAndTheSizesByIndex) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const auto& [call, index] : partner_reads()) {
    const std::string plan = plans.of(call.text);
    EXPECT_TRUE(has(plan, index)) << call.text << "\n" << plan;
    for (const std::string_view table : {"audit", "entry", "price"}) EXPECT_FALSE(has(plan, fmt::format("SCAN {}\n", table))) << plan;
    const bool a_page_only = call.text == store::sql::kSizesSold;  // its few rows, found by the index, are put in order once more
    EXPECT_TRUE(a_page_only || !has(plan, "TEMP B-TREE")) << call.text << "\n" << plan;
  }
}

// Every list of the overview in its order, but for filters that seldom meet; the sums read a row a customer.
std::vector<OverviewQuery> overview_asked() {
  std::vector<OverviewQuery> all;
  for (const auto& [sort, word] : kWords<OverviewSort>)
    for (const bool deep : {false, true})
      for (const bool narrowed : {false, true})
        all.push_back({.refundable = narrowed, .sort = sort, .after = deep ? "5\n01970000-0000-7000-8000-000000000001" : ""});
  return all;
}

TEST(QueryPlan, SqliteLooksUpWhatTheOverviewSearchAndDeliveriesAskFor) {
  const Place place(Where::sqlite);
  SqlitePlans plans(place);
  for (const std::string_view text :
       {store::sql::kOutboxAfter, store::sql::kDeliveriesDue, store::sql::kDeliveriesGathered, store::sql::kDeliveriesOfBatch,
        store::sql::kReturnsBetween, store::sql::kOpenSupportRequests, store::sql::kReservationsStarting, store::sql::kOrdersStarting,
        store::sql::kSupportRequestsStarting}) {
    const std::string plan = plans.of(std::string(text));
    EXPECT_FALSE(has(plan, "SCAN")) << text << "\n" << plan;
  }
  EXPECT_TRUE(has(plans.of(std::string(store::sql::kTargetsDue)), "COVERING INDEX delivery_due"))
      << plans.of(std::string(store::sql::kTargetsDue));
  for (const OverviewQuery& query : overview_asked()) {
    const std::string plan = plans.of(store::sql::overview_list(query).text);
    EXPECT_TRUE(has(plan, "USING INDEX customer_overview_")) << plan;
    EXPECT_FALSE(has(plan, "TEMP B-TREE")) << plan;
  }
  for (const DeliveryQuery& query : {DeliveryQuery{}, DeliveryQuery{.state = DeliveryState::dead}, DeliveryQuery{.target = "t"}}) {
    const std::string plan = plans.of(store::sql::delivery_list(query).text);
    EXPECT_TRUE(has(plan, "USING INDEX delivery_")) << plan;
    EXPECT_FALSE(has(plan, "TEMP B-TREE")) << plan;
  }
}

// ---- PostgreSQL ----------------------------------------------------------------------------------------------------------------------

// A schema with so few rows would always be read whole, so whole reads and sorts are forbidden as far as PostgreSQL lets them be: what it
// then still cannot do through an index shows.
class PostgresPlans {
 public:
  explicit PostgresPlans(const Place& place) : connection_(PQconnectdb(place.at().c_str())) {
    EXPECT_TRUE(store::open_store(place.at(), {.create = true}));
    run("SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan");
  }
  ~PostgresPlans() { PQfinish(connection_); }
  PostgresPlans(const PostgresPlans&) = delete;
  PostgresPlans& operator=(const PostgresPlans&) = delete;

  void run(const std::string& sql) const {
    PGresult* result = PQexec(connection_, sql.c_str());
    EXPECT_TRUE(PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK)
        << PQerrorMessage(connection_) << sql;
    PQclear(result);
  }
  const std::string& of(const ListCall& call) {
    const auto [known, fresh] = plans_.try_emplace(call.text);
    if (fresh) known->second = explain(call);
    return known->second;
  }

 private:
  std::string explain(const ListCall& call) const {
    run("DEALLOCATE ALL");
    run("PREPARE asked AS " + call.text);
    std::string values;
    for (const store::Value& value : call.values) (values += values.empty() ? "'" : ", '") += store::to_text(value) + "'";
    PGresult* result =
        PQexec(connection_, fmt::format("EXPLAIN (COSTS OFF) EXECUTE asked{}", values.empty() ? "" : "(" + values + ")").c_str());
    EXPECT_EQ(PQresultStatus(result), PGRES_TUPLES_OK) << PQerrorMessage(connection_) << call.text;
    std::string plan;
    for (int i = 0; i < PQntuples(result); ++i) (plan += PQgetvalue(result, i, 0)) += '\n';
    PQclear(result);
    return plan;
  }

  PGconn* connection_;
  std::map<std::string, std::string> plans_;
};

TEST(QueryPlan, PostgresWalksAnIndexInOrder) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  PostgresPlans plans(place);
  plans.run("SET enable_sort = off; SET enable_incremental_sort = off");
  for (const Asked& asked : everything_asked()) {
    const ListCall walk = store::sql::reservation_access(asked.query).walk;
    const std::string plan = plans.of(walk);
    EXPECT_FALSE(has(plan, "Seq Scan")) << asked.name << "\n" << walk.text << "\n" << plan;
    EXPECT_FALSE(has(plan, "Sort")) << asked.name << "\n" << walk.text << "\n" << plan;
  }
}

TEST(QueryPlan, PostgresPagesThroughTheTrailTheEntriesAndTheSizesByIndex) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  PostgresPlans plans(place);
  for (const auto& [call, index] : partner_reads()) {
    const std::string plan = plans.of(call);
    EXPECT_TRUE(has(plan, index)) << call.text << "\n" << plan;
    EXPECT_FALSE(has(plan, "Seq Scan")) << call.text << "\n" << plan;
  }
}

TEST(QueryPlan, PostgresWalksRequestsInOrder) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  PostgresPlans plans(place);
  plans.run("SET enable_sort = off; SET enable_incremental_sort = off");
  for (const RequestQuery& query : requests_asked()) {
    const ListCall list = store::sql::request_list(query);
    const std::string plan = plans.of(list);
    EXPECT_FALSE(has(plan, "Seq Scan")) << list.text << "\n" << plan;
    EXPECT_FALSE(has(plan, "Sort")) << list.text << "\n" << plan;
  }
}

TEST(QueryPlan, PostgresCountsAndGathersThroughTheFiltersIndex) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  PostgresPlans plans(place);
  for (const Asked& asked : everything_asked()) {
    for (const ReservationAccess::ByFilter& way : store::sql::reservation_access(asked.query).by_filter) {
      const std::string counted = plans.of(way.count);
      // Of a table that is nearly empty every index of the few is as good as another.
      const bool among_few = has(counted, "Index Scan using reservation_archived_") || has(counted, "Index Scan using reservation_ended_");
      EXPECT_TRUE(has(counted, "Index Only Scan") || among_few) << asked.name << "\n" << way.count.text << "\n" << counted;
      const std::string gathered = plans.of(way.gather);
      EXPECT_FALSE(has(gathered, "Seq Scan")) << asked.name << "\n" << way.gather.text << "\n" << gathered;
    }
  }
}

TEST(QueryPlan, PostgresLooksUpWhatTheOverviewAndDeliveriesAskFor) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  PostgresPlans plans(place);
  plans.run("SET enable_sort = off; SET enable_incremental_sort = off");
  for (const OverviewQuery& query : overview_asked()) {
    const std::string plan = plans.of(store::sql::overview_list(query));
    EXPECT_FALSE(has(plan, "Seq Scan")) << plan;
    EXPECT_FALSE(has(plan, "Sort")) << plan;
  }
  for (const DeliveryQuery& query : {DeliveryQuery{}, DeliveryQuery{.state = DeliveryState::dead}, DeliveryQuery{.target = "t"}}) {
    const std::string plan = plans.of(store::sql::delivery_list(query));
    EXPECT_FALSE(has(plan, "Seq Scan") || has(plan, "Sort")) << plan;
  }
  const ListCall due{std::string(store::sql::kDeliveriesDue), {std::string("t"), std::int64_t{5}, std::int64_t{8}}};
  EXPECT_TRUE(has(plans.of(due), "Index Scan using delivery_")) << plans.of(due);
}

}  // namespace
}  // namespace prorata
