// HTTPS for the faces of Prorata: HTTP/1.1 over TLS 1.2 and 1.3.
//
//   Options options{.host = "localhost", .port = 8443, .faces = {"arm", "portal"}};
//   auto server = TRY(Server::start(std::move(options), std::move(tls), [&](const Request& request) -> Destination {
//     return {"arm", Kind::reads, [&](const Request& r) { return answer(r); }};
//   }));
//   ... wait for SIGTERM; on SIGHUP server->reload_certificate() ...
//   server->drain(std::chrono::seconds(20));
//
// The caller's function says, quickly and without waiting, who answers a request; the answer is then made on the thread of the connection
// (`reads`) or by a worker (`writes`). Answers go out in the order the requests came in. An answer that throws is a 500 that names the
// request id. /healthz and /readyz are answered here.
//
// What a client may do is bounded by Limits. Passing one ends in 400, 408, 413, 414, 417, 431, 501 or 503 and a closed connection; a
// connection that is idle, one too many, or slow in its handshake is closed without a word.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/request_reader.h"
#include "http/router.h"
#include "http/tls.h"

namespace prorata::http {

struct Limits {
  ReadLimits read;
  int connections = 4096;
  int workers = 8;
  int queue = 256;                              // writes that wait for a worker; one more is answered 503 with Retry-After: 1
  std::chrono::milliseconds head_time{10'000};  // from the first byte of a request to its empty line; also the TLS handshake
  std::chrono::milliseconds body_time{60'000};
  std::chrono::milliseconds idle_time{75'000};  // between two requests
  std::chrono::milliseconds write_time{30'000};
};

// What comes after an answer that goes on: asked a few times a second, on the thread of the connection, so it must not wait. Text to send,
// possibly none; absent: it is over. It is let go of when the client has gone, or the server drains.
using Feed = std::function<std::optional<std::string>()>;

struct Destination {
  std::string_view face;  // as in Options::faces: the label of its metrics
  Kind kind = Kind::reads;
  std::function<Response(const Request&)> answer;
  // For answers that go on (server-sent events): asked once, where the answer was 200. The connection serves nothing else and ends with it.
  std::function<Feed(const Request&)> feed{};
};
using Dispatch = std::function<Destination(const Request&)>;

// What the server tells and asks its owner. All may be empty; all are called from several threads and must not wait.
struct Hooks {
  std::function<void(std::string_view line)> access_log;  // one JSON object a request, without the line end
  std::function<void(std::string_view line)> problem;     // a sentence for the operator
  std::function<bool()> ready;                            // asked by /readyz
  std::function<Response(int status, std::string_view why, const Request& request)> refusal;  // the shape of an error; text otherwise
};

struct Options {
  std::string host = "localhost";              // a name or an address; a name is listened to on all its addresses
  std::uint16_t port = 0;                      // 0: any free one
  std::optional<std::uint16_t> status_port{};  // plain HTTP on 127.0.0.1: /healthz, /readyz, /metrics; absent: not at all
  int threads = 0;                             // 0: one a core
  Limits limits{};
  std::vector<std::string> faces{};
  Hooks hooks{};
};

class Server {
 public:
  // Listening when it returns. Errors: unavailable where the address is in use or is not this machine's.
  static Result<std::unique_ptr<Server>> start(Options options, std::shared_ptr<Tls> tls, Dispatch dispatch);
  ~Server();  // drains without waiting

  std::uint16_t port() const;
  std::uint16_t status_port() const;  // 0 where there is none

  // Reads the certificate again, as happens by itself within a second of a change. Errors: those of Tls::reload; the old one stays.
  Result<void> reload_certificate();

  std::string metrics() const;  // as /metrics prints them

  // Takes no more connections, closes idle ones, lets the others end their request, and returns when all are gone or the time is over; what
  // is then left is cut off, except that an answer which is being made is waited for.
  void drain(std::chrono::milliseconds deadline);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace prorata::http
