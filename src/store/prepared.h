// A commit made ready in the caller's thread, so that the one writer only has to compare versions and write: every row encoded and
// digested, in the order in which it will be written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "app/store.h"
#include "store/tables.h"

namespace prorata::store {

struct Row {
  Kind kind;
  std::string id;
  std::int64_t version = 1;  // to write; one more than was seen
  std::string body;
  std::string digest;  // 32 hexadecimal digits of the body's SHA-256; empty for a row that is taken away
  std::vector<Value> columns;

  bool removed() const { return digest.empty(); }
};

struct Prepared {
  std::string commit_id;
  AuditNote note;
  Durable durable = Durable::now;
  std::vector<Row> rows;
  std::vector<Seen> seen;
  std::optional<IdempotencyRecord> idempotency;
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> balances;  // customer, currency, account: what to add
};

Prepared prepare(Changes changes);

// The columns of a row, derived from its body: for verifying what a database holds. `number` and `position` place an entry.
Result<std::vector<Value>> columns_of(Kind kind, const std::string& body);

// Where an entry stands among all: its commit's number, then its position within it.
constexpr std::int64_t entry_place(std::int64_t number, std::int64_t position) { return (number << 20) | position; }

// Kinds whose rows have a place: entries and the outbox, in their last column.
constexpr bool is_placed(Kind kind) { return kind == Kind::entry || kind == Kind::outbox; }

Kind kind_of(Seen::Kind kind);
std::string digest_of(const std::string& body);

inline constexpr std::string_view kNotifySettingsId = "notify";

// Keys of the tables of facts.
std::string price_id(const PriceRow& row);
std::string ratio_id(const FlexibilityRatio& row);
std::string rate_id(const ExchangeRate& row);
std::string support_request_id(std::string_view name);
std::string file_chunk_id(std::string_view workspace, std::string_view file, std::int64_t index);
std::string reservation_month_id(const ReservationId& id, std::string_view month);  // of one reservation they sort by month
std::string customer_month_id(const CustomerId& id, std::string_view month);
inline constexpr std::string_view kFirstMonth = "0000-00";
inline constexpr std::string_view kLastMonth = "9999-99";
std::string scope_key(const access::Scope& scope);
// Numbers of support requests of a day stand in [first, second).
std::pair<std::string, std::string> support_numbers_of(Day day);
Result<std::int64_t> running_of(std::string_view support_number);
inline constexpr std::int64_t kRevisionsMax = 99'999'999;
std::string revision_id(const ReservationId& id, std::int64_t number);  // of one reservation they sort by number, as text

// The audit record of a commit: what was written, linked to the record before.
AuditRecord seal(const Prepared& prepared, std::int64_t number, const std::string& previous);
// The hash that a record's fields give.
std::string hash_of(const AuditRecord& record, const std::string& commit_id);
inline constexpr std::string_view kFirstPrevious = "0000000000000000000000000000000000000000000000000000000000000000";

}  // namespace prorata::store
