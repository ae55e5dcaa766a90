#include "http/server.h"

#include <algorithm>
#include <thread>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include "http/connection.h"

namespace prorata::http {
namespace {

using namespace std::chrono_literals;
using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr auto kLookEvery = 100ms;
constexpr auto kAcceptPause = 100ms;

std::string text_of(const Tcp::endpoint& endpoint) { return fmt::format("{} port {}", endpoint.address().to_string(), endpoint.port()); }

enum class Sharing { alone, with_other_loops };

ErrorCode listen_at(Tcp::acceptor& acceptor, const Tcp::endpoint& endpoint, Sharing sharing) {
  ErrorCode error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error && sharing == Sharing::with_other_loops) acceptor.set_option(ReusePort(true), error);
  if (!error && endpoint.protocol() == Tcp::v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

// A port that is shared among our loops would be shared with another server too, each getting some of the clients: asked alone first.
ErrorCode is_free(asio::io_context& context, const Tcp::endpoint& endpoint) {
  Tcp::acceptor probe(context);
  return endpoint.port() == 0 ? ErrorCode() : listen_at(probe, endpoint, Sharing::alone);
}

Result<std::vector<Tcp::endpoint>> addresses_of(asio::io_context& context, const Options& options) {
  ErrorCode error;
  Tcp::resolver resolver(context);
  const auto found = resolver.resolve(options.host, std::to_string(options.port), Tcp::resolver::passive, error);
  if (error) return fail(Code::unavailable, fmt::format("the host {} is not known: {}", options.host, error.message()));
  std::vector<Tcp::endpoint> endpoints;
  for (const auto& each : found)
    if (std::ranges::find(endpoints, each.endpoint()) == endpoints.end()) endpoints.push_back(each.endpoint());
  return endpoints;
}

// "localhost" may stand for an address that this machine does not have.
bool is_no_address_here(const ErrorCode& error) {
  return error == asio::error::address_family_not_supported || error.value() == EADDRNOTAVAIL;
}

Response status_text(int status, std::string_view word) { return text(status, fmt::format("{}\n", word)); }

Response healthy(const Request&) { return status_text(200, "ok"); }

}  // namespace

class Server::Impl {
 public:
  Impl(Options options, std::shared_ptr<Tls> tls, Dispatch dispatch) : shared_(std::move(options)), tls_(std::move(tls)) {
    main_.dispatch = [this, dispatch = std::move(dispatch)](const Request& request) {
      if (request.path == "/healthz" || request.path == "/readyz") return status_of(request);
      return dispatch(request);
    };
    status_ = {.dispatch = [this](const Request& request) { return status_of(request); }, .metered = false};
  }
  ~Impl() { drain(0ms); }

  Result<void> start() {
    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    const int count = shared_.options.threads > 0 ? shared_.options.threads : cores;
    for (int i = 0; i < count; ++i) loops_.push_back(std::make_unique<Running>(shared_));
    TRY(listen());
    TRY(listen_for_status());
    for (auto& each : loops_) begin(*each);
    return {};
  }

  std::uint16_t port() const { return port_; }
  std::uint16_t status_port() const { return status_port_; }
  std::string metrics() const { return shared_.metrics.prometheus(shared_.workers.waiting()); }

  Result<void> reload_certificate() {
    TRY(tls_->reload());
    ++shared_.metrics.certificate_reloads;
    return {};
  }

