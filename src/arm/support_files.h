// The file routes of Microsoft.Support, which src/arm/support.cc joins with its own, and what the two share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arm/outcome.h"
#include "arm/places.h"

namespace prorata::arm::support_face {

// Where the request looks: a subscription of a customer, or a tenant. At the partner's own tenant there is no one customer.
struct Tree {
  std::string prefix;  // "/subscriptions/{guid}", or empty
  std::optional<SubscriptionId> subscription;
  std::optional<Customer> customer;

  access::Scope scope() const { return subscription ? access::scope_of(*subscription) : access::root_scope(); }
  access::Target target() const { return customer ? target_of(*customer, scope()) : access::Target{.scope = scope()}; }
};
Outcome<Tree> tree_of(const Call& call, Snapshot& snapshot);
// The same, refusing with 400 where there is no one customer; then with 403.
Outcome<Tree> customers_tree(const Call& call, std::string_view action);

// What a rule or a reader refused, in the service's words.
http::Response answer_for(const Error& why);
inline std::unexpected<Refused> refused(const Error& why) { return std::unexpected<Refused>(answer_for(why)); }
template <class T>
Outcome<T> in_words(Result<T> result) {
  if (!result) return refused(result.error());
  if constexpr (!std::is_void_v<T>)
    return std::move(*result);
  else
    return {};
}

struct Row {
  http::Method method;
  std::string_view path;  // below a tree
  Outcome<http::Response> (*handler)(Call&);
  http::Kind kind = http::Kind::reads;
};
std::vector<Row> file_rows();

}  // namespace prorata::arm::support_face
