#include "serve/mailroom.h"

namespace prorata::serve {

Mailroom::Mailroom(App app, notify::CourierOptions options, std::chrono::milliseconds every, std::function<bool()> paused)
    : problem_(options.problem), courier_(std::move(app), std::move(options)), every_(every), paused_(std::move(paused)) {
  thread_ = std::thread([this] { run(); });
}

Mailroom::~Mailroom() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Mailroom::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (!paused_ || !paused_()) {
      const auto done = courier_.round();
      const std::string problem = done ? std::string() : done.error().text();
      if (!problem.empty() && problem != last_problem_ && problem_) problem_(problem);
      last_problem_ = problem;
    }
    lock.lock();
    wake_.wait_for(lock, every_, [&] { return stopping_; });
  }
}

}  // namespace prorata::serve
