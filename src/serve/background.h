// What a desk does without being asked: ends what a crash left half way, does what time brings, renews keys and certificate, and asks
// outside issuers for theirs. One thread;
// several processes may do it at once, since every step is a commit that sees whether another was faster.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/app.h"
#include "serve/keys.h"

namespace prorata::serve {

struct BackgroundJobs {
  std::function<Result<void>()> renew_certificate;  // empty: the certificate is the caller's own
  std::function<void()> ask_outside;                // for the keys of outside issuers that are due
  std::function<void(const std::string&)> problem;  // a sentence for the operator; the same one is said once
  std::function<bool()> paused;
};

class Background {
 public:
  Background(App app, Keys& keys, BackgroundJobs jobs);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // The store answered when it was last asked.
  bool healthy() const { return healthy_; }

 private:
  void run();
  Result<void> round();

  App app_;
  Keys& keys_;
  BackgroundJobs jobs_;
  std::atomic<bool> healthy_{true};
  std::string last_problem_;
  std::chrono::steady_clock::time_point keys_looked_;
  std::chrono::steady_clock::time_point certificate_looked_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace prorata::serve
