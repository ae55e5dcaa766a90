// The frame of the Partner Center face: one route table below /v1, and one way from a request to its answer.
//
//   Face face(all_routes(), site);
//   http::Response answer = face.answer(request, who);     // who: the principal of the request's token
//
// A handler gets a Call and gives a Response or a Refused. Every answer carries the service's headers; every refusal is
// {"code","description","data","source"} with the service's numbers. A write under an MS-RequestId that was answered before gives that
// answer again; the id with another request is refused.
#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/caller.h"
#include "app/write.h"
#include "http/message.h"
#include "http/router.h"

namespace prorata::partner_center {

struct Call {
  const http::Request& request;
  const http::Captures& path;
  const Caller& caller;
  App& app;  // acts as the caller

  bool allows(access::Right right, access::Access access, const access::Target& target) const;  // for lists, element by element
  // The key and the words of a write: who asks under which MS-RequestId for what. Without that header no key.
  WriteRequest write_request() const;
  // The id that a thing made by this request gets: the MS-RequestId, or a new one.
  std::string request_id() const;
};

struct Refused {
  http::Response response;
  Refused(http::Response answer) : response(std::move(answer)) {}  // NOLINT(google-explicit-constructor): TRY passes errors on
  Refused(const Error& why);                                       // NOLINT(google-explicit-constructor)
};
template <class T>
using Outcome = std::expected<T, Refused>;

using Handler = std::function<Outcome<http::Response>(Call&)>;

struct Route {
  http::Method method = http::Method::get;
  std::string pattern;  // as http::Router reads it
  Handler handler;
  http::Kind kind = http::Kind::reads;
};

class Face {
 public:
  Face(std::vector<Route> routes, Site site);
  ~Face();
  Face(Face&&) noexcept;

  // What it finds is good for answer() as long as the face lives.
  http::Found find(const http::Request& request) const;
  // Always answers.
  http::Response answer(const http::Found& found, const http::Request& request, const Caller& caller) const;
  http::Response answer(const http::Request& request, const Caller& caller) const { return answer(find(request), request, caller); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

inline constexpr std::string_view kPrefix = "/v1";
// Whether the path belongs to this face, whether or not there is a route.
bool is_ours(std::string_view path);

// The numbers of errors, as the service publishes them.
namespace code {
inline constexpr std::string_view kUnauthorized = "400";
inline constexpr std::string_view kNotFound = "1000";
inline constexpr std::string_view kEtag = "2055";
inline constexpr std::string_view kBadRequest = "3000";
inline constexpr std::string_view kNoOrder = "20000";
inline constexpr std::string_view kNoRelationship = "20002";
inline constexpr std::string_view kNoSubscription = "20003";
inline constexpr std::string_view kNoUser = "60002";
inline constexpr std::string_view kInvalidInput = "800002";
inline constexpr std::string_view kNoCart = "800008";
inline constexpr std::string_view kCartItem = "800009";
inline constexpr std::string_view kInventory = "800010";
inline constexpr std::string_view kNotActive = "800012";
inline constexpr std::string_view kNotRegistered = "800013";
inline constexpr std::string_view kConflict = "800014";
inline constexpr std::string_view kCartOrdered = "800065";
inline constexpr std::string_view kForbidden = "800069";
}  // namespace code

// {"code":3000,"description":...,"data":[],"source":"PartnerFD"}; a code of digits is a number, any other a text.
http::Response error(int status, std::string_view code, std::string_view description);
http::Response error(const Error& error);

[[nodiscard]] inline std::unexpected<Refused> refuse(int status, std::string_view code, std::string_view description) {
  return std::unexpected(Refused(error(status, code, description)));
}

// The 403 of the role table, or nothing.
Outcome<void> allow(const Call& call, access::Right right, access::Access access, const access::Target& target);

// The headers that every answer of this face has, those too that no handler gave.
void add_service_headers(const http::Request& request, http::Response& response);

// The tables, one for each area.
std::vector<Route> customer_routes();
std::vector<Route> subscription_routes();
std::vector<Route> entitlement_routes();
std::vector<Route> catalog_routes();
std::vector<Route> order_routes();
std::vector<Route> user_routes();
std::vector<Route> invoice_routes();
std::vector<Route> service_request_routes();
std::vector<Route> audit_routes();
std::vector<Route> all_routes();

}  // namespace prorata::partner_center
