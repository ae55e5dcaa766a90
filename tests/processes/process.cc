#include "processes/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "wire/json.h"

namespace prorata::testing {
namespace {

std::vector<std::string> environment_of(const RunOptions& options) {
  // What a sanitizer or a terminal needs may pass; the rest of the caller's environment may not.
  std::map<std::string, std::string> all = {{"HOME", "/nonexistent"}, {"PRORATA_ACTOR", "test"}};
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "ASAN_SYMBOLIZER_PATH"})
    if (const char* value = std::getenv(name)) all[name] = value;
  if (!options.data.empty()) all["PRORATA_DATA"] = options.data;
  for (const auto& [name, value] : options.environment) all[name] = value;
  std::vector<std::string> out;
  for (const auto& [name, value] : all) out.push_back(fmt::format("{}={}", name, value));
  return out;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

int file_in_memory(const std::string& text) {
  const int fd = memfd_create("prorata-test", MFD_CLOEXEC);
  CHECK(fd >= 0, "files in memory can be made");
  CHECK(write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "and written");
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string contents_of(int fd) {
  std::string text;
  std::array<char, 65536> buffer;
  lseek(fd, 0, SEEK_SET);
  for (ssize_t got = 0; (got = read(fd, buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

}  // namespace

Process::Process(std::vector<std::string> arguments, const RunOptions& options) : out_(file_in_memory("")), err_(file_in_memory("")) {
  arguments.insert(arguments.begin(), PRORATA_PROGRAM);
  std::vector<std::string> environment = environment_of(options);
  const std::vector<char*> argv = pointers_to(arguments);
  const std::vector<char*> envp = pointers_to(environment);
  const int in = file_in_memory(options.input);
  pid_ = fork();
  CHECK(pid_ >= 0, "a process can be started");
  if (pid_ == 0) {
    dup2(in, STDIN_FILENO);
    dup2(out_, STDOUT_FILENO);
    dup2(err_, STDERR_FILENO);
    if (options.before_exec) options.before_exec();
    execve(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(in);
}

Process::Process(Process&& other) noexcept : pid_(other.pid_), out_(other.out_), err_(other.err_) {
  other.pid_ = other.out_ = other.err_ = -1;
}

Process::~Process() {
  if (pid_ > 0) {
    kill_now();
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
  if (err_ >= 0) close(err_);
}

bool Process::has_ended() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid_;
}
void Process::kill_now() { signal(SIGKILL); }
// To kill(), -1 is every process there is.
void Process::signal(int which) {
  CHECK(pid_ > 0, "a process that nobody has waited for yet");
  kill(pid_, which);
}

// Without moving the place where the process writes next, which is one with ours.
std::string Process::out_so_far() const {
  std::string text;
  std::array<char, 4096> buffer;
  for (ssize_t got = 0; (got = pread(out_, buffer.data(), buffer.size(), static_cast<off_t>(text.size()))) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(got));
  return text;
}

Outcome Process::wait() {
  int status = 0;
  CHECK(pid_ > 0, "a process that nobody has waited for yet");
  CHECK(waitpid(pid_, &status, 0) == pid_, "a child can be waited for");
  pid_ = -1;
  return {
      .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), .out = contents_of(out_), .err = contents_of(err_)};
}

Outcome run(std::vector<std::string> arguments, const RunOptions& options) { return Process(std::move(arguments), options).wait(); }

std::string must(std::vector<std::string> arguments, const RunOptions& options) {
  std::string said;
  for (const std::string& each : arguments) said += ' ' + each;
  const Outcome done = run(std::move(arguments), options);
  if (done.exit_code != 0) std::cerr << "prorata" << said << " ended with " << done.exit_code << ": " << done.err << '\n';
  CHECK(done.exit_code == 0, "a step that a test rests on succeeds");
  return done.out;
}

std::string field(const std::string& json, const std::string& name) {
  wire::JsonReader reader;
  const Result<wire::JsonValue> root = reader.read(json);
  if (!root) return {};
  const std::optional<wire::JsonValue> value = root->find(name);
  return value ? std::string(value->text()) : std::string();
}

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "prorata_XXXXXX").string();
  CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary folder can be made");
  path_ = pattern;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace prorata::testing
