// What several commands share: amounts and days as people read them, ids as they write them.
#pragma once

#include <string>
#include <string_view>

#include "cli/commands.h"
#include "cli/output.h"

namespace prorata::cli {

// "12 345.60 SEK" for people, "12345.60" for programs.
std::string shown(const Session& session, Money amount);
std::string shown_bare(const Session& session, Money amount);  // without the currency
std::string with_currency(Money amount);                       // "12345.60 SEK"

// A whole id, or for people's convenience the resource path that Azure prints.
template <class I>
Result<I> id_in(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  return I::parse(slash == std::string_view::npos ? text : text.substr(slash + 1));
}

// A customer by id, or by a name or domain that is the only one it fits. Errors: not_found; invalid_argument where several fit.
Result<CustomerId> customer_named(App& app, const std::string& text);

// "Shared", "Single /subscriptions/...".
std::string scope_text(const Scope& scope);
// "Shared", a subscription's or resource group's path, or a management group's. Errors: invalid_argument.
Result<Scope> scope_named(const std::string& text);

Result<std::optional<Day>> day_if(const std::string& text);
bool swedish(const Session& session);

}  // namespace prorata::cli
