#include "store/statements.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

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
          .remove = fmt::format("DELETE FROM {} WHERE id = $1", t.name),
          .clear = fmt::format("DELETE FROM {}", t.name),
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
  // `condition` has one {} for the number of each value, in order.
  void add(std::string_view condition, const std::vector<Value>& values) {
    text_ += text_.empty() ? " WHERE " : " AND ";
    std::size_t from = 0;
    for (const Value& value : values) {
      const std::size_t at = condition.find("{}", from);
      text_ += condition.substr(from, at - from);
      text_ += std::to_string(next());
      values_.push_back(value);
      from = at + 2;
    }
    text_ += condition.substr(from);
  }
  void add(std::string_view condition, Value value) { add(condition, std::vector{std::move(value)}); }
  // Rows after a cursor, in an order by `column` and id.
  void after(std::string_view column, std::string_view compare, Value value, std::string id) {
    add(fmt::format("({}, id) {} (${{}}, ${{}})", column, compare), {std::move(value), Value(std::move(id))});
  }
  int next() const { return static_cast<int>(values_.size()) + 1; }
  const std::string& text() const { return text_; }
  ListCall finish(std::string_view select, std::string_view order, std::size_t limit) {
    const int n = next();
    values_.emplace_back(static_cast<std::int64_t>(limit));
    return {fmt::format("{}{} ORDER BY {} LIMIT ${}", select, text_, order, n), std::move(values_)};
  }
  // Begins a WHERE clause of another level of the same statement; the values go on.
  std::string end_level() { return std::exchange(text_, {}); }
  std::vector<Value> take_values() { return std::move(values_); }

 private:
  std::string text_;
  std::vector<Value> values_;
};

// The sort value and the id of a page's last row.
std::pair<std::string, std::string> split_cursor(const std::string& after) {
  const std::size_t split = after.rfind('\n');
  return {after.substr(0, std::min(split, after.size())), split == std::string::npos ? "" : after.substr(split + 1)};
}

std::string like_pattern(std::string_view text) {
  std::string out = "%";
  for (const char c : to_lower(text)) {
    if (c == '%' || c == '_' || c == '!') out += '!';
    out += c;
  }
  return out + '%';
}

}  // namespace

// The last code point there can be.
std::string after_prefix(const std::string& prefix) { return prefix + "\xF4\x8F\xBF\xBF"; }

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

namespace {

// One filter of a list. `plain` lets an index serve it; `free` says the same in a form that no planner takes for an index's, for where the
// index to use has been chosen.
struct ListFilter {
  std::string_view column;
  std::string plain;
  std::string free;
  std::vector<Value> values;
  bool driver = true;    // an index begins with its column
  bool partial = false;  // leaves so few that indexes of its own hold only them: by name, size, region and expiry with all columns
};

ListFilter text_filter(std::string_view column, std::string value) {
  return {column, fmt::format("{} = ${{}}", column), fmt::format("({} || '') = ${{}}", column), {std::move(value)}};
}

ListFilter flag_filter(std::string_view column, bool on) {
  // Written out, so that it matches an index of the archived ones alone. A flag that is off leaves nearly all.
  const bool indexed = on && column == "archived";
  return {column, fmt::format("{} = {}", column, on ? 1 : 0), fmt::format("({} + 0) = {}", column, on ? 1 : 0), {}, indexed, indexed};
}

ListFilter state_filter(ProvisioningState state) {
  ListFilter filter = text_filter("state", std::string(to_string(state)));
  // Nearly all are Succeeded; the others have indexes of their own, which this condition opens.
  filter.partial = state != ProvisioningState::succeeded;
  if (filter.partial) filter.plain += " AND state <> 'Succeeded'";
  return filter;
}

ListFilter name_filter(const std::string& prefix) {
  return {"name_key",
          "name_key >= ${} AND name_key < ${}",
          "(name_key || '') >= ${} AND (name_key || '') < ${}",
          {to_lower(prefix), after_prefix(to_lower(prefix))}};
}

ListFilter expiry_filter(const std::optional<Day>& from, const std::optional<Day>& until) {
  ListFilter filter{.column = "expiry"};
  const auto add = [&](std::string_view compare, Day day) {
    const std::string_view joint = filter.plain.empty() ? "" : " AND ";
    filter.plain += fmt::format("{}expiry {} ${{}}", joint, compare);
    filter.free += fmt::format("{}(expiry + 0) {} ${{}}", joint, compare);
    filter.values.emplace_back(start_of(day).ticks);
  };
  if (from) add(">=", *from);
  if (until) add("<", *until);
  return filter;
}

// The most telling first.
std::vector<ListFilter> filters_of(const ReservationQuery& q) {
  std::vector<ListFilter> filters;
  if (q.order) filters.push_back(text_filter("order_id", q.order->text()));
  if (q.customer) filters.push_back(text_filter("customer", q.customer->text()));
  if (!q.sku.empty()) filters.push_back(text_filter("sku_key", sku_key(q.sku)));
  const bool ended = q.state && *q.state != ProvisioningState::succeeded;
  if (q.archived) filters.push_back(flag_filter("archived", *q.archived));
  if (ended) filters.push_back(state_filter(*q.state));
  if (!q.product.empty()) filters.push_back(text_filter("product_key", to_lower(q.product)));
  if (!q.region.empty()) filters.push_back(text_filter("region_key", region_key(q.region)));
  if (q.expires_from || q.expires_until) filters.push_back(expiry_filter(q.expires_from, q.expires_until));
  if (!q.name_prefix.empty()) filters.push_back(name_filter(q.name_prefix));
  if (q.state && !ended) filters.push_back(state_filter(*q.state));
  if (q.renew) filters.push_back(flag_filter("renew", *q.renew));
  return filters;
}

// What a list is sorted by, and where its page begins.
struct ListOrder {
  explicit ListOrder(const ReservationQuery& q) : column(sort_column(q.sort)), number(sorts_by_number(q.sort)), descending(q.descending) {
    if (q.event_until) {
      column = "next_event";
      number = true;
    }
    if (q.after.empty()) return;
    const auto [text, id] = split_cursor(q.after);
    const auto parsed = parse_integer(text, INT64_MIN, INT64_MAX, "a cursor");
    after = std::pair(number ? Value(parsed.value_or(0)) : Value(text), id);
  }
  // The column in a form that no index serves.
  std::string free() const { return number ? fmt::format("({} + 0)", column) : fmt::format("({} || '')", column); }
  std::string by(std::string_view key) const {
    const std::string_view direction = descending ? " DESC" : "";
    return fmt::format("{}{}, id{}", key, direction, direction);
  }
  void begin_after(Conditions& where, std::string_view key) const {
    if (after) where.after(key, descending ? "<" : ">", after->first, after->second);
  }

