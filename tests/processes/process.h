// Runs the built program as people do: a process of its own, its words, its exit code.
//
//   const Outcome done = run({"refund", "return", id}, {.data = desk});
//   EXPECT_EQ(done.exit_code, 0) << done.err;
//
// Nothing of the machine leaks in: the environment holds what is given here, and no config file of whoever runs the tests.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace prorata::testing {

struct RunOptions {
  std::string data;   // PRORATA_DATA; empty: not set
  std::string input;  // standard input
  std::map<std::string, std::string> environment = {};
  std::function<void()> before_exec = {};  // in the child: limits, another user, a terminal
};

struct Outcome {
  int exit_code = -1;  // 128 + signal where a signal ended it
  std::string out;
  std::string err;
};

// A process that has been started. Its output goes to files in memory, so nobody has to read along.
class Process {
 public:
  Process(std::vector<std::string> arguments, const RunOptions& options);
  ~Process();  // ends it if it still runs
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  bool has_ended() const;  // without waiting; wait() still says how
  void kill_now();         // SIGKILL: no handler runs, nothing is flushed
  void signal(int which);
  std::string out_so_far() const;
  Outcome wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
};

Outcome run(std::vector<std::string> arguments, const RunOptions& options);

// Runs it and CHECKs that it succeeded; returns standard output.
std::string must(std::vector<std::string> arguments, const RunOptions& options);

// The value of a member in the program's JSON: field("{\"refund\": \"12.00\"}", "refund") is "12.00"; empty where there is none.
std::string field(const std::string& json, const std::string& name);

// What is in a file that a test brings or reads.
void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);

// A folder gone with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

}  // namespace prorata::testing
