// The tables, as one list: every kind of row, its table, and the columns that repeat parts of its body for filters and sorts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace prorata::store {

enum class Kind : std::uint8_t {
  desk,
  customer,
  order,
  reservation,
  hold,
  exchange,
  revision,
  quote,
  returned,
  settlement,
  entry,
  outbox,
  answered,
  reseller,
  price,
  ratio,
  rate,
  client,
  user,
  signing_key,
  role_assignment,
  support_request,
  operation,
  agreed_price,
  file_workspace,
  file_chunk,
  usage_import,
  reservation_month,
  customer_month,
  webhook,
  delivery,
  notify_settings,
  progress,
  alert,
  customer_overview,
};
inline constexpr int kKindCount = 35;

// How rows of a kind come to be.
enum class Writing {
  versioned,  // put with the version that was seen, or taken away with it
  added,      // once, never changed
  replaced,   // the same key again takes the place of the row
};

struct Table {
  Kind kind;
  std::string_view name;
  Writing writing;
  bool whole_in_audit;                    // the audit record keeps the body, not only its digest
  std::vector<std::string_view> columns;  // after id, version and body
  std::string_view unique = {};           // the column, beside the id, in which no two rows may be the same
};

const Table& table(Kind kind);

// A column's value: nothing, a whole number or text; a text that stands elsewhere must stay there until the call has run.
using Value = std::variant<std::monostate, std::int64_t, std::string, const std::string*>;
const std::string* text_in(const Value& value);  // nullptr where it is no text
std::string to_text(const Value& value);         // for comparing and for the wire of a database

}  // namespace prorata::store
