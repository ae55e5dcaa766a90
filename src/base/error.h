// What can go wrong in ordinary life, in one closed list.
//
// A refusal by policy is not an error: it is data in a decision (policy/refund.h). An error says that the question could
// not be answered or the change could not be made. Its text names the thing and the next step:
//
//   return fail(Code::not_found, "reservation 7a1c... is not in this desk; import it with 'prorata import azure'");
//
// How a code ends (exit code, HTTP status, wire words) stands in one table, wire/error_table.h.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace prorata {

enum class Code {
  invalid_argument,  // what the caller said cannot be understood or is out of range
  invalid_data,      // a file or message cannot be read; `place` says where
  not_found,         // no such thing here
  already_exists,    // a thing of that id is here, and differs
  forbidden,         // the caller may not do this; the message names the action and the scope
  refused,           // a policy refusal met on a write; the message is the headline reason
  conflict,          // somebody else changed it; load again
  stale_quote,       // the facts moved since the quote
  expired_quote,     // older than its validity
  key_reused,        // an idempotency key came back with another request
  not_sandbox,       // asked for the clock of a desk that runs on real time
  busy,              // the store is locked by another; try again
  unavailable,       // the database cannot be reached, or went away
  storage_full,      // disk full
  storage_denied,    // read-only folder, wrong owner, bad permissions
  storage_corrupt,   // the store does not agree with itself
  schema_newer,      // the store was written by a newer prorata
  outcome_unknown,   // the commit was sent and its answer was lost; look before doing again
  unsupported,       // understood, and not done here
  internal,          // a bug that was caught
};

// The code's own name, as it is spelled above: "not_found".
std::string_view to_string(Code code);

struct Error {
  Code code = Code::internal;
  std::string message;  // a sentence for a person
  std::string place;    // "line 3, column 14", "/value/0/id" or "prices.csv:7:2"; empty where there is none
  std::string reason;   // what a program tells errors of one code apart by: a policy's "refund_limit_exceeded", an API's word; mostly empty

  // "prices.csv:7:2: 'abc' is not an amount"
  std::string text() const { return place.empty() ? message : place + ": " + message; }
};

template <class T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string message, std::string place = {}, std::string reason = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(place), std::move(reason)});
}
// The same failure, told apart by a word. Keeps one that is there already.
[[nodiscard]] inline std::unexpected<Error> because(std::string_view reason, Error error) {
  if (error.reason.empty()) error.reason = reason;
  return std::unexpected(std::move(error));
}

namespace detail {
template <class T, class E>
T take(std::expected<T, E>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
}  // namespace detail

}  // namespace prorata

// TRY(expr): the value, or return its error, of whatever type, to the caller. The counter gives each use its own name, so that one may
// stand in another.
#define TRY(expr) PRORATA_TRY_COUNTED(expr, __COUNTER__)
#define PRORATA_TRY_COUNTED(expr, n) PRORATA_TRY_NAMED(expr, n)
#define PRORATA_TRY_NAMED(expr, n) PRORATA_TRY_AS(expr, try_result_##n)
#define PRORATA_TRY_AS(expr, name)                              \
  ({                                                            \
    auto name = (expr);                                         \
    if (!name) return std::unexpected(std::move(name).error()); \
    ::prorata::detail::take(std::move(name));                   \
  })
