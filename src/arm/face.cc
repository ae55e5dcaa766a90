#include "arm/face.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "policy/exchange.h"
#include "wire/arm_reservation.h"
#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata::arm {
namespace {

std::string versions_text(const http::Route& route) {
  std::string out;
  for (const std::string_view version : route.versions) (out += out.empty() ? "" : ", ") += version;
  return out;
}

// "2022-11-01", "2020-04-01-preview": a version that some service may have.
bool looks_like_version(std::string_view text) {
  const std::string_view date = text.substr(0, 10);
  return parse_day(date).has_value() && date.size() == 10 && (text.size() == 10 || text[10] == '-');
}

// "Microsoft.Capacity" of "/providers/Microsoft.Capacity/things"; empty where the path names no provider.
std::string provider_in(std::string_view path) {
  constexpr std::string_view kMark = "/providers/";
  const std::size_t at = to_lower(path).rfind(kMark);
  if (at == std::string::npos) return {};
  const std::string_view rest = path.substr(at + kMark.size());
  return std::string(rest.substr(0, rest.find('/')));
}

http::Response missing_version() {
  return error(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
}

http::Response invalid_type(int status, std::string_view provider, std::string_view version) {
  return error(status, "InvalidResourceType",
               fmt::format("The resource type could not be found in the namespace '{}' for api version '{}'.", provider, version));
}

http::Response unknown_path(const http::Request& request) {
  const std::string provider = provider_in(request.path);
  if (provider.empty()) return error(404, "ResourceNotFound", fmt::format("The resource '{}' could not be found.", request.path));
  const std::string_view version = request.query.get("api-version");
  if (version.empty()) return missing_version();
  return invalid_type(404, provider, version);
}

// Absent where the version is one the route speaks.
std::optional<http::Response> version_fault(const http::Request& request, const http::Route& route) {
  if (route.versions.empty()) return std::nullopt;
  const std::string_view version = request.query.get("api-version");
  if (version.empty()) return missing_version();
  if (route.accepts(version)) return std::nullopt;
  const std::string provider = provider_in(request.path);
  if (looks_like_version(version) && !provider.empty()) return invalid_type(400, provider, version);
  return error(400, "InvalidApiVersionParameter",
               fmt::format("The api-version '{}' is invalid. The supported versions are '{}'.", version, versions_text(route)));
}

}  // namespace

std::optional<http::Response> Call::refusal(std::string_view action, const access::Target& target) const {
  const access::Action* known = access::find_action(action);
  CHECK(known != nullptr, "an action of the role table");
  if (access::decide(caller.principal, caller.assignments, *known, target).allowed) return std::nullopt;
  return error(403, access::kAuthorizationFailed, access::refusal_text(caller.principal, action, target.scope));
}

bool Call::allows(std::string_view action, const access::Target& target) const {
  const access::Action* known = access::find_action(action);
  CHECK(known != nullptr, "an action of the role table");
  return access::decide(caller.principal, caller.assignments, *known, target).allowed;
}

http::Response error(int status, std::string_view code, std::string_view message) {
  std::string body;
  wire::JsonWriter w(body);
  w.begin_object().key("error").begin_object().field("code", code).field("message", message).end_object().end_object();
  return http::json(status, std::move(body)).with("x-ms-failure-cause", status < 500 ? "gateway" : "service");
}

namespace {

// What stands on a policy's refusal: 409 where the state is in the way and may pass, 400 where the answer will be the same tomorrow.
std::optional<http::Response> refused_by_policy(const Error& error) {
  if (const auto refusal = parse_word<policy::Refusal>(error.reason, "a refusal")) {
    const bool of_state = *refusal == policy::Refusal::reservation_not_active || *refusal == policy::Refusal::operation_in_progress;
    return arm::error(of_state ? 409 : 400, policy::arm_code(*refusal), wire::arm_message(*refusal));
  }
  if (const auto refusal = parse_word<policy::ExchangeRefusal>(error.reason, "a refusal"))
    return arm::error(400, error.reason, sentence(*refusal, false));
  return std::nullopt;
}

}  // namespace

http::Response error(const Error& error) {
  if (error.code == Code::refused && !error.reason.empty())
    if (std::optional<http::Response> response = refused_by_policy(error)) return *std::move(response);
  const wire::ErrorRow& row = wire::error_row(error.code);
  const bool api_word = !error.reason.empty() && error.reason.front() >= 'A' && error.reason.front() <= 'Z';
  http::Response response = arm::error(row.http_status, api_word ? std::string_view(error.reason) : row.arm_code, error.text());
  if (row.http_status == 503) response.with("Retry-After", "1");
  return response;
}

namespace {

void add_service_headers(const http::Request& request, http::Response& response) {
  const std::string correlation(request.headers.get("x-ms-correlation-request-id", request.id));
  response.headers.set("x-ms-request-id", request.id);
  response.headers.set("x-ms-correlation-request-id", correlation);
  response.headers.set("x-ms-routing-request-id", "PRORATA:" + correlation);
  const std::string_view client_id = request.headers.get("x-ms-client-request-id");
  const bool echo = equal_ignoring_case(request.headers.get("x-ms-return-client-request-id"), "true") && !client_id.empty();
  if (echo) response.headers.set("x-ms-client-request-id", std::string(client_id));
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("Pragma", "no-cache");
  response.headers.set("Expires", "-1");
  response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  response.headers.set("X-Content-Type-Options", "nosniff");
}

}  // namespace

struct Face::Impl {
  Site site;
  std::vector<Handler> handlers;
  std::unique_ptr<http::Router> router;
};

Face::Face(std::vector<Route> routes, Site site) : impl_(std::make_unique<Impl>(Impl{.site = site})) {
  std::vector<http::Route> table;
  for (Route& each : routes) {
    table.push_back({.method = each.method, .pattern = std::move(each.pattern), .versions = std::move(each.versions), .kind = each.kind});
    impl_->handlers.push_back(std::move(each.handler));
  }
  impl_->router = std::make_unique<http::Router>(std::move(table));
}
Face::~Face() = default;
Face::Face(Face&&) noexcept = default;

http::Found Face::find(const http::Request& request) const { return impl_->router->find(request.method, request.path); }

http::Response Face::answer(const http::Found& found, const http::Request& request, const Caller& caller) const {
  http::Response response;
  if (!found.path_known()) {
    response = unknown_path(request);
  } else if (found.route == nullptr) {
    response = error(405, "MethodNotAllowed",
                     fmt::format("The method '{}' is not allowed here; it may be {}.", to_string(request.method), found.allow));
    response.with("Allow", found.allow);
  } else if (std::optional<http::Response> fault = version_fault(request, *found.route)) {
    response = std::move(*fault);
  } else {
    App app = app_of(impl_->site, caller);
    Call call{.request = request, .path = found.captures, .version = request.query.get("api-version"), .caller = caller, .app = app};
    const auto place = static_cast<std::size_t>(found.route - impl_->router->routes().data());
    Result<http::Response> made = impl_->handlers[place](call);
    response = made ? std::move(*made) : error(made.error());
  }
  add_service_headers(request, response);
  return response;
}

}  // namespace prorata::arm
