#include "portal_api/face.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/fingerprint.h"
#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata::portal_api {
namespace {

constexpr std::string_view kProblemJson = "application/problem+json; charset=utf-8";
constexpr std::size_t kKeyBytesMax = 200;

// "changed_meanwhile" is "Changed meanwhile".
std::string title_of(std::string_view code) {
  std::string title(code);
  std::ranges::replace(title, '_', ' ');
  if (!title.empty() && 'a' <= title[0] && title[0] <= 'z') title[0] = static_cast<char>(title[0] - 'a' + 'A');
  return title;
}

// "/contact/email" of "/contact/email (line 1, column 9)".
std::string pointer_of(const Error& why) {
  if (!why.place.starts_with('/')) return {};
  return why.place.substr(0, why.place.find(' '));
}

std::optional<Language> language_named(std::string_view tag) {
  const std::string two = to_lower(trim(tag)).substr(0, 2);
  if (two == "sv") return Language::swedish;
  if (two == "en") return Language::english;
  return std::nullopt;
}

std::optional<Problem> bad_key(const Route& route, const http::Request& request) {
  const std::string_view key = request.headers.get("Idempotency-Key");
  if (key.size() > kKeyBytesMax)
    return Problem{
        .status = 400, .code = "invalid_argument", .detail = fmt::format("an Idempotency-Key has {} characters at most", kKeyBytesMax)};
  if (route.key == Key::none || !key.empty()) return std::nullopt;
  return Problem{.status = 428,
                 .code = "key_needed",
                 .detail = "send an Idempotency-Key with this, a new one for each thing that is asked, so that it happens once"};
}

}  // namespace

bool is_ours(std::string_view path) {
  const std::string lower = to_lower(path.substr(0, kPrefix.size() + 1));
  return lower == "/api" || lower == "/api/";
}

Language language_of(const http::Request& request) {
  if (const auto asked = request.query.find("lang"))
    if (const auto language = language_named(*asked)) return *language;
  std::string_view accepted = request.headers.get("Accept-Language");
  Language best = Language::english;
  double best_weight = 0;
  while (!accepted.empty()) {
    const std::string_view one = accepted.substr(0, accepted.find(','));
    accepted.remove_prefix(std::min(accepted.size(), one.size() + 1));
    const std::size_t mark = one.find(";q=");
    const double weight = mark == std::string_view::npos ? 1 : std::strtod(std::string(one.substr(mark + 3)).c_str(), nullptr);
    const auto language = language_named(one);
    if (!language || weight <= best_weight) continue;
    best = *language;
    best_weight = weight;
  }
  return best;
}

bool Call::allows(access::Right right, access::Access access, const access::Target& target) const {
  return access::decide(caller.principal, caller.assignments, access::action_of(right, access), target).allowed;
}

std::string Call::key_digits() const {
  return Fingerprint().add("portal").add(caller.principal.id.text()).add(request.headers.get("Idempotency-Key")).text();
}

Problem problem_of(const Error& why) {
  // What a forbidden one is told begins with the words of ARM, which name the action and the scope.
  const int status = why.code == Code::refused ? 409 : wire::error_row(why.code).http_status;
  return {.status = status,
          .code = std::string(to_string(why.code)),
          .detail = pointer_of(why).empty() ? why.text() : why.message,
          .pointer = pointer_of(why),
          .reason = why.reason,
          .retry_after = status == 503 ? 1 : 0};
}

http::Response answer_of(const Problem& problem, const http::Request& request) {
  http::Response response{.status = problem.status, .content_type = std::string(kProblemJson)};
  wire::JsonWriter w(response.body);
  w.begin_object().field("code", std::string_view(problem.code)).field("title", std::string_view(title_of(problem.code)));
  w.field_if("detail", problem.detail).field("status", std::int64_t{problem.status}).field_if("pointer", problem.pointer);
  w.field_if("reason", problem.reason).field("requestId", std::string_view(request.id));
  if (problem.retry_after > 0) w.field("retryAfter", problem.retry_after);
  if (!problem.who_can.empty()) {
    w.key("whoCan").begin_array();
    for (const std::string& each : problem.who_can) w.text(each);
    w.end_array();
  }
  w.end_object();
  if (problem.retry_after > 0) response.with("Retry-After", std::to_string(problem.retry_after));
  add_api_headers(request, response);
  return response;
}

void add_api_headers(const http::Request& request, http::Response& response) {
  response.headers.set("X-Request-Id", request.id);
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  response.headers.set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.headers.set("Cross-Origin-Resource-Policy", "same-origin");
  response.headers.set("Referrer-Policy", "no-referrer");
}

struct Face::Impl {
  explicit Impl(Site of) : site(of) {}

  Site site;
  std::vector<Route> table;
  std::unique_ptr<http::Router> router;
  Fleet fleet;
};

Face::Face(std::vector<Route> routes, Site site) : impl_(std::make_unique<Impl>(site)) {
  std::vector<http::Route> patterns;
  for (const Route& each : routes) patterns.push_back({.method = each.method, .pattern = each.pattern, .kind = each.kind});
  impl_->table = std::move(routes);
  impl_->router = std::make_unique<http::Router>(std::move(patterns));
}
Face::~Face() = default;
Face::Face(Face&&) noexcept = default;

http::Found Face::find(const http::Request& request) const { return impl_->router->find(request.method, request.path); }

Result<void> Face::warm_up() const {
  const std::unique_ptr<Snapshot> snapshot = TRY(impl_->site.store.snapshot());
  return impl_->fleet.catch_up(*snapshot);
}

http::Response Face::answer(const http::Found& found, const http::Request& request, const Caller& caller, const Visit& visit) const {
  if (!found.path_known())
    return answer_of({.status = 404, .code = "not_found", .detail = fmt::format("there is nothing at {}", request.path.substr(0, 200))},
                     request);
  if (found.route == nullptr)
    return answer_of({.status = 405, .code = "method_not_allowed", .detail = fmt::format("this address takes {}", found.allow)}, request)
        .with("Allow", found.allow);
  const Route& route = impl_->table[static_cast<std::size_t>(found.route - impl_->router->routes().data())];
  if (const std::optional<Problem> fault = bad_key(route, request)) return answer_of(*fault, request);
  App app = app_of(impl_->site, caller);
  Call call{.request = request,
            .path = found.captures,
            .caller = caller,
            .app = app,
            .fleet = impl_->fleet,
            .visit = visit,
            .language = language_of(request)};
  Outcome<http::Response> made = route.handler(call);
  if (!made) return answer_of(made.error().problem, request);
  add_api_headers(request, *made);
  return std::move(*made);
}

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto table :
       {me_routes,         customer_routes,    list_routes,  record_routes,   change_routes,   access_routes, quote_routes,
        policy_routes,     today_routes,       bulk_routes,  request_routes,  support_routes,  search_routes, clock_routes,
        settlement_routes, credit_note_routes, audit_routes, settings_routes, exchange_routes, order_routes,  renewal_routes})
    std::ranges::move(table(), std::back_inserter(all));
  return all;
}

}  // namespace prorata::portal_api
