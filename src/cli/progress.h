// A progress bar on standard error, only where that is a terminal: how far, how fast, how long still.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

namespace prorata::cli {

class Progress {
 public:
  // `total` 0: not known; only count and rate are shown. `unit` is what is counted: "bytes", "records".
  Progress(std::string what, std::string unit, std::int64_t total);
  ~Progress();  // wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void at(std::int64_t done);                               // cheap: drawn at most ten times a second
  void note(std::string note) { note_ = std::move(note); }  // said behind the rest from the next drawing on

 private:
  void draw(std::int64_t done);

  std::string what_;
  std::string unit_;
  std::string note_;
  std::int64_t total_;
  bool shown_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point drawn_;
};

}  // namespace prorata::cli
