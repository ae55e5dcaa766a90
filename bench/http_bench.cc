// How many requests a second the server answers over TLS with keep-alive, a body of 2 KB each, beside nginx with a file of that size, in
// one run under the same client (wrk) on the same machine. Both have one thread each and the same certificate; rounds take turns, the
// medians count. A handler that builds its answer costs more than a file; this is what the server itself leaves it.
#include <algorithm>
#include <optional>

#include "http/router.h"
#include "http/server.h"
#include "web.h"

using namespace prorata;
using namespace prorata::bench;
using namespace prorata::http;
namespace fs = std::filesystem;

namespace {

constexpr int kRounds = 5;
constexpr int kSeconds = 2;
constexpr int kConnections = 32;
constexpr std::size_t kBodyBytes = 2048;

struct Measured {
  std::vector<double> rates;
  double cpu = 0;
  double requests = 0;

  void add(pid_t process, std::uint16_t port, std::string_view path) {
    const double before = cpu_seconds_of(process);
    rates.push_back(wrk({.port = port, .path = std::string(path), .connections = kConnections, .seconds = kSeconds}).rate);
    cpu += cpu_seconds_of(process) - before;
    requests += rates.back() * kSeconds;
  }
  double median() {
    std::ranges::sort(rates);
    return rates[rates.size() / 2];
  }
  double microseconds_each() const { return cpu / requests * 1e6; }
};

}  // namespace

int main() {
  if (!installed("wrk")) {
    fmt::print("wrk is not installed: nothing to load the server with\n");
    return 0;
  }
  const fs::path folder = fs::temp_directory_path() / fmt::format("prorata-http-bench-{}", ::getpid());
  const TlsFiles files = *local_certificate(folder / "tls", {}, machine_now());
  const std::string body = "{\"text\":\"" + std::string(kBodyBytes - 11, 'x') + "\"}";

  const Router router({{.method = Method::get,
                        .pattern = "/providers/Microsoft.Capacity/reservationOrders/{order}/reservations/{reservation}",
                        .handler = [&](const Call&) { return json(200, body); }}});
  auto server = Server::start({.host = "127.0.0.1", .threads = 1, .faces = {"arm"}}, *Tls::open(files), [&](const Request&) {
    return Destination{"arm", Kind::reads, [&](const Request& each) {
                         const Found found = router.find(each.method, each.path);
                         return found.route ? found.route->handler({each, found.captures, *found.route}) : empty(404);
                       }};
  });
  CHECK(server, "the server starts");

  const std::string path =
      "/providers/microsoft.capacity/reservationorders/10000000-0000-4000-8000-000000000000/reservations/"
      "20000000-0000-4000-8000-000000000000?api-version=2022-11-01";
  Measured ours;
  Measured peer;
  {
    std::optional<Nginx> nginx;
    if (installed("nginx")) nginx.emplace(folder / "nginx", files, body);
    for (int round = 0; round < kRounds; ++round) {
      ours.add(::getpid(), (*server)->port(), path);
      if (nginx) peer.add(nginx->process(), nginx->port(), "/body.json");
    }
    fmt::print("ours, TLS, keep-alive, {} connections, 2 KB: {:.0f} requests/s, {:.1f} us of processor each\n", kConnections, ours.median(),
               ours.microseconds_each());
    if (nginx)
      fmt::print("nginx, one worker, a file of the same size:  {:.0f} requests/s, {:.1f} us; ours is {:.2f} times that\n", peer.median(),
                 peer.microseconds_each(), ours.median() / peer.median());
    if (!nginx) fmt::print("nginx is not installed: no peer\n");
  }
  fs::remove_all(folder);
}
