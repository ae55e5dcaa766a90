// A few threads for work that waits, and a bounded queue before them.
//
//   if (!workers.reserve()) return busy();      // a place is taken first, so that what follows cannot fail
//   workers.run([...] { ... });
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace prorata::http {

class Workers {
 public:
  using Job = std::move_only_function<void()>;

  // At most `queue` jobs wait while all threads are busy.
  Workers(int threads, int queue);
  ~Workers() { stop(); }

  bool reserve();
  void run(Job job);  // needs a reserved place, and gives it back when the job is done
  int waiting() const;

  // Lets running jobs end; those that wait are destroyed unrun.
  void stop();

 private:
  void work();

  const int places_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  int taken_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace prorata::http
