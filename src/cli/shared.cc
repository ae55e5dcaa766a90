#include "cli/shared.h"

#include <fmt/format.h>

namespace prorata::cli {

std::string with_currency(Money amount) { return fmt::format("{} {}", to_string(amount), amount.currency.code()); }
std::string shown_bare(const Session& session, Money amount) {
  return session.globals().format == Format::table ? grouped(to_string(amount)) : to_string(amount);
}
std::string shown(const Session& session, Money amount) {
  return session.globals().format == Format::table ? fmt::format("{} {}", grouped(to_string(amount)), amount.currency.code())
                                                   : to_string(amount);
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
  return make_scope(type, text);
}

bool swedish(const Session& session) { return session.globals().language == Language::swedish; }

}  // namespace prorata::cli