  void drain(std::chrono::milliseconds deadline) {
    if (loops_.empty()) return;
    shared_.draining = true;
    for (auto& each : loops_) asio::post(each->loop.context, [&running = *each] { running.stop_accepting(); });
    const Moment until = std::chrono::steady_clock::now() + deadline;
    while (shared_.metrics.connections > 0 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(2ms);
    stop();
  }

 private:
  // A loop with its listeners and its thread.
  struct Running {
    explicit Running(Shared& shared) : loop(shared), work(asio::make_work_guard(loop.context)), timer(loop.context) {}

    void stop_accepting() {
      ErrorCode ignored;
      for (Tcp::acceptor& each : acceptors) each.close(ignored);
      loop.look_at_all(std::chrono::steady_clock::now());
    }

    Loop loop;
    asio::executor_work_guard<asio::io_context::executor_type> work;
    asio::steady_timer timer;
    std::list<Tcp::acceptor> acceptors;
    std::optional<Tcp::acceptor> status_acceptor;
    std::thread thread;
  };

  Result<void> listen() {
    const std::vector<Tcp::endpoint> wanted = TRY(addresses_of(loops_.front()->loop.context, shared_.options));
    port_ = shared_.options.port;
    Result<void> last;
    for (Tcp::endpoint endpoint : wanted) {
      endpoint.port(port_);
      const ErrorCode error = listen_on_all_loops(endpoint);
      if (!error) continue;
      last = fail(Code::unavailable, fmt::format("cannot listen on {}: {}", text_of(endpoint), error.message()));
      if (!is_no_address_here(error)) return last;
    }
    return loops_.front()->acceptors.empty() ? last : Result<void>();
  }

  ErrorCode listen_on_all_loops(Tcp::endpoint endpoint) {
    ErrorCode error = is_free(loops_.front()->loop.context, endpoint);
    for (auto& each : loops_) {
      if (error) break;
      Tcp::acceptor& acceptor = each->acceptors.emplace_back(each->loop.context);
      error = listen_at(acceptor, endpoint, Sharing::with_other_loops);
      if (error)
        each->acceptors.pop_back();
      else
        endpoint = acceptor.local_endpoint(error);
    }
    if (!error) port_ = endpoint.port();
    return error;
  }

  Result<void> listen_for_status() {
    if (!shared_.options.status_port) return {};
    Tcp::acceptor& acceptor = loops_.front()->status_acceptor.emplace(loops_.front()->loop.context);
    const Tcp::endpoint endpoint(asio::ip::address_v4::loopback(), *shared_.options.status_port);
    if (const ErrorCode error = listen_at(acceptor, endpoint, Sharing::alone))
      return fail(Code::unavailable, fmt::format("cannot listen on {}: {}", text_of(endpoint), error.message()));
    status_port_ = acceptor.local_endpoint().port();
    return {};
  }

  void begin(Running& running) {
    for (Tcp::acceptor& each : running.acceptors) asio::co_spawn(running.loop.context, accept(running.loop, each, main_), asio::detached);
    if (running.status_acceptor)
      asio::co_spawn(running.loop.context, accept(running.loop, *running.status_acceptor, status_), asio::detached);
    asio::co_spawn(running.loop.context, look(running), asio::detached);
    running.thread = std::thread([&context = running.loop.context] { context.run(); });
  }

  asio::awaitable<void> accept(Loop& loop, Tcp::acceptor& acceptor, const Service& service) {
    while (acceptor.is_open()) {
      Tcp::socket socket(loop.context);
      const auto [error] = co_await acceptor.async_accept(socket, kAsTuple);
      if (error == asio::error::operation_aborted) break;
      if (error) {
        shared_.tell(fmt::format("a connection could not be accepted: {}", error.message()));
        asio::steady_timer pause(loop.context, kAcceptPause);  // no file descriptors, perhaps: others must end first
        co_await pause.async_wait(kAsTuple);
        continue;
      }
      welcome(loop, service, std::move(socket));
    }
  }

  void welcome(Loop& loop, const Service& service, Tcp::socket socket) {
    if (service.metered && shared_.metrics.connections >= shared_.options.limits.connections) {
      shared_.metrics.rejected(Metrics::Rejected::too_many_connections);
      return;
    }
    ErrorCode ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    if (!service.metered) return serve_plain(loop, service, std::move(socket));
    if (SSL* tls = tls_->new_connection()) serve_tls(loop, service, std::move(socket), tls);
  }

  // Ten times a second: deadlines; once a second, on one loop, the certificate.
  asio::awaitable<void> look(Running& running) {
    for (int round = 1;; ++round) {
      running.timer.expires_after(kLookEvery);
      const auto [error] = co_await running.timer.async_wait(kAsTuple);
      if (error) co_return;
      running.loop.look_at_all(std::chrono::steady_clock::now());
      if (&running == loops_.front().get() && round % 10 == 0) follow_certificate();
    }
  }

  void follow_certificate() {
    if (!tls_->changed()) return;
    const Result<void> reloaded = reload_certificate();
    if (!reloaded) shared_.tell(fmt::format("the certificate stays as it was: {}", reloaded.error().text()));
  }

  Destination status_of(const Request& request) {
    const bool asks = request.method == Method::get || request.method == Method::head;
    if (!asks) return {"status", Kind::reads, [](const Request&) { return status_text(405, "GET only").with("Allow", "GET, HEAD"); }};
    if (request.path == "/healthz") return {"status", Kind::reads, healthy};
    if (request.path == "/readyz") return {"status", Kind::reads, [this](const Request&) { return readiness(); }};
    if (request.path == "/metrics") return {"status", Kind::reads, [this](const Request&) { return metrics_page(); }};
    return {"status", Kind::reads, [](const Request&) { return status_text(404, "there are /healthz, /readyz and /metrics"); }};
  }

  Response readiness() const {
    if (shared_.draining) return status_text(503, "draining");
    const bool ready = !shared_.options.hooks.ready || shared_.options.hooks.ready();
    return ready ? status_text(200, "ready") : status_text(503, "not ready");
  }

  Response metrics_page() const { return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics()}; }

  // Loops first: what a worker still makes then finds nobody to send it. Workers next: what waits is forgotten. Then the connections.
  void stop() {
    for (auto& each : loops_) each->loop.context.stop();
    for (auto& each : loops_)
      if (each->thread.joinable()) each->thread.join();
    shared_.workers.stop();
    loops_.clear();
  }

  Shared shared_;
  std::shared_ptr<Tls> tls_;
  Service main_;
  Service status_;
  std::uint16_t port_ = 0;
  std::uint16_t status_port_ = 0;
  std::vector<std::unique_ptr<Running>> loops_;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(Options options, std::shared_ptr<Tls> tls, Dispatch dispatch) {
  auto impl = std::make_unique<Impl>(std::move(options), std::move(tls), std::move(dispatch));
  TRY(impl->start());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::status_port() const { return impl_->status_port(); }
Result<void> Server::reload_certificate() { return impl_->reload_certificate(); }
std::string Server::metrics() const { return impl_->metrics(); }
void Server::drain(std::chrono::milliseconds deadline) { impl_->drain(deadline); }

}  // namespace prorata::http