  std::string_view column;
  bool number;
  bool descending;
  std::optional<std::pair<Value, std::string>> after;
};

// Whether an index holds the rows of this filter in this order: (filter, sort, id).
bool leads(const ListFilter& filter, const ListOrder& order) {
  if (filter.column == order.column) return true;  // a part of the order's own index
  if (filter.column == "archived") return filter.driver;
  if (filter.column == "state") return filter.plain != "state = ${}" || order.column == "expiry" || order.column == "purchased";
  const bool wide = filter.column == "customer" || filter.column == "product_key";
  return wide && order.column == "expiry";
}

// In order, through an index; those that do not meet the other filters are passed over, `rows_max` of them at most.
ListCall walk(const ListOrder& order, const std::vector<ListFilter>& filters, const ListFilter* lead, std::size_t limit,
              std::optional<std::int64_t> rows_max) {
  Conditions where;
  std::vector<const ListFilter*> rest;
  for (const ListFilter& each : filters) {
    if (&each == lead || each.column == order.column)
      where.add(each.plain, each.values);
    else
      rest.push_back(&each);
  }
  order.begin_after(where, order.column);
  if (!rows_max) {
    for (const ListFilter* each : rest) where.add(each->free, each->values);
    return where.finish(fmt::format("SELECT version, body, id, {} FROM reservation", order.column), order.by(order.column), limit);
  }
  // A condition and a limit on top of an ordered selection keep its order, and stop it as soon as the page is full.
  std::string text = fmt::format(
      "SELECT version, body, id, sorted_by FROM (SELECT version, body, id, {0} AS sorted_by, order_id, customer, state, sku_key, "
      "region_key, product_key, name_key, "
      "expiry, archived, renew FROM reservation{1} ORDER BY {2} LIMIT {3}) AS walked",
      order.column, where.end_level(), order.by(order.column), *rows_max);
  for (const ListFilter* each : rest) where.add(each->free, each->values);
  text += where.end_level();
  text += fmt::format(" LIMIT ${}", where.next());
  std::vector<Value> values = where.take_values();
  values.emplace_back(static_cast<std::int64_t>(limit));
  return {std::move(text), std::move(values)};
}

// Whether a walk that stopped after `rows_max` rows would have found more: one row says so.
ListCall beyond(const ListOrder& order, const std::vector<ListFilter>& filters, const ListFilter* lead, std::int64_t rows_max) {
  Conditions where;
  for (const ListFilter& each : filters)
    if (&each == lead || each.column == order.column) where.add(each.plain, each.values);
  order.begin_after(where, order.column);
  std::string text =
      fmt::format("SELECT id FROM reservation{} ORDER BY {} LIMIT 1 OFFSET {}", where.end_level(), order.by(order.column), rows_max);
  return {std::move(text), where.take_values()};
}

// The filters whose index is gone by: one, or a partial one with another that an index of the partial one's begins with.
using Drivers = std::vector<const ListFilter*>;

// All rows of these, found through their index and narrowed and sorted there; only the page's own rows are read whole.
ListCall gather(const ListOrder& order, const std::vector<ListFilter>& filters, const Drivers& drivers, std::size_t limit) {
  Conditions where;
  for (const ListFilter& each : filters)
    where.add(std::ranges::find(drivers, &each) != drivers.end() ? each.plain : each.free, each.values);
  order.begin_after(where, order.free());
  const ListCall ids =
      where.finish(fmt::format("SELECT id AS found, {} AS sorted_by FROM reservation", order.column), order.by(order.free()), limit);
  const std::string_view direction = order.descending ? " DESC" : "";
  return {fmt::format("SELECT version, body, id, sorted_by FROM ({}) AS page JOIN reservation ON id = found ORDER BY sorted_by{}, id{}",
                      ids.text, direction, direction),
          ids.values};
}

void begin_after_name(Conditions& where, const std::string& after) {
  if (after.empty()) return;
  auto [name, id] = split_cursor(after);
  where.after("name_key", ">", Value(std::move(name)), std::move(id));
}

ListCall count(const Drivers& drivers) {
  Conditions where;
  for (const ListFilter* each : drivers) where.add(each->plain, each->values);
  return {fmt::format("SELECT count(*) FROM (SELECT 1 AS one FROM reservation{} LIMIT {}) AS counted", where.text(), kFewRows),
          where.take_values()};
}

}  // namespace

