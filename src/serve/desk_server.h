// A desk on the network: sign-in, the ARM faces, and in a sandbox its controls, behind one HTTPS server.
//
//   auto server = TRY(DeskServer::start(app, {.port = 8443, .tls_folder = folder / "tls", .sandbox = true}));
//   ... SIGTERM ...
//   server->drain(std::chrono::seconds(20));
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/app.h"
#include "http/server.h"
#include "notify/courier.h"
#include "serve/outside_issuers.h"
#include "serve/sandbox.h"

namespace prorata::serve {

struct ServeOptions {
  std::string host = "localhost";
  std::uint16_t port = 0;  // 0: any free one
  std::optional<std::uint16_t> status_port;
  int threads = 0;
  std::filesystem::path tls_folder;  // of the local authority and its certificate; made where they are not there
  http::TlsFiles own_tls;            // a certificate of the caller's own, instead
  bool sandbox = false;              // the paths below /sandbox exist
  Seed seed;                         // for /sandbox/reset
  OutsideIssuerOptions outside;      // whose tokens count beside the desk's own
  http::Limits limits;
  notify::CourierOptions courier;  // of mail and webhooks
  std::chrono::milliseconds carry_every{1'000};
  std::function<void(std::string_view)> access_log;
  std::function<void(std::string_view)> problem;
};

class DeskServer {
 public:
  // Serving when it returns. Errors: not_found where there is no desk; not_sandbox; those of the certificate and of Server::start.
  static Result<std::unique_ptr<DeskServer>> start(const App& app, ServeOptions options);
  ~DeskServer();

  std::uint16_t port() const;
  std::uint16_t status_port() const;
  std::filesystem::path authority() const;  // what clients are to trust; empty with a certificate of one's own
  Result<void> reload_certificate();
  void drain(std::chrono::milliseconds deadline);

 private:
  class Impl;
  explicit DeskServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace prorata::serve
