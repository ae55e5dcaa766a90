// A client with no manners of its own: it sends the bytes it is given over TLS and shows what comes back.
#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "http/server.h"

namespace prorata::testing {

using namespace std::chrono_literals;

struct Answer {
  int status = 0;                              // 0: the connection ended without one
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

class Client {
 public:
  // Over TLS where `authority` is given: the certificate must lead there and be for 127.0.0.1.
  explicit Client(std::uint16_t port, const std::filesystem::path& authority = {}, int version = TLS1_3_VERSION) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that the server has closed
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};  // a test that hangs is to fail
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (connected_ && !authority.empty()) shake_hands(authority, version);
  }
  ~Client() {
    SSL_free(tls_);
    ::close(socket_);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  bool connected() const { return connected_; }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = tls_ ? SSL_write(tls_, bytes.data(), static_cast<int>(bytes.size()))
                             : static_cast<int>(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  Answer receive(bool with_body = true) {
    while (pending_.find("\r\n\r\n") == std::string::npos)
      if (!read_more()) return {};
    const std::size_t head_size = pending_.find("\r\n\r\n") + 4;
    Answer answer = read_head(pending_.substr(0, head_size));
    pending_.erase(0, head_size);
    const std::size_t length = answer.headers.contains("content-length") && with_body ? std::stoul(answer.headers["content-length"]) : 0;
    while (pending_.size() < length && read_more()) {
    }
    answer.body = pending_.substr(0, length);
    pending_.erase(0, length);
    return answer;
  }

  Answer ask(std::string_view bytes) { return send(bytes) ? receive() : Answer{}; }
  Answer get(std::string_view target) { return ask(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target)); }

  // Waits for the end of the connection; false where more bytes come instead.
  bool ended() { return pending_.empty() && !read_more(); }

  std::string certificate_serial() const {
    X509* certificate = SSL_get1_peer_certificate(tls_);
    char* text = i2s_ASN1_INTEGER(nullptr, X509_get_serialNumber(certificate));
    const std::string serial = text;
    OPENSSL_free(text);
    X509_free(certificate);
    return serial;
  }
  std::string version() const { return SSL_get_version(tls_); }

 private:
  void shake_hands(const std::filesystem::path& authority, int version) {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, version);
    SSL_CTX_set_min_proto_version(context, std::min(version, TLS1_2_VERSION));
    SSL_CTX_set_security_level(context, 0);  // so that the old versions are the server's to refuse
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_load_verify_file(context, authority.c_str());
    tls_ = SSL_new(context);
    SSL_CTX_free(context);
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls_), "127.0.0.1");
    SSL_set_fd(tls_, socket_);
    connected_ = SSL_connect(tls_) == 1;
  }

  bool read_more() {
    char bytes[4096];
    const auto count = tls_ ? SSL_read(tls_, bytes, sizeof bytes) : static_cast<int>(::recv(socket_, bytes, sizeof bytes, 0));
    if (count > 0) pending_.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  static Answer read_head(const std::string& head) {
    Answer answer{.status = std::stoi(head.substr(9, 3))};
    for (std::size_t at = head.find("\r\n") + 2; head.compare(at, 2, "\r\n") != 0; at = head.find("\r\n", at) + 2) {
      const std::size_t colon = head.find(": ", at);
      answer.headers[to_lower(head.substr(at, colon - at))] = head.substr(colon + 2, head.find("\r\n", at) - colon - 2);
    }
    return answer;
  }

  int socket_ = -1;
  SSL* tls_ = nullptr;
  bool connected_ = false;
  std::string pending_;
};

// A folder of its own, gone at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "prorata-http-XXXXXX").string();
    CHECK(::mkdtemp(pattern.data()), "a temporary folder can be made");
    path_ = pattern;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  operator const std::filesystem::path&() const { return path_; }  // NOLINT(google-explicit-constructor)
  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline Instant machine_now() {
  return add_seconds({}, std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

// Waits for what another thread is about to do; false after twenty seconds.
template <class Condition>
bool eventually(const Condition& holds) {
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!holds() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(2ms);
  return holds();
}

}  // namespace prorata::testing
