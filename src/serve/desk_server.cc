#include "serve/desk_server.h"

#include <thread>

#include <fmt/format.h>

#include "app/desk.h"
#include "arm/all_routes.h"
#include "partner_center/face.h"
#include "portal_api/face.h"
#include "serve/background.h"
#include "serve/events.h"
#include "serve/mailroom.h"
#include "serve/openapi.h"
#include "serve/portal_pages.h"
#include "serve/portal_sign_in.h"
#include "serve/sessions.h"
#include "serve/sign_in.h"

namespace prorata::serve {
namespace {

using http::Destination;
using http::Kind;
using http::Request;
using http::Response;

constexpr std::string_view kArmFace = "arm";
constexpr std::string_view kPartnerFace = "partner_center";
constexpr std::string_view kPortalFace = "portal";
constexpr std::string_view kPortalDocument = "/api/openapi.yaml";
constexpr std::string_view kSignOut = "/api/sign-out";
constexpr std::string_view kEvents = "/api/events";

std::string_view code_of(int status) {
  switch (status) {
    case 400: return "BadRequest";
    case 408: return "RequestTimeout";
    case 413: return "RequestEntityTooLarge";
    case 414: return "UriTooLong";
    case 417: return "ExpectationFailed";
    case 429: return "TooManyRequests";
    case 431: return "RequestHeaderFieldsTooLarge";
    case 501: return "NotImplemented";
    case 503: return "ServerBusy";
    default: return "InternalServerError";
  }
}

// "TooManyRequests" is "too_many_requests" in the portal's words.
std::string snake(std::string_view word) {
  std::string out;
  for (const char c : word) {
    const bool capital = 'A' <= c && c <= 'Z';
    if (capital && !out.empty()) out += '_';
    out += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// Whether it may have changed what somebody may do. Nothing else that is written here is any of the gate's concern.
bool gives_rights(const Request& request) {
  const std::string path = to_lower(request.path);
  return path.contains("/providers/microsoft.authorization/") ||
         (portal_api::is_ours(path) && (path.contains("/iam") || path.contains("/settings/users")));
}

bool writes(const Request& request) { return request.method != http::Method::get && request.method != http::Method::head; }

Response problem(int status, std::string code, std::string detail, const Request& request) {
  return portal_api::answer_of({.status = status, .code = std::move(code), .detail = std::move(detail)}, request);
}

// A page of another origin can make a browser send our cookie, but neither this header nor our origin.
bool comes_from_the_portal(const Request& request) {
  const auto origin = request.headers.find("Origin");
  return request.headers.get("X-Prorata-Portal") == "1" && (!origin || *origin == request.base_url()) &&
         request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin";
}

// An error in the words of the face that the path belongs to.
Response error_answer(int status, std::string_view why, const Request& request) {
  if (portal_api::is_ours(request.path)) return problem(status, snake(code_of(status)), std::string(why), request);
  if (!partner_center::is_ours(request.path)) return arm::error(status, code_of(status), why).with("x-ms-request-id", request.id);
  Response response = partner_center::error(status, code_of(status), why);
  partner_center::add_service_headers(request, response);
  return response;
}

// What a request that no handler saw is told. Where too many changes wait, Partner Center's clients know to come again by 429.
Response refusal(int status, std::string_view why, const Request& request) {
  return error_answer(status == 503 && partner_center::is_ours(request.path) ? 429 : status, why, request);
}

Response fault_answer(const Fault& fault, const Request& request) {
  if (fault.kind == FaultKind::status_429)
    return error_answer(429, "The sandbox was told to answer so. Try again later.", request)
        .with("Retry-After", std::to_string(fault.seconds));
  return error_answer(500, "The sandbox was told to answer so.", request);
}

}  // namespace

class DeskServer::Impl {
 public:
  Impl(const App& app, ServeOptions options)
      : app_(app),
        options_(std::move(options)),
        keys_(app),
        outside_(options_.outside),
        gate_(app, keys_, outside_),
        sessions_(app, keys_),
        portal_sign_in_(app, keys_, sessions_),
        sign_in_(app, keys_, portal_sign_in_),
        pages_(embedded_portal()),
        face_(arm::all_routes(), site_of(app)),
        partner_face_(partner_center::all_routes(), site_of(app)),
        portal_face_(portal_api::all_routes(), site_of(app)),
        openapi_(openapi(options_.sandbox)) {
    if (options_.sandbox) sandbox_.emplace(app, gate_, faults_, options_.seed);
  }
  ~Impl() { drain(std::chrono::milliseconds(0)); }

  Result<void> start() {
    TRY(check_desk());
    TRY(keys_.refresh());
    files_ = TRY(tls_files());
    const std::shared_ptr<http::Tls> tls = TRY(http::Tls::open(files_));
    http::Options options{.host = options_.host,
                          .port = options_.port,
                          .status_port = options_.status_port,
                          .threads = options_.threads,
                          .limits = options_.limits,
                          .faces = {std::string(kArmFace), std::string(kPartnerFace), std::string(kPortalFace), std::string(kIdentityFace),
                                    std::string(kSandboxFace)},
                          .hooks = {.access_log = options_.access_log,
                                    .problem = options_.problem,
                                    .ready = [this] { return background_->healthy() && !resetting(); },
                                    .refusal = refusal}};
    BackgroundJobs jobs{.ask_outside = [this] { outside_.refresh([this](const std::string& line) { tell(line); }); },
                        .problem = [this](const std::string& line) { tell(line); },
                        .paused = [this] { return resetting(); }};
    if (is_local())
      jobs.renew_certificate = [this]() -> Result<void> {
        TRY(tls_files());
        return {};
      };
    background_ = std::make_unique<Background>(app_, keys_, std::move(jobs));
    notify::CourierOptions courier = options_.courier;
    if (!courier.problem) courier.problem = [this](const std::string& line) { tell(line); };
    mailroom_ = std::make_unique<Mailroom>(app_, std::move(courier), options_.carry_every, [this] { return resetting(); });
    events_ = std::make_unique<Events>(
        app_, EventHooks{.problem = [this](const std::string& line) { tell(line); }, .paused = [this] { return resetting(); }});
    warming_ = std::thread([this] { warm_up(); });
    server_ = TRY(http::Server::start(std::move(options), tls, [this](const Request& request) { return dispatch(request); }));
    return {};
  }

  std::uint16_t port() const { return server_->port(); }
  std::uint16_t status_port() const { return server_->status_port(); }
  std::filesystem::path authority() const { return files_.authority; }
  Result<void> reload_certificate() { return server_->reload_certificate(); }

  void drain(std::chrono::milliseconds deadline) {
    if (server_) server_->drain(deadline);
    background_.reset();
    mailroom_.reset();
    events_.reset();
    if (warming_.joinable()) warming_.join();
  }

 private:
  static Site site_of(const App& app) {
    return {.store = app.store, .clock = app.clock, .ids = app.ids, .packs = app.packs, .usage = app.usage, .contents = app.contents};
  }
  bool is_local() const { return options_.own_tls.certificate.empty(); }
  bool resetting() const { return sandbox_ && sandbox_->resetting(); }
  void tell(const std::string& line) const {
    if (options_.problem) options_.problem(line);
  }

  Result<void> check_desk() {
    const std::unique_ptr<Snapshot> snapshot = TRY(app_.store.snapshot());
    const Desk desk = TRY(load_desk(*snapshot));
    if (options_.sandbox && !desk.sandbox)
      return fail(Code::not_sandbox, "this desk runs on real time; --sandbox is for one made with 'prorata init --sandbox'");
    return {};
  }

  Result<http::TlsFiles> tls_files() const {
    if (!is_local()) return options_.own_tls;
    return http::local_certificate(options_.tls_folder, {options_.host}, app_.clock.now());
  }

  Destination dispatch(const Request& request) {
    if (sandbox_)
      if (std::optional<Destination> control = sandbox_->find(request)) return std::move(*control);
    if (std::optional<Destination> portal = find_portal(request)) return std::move(*portal);
    if (std::optional<Destination> identity = sign_in_.find(request)) return std::move(*identity);
    if (request.path == kOpenApiPath && request.method == http::Method::get)
      return {kIdentityFace, Kind::reads, [this](const Request&) { return http::json(200, openapi_); }};
    const Plane plane = partner_center::is_ours(request.path) ? Plane::partner_center : Plane::arm;
    http::Found found = plane == Plane::arm ? face_.find(request) : partner_face_.find(request);
    const Kind kind = found.route == nullptr ? Kind::reads : found.route->kind;
    return {plane == Plane::arm ? kArmFace : kPartnerFace, kind, [this, kind, plane, found = std::move(found)](const Request& each) {
              return face_answer(each, kind, [&] { return admitted_answer(plane, found, each); });
            }};
  }

  // ---- the portal --------------------------------------------------------------------------------------------------------------------

  // Its API, its pages and its people's way in; absent: the address is another face's.
  std::optional<Destination> find_portal(const Request& request) {
    if (portal_api::is_ours(request.path)) return find_portal_api(request);
    if (std::optional<Destination> way_in = portal_sign_in_.find(request)) return way_in;
    if (std::optional<Response> file = pages_.file(request))
      return Destination{kPortalFace, Kind::reads, [file = *std::move(file)](const Request&) { return file; }};
    if (!PortalPages::wants_page(request)) return std::nullopt;
    return Destination{kPortalFace, Kind::reads, [this](const Request& each) { return page(each); }};
  }

  Destination find_portal_api(const Request& request) {
    if (request.path == kPortalDocument && !writes(request))
      return {kPortalFace, Kind::reads, [](const Request& each) {
                Response response{.content_type = "application/yaml; charset=utf-8",
                                  .body = std::string(embedded_portal_api().front().text)};
                portal_api::add_api_headers(each, response);
                return response;
              }};
    if (request.path == kSignOut && request.method == http::Method::post)
      return {kPortalFace, Kind::writes, [this](const Request& each) { return sign_out(each); }};
    if (request.path == kEvents && request.method == http::Method::get) return events_destination();
    http::Found found = portal_face_.find(request);
    const Kind kind = found.route == nullptr ? Kind::reads : found.route->kind;
    return {kPortalFace, kind, [this, kind, found = std::move(found)](const Request& each) {
              return face_answer(each, kind, [&] { return portal_answer(found, each); });
            }};
  }

  // By a session, or by a token as the ARM faces take one.
  Response portal_answer(const http::Found& found, const Request& request) {
    if (request.headers.has("Authorization")) {
      const auto caller = gate_.admit(request);
      if (caller) return portal_face_.answer(found, request, **caller);
      const bool denied = caller.error().status == 401;
      return denied ? problem(401, "signed_out", "this token is not (any more) one that counts here", request)
                    : problem(caller.error().status, "unavailable", "the desk could not look up who you are; try again", request);
    }
    const Result<std::optional<Session>> session = sessions_.of(request);
    if (!session) return portal_api::answer_of(portal_api::problem_of(session.error()), request);
    if (!*session) return problem(401, "signed_out", "sign in first, at /sign-in", request);
    if (writes(request) && !comes_from_the_portal(request))
      return problem(403, "csrf", "a change needs the header X-Prorata-Portal: 1 and must come from this server's own pages", request);
    Response response = portal_face_.answer(found, request, *(*session)->caller, visit_of(**session));
    if (!(*session)->new_cookie.empty()) response.with("Set-Cookie", (*session)->new_cookie);
    return response;
  }

  // Whoever may come in follows what changes; the stream ends when they may no longer.
  Destination events_destination() {
    auto feed = std::make_shared<http::Feed>();
    const auto answer = [this, feed](const Request& request) -> Response {
      std::shared_ptr<const Caller> caller;
      std::function<bool()> stands;
      if (request.headers.has("Authorization")) {
        const auto admitted = gate_.admit(request);
        if (!admitted) return problem(admitted.error().status, "signed_out", "this token is not (any more) one that counts here", request);
        caller = *admitted;
        stands = [this, request] { return gate_.admit(request).has_value(); };
      } else {
        const Result<std::optional<Session>> session = sessions_.of(request);
        if (!session) return portal_api::answer_of(portal_api::problem_of(session.error()), request);
        if (!*session) return problem(401, "signed_out", "sign in first, at /sign-in", request);
        caller = (*session)->caller;
        stands = [this, request] {
          const Result<std::optional<Session>> again = sessions_.of(request);
          return again && again->has_value();
        };
      }
      std::optional<http::Feed> followed =
          events_->follow({.caller = std::move(caller),
                           .after = std::string(request.headers.get("Last-Event-ID", request.query.get("after"))),
                           .stands = std::move(stands)});
      if (!followed)
        return portal_api::answer_of(
            {.status = 503, .code = "unavailable", .detail = "too many follow what changes; ask again later", .retry_after = 30}, request);
      *feed = *std::move(followed);
      Response response{.content_type = "text/event-stream; charset=utf-8"};
      portal_api::add_api_headers(request, response);
      return response;
    };
    return {kPortalFace, Kind::reads, answer, [feed](const Request&) { return std::move(*feed); }};
  }

  static portal_api::Visit visit_of(const Session& session) { return {.display = session.user.display, .session_ends = session.ends}; }

  Response sign_out(const Request& request) {
    if (!comes_from_the_portal(request))
      return problem(403, "csrf", "a change needs the header X-Prorata-Portal: 1 and must come from this server's own pages", request);
    if (const Result<void> ended = sessions_.end(request); !ended)
      return portal_api::answer_of(portal_api::problem_of(ended.error()), request);
    Response response = http::empty(204).with("Set-Cookie", Sessions::gone());
    portal_api::add_api_headers(request, response);
    return response;
  }

  // The portal's page with who is signed in, as /api/me says it.
  Response page(const Request& request) {
    const Result<std::optional<Session>> session = sessions_.of(request);
    std::string me = "null";
    std::string cookie;
    if (session && *session && !resetting()) {
      Request ask = request;
      ask.method = http::Method::get;
      ask.path = "/api/me";
      const Response answer = portal_face_.answer(ask, *(*session)->caller, visit_of(**session));
      if (answer.status == 200) me = answer.body;
      cookie = (*session)->new_cookie;
    }
    Response response = pages_.index(request, me);
    if (!cookie.empty()) response.with("Set-Cookie", cookie);
    return response;
  }

  void warm_up() {
    const Result<void> read = portal_face_.warm_up();
    if (!read) tell("the list of reservations could not be read beforehand: " + read.error().text());
  }

  // ---- all faces ---------------------------------------------------------------------------------------------------------------------

  template <class Answer>
  Response face_answer(const Request& request, Kind kind, const Answer& answer) {
    if (resetting()) return error_answer(503, "The sandbox is being reset; try again.", request).with("Retry-After", "1");
    const std::optional<Fault> fault = sandbox_ ? faults_.take(request.method, request.path) : std::nullopt;
    if (fault && (fault->kind == FaultKind::status_429 || fault->kind == FaultKind::error_before)) return fault_answer(*fault, request);
    Response response = answer();
    if (kind == Kind::writes && gives_rights(request)) {
      gate_.changed();
      sessions_.changed();
    }
    if (!fault) return response;
    if (fault->kind == FaultKind::error_after) return fault_answer(*fault, request);
    response.dropped = fault->kind == FaultKind::drop;
    if (fault->kind == FaultKind::delay) response.delay = std::chrono::seconds(fault->seconds);
    return response;
  }

  Response admitted_answer(Plane plane, const http::Found& found, const Request& request) {
    const auto caller = gate_.admit(request, plane);
    if (!caller) return caller.error();
    return plane == Plane::arm ? face_.answer(found, request, **caller) : partner_face_.answer(found, request, **caller);
  }

  App app_;
  ServeOptions options_;
  Keys keys_;
  OutsideIssuers outside_;
  Gate gate_;
  Sessions sessions_;
  PortalSignIn portal_sign_in_;
  SignIn sign_in_;
  PortalPages pages_;
  arm::Face face_;
  partner_center::Face partner_face_;
  portal_api::Face portal_face_;
  std::string openapi_;
  Faults faults_;
  std::optional<Sandbox> sandbox_;
  http::TlsFiles files_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<Mailroom> mailroom_;
  std::unique_ptr<Events> events_;
  std::thread warming_;
};

DeskServer::DeskServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DeskServer::~DeskServer() = default;

Result<std::unique_ptr<DeskServer>> DeskServer::start(const App& app, ServeOptions options) {
  auto impl = std::make_unique<Impl>(app, std::move(options));
  TRY(impl->start());
  return std::unique_ptr<DeskServer>(new DeskServer(std::move(impl)));
}

std::uint16_t DeskServer::port() const { return impl_->port(); }
std::uint16_t DeskServer::status_port() const { return impl_->status_port(); }
std::filesystem::path DeskServer::authority() const { return impl_->authority(); }
Result<void> DeskServer::reload_certificate() { return impl_->reload_certificate(); }
void DeskServer::drain(std::chrono::milliseconds deadline) { impl_->drain(deadline); }

}  // namespace prorata::serve
