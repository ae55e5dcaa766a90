// All SQL of the desk, but for the migrations. One text for SQLite and PostgreSQL: parameters $1, $2, ... in order of their use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/store.h"
#include "store/sql.h"

namespace prorata::store::sql {

// ---- meta ---------------------------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kCreateMeta = "CREATE TABLE IF NOT EXISTS meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL)";
inline constexpr std::string_view kReadMeta = "SELECT value FROM meta WHERE name = $1";
inline constexpr std::string_view kWriteMeta =
    "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

// ---- commits ------------------------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kLastCommit = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
inline constexpr std::string_view kFindCommit = "SELECT number FROM audit WHERE commit_id = $1";
inline constexpr std::string_view kInsertAudit =
    "INSERT INTO audit (number, commit_id, at, actor, action, customer, subject, said_before, said_after, written, previous, hash) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
inline constexpr std::string_view kReadAudit =
    "SELECT number, commit_id, at, actor, action, customer, subject, said_before, said_after, written, previous, hash "
    "FROM audit WHERE number >= $1 ORDER BY number LIMIT 200";
inline constexpr std::string_view kFindAnswer = "SELECT request, answer FROM answered WHERE id = $1";
inline constexpr std::string_view kAddBalance =
    "INSERT INTO balance (customer, currency, account, amount) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (customer, currency, account) DO UPDATE SET amount = balance.amount + excluded.amount";

inline constexpr std::string_view kClearAudit = "DELETE FROM audit";
inline constexpr std::string_view kClearBalances = "DELETE FROM balance";

// ---- rows of any kind ---------------------------------------------------------------------------------------------------------------
// INSERT, UPDATE, version and page texts, made once for each table.
struct TableTexts {
  std::string insert;
  std::string update;  // the id comes last
  std::string replace;
  std::string version;
  std::string body;
  std::string remove;
  std::string clear;  // every row
  std::string page;   // id, version, body, columns: the rows after an id
};
const TableTexts& texts(Kind kind);

// ---- lists --------------------------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kReservationsOfOrder = "SELECT version, body FROM reservation WHERE order_id = $1 ORDER BY id";
inline constexpr std::string_view kRevisionsOf = "SELECT version, body FROM revision WHERE id BETWEEN $1 AND $2 ORDER BY id DESC";
inline constexpr std::string_view kReturnsSince = "SELECT version, body FROM returned WHERE customer = $1 AND at > $2 ORDER BY at, id";
// What expect_refund() reads, by the reservation's id alone.
inline constexpr std::string_view kReservationKeys = "SELECT version, body, customer, sku_key, region_key FROM reservation WHERE id = $1";
inline constexpr std::string_view kCustomerOfReservation =
    "SELECT version, body FROM customer WHERE id = (SELECT customer FROM reservation WHERE id = $1)";
inline constexpr std::string_view kReturnsOfOwner =
    "SELECT version, body, at FROM returned WHERE customer = (SELECT customer FROM reservation WHERE id = $1) ORDER BY at, id";
inline constexpr std::string_view kHoldsOfOwner =
    "SELECT version, body FROM hold WHERE customer = (SELECT customer FROM reservation WHERE id = $1) AND state = 'held' ORDER BY id";
inline constexpr std::string_view kPricesOfReservation =
    "SELECT price.version, price.body, price.id, price.sku_key, price.term FROM reservation JOIN price "
    "ON price.sku_key = reservation.sku_key AND price.region_key = reservation.region_key WHERE reservation.id = $1 ORDER BY price.id";
inline constexpr std::string_view kHoldsOf = "SELECT version, body FROM hold WHERE customer = $1 AND state = 'held' ORDER BY id";
inline constexpr std::string_view kUnfinishedExchanges =
    "SELECT version, body FROM exchange WHERE state IN ('Pending', 'PendingRefunds', 'PendingPurchases') ORDER BY id";
inline constexpr std::string_view kReturnState =
    "SELECT returned.body, settlement.body FROM returned LEFT JOIN settlement ON settlement.id = returned.id WHERE returned.id = $1";
inline constexpr std::string_view kReturns =
    "SELECT returned.body, settlement.body FROM returned LEFT JOIN settlement ON settlement.id = returned.id ORDER BY returned.at, "
    "returned.id";
inline constexpr std::string_view kReturnsOfCustomer =
    "SELECT returned.body, settlement.body FROM returned LEFT JOIN settlement ON settlement.id = returned.id "
    "WHERE returned.customer = $1 ORDER BY returned.at, returned.id";
inline constexpr std::string_view kPrices =
    "SELECT version, body FROM price WHERE sku_key = $1 AND region_key = $2 AND term = $3 ORDER BY id";
inline constexpr std::string_view kPricesInRegion = "SELECT version, body FROM price WHERE region_key = $1 ORDER BY sku_key, id";
inline constexpr std::string_view kRatios = "SELECT version, body FROM ratio WHERE sku_key = $1 ORDER BY id";
inline constexpr std::string_view kAllRatios = "SELECT version, body FROM ratio ORDER BY id";
inline constexpr std::string_view kUsageImports = "SELECT version, body FROM usage_import ORDER BY id";
inline constexpr std::string_view kMonthsOf = "SELECT version, body FROM reservation_month WHERE id BETWEEN $1 AND $2 ORDER BY id";
inline constexpr std::string_view kReservationMonths =
    "SELECT version, body FROM reservation_month WHERE customer = $1 AND month >= $2 AND month < $3 ORDER BY id";
inline constexpr std::string_view kCustomerMonths = "SELECT version, body FROM customer_month WHERE id BETWEEN $1 AND $2 ORDER BY id";
inline constexpr std::string_view kRates = "SELECT version, body FROM rate ORDER BY id";
inline constexpr std::string_view kResellers = "SELECT version, body FROM reseller ORDER BY id";
inline constexpr std::string_view kUserNamed = "SELECT version, body FROM desk_user WHERE name_key = $1";
inline constexpr std::string_view kSigningKeys = "SELECT version, body FROM signing_key ORDER BY created DESC, id";
inline constexpr std::string_view kRoleAssignments = "SELECT version, body FROM role_assignment ORDER BY id";
inline constexpr std::string_view kRoleAssignmentsOf = "SELECT version, body FROM role_assignment WHERE principal = $1 ORDER BY id";
inline constexpr std::string_view kRoleAssignmentsAt = "SELECT version, body FROM role_assignment WHERE scope_key = $1 ORDER BY id";
inline constexpr std::string_view kLastSupportNumber = "SELECT max(number) FROM support_request WHERE number >= $1 AND number < $2";
inline constexpr std::string_view kOutboxAfter = "SELECT place, id, kind, body FROM outbox WHERE place > $1 ORDER BY place LIMIT $2";
inline constexpr std::string_view kLastOutboxPlace = "SELECT max(place) FROM outbox";
inline constexpr std::string_view kWebhooks = "SELECT version, body FROM webhook ORDER BY id";
inline constexpr std::string_view kTargetsDue =
    "SELECT DISTINCT target FROM delivery WHERE state = 'waiting' AND due <= $1 ORDER BY target";
inline constexpr std::string_view kDeliveriesDue =
    "SELECT version, body FROM delivery WHERE target = $1 AND state = 'waiting' AND due <= $2 ORDER BY due, id LIMIT $3";
inline constexpr std::string_view kDeliveriesGathered =
    "SELECT version, body FROM delivery WHERE state = 'gathered' AND due <= $1 ORDER BY due, id LIMIT $2";
inline constexpr std::string_view kDeliveriesOfBatch = "SELECT version, body FROM delivery WHERE batch = $1 AND batch <> '' ORDER BY id";
inline constexpr std::string_view kReturnsBetween = "SELECT version, body FROM returned WHERE at > $1 AND at <= $2 ORDER BY at, id";
inline constexpr std::string_view kOpenSupportRequests = "SELECT count(*) FROM support_request WHERE customer = $1 AND status = 'Open'";
inline constexpr std::string_view kReservationsStarting =
    "SELECT version, body FROM reservation WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3";
inline constexpr std::string_view kOrdersStarting =
    "SELECT version, body FROM reservation_order WHERE id >= $1 AND id < $2 ORDER BY id LIMIT $3";
inline constexpr std::string_view kSupportRequestsStarting =
    "SELECT version, body, id FROM support_request WHERE id >= $1 AND id < $2 UNION "
    "SELECT version, body, id FROM support_request WHERE number >= $1 AND number < $2 ORDER BY 3 LIMIT $3";
inline constexpr std::string_view kBalances =
    "SELECT customer, currency, account, amount FROM balance WHERE amount <> 0 ORDER BY customer, currency, account";
inline constexpr std::string_view kBalancesOfCustomer =
    "SELECT customer, currency, account, amount FROM balance WHERE customer = $1 AND amount <> 0 ORDER BY customer, currency, account";
inline constexpr std::string_view kEntries = "SELECT place, body, at, currency FROM entry WHERE place > $1 ORDER BY place LIMIT 1000";
inline constexpr std::string_view kEntriesOfCustomer =
    "SELECT place, body, at, currency FROM entry WHERE customer = $1 AND place > $2 ORDER BY place LIMIT 1000";
inline constexpr std::string_view kCounts =
    "SELECT (SELECT count(*) FROM customer), (SELECT count(*) FROM reservation_order), (SELECT count(*) FROM reservation), "
    "(SELECT count(*) FROM returned), (SELECT count(*) FROM entry), (SELECT COALESCE(max(number), 0) FROM audit)";

// A list with filters: its text depends on which are set. The texts live as long as the program, so that each is prepared once.
struct ListCall {
  std::string text;
  std::vector<Value> values;
};

// How a list of reservations is read, whatever its filters and its sort. An index for every pair of them would cost more on every write
// than all lists together save, so there are three ways:
//
//  1. An index holds what matches in the order that is wanted: `walk` reads the page from it and nothing else. So it is for every sort
//     without a filter, with a name's beginning or a window of expiry days in their own order, for the archived and for each state but
//     Succeeded in any order, and for customer, product and Succeeded by expiry, for Succeeded by purchase.
//  2. A filter matches few rows, as `count` says looking at kFewRows at most: `gather` finds them through the filter's index and sorts
//     them. A name, size or region of the archived or of those that ended counts as one filter: it has an index of its own.
//  3. Many match, so they lie close together in the order: `walk` passes over those that do not match, kWalkRows at most. Where that does
//     not fill the page, and rows lie `beyond`, (all that match lie far away, or two filters seldom meet) `gather` answers after all, and
//     takes as long as the filter it goes by has rows: its index holds all columns that filters and sorts ask for, so this is a walk
//     through one index.
//
// tests/store/query_plan_test.cc asks both databases whether they do as they are told.
struct ReservationAccess {
  ListCall walk;
  ListCall beyond;  // has a row where the walk may have stopped too early; asked only where `by_filter` is not empty
  struct ByFilter {
    ListCall count;
    ListCall gather;
  };
  std::vector<ByFilter> by_filter;  // empty: the walk answers by itself; the filter most worth going by comes first
};
inline constexpr std::int64_t kFewRows = 5'000;
inline constexpr std::int64_t kWalkRows = 5'000;
ReservationAccess reservation_access(const ReservationQuery& query);
ListCall name_list(Kind kind, const NameQuery& query);  // clients or users
ListCall support_list(const SupportQuery& query);
ListCall customer_list(const CustomerQuery& query);
ListCall delivery_list(const DeliveryQuery& query);
ListCall overview_list(const OverviewQuery& query);
ListCall overview_sums(const OverviewQuery& query);
std::string after_prefix(const std::string& prefix);  // sorts behind every text that begins so
ListCall order_list(const OrderQuery& query);
std::string_view kept(std::string text);

// The cursor of a page ends with the sort column and the id of its last row.
std::string cursor(std::string_view sort_value, std::string_view id);

}  // namespace prorata::store::sql
