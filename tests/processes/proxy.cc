#include "processes/proxy.h"

#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::testing {
namespace {

constexpr std::string_view kCommit(
    "Q\0\0\0\x0b"
    "COMMIT\0",
    12);
constexpr auto kLate = std::chrono::milliseconds(400);

std::map<std::string, std::string> options_of(const std::string& url) {
  char* error = nullptr;
  PQconninfoOption* options = PQconninfoParse(url.c_str(), &error);
  CHECK(options != nullptr, "the test's PostgreSQL has a name that libpq can read");
  std::map<std::string, std::string> out;
  for (const PQconninfoOption* each = options; each->keyword != nullptr; ++each)
    if (each->val != nullptr) out[each->keyword] = each->val;
  PQconninfoFree(options);
  return out;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

std::string url_of(const std::map<std::string, std::string>& options) {
  std::string url = "postgresql:///";
  char separator = '?';
  for (const auto& [name, value] : options) {
    url += fmt::format("{}{}={}", separator, name, percent_encoded(value));
    separator = '&';
  }
  return url;
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  CHECK(path.size() < sizeof address.sun_path, "the path of a socket is short");
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

int connect_to(const std::string& host, const std::string& port) {
  if (host.starts_with('/')) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(fmt::format("{}/.s.PGSQL.{}", host, port));
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    close(fd);
    return -1;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return -1;
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool connected = connect(fd, found->ai_addr, found->ai_addrlen) == 0;
  freeaddrinfo(found);
  if (connected) return fd;
  close(fd);
  return -1;
}

bool send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string receive(int fd) {
  std::array<char, 65536> buffer;
  const ssize_t got = recv(fd, buffer.data(), buffer.size(), 0);
  return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : std::string();
}

}  // namespace

Proxy::Proxy(const Place& place, ProxyPlan plan) : plan_(plan) {
  std::map<std::string, std::string> options = options_of(place.at());
  server_host_ = options.contains("host") ? options["host"] : "/var/run/postgresql";
  server_port_ = options.contains("port") ? options["port"] : "5432";
  options["host"] = folder_.path();
  options["port"] = "5432";
  url_ = url_of(options);
  listening_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(folder_.file(".s.PGSQL.5432"));
  CHECK(bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "the proxy has a socket of its own");
  CHECK(listen(listening_, 64) == 0, "and listens there");
  accepting_ = std::thread([this] { accept_all(); });
}

Proxy::~Proxy() {
  stopping_ = true;
  accepting_.join();
  for (std::thread& each : carrying_) each.join();
  close(listening_);
}

void Proxy::accept_all() {
  while (!stopping_) {
    pollfd waiting{.fd = listening_, .events = POLLIN};
    if (poll(&waiting, 1, 20) <= 0) continue;
    const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    if (away_) {
      close(client);
      continue;
    }
    carrying_.emplace_back([this, client] { carry(client); });
  }
}

void Proxy::carry(int client) {
  const int server = connect_to(server_host_, server_port_);
  while (server >= 0 && !stopping_) {
    std::array<pollfd, 2> ends = {pollfd{.fd = client, .events = POLLIN}, pollfd{.fd = server, .events = POLLIN}};
    if (poll(ends.data(), ends.size(), 20) <= 0) continue;
    if (ends[0].revents != 0 && !pass(client, server, true)) break;
    if (ends[1].revents != 0 && !pass(server, client, false)) break;
  }
  close(client);
  if (server >= 0) close(server);
}

// Passes on what has come; false where the connection ends here.
bool Proxy::pass(int from, int to, bool is_client) {
  const std::string bytes = receive(from);
  if (bytes.empty()) return false;
  const std::int64_t passed = bytes_ += static_cast<std::int64_t>(bytes.size());
  if (plan_.bytes_before > 0 && passed >= plan_.bytes_before && !cut_done_.exchange(true)) {
    away_ = plan_.stay_away;
    return false;
  }
  const bool commits = is_client && plan_.cut != Cut::never && bytes.find(kCommit) != std::string::npos;
  if (commits && !cut_done_.exchange(true)) return meet_commit(from, to, bytes);
  return send_all(to, bytes);
}

bool Proxy::meet_commit(int client, int server, const std::string& message) {
  away_ = plan_.stay_away;
  if (plan_.cut == Cut::before_commit) return false;
  if (plan_.cut == Cut::late_commit) {
    shutdown(client, SHUT_RDWR);
    std::this_thread::sleep_for(kLate);
  }
  send_all(server, message);
  receive(server);  // it has committed; nobody hears of it
  return false;
}

}  // namespace prorata::testing
