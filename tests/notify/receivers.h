// Real receivers on this machine: a mail server that speaks SMTP with STARTTLS, and a web server that takes what webhooks send. Both keep
// what they got, and misbehave when told to.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "http/tls.h"

namespace prorata::testing {

inline std::string decoded_base64(std::string_view text) {
  std::string clean;
  for (const char c : text)
    if (c != '\r' && c != '\n' && c != ' ') clean += c;
  std::string out(clean.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(clean.data()),
                                     static_cast<int>(clean.size()));
  if (length < 0) return "(no base64)";
  out.resize(static_cast<std::size_t>(length) - (clean.ends_with("==") ? 2 : clean.ends_with('=') ? 1 : 0));
  return out;
}

// A socket that listens on 127.0.0.1, and a thread for every connection.
class Listener {
 public:
  Listener() {
    std::signal(SIGPIPE, SIG_IGN);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof address;
    CHECK(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(socket_, 64) == 0, "a port can be had");
    CHECK(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "it has a number");
    port_ = ntohs(address.sin_port);
  }
  virtual ~Listener() { CHECK(!thread_.joinable(), "whoever listens has stopped"); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  std::uint16_t port() const { return port_; }

 protected:
  void begin() {
    thread_ = std::thread([this] {
      while (true) {
        const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) return;
        const std::scoped_lock lock(threads_mutex_);
        open_.insert(connection);
        threads_.emplace_back([this, connection] {
          serve(connection);
          const std::scoped_lock closing(threads_mutex_);
          open_.erase(connection);
          ::close(connection);
        });
      }
    });
  }
  void stop() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    std::vector<std::thread> threads;
    {
      const std::scoped_lock lock(threads_mutex_);
      for (const int each : open_) ::shutdown(each, SHUT_RDWR);
      threads.swap(threads_);
    }
    for (std::thread& each : threads) each.join();
  }
  virtual void serve(int connection) = 0;
  // Until the test is over or the other end has gone.
  static void hang(int connection) {
    char byte = 0;
    while (::recv(connection, &byte, 1, 0) > 0) {
    }
  }

 public:
  // Ends what hangs.
  void let_go() {
    const std::scoped_lock lock(threads_mutex_);
    for (const int each : open_) ::shutdown(each, SHUT_RDWR);
  }

 private:
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::mutex threads_mutex_;
  std::set<int> open_;
  std::vector<std::thread> threads_;
};

struct ReceivedMail {
  std::string from;
  std::vector<std::string> to;
  std::string user;  // who signed in; empty: nobody
  std::string password;
  bool encrypted = false;
  std::string bytes;  // headers and body, as they came

  std::string header(std::string_view name) const {
    const std::size_t end = bytes.find("\r\n\r\n");
    std::size_t at = bytes.find(fmt::format("\r\n{}: ", name));
    if (bytes.starts_with(fmt::format("{}: ", name))) at = 0;
    if (at == std::string::npos || at > end) return {};
    at = bytes.find(": ", at) + 2;
    return bytes.substr(at, bytes.find("\r\n", at) - at);
  }
  std::string part(std::string_view type) const {
    const std::size_t at = bytes.find(fmt::format("Content-Type: {}", type));
    if (at == std::string::npos) return {};
    const std::size_t begin = bytes.find("\r\n\r\n", at) + 4;
    return decoded_base64(std::string_view(bytes).substr(begin, bytes.find("\r\n--", begin) - begin));
  }
};

class MailServer final : public Listener {
 public:
  explicit MailServer(const http::TlsFiles& files) {
    context_ = SSL_CTX_new(TLS_server_method());
    CHECK(SSL_CTX_use_certificate_chain_file(context_, files.certificate.c_str()) == 1, "the certificate can be read");
    CHECK(SSL_CTX_use_PrivateKey_file(context_, files.key.c_str(), SSL_FILETYPE_PEM) == 1, "the key can be read");
    begin();
  }
  ~MailServer() override {
    stop();
    SSL_CTX_free(context_);
  }

  std::atomic<bool> refuses_after_data{false};  // answers 451 when all has come, and keeps it nevertheless: a lost answer
  std::atomic<bool> hangs{false};
  std::atomic<bool> offers_tls{true};
  std::vector<ReceivedMail> mails() const {
    const std::scoped_lock lock(mutex_);
    return mails_;
  }

