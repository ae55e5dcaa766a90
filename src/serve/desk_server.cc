#include "serve/desk_server.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "arm/all_routes.h"
#include "serve/background.h"
#include "serve/mailroom.h"
#include "serve/openapi.h"
#include "serve/sign_in.h"

namespace prorata::serve {
namespace {

using http::Destination;
using http::Kind;
using http::Request;
using http::Response;

constexpr std::string_view kArmFace = "arm";

std::string_view code_of(int status) {
  switch (status) {
    case 400: return "BadRequest";
    case 408: return "RequestTimeout";
    case 413: return "RequestEntityTooLarge";
    case 414: return "UriTooLong";
    case 417: return "ExpectationFailed";
    case 431: return "RequestHeaderFieldsTooLarge";
    case 501: return "NotImplemented";
    case 503: return "ServerBusy";
    default: return "InternalServerError";
  }
}

// Whether it may have changed what somebody may do. Nothing else that is written here is any of the gate's concern.
bool gives_rights(const Request& request) { return to_lower(request.path).contains("/providers/microsoft.authorization/"); }

// What a request that no handler saw is told.
Response refusal(int status, std::string_view why, const Request& request) {
  return arm::error(status, code_of(status), why).with("x-ms-request-id", request.id);
}

Response fault_answer(const Fault& fault, const Request& request) {
  if (fault.kind == FaultKind::status_429)
    return arm::error(429, "TooManyRequests", "The sandbox was told to answer so. Try again later.")
        .with("Retry-After", std::to_string(fault.seconds))
        .with("x-ms-request-id", request.id);
  return arm::error(500, "InternalServerError", "The sandbox was told to answer so.").with("x-ms-request-id", request.id);
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
        sign_in_(app, keys_),
        face_(arm::all_routes(), {.store = app.store, .clock = app.clock, .ids = app.ids, .packs = app.packs, .usage = app.usage}),
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
                          .faces = {std::string(kArmFace), std::string(kIdentityFace), std::string(kSandboxFace)},
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
  }

 private:
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
    if (std::optional<Destination> identity = sign_in_.find(request)) return std::move(*identity);
    if (request.path == kOpenApiPath && request.method == http::Method::get)
      return {kIdentityFace, Kind::reads, [this](const Request&) { return http::json(200, openapi_); }};
    http::Found found = face_.find(request);
    const Kind kind = found.route == nullptr ? Kind::reads : found.route->kind;
    return {kArmFace, kind, [this, kind, found = std::move(found)](const Request& each) { return arm_answer(found, each, kind); }};
  }

  Response arm_answer(const http::Found& found, const Request& request, Kind kind) {
    if (resetting()) return arm::error(503, "ServerBusy", "The sandbox is being reset; try again.").with("Retry-After", "1");
    const std::optional<Fault> fault = sandbox_ ? faults_.take(request.method, request.path) : std::nullopt;
    if (fault && (fault->kind == FaultKind::status_429 || fault->kind == FaultKind::error_before)) return fault_answer(*fault, request);
    Response response = admitted_answer(found, request);
    if (kind == Kind::writes && gives_rights(request)) gate_.changed();
    if (!fault) return response;
    if (fault->kind == FaultKind::error_after) return fault_answer(*fault, request);
    response.dropped = fault->kind == FaultKind::drop;
    if (fault->kind == FaultKind::delay) response.delay = std::chrono::seconds(fault->seconds);
    return response;
  }

  Response admitted_answer(const http::Found& found, const Request& request) {
    const auto caller = gate_.admit(request);
    return caller ? face_.answer(found, request, **caller) : caller.error();
  }

  App app_;
  ServeOptions options_;
  Keys keys_;
  OutsideIssuers outside_;
  Gate gate_;
  SignIn sign_in_;
  arm::Face face_;
  std::string openapi_;
  Faults faults_;
  std::optional<Sandbox> sandbox_;
  http::TlsFiles files_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<Background> background_;
  std::unique_ptr<Mailroom> mailroom_;
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
