#include "store/statements.h"

#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::store::sql {
namespace {

TableTexts make_texts(const Table& t) {
  std::string names = "id, version, body";
  std::string places = "$1, $2, $3";
  std::string sets = "version = $1, body = $2";
  std::string excluded = "version = excluded.version, body = excluded.body";
  int n = 3;
  for (const std::string_view column : t.columns) {
    names += fmt::format(", {}", column);
    places += fmt::format(", ${}", ++n);
    sets += fmt::format(", {} = ${}", column, n - 1);
    excluded += fmt::format(", {} = excluded.{}", column, column);
  }
  const std::string insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", t.name, names, places);
  return {.insert = insert,
          .update = fmt::format("UPDATE {} SET {} WHERE id = ${}", t.name, sets, n),
          .replace = fmt::format("{} ON CONFLICT (id) DO UPDATE SET {}", insert, excluded),
          .version = fmt::format("SELECT version FROM {} WHERE id = $1", t.name),
          .body = fmt::format("SELECT version, body FROM {} WHERE id = $1", t.name),
          .page = fmt::format("SELECT {} FROM {} WHERE id > $1 ORDER BY id LIMIT 1000", names, t.name)};
}

std::string_view sort_column(ReservationSort sort) {
  switch (sort) {
    case ReservationSort::expiry: return "expiry";
    case ReservationSort::purchased: return "purchased";
    case ReservationSort::name: return "name_key";
    case ReservationSort::quantity: return "quantity";
    case ReservationSort::sku: return "sku_key";
    case ReservationSort::region: return "region_key";
  }
  CHECK(false, "a sort");
}

bool sorts_by_number(ReservationSort sort) {
  return sort == ReservationSort::expiry || sort == ReservationSort::purchased || sort == ReservationSort::quantity;
}

// Collects conditions, each with its values, into a WHERE clause.
class Conditions {
 public:
  void add(std::string_view condition, Value value) {
    begin();
    text_ += fmt::format(fmt::runtime(condition), next());
    values_.push_back(std::move(value));
  }
  void after(std::string_view column, std::string_view compare, Value value, std::string id) {
    begin();
    const int first = next();
    text_ += fmt::format("({}, id) {} (${}, ${})", column, compare, first, first + 1);
    values_.push_back(std::move(value));
    values_.emplace_back(std::move(id));
  }
  int next() const { return static_cast<int>(values_.size()) + 1; }
  ListCall finish(std::string_view select, std::string_view order, std::size_t limit) {
    const int n = next();
    values_.emplace_back(static_cast<std::int64_t>(limit));
    return {fmt::format("{}{} ORDER BY {} LIMIT ${}", select, text_, order, n), std::move(values_)};
  }

 private:
  void begin() { text_ += values_.empty() ? " WHERE " : " AND "; }
  std::string text_;
  std::vector<Value> values_;
};

std::string after_prefix(const std::string& prefix) {
  return prefix + "\xF4\x8F\xBF\xBF";
}  // the last code point sorts after all that begins with it

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : to_lower(text)) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + '%';
}

}  // namespace

const TableTexts& texts(Kind kind) {
  static const auto kAll = [] {
    std::array<TableTexts, kKindCount> all;
    for (int i = 0; i < kKindCount; ++i) all[static_cast<std::size_t>(i)] = make_texts(table(static_cast<Kind>(i)));
    return all;
  }();
  return kAll[static_cast<std::size_t>(kind)];
}

std::string_view kept(std::string text) {
  static std::mutex mutex;
  static std::set<std::string> texts;  // a node stays where it is
  const std::lock_guard lock(mutex);
  return *texts.insert(std::move(text)).first;
}

std::string cursor(std::string_view sort_value, std::string_view id) { return fmt::format("{}\n{}", sort_value, id); }

ListCall reservation_list(const ReservationQuery& q) {
  const std::string_view column = q.event_until ? "next_event" : sort_column(q.sort);
  Conditions where;
  if (q.customer) where.add("customer = ${}", q.customer->text());
  if (q.order) where.add("order_id = ${}", q.order->text());
  if (q.state) where.add("state = ${}", std::string(to_string(*q.state)));
  if (!q.sku.empty()) where.add("sku_key = ${}", sku_key(q.sku));
  if (!q.region.empty()) where.add("region_key = ${}", region_key(q.region));
  if (!q.product.empty()) where.add("product_key = ${}", to_lower(q.product));
  if (!q.name_prefix.empty()) {
    where.add("name_key >= ${}", to_lower(q.name_prefix));
    where.add("name_key < ${}", after_prefix(to_lower(q.name_prefix)));
  }
  if (q.expires_from) where.add("expiry >= ${}", start_of(*q.expires_from).ticks);
  if (q.expires_until) where.add("expiry < ${}", start_of(*q.expires_until).ticks);
  if (q.archived) where.add("archived = ${}", std::int64_t{*q.archived});
  if (q.renew) where.add("renew = ${}", std::int64_t{*q.renew});
  if (q.event_until) where.add("next_event <= ${}", std::int64_t{q.event_until->since_epoch});
  if (!q.after.empty()) {
    const std::size_t split = q.after.rfind('\n');
    const std::string value = q.after.substr(0, std::min(split, q.after.size()));
    const std::string id = split == std::string::npos ? "" : q.after.substr(split + 1);
    const bool number = q.event_until || sorts_by_number(q.sort);
    const auto parsed = parse_integer(value, INT64_MIN, INT64_MAX, "a cursor");
    where.after(column, q.descending ? "<" : ">", number ? Value(parsed.value_or(0)) : Value(value), id);
  }
  const std::string_view direction = q.descending ? " DESC" : "";
  return where.finish(fmt::format("SELECT version, body, id, {} FROM reservation", column),
                      fmt::format("{}{}, id{}", column, direction, direction), q.limit + 1);
}

ListCall customer_list(const CustomerQuery& q) {
  Conditions where;
  if (!q.text.empty()) where.add("search || id LIKE ${} ESCAPE '!'", like_pattern(q.text));
  if (q.reseller) where.add("reseller = ${}", q.reseller->text());
  if (q.offer) where.add("offer = ${}", std::string(to_string(*q.offer)));
  if (!q.after.empty()) {
    const std::size_t split = q.after.rfind('\n');
    where.after("name_key", ">", Value(q.after.substr(0, std::min(split, q.after.size()))),
                split == std::string::npos ? "" : q.after.substr(split + 1));
  }
  return where.finish("SELECT version, body, id, name_key FROM customer", "name_key, id", q.limit + 1);
}

}  // namespace prorata::store::sql