 private:
  struct Line {
    int socket;
    SSL* tls = nullptr;
    std::string pending{};
    bool read(std::string& line) {
      while (!pending.contains("\r\n")) {
        char bytes[4096];
        const auto count = tls ? SSL_read(tls, bytes, sizeof bytes) : static_cast<int>(::recv(socket, bytes, sizeof bytes, 0));
        if (count <= 0) return false;
        pending.append(bytes, static_cast<std::size_t>(count));
      }
      const std::size_t end = pending.find("\r\n");
      line = pending.substr(0, end);
      pending.erase(0, end + 2);
      return true;
    }
    void say(std::string_view text) {
      const std::string bytes = fmt::format("{}\r\n", text);
      if (tls)
        SSL_write(tls, bytes.data(), static_cast<int>(bytes.size()));
      else
        ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
  };

  static std::string address_in(std::string_view line) {
    const std::size_t open = line.find('<');
    return std::string(line.substr(open + 1, line.find('>') - open - 1));
  }
  static void sign_in(ReceivedMail& mail, std::string_view coded) {
    const std::string plain = decoded_base64(coded);  // NUL user NUL password
    const std::size_t second = plain.find('\0', 1);
    mail.user = plain.substr(1, second - 1);
    mail.password = plain.substr(second + 1);
  }

  void serve(int connection) override {
    if (hangs) return hang(connection);
    Line line{connection};
    ReceivedMail mail;
    line.say("220 localhost ready");
    for (std::string said; line.read(said);) {
      const std::string word = to_lower(said.substr(0, 4));
      if (word == "ehlo") {
        if (line.tls || !offers_tls) {
          line.say("250-localhost");
          line.say("250 AUTH PLAIN");
        } else {
          line.say("250-localhost");
          line.say("250 STARTTLS");
        }
      } else if (word == "star") {
        line.say("220 go on");
        line.tls = SSL_new(context_);
        SSL_set_fd(line.tls, connection);
        if (SSL_accept(line.tls) != 1) break;
        mail.encrypted = true;
      } else if (word == "auth") {
        std::string coded = said.size() > 11 ? said.substr(11) : "";
        if (coded.empty()) {
          line.say("334 ");
          if (!line.read(coded)) break;
        }
        sign_in(mail, coded);
        line.say("235 welcome");
      } else if (word == "mail") {
        mail.from = address_in(said);
        line.say("250 fine");
      } else if (word == "rcpt") {
        mail.to.push_back(address_in(said));
        line.say("250 fine");
      } else if (word == "data") {
        line.say("354 go on");
        while (line.read(said) && said != ".") mail.bytes += (said.starts_with("..") ? said.substr(1) : said) + "\r\n";
        {
          const std::scoped_lock lock(mutex_);
          mails_.push_back(mail);
        }
        line.say(refuses_after_data ? "451 not now" : "250 taken");
      } else if (word == "quit") {
        line.say("221 bye");
        break;
      } else {
        line.say("250 fine");
      }
    }
    SSL_free(line.tls);
  }

  SSL_CTX* context_ = nullptr;
  mutable std::mutex mutex_;
  std::vector<ReceivedMail> mails_;
};

struct ReceivedPost {
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// Plain HTTP, as a webhook on this machine may be.
class HookServer final : public Listener {
 public:
  HookServer() { begin(); }
  ~HookServer() override { stop(); }

  std::atomic<int> answers{204};
  std::atomic<bool> hangs{false};
  std::vector<ReceivedPost> posts() const {
    const std::scoped_lock lock(mutex_);
    return posts_;
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/hook", port()); }

 private:
  void serve(int connection) override {
    if (hangs) return hang(connection);
    std::string got;
    std::size_t end = std::string::npos;
    std::size_t length = 0;
    ReceivedPost post;
    char bytes[8192];
    while (end == std::string::npos || got.size() < end + 4 + length) {
      const auto count = ::recv(connection, bytes, sizeof bytes, 0);
      if (count <= 0) return;
      got.append(bytes, static_cast<std::size_t>(count));
      if (end != std::string::npos || !got.contains("\r\n\r\n")) continue;
      end = got.find("\r\n\r\n");
      for (std::size_t at = got.find("\r\n") + 2; at < end; at = got.find("\r\n", at) + 2) {
        const std::size_t colon = got.find(": ", at);
        post.headers[to_lower(got.substr(at, colon - at))] = got.substr(colon + 2, got.find("\r\n", at) - colon - 2);
      }
      length = std::stoul(post.headers["content-length"]);
    }
    post.body = got.substr(end + 4);
    {
      const std::scoped_lock lock(mutex_);
      posts_.push_back(std::move(post));
    }
    const std::string answer = fmt::format("HTTP/1.1 {} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answers.load());
    ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
  }

  mutable std::mutex mutex_;
  std::vector<ReceivedPost> posts_;
};

}  // namespace prorata::testing
