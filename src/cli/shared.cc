#include "cli/shared.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/format.h>

namespace prorata::cli {

std::string with_currency(Money amount) { return fmt::format("{} {}", to_string(amount), amount.currency.code()); }
std::string decimal(Ratio ratio) {
  int digits = 0;
  std::int64_t power = 1;
  for (; power < ratio.over; power *= 10) ++digits;
  if (power != ratio.over) return fmt::format("{}/{}", ratio.part, ratio.over);
  std::string text;
  append_decimal(text, ratio.part, digits);
  if (digits > 0) text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}
std::string shown_bare(const Session& session, Money amount) {
  return session.globals().format == Format::table ? grouped(to_string(amount)) : to_string(amount);
}
std::string shown(const Session& session, Money amount) {
  return session.globals().format == Format::table ? fmt::format("{} {}", grouped(to_string(amount)), amount.currency.code())
                                                   : to_string(amount);
}

Table reservation_table(const Session& session, Names names) {
  std::vector<Column> columns = {
      {"Reservation", "id"}, {"Name", "name"}, {"Size", "sku"},       {"Region", "region"}, {"Units", "quantity", Align::right, true},
      {"Term", "term"},      {"Plan", "plan"}, {"Expires", "expiry"}, {"State", "state"}};
  if (names == Names::yes) columns.push_back({"Customer", "customer_name"});
  if (session.globals().format != Format::table) columns.insert(columns.end(), {{"Tenant", "customer"}, {"Order", "order"}});
  return Table(std::move(columns));
}

void add_row(const Session& session, Table& table, const Reservation& r, Instant now, const std::optional<std::string>& customer) {
  std::vector<std::string> cells = {r.id.text(),
                                    r.name,
                                    r.sku,
                                    r.region,
                                    std::to_string(r.quantity),
                                    to_string(r.term),
                                    std::string(to_string(r.plan)),
                                    to_string(day_of(r.expiry)),
                                    std::string(to_string(display_state(r, now)))};
  if (customer) cells.push_back(*customer);
  if (session.globals().format != Format::table) cells.insert(cells.end(), {r.customer.text(), r.order.text()});
  table.add(std::move(cells));
}

Result<void> CustomerNames::learn(const std::vector<CustomerId>& ids) {
  std::vector<CustomerId> unknown;
  for (const CustomerId& id : ids)
    if (names_.emplace(id, id.text()).second) unknown.push_back(id);
  for (const Customer& customer : TRY(snapshot_.customers_by_id(unknown))) names_[customer.id] = customer.name;
  return {};
}

const std::string& CustomerNames::of(const CustomerId& id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  const auto customer = snapshot_.customer(id);
  return names_.emplace(id, customer && *customer ? (*customer)->name : id.text()).first->second;
}

std::string without_password(const std::string& where) {
  const std::size_t host = where.find("://") == std::string::npos ? std::string::npos : where.find("://") + 3;
  if (host == std::string::npos) return where;
  std::string shown = where;
  const std::size_t at = shown.find('@', host);
  const std::size_t colon = shown.find(':', host);
  if (at != std::string::npos && colon < at) shown.replace(colon, at - colon, "");
  const std::size_t parameter = shown.find("password=");
  if (parameter != std::string::npos)
    shown.replace(parameter, std::min(shown.find('&', parameter), shown.size()) - parameter, "password=...");
  return shown;
}

std::string as_shell_word(std::string_view text) {
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-_./:@%+,").contains(c); };
  if (!text.empty() && std::ranges::all_of(text, plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + '\'';
}

// A cursor is the sort column's value and an id, on two lines. As a word: the value with everything but letters, digits and a few
// harmless signs in hexadecimal, a comma, the id.
std::string shown_cursor(std::string_view cursor) {
  const std::size_t split = std::min(cursor.rfind('\n'), cursor.size());
  std::string word;
  for (const char c : cursor.substr(0, split)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-_.").contains(c)))
      word += c;
    else
      word += fmt::format("%{:02X}", byte);
  }
  return fmt::format("{},{}", word, cursor.substr(std::min(split + 1, cursor.size())));
}

Result<std::string> cursor_of(std::string_view word) {
  if (word.empty()) return std::string();
  const auto no_cursor = [&] {
    return fail(Code::invalid_argument, fmt::format("'{}' is not a cursor; give the one that the page before ended with", word));
  };
  const std::size_t comma = word.rfind(',');
  if (comma == std::string_view::npos || !CustomerId::parse(word.substr(comma + 1))) return no_cursor();
  std::string cursor;
  for (std::size_t at = 0; at < comma; ++at) {
    if (word[at] != '%') {
      cursor += word[at];
      continue;
    }
    unsigned byte = 0;
    const char* digits = word.data() + at + 1;
    if (comma < at + 3 || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) return no_cursor();
    cursor += static_cast<char>(byte);
    at += 2;
  }
  return fmt::format("{}\n{}", cursor, word.substr(comma + 1));
}

void say_more(const std::string& cursor) {
  if (cursor.empty()) return;
  std::fflush(stdout);
  fmt::print(stderr, "There are more: the same with --after {}\n", shown_cursor(cursor));
}

Result<CustomerId> customer_named(App& app, const std::string& text) {
  if (const Result<CustomerId> id = CustomerId::parse(text)) return *id;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Page<Customer> found = TRY(snapshot->customers({.text = text, .limit = 2}));
  if (found.items.empty()) return fail(Code::not_found, fmt::format("no customer '{}'; 'prorata customer list' shows who is here", text));
  if (found.items.size() > 1)
    return fail(Code::invalid_argument, fmt::format("'{}' fits several customers, {} and {} among them; write more of the name, or the id",
                                                    text, found.items[0].name, found.items[1].name));
  return found.items.front().id;
}

Result<std::optional<Day>> day_if(const std::string& text) {
  if (text.empty()) return std::optional<Day>();
  return std::optional(TRY(parse_day(text)));
}

std::string scope_text(const Scope& scope) {
  return scope.id.empty() ? std::string(to_string(scope.type)) : fmt::format("{} {}", to_string(scope.type), scope.id);
}

Result<Scope> scope_named(const std::string& text) {
  if (equal_ignoring_case(text, "shared")) return Scope{};
  const std::string lower = to_lower(text);
  const ScopeType type = lower.find("/resourcegroups/") != std::string::npos    ? ScopeType::resource_group
                         : lower.find("managementgroups/") != std::string::npos ? ScopeType::management_group
                                                                                : ScopeType::single;
  Result<Scope> scope = make_scope(type, text);
  if (scope) return scope;
  return fail(Code::invalid_argument,
              fmt::format("'{}' is not a scope; write Shared, /subscriptions/ID, /subscriptions/ID/resourceGroups/NAME or "
                          "/providers/Microsoft.Management/managementGroups/NAME",
                          text));
}

bool swedish(const Session& session) { return session.globals().language == Language::swedish; }

}  // namespace prorata::cli
