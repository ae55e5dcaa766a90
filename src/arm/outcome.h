// What a handler's helpers give: a value, or the answer that ends the request. An Error on the way becomes the answer of the one error
// table; what the service words in a way of its own is made with refuse().
//
//   Outcome<Place> place_of(const Call& call) {
//     const auto customer = TRY(customer_with(call.caller, snapshot, subscription));     // an Error passes on as it is
//     if (!customer) return refuse(404, "SubscriptionNotFound", "...");
//
//   routes.push_back({.pattern = "/subscriptions/{subscription}/...", .handler = answering(get_ticket)});
#pragma once

#include <expected>
#include <utility>

#include "arm/face.h"

namespace prorata::arm {

struct Refused {
  http::Response response;
  Refused(http::Response answer) : response(std::move(answer)) {}  // NOLINT(google-explicit-constructor): TRY passes errors on
  Refused(const Error& why) : response(error(why)) {}              // NOLINT(google-explicit-constructor)
};

template <class T>
using Outcome = std::expected<T, Refused>;

[[nodiscard]] inline std::unexpected<Refused> refuse(int status, std::string_view code, std::string_view message) {
  return std::unexpected(Refused(error(status, code, message)));
}

// The 403 of the role table, or nothing.
inline Outcome<void> allow(const Call& call, std::string_view action, const access::Target& target) {
  if (std::optional<http::Response> no = call.refusal(action, target)) return std::unexpected(Refused(std::move(*no)));
  return {};
}

inline Handler answering(std::function<Outcome<http::Response>(Call&)> handler) {
  return [handler = std::move(handler)](Call& call) -> Result<http::Response> {
    Outcome<http::Response> made = handler(call);
    return made ? std::move(*made) : std::move(made).error().response;
  };
}

}  // namespace prorata::arm
