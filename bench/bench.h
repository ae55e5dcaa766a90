// What the benchmarks share: rounds in which ours and its peer take turns, medians, one table, children watched by the kernel, and a word
// where the machine is busy.
//
//   Samples ours, peer;
//   for (int round = 0; round < kRounds; ++round) ours.add(seconds_of([&] { ... })), peer.add(seconds_of([&] { ... }));
//   Table table({"what", "ours", "peer", "ratio", "goal"});
//   table.add({"lines", rate(n / ours.median()), rate(n / peer.median()), times(peer.median() / ours.median()), "10x"});
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::bench {

template <class Work>
double seconds_of(const Work& work) {
  const auto from = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

// The processor time this process has used so far, all threads together.
inline double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// One figure a round.
class Samples {
 public:
  void add(double value) { values_.push_back(value); }
  void add(const Samples& others) { values_.insert(values_.end(), others.values_.begin(), others.values_.end()); }
  double median() const { return at(0.5); }
  double at(double share) const {
    CHECK(!values_.empty(), "a sample");
    std::vector<double> sorted = values_;
    std::ranges::sort(sorted);
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
  }

 private:
  std::vector<double> values_;
};

// "21.4 M/s", "14,210/s": three or four digits that a person can compare.
inline std::string rate(double per_second) {
  if (per_second >= 1e6) return fmt::format("{:.1f} M/s", per_second / 1e6);
  if (per_second >= 1e4) return fmt::format("{:.1f} k/s", per_second / 1e3);
  return fmt::format("{:.0f}/s", per_second);
}
inline std::string times(double ratio) { return fmt::format("{:.2f}x", ratio); }
inline std::string milliseconds(double seconds) { return fmt::format("{:.2f} ms", seconds * 1e3); }
inline std::string mebibytes(long kibibytes) { return fmt::format("{:.1f} MiB", static_cast<double>(kibibytes) / 1024); }

class Table {
 public:
  explicit Table(std::vector<std::string> head) { add(std::move(head)); }
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  void print() const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (i == 0)
          fmt::print("  {:<{}}", row[i], widths[i]);
        else
          fmt::print("  {:>{}}", row[i], widths[i]);
      }
      fmt::print("\n");
    }
    std::fflush(stdout);
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

// To be called first: what ran before us says how far the figures can be trusted.
inline void say_if_busy() {
  double load = 0;
  std::ifstream("/proc/loadavg") >> load;
  const double cores = static_cast<double>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  if (load > 0.25 * cores)
    fmt::print("  (the machine is busy: load {:.1f} on {:.0f} cores; expect lower and less steady figures)\n", load, cores);
}

// A folder on a disk, gone with the object. /var/tmp and not /tmp, which is memory on some machines.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = "/var/tmp/prorata-bench.XXXXXX";
    CHECK(::mkdtemp(name.data()) != nullptr, "a folder under /var/tmp");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// A process from start to end, as the kernel saw it.
struct ChildRun {
  double seconds = 0;
  double cpu_seconds = 0;
  long peak_kib = 0;
  int exit_code = -1;
};

// Runs a program with its standard input and output on files; /dev/null where none is named.
inline ChildRun run_child(const std::vector<std::string>& words, const std::string& input = {}, const std::string& output = {}) {
  ChildRun run;
  std::fflush(nullptr);
  run.seconds = seconds_of([&] {
    const pid_t child = ::fork();
    CHECK(child >= 0, "a process can be started");
    if (child == 0) {
      const int in = ::open(input.empty() ? "/dev/null" : input.c_str(), O_RDONLY);
      const int out = ::open(output.empty() ? "/dev/null" : output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
      ::dup2(in, 0);
      ::dup2(out, 1);
      ::dup2(::open("/dev/null", O_WRONLY), 2);  // progress and remarks; what matters is the exit code
      std::vector<char*> arguments;
      for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
      arguments.push_back(nullptr);
      ::execvp(arguments[0], arguments.data());
      ::_exit(127);
    }
    int status = 0;
    rusage usage{};
    CHECK(::wait4(child, &status, 0, &usage) == child, "the process ends");
    const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
    run.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    run.peak_kib = usage.ru_maxrss;
    run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  });
  return run;
}

inline bool installed(const std::string& program) {
  return std::system(fmt::format("command -v {} >/dev/null 2>&1", program).c_str()) == 0;
}

// The same numbers in every run, so that two runs compare; xorshift64*.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15U | 1U) {}
  std::uint64_t next() {
    state_ ^= state_ >> 12U;
    state_ ^= state_ << 25U;
    state_ ^= state_ >> 27U;
    return state_ * 0x2545F4914F6CDD1DU;
  }
  // In [from, until).
  std::int64_t in(std::int64_t from, std::int64_t until) {
    return from + static_cast<std::int64_t>((next() >> 16U) % static_cast<std::uint64_t>(until - from));
  }

 private:
  std::uint64_t state_;
};

}  // namespace prorata::bench
