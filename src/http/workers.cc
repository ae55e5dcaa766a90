#include "http/workers.h"

#include <utility>

namespace prorata::http {

Workers::Workers(int threads, int queue) : places_(threads + queue) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

bool Workers::reserve() {
  const std::scoped_lock lock(mutex_);
  if (taken_ == places_ || stopping_) return false;
  ++taken_;
  return true;
}

void Workers::run(Job job) {
  const std::scoped_lock lock(mutex_);
  queue_.push_back(std::move(job));
  wake_.notify_one();
}

int Workers::waiting() const {
  const std::scoped_lock lock(mutex_);
  return static_cast<int>(queue_.size());
}

void Workers::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  queue_.clear();
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    Job job = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    job();
    job = nullptr;  // what it holds goes before the place does
    lock.lock();
    --taken_;
  }
}

}  // namespace prorata::http
