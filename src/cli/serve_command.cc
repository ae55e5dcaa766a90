// serve.
#include <csignal>
#include <cstdio>
#include <mutex>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/sandbox.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"
#include "serve/desk_server.h"
#include "serve/openapi.h"
#include "sim/large_demo.h"

namespace prorata::cli {
namespace {

constexpr std::chrono::seconds kDrainTime{20};
constexpr std::int64_t kSeedCommits = 20;  // a demo tells of itself among the first

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

// "127.0.0.1:8443", "localhost:0", "[::1]:8443".
Result<Address> address_of(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return fail(Code::invalid_argument, fmt::format("--listen: '{}' is not an address and a port; write 127.0.0.1:8443", text));
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Address{host, static_cast<std::uint16_t>(TRY(parse_integer(text.substr(colon + 1), 0, 65'535, "a port")))};
}

Result<std::optional<std::uint16_t>> status_port_of(const std::string& text) {
  if (text.empty()) return std::optional<std::uint16_t>();
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos && text.substr(0, colon) != "127.0.0.1" && text.substr(0, colon) != "localhost")
    return fail(Code::invalid_argument, "--status listens on 127.0.0.1 only, since it speaks without TLS; give its port");
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  return std::optional(static_cast<std::uint16_t>(TRY(parse_integer(port, 0, 65'535, "a port"))));
}

bool is_url(const std::string& where) { return where.starts_with("postgresql://") || where.starts_with("postgres://"); }

// Beside the desk where it is a folder; what belongs to this machine otherwise.
std::filesystem::path tls_folder_of(const Session& session, const ServeOptions& options) {
  if (!options.tls_folder.empty()) return options.tls_folder;
  const std::string& data = session.globals().data;
  if (!is_url(data) && data != "memory:") return std::filesystem::path(data) / "tls";
  const auto environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr ? "" : value);
  };
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) return std::filesystem::path(state) / "prorata" / "tls";
  if (const std::string home = environment("HOME"); !home.empty()) return std::filesystem::path(home) / ".local/state/prorata/tls";
  return "tls";
}

// The lines of several threads, whole. Written on again under its name after a SIGHUP, so that it can be rotated.
class LineFile {
 public:
  Result<void> open(const std::string& path) {
    path_ = path;
    return reopen();
  }
  ~LineFile() { close(); }
  LineFile() = default;
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  Result<void> reopen() {
    if (path_ == "-") {
      file_ = stderr;
      return {};
    }
    std::FILE* opened = std::fopen(path_.c_str(), "ae");
    if (opened == nullptr) return fail(Code::storage_denied, fmt::format("the access log {} cannot be written", path_));
    const std::scoped_lock lock(mutex_);
    close();
    file_ = opened;
    return {};
  }
  void write(std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (file_ == nullptr) return;
    std::fwrite(line.data(), 1, line.size(), file_);
    std::fputc('\n', file_);
    std::fflush(file_);
  }

 private:
  void close() {
    if (file_ != nullptr && file_ != stderr) std::fclose(file_);
    file_ = nullptr;
  }
  std::string path_;
  std::mutex mutex_;
  std::FILE* file_ = nullptr;
};

void complain(std::string_view problem) { fmt::print(stderr, "prorata: {}\n", problem); }

Result<App*> opened(Session& session, const ServeOptions& options) {
  if (!options.sandbox) return session.app();
  App* app = TRY(session.create());
  const bool empty = !TRY(TRY(app->store.snapshot())->desk()).has_value();
  if (empty) TRY(init_desk(*app, {.partner = "Our sandbox", .sandbox = true}));
  return app;
}

// What an empty sandbox is filled with. Where the demo was loaded, a reset goes back to the demo.
Result<serve::Seed> seed_of(App& app, const std::string& named) {
  if (!named.empty() && named != "demo") return serve::Seed([named](App& again) { return import_folder(again, named); });
  bool demo = named == "demo";
  bool large = false;
  if (!demo)
    TRY(TRY(app.store.snapshot())->audit(1, [&](const AuditRecord& record) {
      demo |= record.note.actor == "demo";
      large |= record.note.action == sim::kLargeDemo;
      return !demo && record.number < kSeedCommits;
    }));
  if (!demo) return serve::Seed();
  if (large)
    return serve::Seed([](App& again) -> Result<void> {
      TRY(sim::load_large_demo(again, {}, [](std::int64_t) {}));
      return {};
    });
  return serve::Seed([](App& again) -> Result<void> {
    TRY(sim::load_demo(again, [](std::int64_t) {}));
    return {};
  });
}

Result<void> fill(App& app, const serve::Seed& seed, const std::string& named) {
  if (named.empty() || TRY(TRY(app.store.snapshot())->counts()).customers > 0) return {};
  return seed(app);
}

sigset_t signals_of_serve() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, each);
  return signals;
}

void print_start(const Session& session, const serve::DeskServer& server, const std::string& host) {
  const std::string shown = host.contains(':') ? fmt::format("[{}]", host) : host;
  Record record;
  record.add("Serving at", "url", fmt::format("https://{}:{}", shown, server.port()));
  if (server.status_port() != 0) record.add("Status at", "status", fmt::format("http://127.0.0.1:{}", server.status_port()));
  if (!server.authority().empty()) record.add("Clients trust", "ca", std::filesystem::absolute(server.authority()).string());
  record.print(stdout, session.globals().format);
  std::fflush(stdout);
}

}  // namespace

Result<int> serve(Session& session, const ServeOptions& options) {
  if (options.openapi) {
    const std::string document = serve::openapi(options.sandbox);
    std::fwrite(document.data(), 1, document.size(), stdout);
    return 0;
  }
  // Before any thread is there: all of them leave these signals to this one.
  const sigset_t signals = signals_of_serve();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const Address address = TRY(address_of(options.listen));
  if (!options.seed.empty() && !options.sandbox) return fail(Code::invalid_argument, "--seed is for a sandbox; give --sandbox too");
  for (const std::string& issuer : options.issuers)
    if (!issuer.starts_with("https://"))
      return fail(Code::invalid_argument, fmt::format("--issuer: '{}' does not begin with https://", issuer));
  LineFile access_log;
  serve::ServeOptions wanted{.host = address.host,
                             .port = address.port,
                             .status_port = TRY(status_port_of(options.status)),
                             .threads = static_cast<int>(options.threads),
                             .tls_folder = tls_folder_of(session, options),
                             .own_tls = {.certificate = options.certificate, .key = options.key},
                             .sandbox = options.sandbox,
                             .outside = {.issuers = options.issuers, .audiences = options.audiences, .authority = options.issuer_authority},
                             .problem = complain};
  if (!options.access_log.empty()) {
    TRY(access_log.open(options.access_log));
    wanted.access_log = [&access_log](std::string_view line) { access_log.write(line); };
  }
  App& app = *TRY(opened(session, options));
  if (!options.policy.empty()) TRY(change_sandbox(app, {.policies = governed_by(options.policy)}));
  if (options.sandbox) {
    wanted.seed = TRY(seed_of(app, options.seed));
    TRY(fill(app, wanted.seed, options.seed));
  }
  const std::unique_ptr<serve::DeskServer> server = TRY(serve::DeskServer::start(app, std::move(wanted)));
  print_start(session, *server, address.host);

  while (true) {
    int signal = 0;
    sigwait(&signals, &signal);
    if (signal != SIGHUP) break;
    if (const Result<void> done = server->reload_certificate(); !done) complain(done.error().text());
    if (const Result<void> done = options.access_log.empty() ? Result<void>() : access_log.reopen(); !done) complain(done.error().text());
  }
  server->drain(kDrainTime);
  return 0;
}

}  // namespace prorata::cli
