// What is served over the network, beside nginx and under wrk: both are Debian's, and where one is missing the benchmark says so.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "base/check.h"
#include "base/time.h"
#include "bench.h"
#include "http/tls.h"

namespace prorata::bench {

inline Instant machine_now() { return add_seconds({}, std::time(nullptr)); }

inline std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  CHECK(::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0, "a free port is found");
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

inline bool answers(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(socket);
  return connected;
}

// nginx in the foreground, as a child of ours, with one worker and everything it writes inside `folder`.
class Nginx {
 public:
  Nginx(const std::filesystem::path& folder, const http::TlsFiles& files, const std::string& body) : port_(free_port()) {
    std::filesystem::create_directories(folder / "www");
    std::ofstream(folder / "www" / "body.json") << body;
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all | std::filesystem::perms::group_exec | std::filesystem::perms::others_exec);
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

// What wrk counted of one run.
struct WrkRun {
  double rate = 0;         // requests a second
  double p99_seconds = 0;  // of their answers
};

struct WrkLoad {
  std::uint16_t port = 0;
  std::string path;
  int connections = 32;
  int seconds = 2;
  std::string token = {};
  std::string script = {};  // a file in Lua
};

// CHECKs that every answer was a good one.
inline WrkRun wrk(const WrkLoad& load) {
  std::string command = fmt::format("wrk -t1 --latency -c{} -d{}s", load.connections, load.seconds);
  if (!load.script.empty()) command += fmt::format(" -s {}", load.script);
  if (!load.token.empty()) command += fmt::format(" -H 'Authorization: Bearer {}'", load.token);
  command += fmt::format(" 'https://127.0.0.1:{}{}' 2>&1", load.port, load.path);
  std::FILE* output = ::popen(command.c_str(), "r");
  CHECK(output, "wrk starts");
  char line[512];
  WrkRun run;
  std::string all;
  while (std::fgets(line, sizeof line, output)) {
    all += line;
    char unit[8] = {};
    double p99 = 0;
    std::sscanf(line, "Requests/sec: %lf", &run.rate);
    if (std::sscanf(line, " 99%% %lf%7s", &p99, unit) == 2) run.p99_seconds = p99 * (unit[0] == 'u' ? 1e-6 : unit[0] == 'm' ? 1e-3 : 1);
  }
  ::pclose(output);
  CHECK(run.rate > 0 && all.find("Non-2xx") == std::string::npos, "every answer is a good one: " + all);
  return run;
}

// A connection over TLS that is kept, for what wrk cannot do: requests that depend on the answers before them.
class HttpsClient {
 public:
  struct Answer {
    int status = 0;
    std::string body;
  };

  explicit HttpsClient(std::uint16_t port) : port_(port), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    CHECK(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "the server listens");
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    tls_ = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(tls_, socket_);
    CHECK(SSL_connect(tls_) == 1, "the server speaks TLS");
  }
  ~HttpsClient() {
    SSL_free(tls_);
    ::close(socket_);
  }
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  Answer ask(std::string_view method, std::string_view target, const std::string& token, std::string_view body = {}) {
    const std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n{}",
                                            method, target, port_, token, body.size(), body);
    CHECK(SSL_write(tls_, request.data(), static_cast<int>(request.size())) == static_cast<int>(request.size()), "a request is sent");
    std::size_t head = std::string::npos;
    while ((head = received_.find("\r\n\r\n")) == std::string::npos) read_more();
    Answer answer{.status = std::stoi(received_.substr(9, 3))};
    const std::size_t at = received_.find("Content-Length: ");
    const std::size_t length = at < head ? std::stoul(received_.substr(at + 16)) : 0;
    while (received_.size() < head + 4 + length) read_more();
    answer.body = received_.substr(head + 4, length);
    received_.erase(0, head + 4 + length);
    return answer;
  }

 private:
  void read_more() {
    char bytes[16'384];
    const int count = SSL_read(tls_, bytes, sizeof bytes);
    CHECK(count > 0, "an answer comes");
    received_.append(bytes, static_cast<std::size_t>(count));
  }

  std::uint16_t port_;
  int socket_;
  SSL* tls_ = nullptr;
  std::string received_;
};

// The processor time that another process has used so far.
inline double cpu_seconds_of(pid_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string word;
  long ticks = 0;
  for (int i = 1; i <= 15 && file >> word; ++i)
    if (i >= 14) ticks += std::stol(word);  // utime and stime
  return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace prorata::bench