ReservationAccess reservation_access(const ReservationQuery& q) {
  const ListOrder order(q);
  std::vector<ListFilter> filters = filters_of(q);
  const std::size_t limit = q.limit + 1;  // one more says whether another page follows
  if (q.event_until) {
    filters.push_back({"next_event", "next_event <= ${}", "", {std::int64_t{q.event_until->since_epoch}}});
    return {.walk = walk(order, filters, nullptr, limit, std::nullopt)};
  }
  // Where a size or region is both filter and sort, its own index is the one.
  const bool within_one = (order.column == "sku_key" && !q.sku.empty()) || (order.column == "region_key" && !q.region.empty());
  const ListFilter* lead = nullptr;
  for (const ListFilter& each : filters)
    if (lead == nullptr && !within_one && each.column != order.column && leads(each, order)) lead = &each;
  const auto met = [&](const ListFilter& each) { return &each == lead || each.column == order.column; };
  if (std::ranges::all_of(filters, met)) return {.walk = walk(order, filters, lead, limit, std::nullopt)};

  ReservationAccess access{.walk = walk(order, filters, lead, limit, kWalkRows)};
  access.beyond = beyond(order, filters, lead, kWalkRows);
  const auto go_by = [&](const Drivers& drivers) { access.by_filter.push_back({count(drivers), gather(order, filters, drivers, limit)}); };
  const auto joins = [](const ListFilter& each) {
    return each.column == "name_key" || each.column == "sku_key" || each.column == "region_key";
  };
  for (const ListFilter& few : filters)
    for (const ListFilter& each : filters)
      if (few.partial && joins(each)) go_by({&few, &each});
  for (const ListFilter& each : filters)
    if (each.driver) go_by({&each});
  if (access.by_filter.empty()) access.walk = walk(order, filters, lead, limit, std::nullopt);
  return access;
}

ListCall customer_list(const CustomerQuery& q) {
  Conditions where;
  if (!q.text.empty()) where.add("search || id LIKE ${} ESCAPE '!'", like_pattern(q.text));
  if (q.reseller) where.add("reseller = ${}", q.reseller->text());
  if (q.offer) where.add("offer = ${}", std::string(to_string(*q.offer)));
  begin_after_name(where, q.after);
  return where.finish("SELECT version, body, id, name_key FROM customer", "name_key, id", q.limit + 1);
}

ListCall order_list(const OrderQuery& q) {
  Conditions where;
  if (q.customer) where.add("customer = ${}", q.customer->text());
  if (!q.after.empty()) where.add("id > ${}", q.after.substr(q.after.find('\n') + 1));
  return where.finish("SELECT version, body, id, '' FROM reservation_order", "id", q.limit + 1);
}

