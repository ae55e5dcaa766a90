// What several commands share: amounts and days as people read them, ids as they write them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/quote_refund.h"
#include "cli/commands.h"
#include "cli/output.h"

namespace prorata::cli {

// "12 345.60 SEK" for people, "12345.60" for programs.
std::string shown(const Session& session, Money amount);
std::string shown_bare(const Session& session, Money amount);  // without the currency
std::string with_currency(Money amount);                       // "12345.60 SEK"
std::string decimal(Ratio ratio);                              // 108/100 is "1.08"; "1/3" where no decimal says it

// The table of reservations that several commands print, with the customers' names where they differ; programs get ids too.
enum class Names { yes, no };
Table reservation_table(const Session& session, Names names);
void add_row(const Session& session, Table& table, const Reservation& r, Instant now,
             const std::optional<std::string>& customer = std::nullopt);

// What customers are called. Ids whose names are wanted together are learned in one round; one that was not is read when it is asked for.
class CustomerNames {
 public:
  explicit CustomerNames(Snapshot& snapshot) : snapshot_(snapshot) {}
  Result<void> learn(const std::vector<CustomerId>& ids);
  const std::string& of(const CustomerId& id);  // the id itself where nobody is called so

 private:
  Snapshot& snapshot_;
  std::unordered_map<CustomerId, std::string> names_;
};

// The customer of each row.
template <class Rows, class Of>
std::vector<CustomerId> customers_of(const Rows& rows, const Of& of) {
  std::vector<CustomerId> ids;
  for (const auto& row : rows) ids.push_back(of(row));
  return ids;
}

// Where a desk is, as it may be shown: the password of postgresql://user:password@host is not.
std::string without_password(const std::string& where);

// Quoted where a shell would take it apart.
std::string as_shell_word(std::string_view text);

// The cursor of a page as one word that can be pasted behind --after, and back. Errors: invalid_argument for what is no cursor.
std::string shown_cursor(std::string_view cursor);
Result<std::string> cursor_of(std::string_view word);
void say_more(const std::string& cursor);  // to standard error, so that a list stays a list

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

// How a refund is worked out, with its refusals and warnings as sentences: for people.
void print_refund_quote(const Session& session, const RefundQuote& quote);

}  // namespace prorata::cli
