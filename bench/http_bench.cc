// How many requests a second the server answers over TLS with keep-alive, a body of 2 KB each, beside nginx with a file of that size, in
// one run under the same client (wrk) on the same machine. Both have one thread each and the same certificate; rounds take turns, the
// medians count. A handler that builds its answer costs more than a file; this is what the server itself leaves it.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <arpa/inet.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/check.h"
#include "http/router.h"
#include "http/server.h"

using namespace prorata;
using namespace prorata::http;
namespace fs = std::filesystem;

namespace {

constexpr int kRounds = 5;
constexpr int kSeconds = 2;
constexpr int kConnections = 32;
constexpr std::size_t kBodyBytes = 2048;

bool installed(const char* program) { return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0; }

Instant machine_now() { return add_seconds({}, std::time(nullptr)); }

std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  CHECK(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0, "a free port is found");
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

bool answers(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

// nginx in the foreground, as a child of ours, with one worker and everything it writes inside `folder`.
class Nginx {
 public:
  Nginx(const fs::path& folder, const TlsFiles& files, const std::string& body) : port_(free_port()) {
    fs::create_directories(folder / "www");
    std::ofstream(folder / "www" / "body.json") << body;
    fs::permissions(folder, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    std::ofstream(folder / "nginx.conf") << fmt::format(
        "daemon off;\nmaster_process off;\npid {0}/nginx.pid;\nerror_log {0}/error.log;\nevents {{ worker_connections 1024; }}\n"
        "http {{\n access_log off;\n client_body_temp_path {0};\n proxy_temp_path {0};\n fastcgi_temp_path {0};\n uwsgi_temp_path {0};\n"
        " scgi_temp_path {0};\n types {{ application/json json; }}\n sendfile on;\n tcp_nopush on;\n open_file_cache max=100;\n"
        " keepalive_requests 100000000;\n server {{\n  listen 127.0.0.1:{1} ssl;\n  ssl_certificate {2};\n  ssl_certificate_key {3};\n"
        "  root {0}/www;\n }}\n}}\n",
        folder.string(), port_, files.certificate.string(), files.key.string());
    const std::string config = folder / "nginx.conf";
    const std::string log = folder / "error.log";
    const char* const arguments[] = {"nginx", "-e", log.c_str(), "-c", config.c_str(), nullptr};
    CHECK(::posix_spawnp(&process_, "nginx", nullptr, nullptr, const_cast<char* const*>(arguments), environ) == 0, "nginx starts");
    for (int i = 0; i < 500 && !answers(port_); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    CHECK(answers(port_), "nginx listens; its error.log says why where it does not");
  }
  ~Nginx() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;
  std::uint16_t port() const { return port_; }
  pid_t process() const { return process_; }

 private:
  std::uint16_t port_;
  pid_t process_ = 0;
};

// Requests a second, as wrk counts them.
double load(std::uint16_t port, std::string_view path) {
  const std::string command = fmt::format("wrk -t1 -c{} -d{}s https://127.0.0.1:{}{} 2>&1", kConnections, kSeconds, port, path);
  std::FILE* output = ::popen(command.c_str(), "r");
  CHECK(output, "wrk starts");
  char line[512];
  double rate = 0;
  std::string all;
  while (std::fgets(line, sizeof line, output)) {
    all += line;
    std::sscanf(line, "Requests/sec: %lf", &rate);
  }
  ::pclose(output);
  CHECK(rate > 0 && all.find("Non-2xx") == std::string::npos, "every answer is a good one: " + all);
  return rate;
}

double cpu_seconds(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string word;
  long ticks = 0;
  for (int i = 1; i <= 15 && file >> word; ++i)
    if (i >= 14) ticks += std::stol(word);  // utime and stime
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

struct Measured {
  std::vector<double> rates;
  double cpu = 0;
  double requests = 0;

  void add(pid_t process, std::uint16_t port, std::string_view path) {
    const double before = cpu_seconds(process);
    rates.push_back(load(port, path));
    cpu += cpu_seconds(process) - before;
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
