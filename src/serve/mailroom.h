// Lets a Courier go its rounds while a desk is served. A thread of its own: mail and webhooks wait for other machines, and nothing else of
// the desk waits for them.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "app/app.h"
#include "notify/courier.h"

namespace prorata::serve {

class Mailroom {
 public:
  // `paused` says when to leave the desk alone.
  Mailroom(App app, notify::CourierOptions options, std::chrono::milliseconds every, std::function<bool()> paused);
  ~Mailroom();
  Mailroom(const Mailroom&) = delete;
  Mailroom& operator=(const Mailroom&) = delete;

 private:
  void run();

  std::function<void(const std::string&)> problem_;
  notify::Courier courier_;
  std::chrono::milliseconds every_;
  std::function<bool()> paused_;
  std::string last_problem_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace prorata::serve
