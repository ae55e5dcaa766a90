#include "partner_center/face.h"

#include <algorithm>

#include <fmt/format.h>

#include "wire/error_table.h"
#include "wire/json.h"

namespace prorata::partner_center {
namespace {

constexpr std::string_view kRequestId = "MS-RequestId";
constexpr std::string_view kCorrelationId = "MS-CorrelationId";
constexpr std::string_view kLocale = "X-Locale";

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '9'; });
}

// Any GUID; of which thing does not matter.
bool is_guid(std::string_view text) { return CustomerId::parse(text).has_value(); }

bool is_locale(std::string_view text) {
  return 2 <= text.size() && text.size() <= 16 && std::ranges::all_of(text, [](char c) {
           return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9') || c == '-';
         });
}

// What the use cases' own words are in the service's numbers.
struct Reason {
  std::string_view reason;
  int status;
  std::string_view code;
};
constexpr auto kReasons = std::to_array<Reason>({{"cart", 404, code::kNoCart},
                                                 {"cart_item", 400, code::kCartItem},
                                                 {"cart_ordered", 400, code::kCartOrdered},
                                                 {"nothing_to_order", 400, code::kCartItem},
                                                 {"subscription_not_active", 400, code::kNotActive},
                                                 {"customer_offer_not_supported", 403, code::kForbidden},
                                                 {"user", 404, code::kNoUser},
                                                 {"mark", 400, code::kEtag}});

std::string_view code_of(Code code) {
  switch (code) {
    case Code::invalid_argument:
    case Code::invalid_data: return code::kInvalidInput;
    case Code::not_found: return code::kNotFound;
    case Code::forbidden: return code::kForbidden;
    case Code::key_reused: return code::kBadRequest;
    case Code::already_exists:
    case Code::refused:
    case Code::conflict: return code::kConflict;
    default: return wire::error_row(code).arm_code;
  }
}

std::optional<http::Response> bad_request_id(const http::Request& request) {
  for (const std::string_view name : {kRequestId, kCorrelationId}) {
    const auto id = request.headers.find(name);
    if (id && !is_guid(*id)) return error(400, code::kBadRequest, fmt::format("{} is no GUID", name));
  }
  return std::nullopt;
}

}  // namespace

bool is_ours(std::string_view path) {
  const std::string lower = to_lower(path.substr(0, kPrefix.size() + 1));
  return lower == kPrefix || lower == "/v1/";
}

bool Call::allows(access::Right right, access::Access access, const access::Target& target) const {
  return access::decide(caller.principal, caller.assignments, access::action_of(right, access), target).allowed;
}

WriteRequest Call::write_request() const {
  const std::string_view id = request.headers.get(kRequestId);
  if (id.empty()) return {};
  return {fmt::format("partner center {} {}", caller.principal.id.text(), to_lower(id)),
          fmt::format("{} {} {} {}", to_string(request.method), to_lower(request.path), request.headers.get("If-Match"), request.body)};
}

std::string Call::request_id() const {
  const std::string_view id = request.headers.get(kRequestId);
  return id.empty() ? app.ids.next() : to_lower(id);
}

Refused::Refused(const Error& why) : response(error(why)) {}

http::Response error(int status, std::string_view code, std::string_view description) {
  std::string body;
  wire::JsonWriter w(body);
  w.begin_object().key("code");
  if (is_number(code))
    w.raw(code);
  else
    w.text(code);
  w.field("description", description).key("data").begin_array().end_array().field("source", "PartnerFD").end_object();
  return http::json(status, std::move(body));
}

http::Response error(const Error& error) {
  for (const Reason& each : kReasons)
    if (!error.reason.empty() && each.reason == error.reason) return partner_center::error(each.status, each.code, error.text());
  const int status = error.code == Code::key_reused ? 409 : wire::error_row(error.code).http_status;
  http::Response response = partner_center::error(status, code_of(error.code), error.text());
  if (status == 503) response.with("Retry-After", "1");
  return response;
}

Outcome<void> allow(const Call& call, access::Right right, access::Access access, const access::Target& target) {
  if (call.allows(right, access, target)) return {};
  return refuse(403, code::kForbidden, access::refusal_text(call.caller.principal, access::action_of(right, access).name, target.scope));
}

void add_service_headers(const http::Request& request, http::Response& response) {
  const auto echoed = [&](std::string_view name) {
    const std::string_view given = request.headers.get(name);
    return is_guid(given) ? std::string(given) : request.id;
  };
  const std::string_view locale = request.headers.get(kLocale, "en-US");
  response.headers.set(kRequestId, echoed(kRequestId));
  response.headers.set(kCorrelationId, echoed(kCorrelationId));
  response.headers.set("MS-CV", request.id.substr(0, 8) + ".0");
  response.headers.set("MS-ServerId", "prorata");
  response.headers.set(kLocale, is_locale(locale) ? std::string(locale) : "en-US");
  response.headers.set("Cache-Control", "no-cache");
  response.headers.set("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
  response.headers.set("X-Content-Type-Options", "nosniff");
}

struct Face::Impl {
  Site site;
  std::vector<Handler> handlers;
  std::unique_ptr<http::Router> router;
};

Face::Face(std::vector<Route> routes, Site site) : impl_(std::make_unique<Impl>(Impl{.site = site})) {
  std::vector<http::Route> table;
  for (Route& each : routes) {
    table.push_back({.method = each.method, .pattern = std::move(each.pattern), .kind = each.kind});
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
    response = error(404, code::kNotFound, fmt::format("there is nothing at {}", request.path.substr(0, 200)));
  } else if (found.route == nullptr) {
    response = error(405, code::kBadRequest, fmt::format("this address takes {}", found.allow)).with("Allow", found.allow);
  } else if (std::optional<http::Response> fault = bad_request_id(request)) {
    response = std::move(*fault);
  } else {
    App app = app_of(impl_->site, caller);
    Call call{.request = request, .path = found.captures, .caller = caller, .app = app};
    const auto place = static_cast<std::size_t>(found.route - impl_->router->routes().data());
    Outcome<http::Response> made = impl_->handlers[place](call);
    response = made ? std::move(*made) : std::move(made).error().response;
  }
  add_service_headers(request, response);
  return response;
}

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const auto table : {customer_routes, subscription_routes, entitlement_routes, catalog_routes, order_routes, user_routes,
                           invoice_routes, service_request_routes, audit_routes})
    std::ranges::move(table(), std::back_inserter(all));
  return all;
}

}  // namespace prorata::partner_center
