// The frame of the portal's face: one route table below /api, and one way from a request to its answer.
//
//   Face face(all_routes(), site);
//   http::Response answer = face.answer(request, who);     // who: the holder of the session, or of a token
//
// A handler gets a Call and gives a Response or a Refused. What could not be done is application/problem+json; what a policy refuses is no
// problem but an answer with its reasons. docs/specs/portal-api.md has the rules, portal-api.yaml the shapes.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/caller.h"
#include "app/write.h"
#include "http/message.h"
#include "http/router.h"
#include "portal_api/fleet.h"

namespace prorata::portal_api {

// How the caller came in, where it was by a session.
struct Visit {
  std::string display;  // what a person is called
  std::optional<Instant> session_ends;
};

struct Call {
  const http::Request& request;
  const http::Captures& path;
  const Caller& caller;
  App& app;  // acts as the caller
  Fleet& fleet;
  Visit visit{};
  Language language = Language::english;

  bool allows(access::Right right, access::Access access, const access::Target& target) const;
  // A name that the same caller gets again under the same Idempotency-Key, and nobody else: 32 hexadecimal digits.
  std::string key_digits() const;
};

// RFC 9457, with what the portal shows and acts on.
struct Problem {
  int status = 500;
  std::string code;
  std::string detail;
  std::string pointer;
  std::string reason;
  std::int64_t retry_after = 0;
  std::vector<std::string> who_can;  // of a 403 the roles that may, where it is known
};
Problem problem_of(const Error& why);
http::Response answer_of(const Problem& problem, const http::Request& request);

struct Refused {
  Problem problem;
  Refused(Problem what) : problem(std::move(what)) {}      // NOLINT(google-explicit-constructor): TRY passes errors on
  Refused(const Error& why) : problem(problem_of(why)) {}  // NOLINT(google-explicit-constructor)
};
template <class T>
using Outcome = std::expected<T, Refused>;

[[nodiscard]] inline std::unexpected<Refused> refuse(int status, std::string code, std::string detail, std::string pointer = {}) {
  return std::unexpected(
      Refused(Problem{.status = status, .code = std::move(code), .detail = std::move(detail), .pointer = std::move(pointer)}));
}

// Whether a write must bring an Idempotency-Key.
enum class Key { none, needed };

using Handler = std::function<Outcome<http::Response>(Call&)>;

struct Route {
  http::Method method = http::Method::get;
  std::string pattern;  // as http::Router reads it
  Handler handler;
  http::Kind kind = http::Kind::reads;
  Key key = Key::none;
};

class Face {
 public:
  Face(std::vector<Route> routes, Site site);
  ~Face();
  Face(Face&&) noexcept;

  // What it finds is good for answer() as long as the face lives.
  http::Found find(const http::Request& request) const;
  // Always answers.
  http::Response answer(const http::Found& found, const http::Request& request, const Caller& caller, const Visit& visit = {}) const;
  http::Response answer(const http::Request& request, const Caller& caller, const Visit& visit = {}) const {
    return answer(find(request), request, caller, visit);
  }
  // Reads the list of reservations, so that the first to ask for it does not wait.
  Result<void> warm_up() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::string_view kPrefix = "/api";
// Whether the path belongs to this face, whether or not there is a route.
bool is_ours(std::string_view path);

// By `lang`, else by Accept-Language, else English.
Language language_of(const http::Request& request);

// The headers that every answer of this face has, those too that no handler gave.
void add_api_headers(const http::Request& request, http::Response& response);

// The tables, one for each area.
std::vector<Route> me_routes();
std::vector<Route> customer_routes();
std::vector<Route> list_routes();
std::vector<Route> record_routes();
std::vector<Route> change_routes();
std::vector<Route> access_routes();
std::vector<Route> quote_routes();
std::vector<Route> bulk_routes();
std::vector<Route> today_routes();
std::vector<Route> policy_routes();
std::vector<Route> request_routes();
std::vector<Route> exchange_routes();
std::vector<Route> order_routes();
std::vector<Route> renewal_routes();
std::vector<Route> support_routes();
std::vector<Route> search_routes();
std::vector<Route> clock_routes();
std::vector<Route> settlement_routes();
std::vector<Route> credit_note_routes();
std::vector<Route> audit_routes();
std::vector<Route> settings_routes();
std::vector<Route> all_routes();

}  // namespace prorata::portal_api
