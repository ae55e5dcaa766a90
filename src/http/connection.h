// Inside of the server: what its two files with Asio in them share. Nobody else includes it.
//
// A Loop is a thread with its own sockets; a connection stays on the loop that accepted it, so nothing of a connection is locked. Instead
// of a timer a connection, each loop looks ten times a second at the deadlines of all its connections.
#pragma once

#include <list>
#include <random>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "http/metrics.h"
#include "http/server.h"
#include "http/workers.h"

namespace prorata::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using Moment = std::chrono::steady_clock::time_point;

// What all loops of a server share.
struct Shared {
  explicit Shared(Options given)
      : options(std::move(given)), metrics(options.faces), workers(options.limits.workers, options.limits.queue) {}

  void tell(const std::string& problem) const {
    if (options.hooks.problem) options.hooks.problem(problem);
  }

  const Options options;
  Metrics metrics;
  Workers workers;
  std::atomic<bool> draining{false};
};

// The requests of one listener: where they go, and whether they are counted and logged.
struct Service {
  Dispatch dispatch;
  bool metered = true;
};

class Watched {
 public:
  virtual void look(Moment now) = 0;  // ends what has lasted too long

 protected:
  ~Watched() = default;
};

struct Loop {
  explicit Loop(Shared& all) : shared(all), chance(std::random_device{}()) { refresh_date(); }

  void look_at_all(Moment now) {
    refresh_date();
    for (Watched* each : connections) each->look(now);
  }
  void refresh_date();
  std::string next_id();  // a random GUID

  Shared& shared;
  std::list<Watched*> connections;
  std::string date;
  std::int64_t date_second = -1;
  std::mt19937_64 chance;
  asio::io_context context{1};  // last: connections that it still holds when it ends need the rest
};

// Serves a connection until it ends, on the loop whose socket it is; they return at once.
void serve_tls(Loop& loop, const Service& service, Tcp::socket socket, SSL* tls);
void serve_plain(Loop& loop, const Service& service, Tcp::socket socket);

}  // namespace prorata::http
