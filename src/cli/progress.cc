#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace prorata::cli {
namespace {

std::string counted(std::int64_t n) {
  if (n >= 10'000'000) return fmt::format("{} M", n / 1'000'000);
  if (n >= 10'000) return fmt::format("{} k", n / 1'000);
  return fmt::format("{}", n);
}

}  // namespace

Progress::Progress(std::string what, std::string unit, std::int64_t total)
    : what_(std::move(what)),
      unit_(std::move(unit)),
      total_(total),
      shown_(isatty(STDERR_FILENO) == 1),
      begun_(std::chrono::steady_clock::now()),
      drawn_(begun_) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::at(std::int64_t done) {
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  draw(done);
}

void Progress::draw(std::int64_t done) {
  constexpr std::int64_t kBar = 24;
  const auto elapsed_ms = std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::milliseconds>(drawn_ - begun_).count());
  const std::int64_t rate = done * 1000 / elapsed_ms;
  std::string line = what_;
  if (total_ > 0) {
    const std::int64_t filled = std::clamp<std::int64_t>(done * kBar / total_, 0, kBar);
    const std::int64_t left_seconds = rate > 0 ? std::max<std::int64_t>(0, total_ - done) / rate : 0;
    line += fmt::format(" [{}{}] {}%  {} left", std::string(static_cast<std::size_t>(filled), '#'),
                        std::string(static_cast<std::size_t>(kBar - filled), '.'), std::min<std::int64_t>(100, done * 100 / total_),
                        left_seconds >= 60 ? fmt::format("{} min", left_seconds / 60) : fmt::format("{} s", left_seconds));
  }
  fmt::print(stderr, "\r\033[K{}  {} {}, {} a second{}{}", line, counted(done), unit_, counted(rate), note_.empty() ? "" : ", ", note_);
  std::fflush(stderr);
}

}  // namespace prorata::cli
