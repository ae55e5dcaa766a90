// Which handler answers a path. One table a face, built once, asked by many threads.
//
//   Router router({{Method::get, "/providers/Microsoft.Capacity/reservationOrders/{order}", {"2022-11-01"}, get_order},
//                  {Method::put, "/{scope...}/providers/Microsoft.Authorization/roleAssignments/{name}", {}, assign, Kind::writes}});
//   Found found = router.find(request.method, request.path);
//   if (found.route) return found.route->handler({request, found.captures, *found.route});
//
// Literals compare without regard to letter case; `{name}` takes one segment as the client spelled it; `{name...}` takes any number of
// segments, also none, and stands first or last. Where several patterns fit, the one with more literal segments wins, and of those the one
// whose first difference is a literal. A request for HEAD goes to the GET of its path where there is no HEAD.
// Finding costs one hash a segment and does not depend on how many routes there are.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/message.h"

namespace prorata::http {

struct Route;

// What the braces of a pattern took, in the order of the pattern.
class Captures {
 public:
  // The text of `{name}`; CHECKs that the pattern has it. That of `{name...}` begins with a slash and is "/" for no segment.
  const std::string& at(std::string_view name) const;
  bool has(std::string_view name) const;
  void add(std::string_view name, std::string text) { taken_.emplace_back(name, std::move(text)); }

 private:
  std::vector<std::pair<std::string_view, std::string>> taken_;  // the names live in the router
};

struct Call {
  const Request& request;
  const Captures& path;
  const Route& route;
};

using Handler = std::function<Response(const Call&)>;

// `reads` may be answered on the thread that serves sockets; `writes` wait for a commit and run on a worker.
enum class Kind { reads, writes };

struct Route {
  Method method = Method::get;
  std::string pattern;
  std::vector<std::string_view> versions;  // values of api-version it accepts; the face compares them, empty: any
  Handler handler;
  Kind kind = Kind::reads;

  bool accepts(std::string_view version) const;
};

struct Found {
  const Route* route = nullptr;
  Captures captures;
  // Where there is no route: the methods of this path as the Allow header lists them; empty where no pattern fits the path at all.
  std::string allow;

  bool path_known() const { return route || !allow.empty(); }
};

class Router {
 public:
  explicit Router(std::vector<Route> routes);  // CHECKs the patterns, and that no two are the same
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  Found find(Method method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;
  struct Tables;
  std::vector<Route> routes_;
  std::unique_ptr<Tables> tables_;
};

}  // namespace prorata::http
