#include "serve/background.h"

#include "app/desk_overview.h"
#include "app/move_clock.h"
#include "app/run_exchange.h"

namespace prorata::serve {
namespace {

constexpr std::chrono::seconds kRoundEvery{3};
constexpr std::size_t kOverviewSlice = 200;  // customers in a round
constexpr std::chrono::minutes kKeysEvery{10};
constexpr std::chrono::hours kCertificateEvery{24};

}  // namespace

Background::Background(App app, Keys& keys, BackgroundJobs jobs) : app_(std::move(app)), keys_(keys), jobs_(std::move(jobs)) {
  keys_looked_ = certificate_looked_ = std::chrono::steady_clock::now();  // whoever starts the server has just seen to both
  thread_ = std::thread([this] { run(); });
}

Background::~Background() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

Result<void> Background::round() {
  const auto now = std::chrono::steady_clock::now();
  if (now - keys_looked_ >= kKeysEvery) {
    TRY(keys_.refresh());
    keys_looked_ = now;
  }
  if (jobs_.renew_certificate && now - certificate_looked_ >= kCertificateEvery) {
    TRY(jobs_.renew_certificate());
    certificate_looked_ = now;
  }
  if (jobs_.ask_outside) jobs_.ask_outside();
  TRY(resume_exchanges(app_));
  TRY(run_due(app_, [](std::int64_t) {}));
  TRY(refresh_overview(app_, {.customers_max = kOverviewSlice}));
  return {};
}

void Background::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (!jobs_.paused || !jobs_.paused()) {
      const Result<void> done = round();
      healthy_ = done || (done.error().code != Code::unavailable && done.error().code != Code::storage_denied &&
                          done.error().code != Code::storage_corrupt);
      const std::string problem = done ? std::string() : done.error().text();
      if (!problem.empty() && problem != last_problem_ && jobs_.problem) jobs_.problem(problem);
      last_problem_ = problem;
    }
    lock.lock();
    wake_.wait_for(lock, kRoundEvery, [&] { return stopping_; });
  }
}

}  // namespace prorata::serve
