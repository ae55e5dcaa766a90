// The frame of every ARM face: routes with the versions they speak, and one way from a request to its answer.
//
//   Face face(capacity_routes(), site);
//   http::Response answer = face.answer(request, who);     // who: the principal of the request's token
//
// A handler gets a Call and gives a Response, or an Error, which becomes the service's error of the one error table. What the service words
// in a way of its own a handler answers with error(...); arm/outcome.h helps. Every answer carries the service's request headers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/access.h"
#include "app/app.h"
#include "http/message.h"
#include "http/router.h"

namespace prorata::arm {

// What all requests share; outlives the faces.
struct Site {
  Store& store;
  Clock& clock;
  IdSource& ids;
  const policy::PackSet& packs;
  UsageFiles* usage = nullptr;       // absent: a desk that keeps no usage
  FileContents* contents = nullptr;  // absent: a desk without a folder for files
};

// Who asks, as the token says, with the role assignments that count for them.
struct Caller : Acting {
  std::string tenant;       // of the token
  std::string application;  // its client id, for the words of a 403
};

struct Call {
  const http::Request& request;
  const http::Captures& path;
  std::string_view version;  // api-version, one of the route's
  const Caller& caller;
  App& app;  // acts as the caller

  // Absent: go on. Otherwise the 403 to answer with, which names action and scope.
  std::optional<http::Response> refusal(std::string_view action, const access::Target& target) const;
  bool allows(std::string_view action, const access::Target& target) const;  // for lists, element by element
};

using Handler = std::function<Result<http::Response>(Call&)>;

struct Route {
  http::Method method = http::Method::get;
  std::string pattern;  // as http::Router reads it
  std::vector<std::string_view> versions;
  Handler handler;
  http::Kind kind = http::Kind::reads;
};

class Face {
 public:
  Face(std::vector<Route> routes, Site site);
  ~Face();
  Face(Face&&) noexcept;

  // Which route a request goes to, if any. What it finds is good for answer() as long as the face lives.
  http::Found find(const http::Request& request) const;
  // Always answers: unknown types, versions and methods as ARM does.
  http::Response answer(const http::Found& found, const http::Request& request, const Caller& caller) const;
  http::Response answer(const http::Request& request, const Caller& caller) const { return answer(find(request), request, caller); }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// {"error":{"code":...,"message":...}}
http::Response error(int status, std::string_view code, std::string_view message);
// By the table of errors; a refusal by policy, and a reason that is a word of the API, in the service's own words.
http::Response error(const Error& error);

// The tables, one for each provider.
std::vector<Route> capacity_routes();
std::vector<Route> support_routes();
std::vector<Route> authorization_routes();
std::vector<Route> consumption_routes();
std::vector<Route> billing_routes();
std::vector<Route> subscription_routes();  // subscriptions, tenants, providers, resource groups

}  // namespace prorata::arm
