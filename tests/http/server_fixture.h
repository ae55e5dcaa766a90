// A server with a certificate of its own and a few answers that tests ask for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "client.h"

namespace prorata::testing {

using namespace prorata::http;

// Where answers wait until the test lets them go.
class Gate {
 public:
  void pass() {
    ++waiting;
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return open_; });
  }
  void open() {
    const std::scoped_lock lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  std::atomic<int> waiting{0};

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

class ServerTest : public ::testing::Test {
 protected:
  void start(Limits limits = {}, Hooks hooks = {}) {
    files_ = *local_certificate(folder_, {}, machine_now());
    if (!hooks.problem)
      hooks.problem = [this](std::string_view line) {
        const std::scoped_lock lock(mutex_);
        problems_.emplace_back(line);
      };
    auto server =
        Server::start({.host = "127.0.0.1", .status_port = 0, .threads = 2, .limits = limits, .faces = {"test"}, .hooks = std::move(hooks)},
                      *Tls::open(files_), [this](const Request& request) { return dispatch(request); });
    ASSERT_TRUE(server) << server.error().text();
    server_ = std::move(*server);
  }
  void TearDown() override { gate_.open(); }

  Client client(int version = TLS1_3_VERSION) { return Client(server_->port(), files_.authority, version); }

  Destination dispatch(const Request& request) {
    const Kind kind = request.path.starts_with("/write") ? Kind::writes : Kind::reads;
    return {"test", kind, [this](const Request& each) { return answer(each); }};
  }

  Response answer(const Request& request) {
    ++answered_;
    if (request.path == "/write/gate") gate_.pass();
    if (request.path.ends_with("/throw")) throw std::runtime_error("out of luck");
    if (request.path.ends_with("/drop")) return {.dropped = true};
    if (request.path.ends_with("/late")) return {.body = "late", .delay = 50ms};
    if (request.path == "/big") return text(200, std::string(3'000'000, 'b'));
    if (request.path == "/inject") return text(200, "x").with("X-Echo", std::string(request.query.get("value")));
    return text(200, fmt::format("{} {} {}", to_string(request.method), request.path, request.body)).with("X-Id", request.id);
  }

  std::size_t problem_count() {
    const std::scoped_lock lock(mutex_);
    return problems_.size();
  }

  ScratchFolder folder_;
  TlsFiles files_;
  Gate gate_;
  std::atomic<int> answered_{0};
  std::mutex mutex_;
  std::vector<std::string> problems_;
  std::unique_ptr<Server> server_;  // ends first
};

}  // namespace prorata::testing