ListCall name_list(Kind kind, const NameQuery& q) {
  Conditions where;
  begin_after_name(where, q.after);
  return where.finish(fmt::format("SELECT version, body, id, name_key FROM {}", table(kind).name), "name_key, id", q.limit + 1);
}

ListCall support_list(const SupportQuery& q) {
  Conditions where;
  if (q.customer) where.add("customer = ${}", q.customer->text());
  if (q.subscription) where.add("subscription = ${}", q.subscription->text());
  if (q.status) where.add("status = ${}", std::string(to_string(*q.status)));
  if (q.created_from) where.add("created >= ${}", q.created_from->ticks);
  if (q.created_until) where.add("created < ${}", q.created_until->ticks);
  if (!q.after.empty()) {
    const auto [created, id] = split_cursor(q.after);
    where.after("created", "<", Value(parse_integer(created, INT64_MIN, INT64_MAX, "a cursor").value_or(0)), id);
  }
  return where.finish("SELECT version, body, id, created FROM support_request", "created DESC, id DESC", q.limit + 1);
}

ListCall delivery_list(const DeliveryQuery& q) {
  Conditions where;
  if (q.state) where.add("state = ${}", std::string(to_string(*q.state)));
  if (!q.target.empty()) where.add("target = ${}", q.target);
  if (!q.after.empty()) {
    const auto [created, id] = split_cursor(q.after);
    where.after("created", "<", Value(parse_integer(created, INT64_MIN, INT64_MAX, "a cursor").value_or(0)), id);
  }
  return where.finish("SELECT version, body, id, created FROM delivery", "created DESC, id DESC", q.limit + 1);
}

namespace {

std::string_view overview_column(OverviewSort sort) {
  switch (sort) {
    case OverviewSort::name: return "name_key";
    case OverviewSort::expiring: return "expiring";
    case OverviewSort::badly_used: return "badly_used";
    case OverviewSort::refundable: return "refundable_usd";
    case OverviewSort::requests: return "open_requests";
    case OverviewSort::credits: return "customer_credit";
    case OverviewSort::allowance: return "allowance_used";
  }
  CHECK(false, "a sort");
}

void filter(Conditions& where, const OverviewQuery& q) {
  if (!q.text.empty()) where.add("name_key LIKE ${} ESCAPE '!'", like_pattern(q.text));
  if (q.customer) where.add("id = ${}", q.customer->text());
  if (q.reseller) where.add("reseller = ${}", q.reseller->text());
  if (q.expiring) where.add("expiring > 0", std::vector<Value>());
  if (q.badly_used) where.add("badly_used > 0", std::vector<Value>());
  if (q.refundable) where.add("refundable > 0", std::vector<Value>());
  if (q.with_requests) where.add("open_requests > 0", std::vector<Value>());
  if (q.with_credits) where.add("(provider_credit <> 0 OR customer_credit <> 0)", std::vector<Value>());
}

}  // namespace

ListCall overview_list(const OverviewQuery& q) {
  Conditions where;
  filter(where, q);
  const std::string_view column = overview_column(q.sort);
  if (q.sort == OverviewSort::name) {
    begin_after_name(where, q.after);
  } else if (!q.after.empty()) {
    const auto [figure, id] = split_cursor(q.after);
    where.after(column, "<", Value(parse_integer(figure, INT64_MIN, INT64_MAX, "a cursor").value_or(0)), id);
  }
  const std::string_view direction = q.sort == OverviewSort::name ? "" : " DESC";
  return where.finish(fmt::format("SELECT version, body, id, {} FROM customer_overview", column),
                      fmt::format("{}{}, id{}", column, direction, direction), q.limit + 1);
}

ListCall overview_sums(const OverviewQuery& q) {
  Conditions where;
  filter(where, q);
  return {fmt::format("SELECT currency, count(*), CAST(sum(reservations) AS BIGINT), CAST(sum(expiring) AS BIGINT), "
                      "CAST(sum(badly_used) AS BIGINT), CAST(sum(refundable) AS BIGINT), CAST(sum(refundable_minor) AS BIGINT), "
                      "CAST(sum(refundable_usd) AS BIGINT), CAST(sum(open_requests) AS BIGINT), CAST(sum(provider_credit) AS BIGINT), "
                      "CAST(sum(customer_credit) AS BIGINT) FROM customer_overview{} GROUP BY currency ORDER BY currency",
                      where.text()),
          where.take_values()};
}

}  // namespace prorata::store::sql
