// A small proxy in front of a PostgreSQL, for tests of connections that break: it passes everything on, and cuts where it is told to.
//
//   Proxy proxy(place, {.cut = Cut::after_commit});
//   run({"refund", "return", id}, {.data = proxy.url()});      // the server commits, the answer is lost
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "processes/process.h"
#include "store/desks.h"

namespace prorata::testing {

enum class Cut {
  never,
  before_commit,  // COMMIT never arrives: the server rolls back
  after_commit,   // the server commits; its answer is lost
  late_commit,    // the client hears at once that the connection is gone; COMMIT arrives a little later
};

struct ProxyPlan {
  Cut cut = Cut::never;           // at the first COMMIT that comes by
  bool stay_away = false;         // nobody can connect after the cut
  std::int64_t bytes_before = 0;  // instead: cut after so many bytes, both ways together; 0: do not
};

class Proxy {
 public:
  Proxy(const Place& place, ProxyPlan plan);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  const std::string& url() const { return url_; }
  bool has_cut() const { return cut_done_; }
  std::int64_t bytes() const { return bytes_; }  // passed on so far

 private:
  void accept_all();
  void carry(int client);
  bool pass(int from, int to, bool is_client);
  bool meet_commit(int client, int server, const std::string& message);

  ProxyPlan plan_;
  Folder folder_;
  std::string url_;
  std::string server_host_;
  std::string server_port_;
  int listening_ = -1;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> away_ = false;
  std::atomic<bool> cut_done_ = false;
  std::atomic<std::int64_t> bytes_ = 0;
  std::thread accepting_;
  std::mutex mutex_;
  std::vector<std::thread> carrying_;
};

}  // namespace prorata::testing
