#include "wire/coverage_files.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file_error.h"
#include "base/text.h"
#include "utilization/summary.h"
#include "wire/csv_writer.h"

namespace prorata::wire {
namespace {

using namespace utilization;

constexpr std::size_t kBufferBytes = std::size_t{1} << 20U;

// A file under another name until it is whole.
class NewFile {
 public:
  NewFile() = default;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_ >= 0) ::close(file_);
    if (!written_as_.empty()) ::unlink(written_as_.c_str());
  }

  Result<void> open(std::string path) {
    path_ = std::move(path);
    std::string name = fmt::format("{}.{}.new", path_, ::getpid());
    file_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file_ < 0) return cannot("write", name, errno);
    written_as_ = std::move(name);
    buffer_.reserve(kBufferBytes + 8192);
    return {};
  }
  std::string& buffer() { return buffer_; }
  Result<void> flush_if_full() { return buffer_.size() < kBufferBytes ? Result<void>() : flush(); }
  Result<void> flush() {
    TRY(write_all(file_, buffer_, path_));
    buffer_.clear();
    return {};
  }
  Result<void> finish() {
    TRY(flush());
    if (::fsync(file_) != 0) return cannot("write", path_, errno);
    if (::close(std::exchange(file_, -1)) != 0) return cannot("write", path_, errno);
    return {};
  }
  Result<void> take_name() {
    if (::rename(written_as_.c_str(), path_.c_str()) != 0) return cannot("rename to", path_, errno);
    written_as_.clear();
    return {};
  }

 private:
  std::string path_;
  std::string written_as_;
  int file_ = -1;
  std::string buffer_;
};

void append_whole(std::string& out, std::int64_t value) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// A text as a cell, with the comma behind it.
std::string cell(std::string_view text) {
  std::string out;
  CsvWriter(out).text(text);
  return out + ',';
}

// Stretches of hours on their way to a file. `before` is what stands before each of them in its line.
struct Lines {
  NewFile* file = nullptr;
  std::string before;
  std::size_t from = 0;
  std::size_t count = 0;
};
struct LineBatch {
  std::vector<Lines> lines;
  std::vector<HourNu> hours;
};

Result<void> write_lines(const LineBatch& batch) {
  for (const Lines& each : batch.lines)
    for (const HourNu& hour : std::span(batch.hours).subspan(each.from, each.count)) {
      std::string& out = each.file->buffer();
      out += each.before;
      append_whole(out, hour.hour.since_epoch);
      out += ',';
      append_whole(out, hour.nu);
      out += '\n';
      TRY(each.file->flush_if_full());
    }
  return {};
}

// Writes batches in the order in which they come, in a thread of its own or in the caller's. After an error nothing more is written.
class LineWriter {
 public:
  explicit LineWriter(bool own_thread) {
    if (own_thread) thread_ = std::thread([this] { write_until_closed(); });
  }
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;
  ~LineWriter() { (void)finish(); }

  void write(LineBatch batch) {
    if (!thread_.joinable()) {
      if (written_) written_ = write_lines(batch);
      return;
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_.size() < kWaitingMax; });
    waiting_.push_back(std::move(batch));
    changed_.notify_all();
  }
  Result<void> finish() {
    if (thread_.joinable()) {
      {
        const std::lock_guard lock(mutex_);
        closed_ = true;
      }
      changed_.notify_all();
      thread_.join();
    }
    return written_;
  }

 private:
  static constexpr std::size_t kWaitingMax = 4;  // so that memory stays flat where the disk is slow

  void write_until_closed() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const LineBatch batch = std::move(waiting_.front());
      waiting_.pop_front();
      changed_.notify_all();
      lock.unlock();
      if (written_) written_ = write_lines(batch);
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<LineBatch> waiting_;
  bool closed_ = false;
  Result<void> written_;  // of the writing thread, until it has ended
  std::thread thread_;
};

class CellWriter final : public HourSink {
 public:
  CellWriter(std::span<const ReservationVersion> versions, const Roster& roster, NewFile& cells, NewFile& uncovered,
             CoverageFiles::Counts& counts, bool own_thread)
      : roster_(roster), cells_(cells), uncovered_(uncovered), counts_(counts), writer_(own_thread) {
    for (const ReservationVersion& each : versions) reservations_.push_back(cell(each.id));
  }

  void taken(std::uint32_t version, std::uint32_t resource, std::span<const HourNu> hours) override {
    counts_.cells += static_cast<std::int64_t>(hours.size());
    for (const HourNu& each : hours) counts_.covered_nu += each.nu;
    add(cells_, reservations_[version] + cell(roster_[resource].resource_id), hours);
  }
  void uncovered(std::uint32_t resource, std::span<const HourNu> hours) override {
    counts_.uncovered += static_cast<std::int64_t>(hours.size());
    for (const HourNu& each : hours) counts_.uncovered_nu += each.nu;
    add(uncovered_, cell(roster_[resource].resource_id), hours);
  }
  Result<void> finish() {
    writer_.write(std::exchange(batch_, {}));
    return writer_.finish();
  }

 private:
  static constexpr std::size_t kBatchHours = 50'000;

  void add(NewFile& file, std::string before, std::span<const HourNu> hours) {
    batch_.lines.push_back({&file, std::move(before), batch_.hours.size(), hours.size()});
    batch_.hours.insert(batch_.hours.end(), hours.begin(), hours.end());
    if (batch_.hours.size() >= kBatchHours) writer_.write(std::exchange(batch_, {}));
  }

  const Roster& roster_;
  NewFile& cells_;
  NewFile& uncovered_;
  CoverageFiles::Counts& counts_;
  std::vector<std::string> reservations_;
  LineBatch batch_;
  LineWriter writer_;
};

// One day of one reservation over its versions, which never overlap.
struct SummaryRow {
  __int128 reserved = 0;
  __int128 used = 0;
  Percent least{10'000};
  Percent most;
};

Percent percent_of(__int128 used, __int128 reserved) { return {reserved == 0 ? 0 : static_cast<std::int32_t>(used * 10'000 / reserved)}; }

using Summary = std::map<std::pair<std::string, Day>, SummaryRow>;

Summary summarise(std::span<const ReservationVersion> versions, const Coverage& coverage) {
  Summary rows;
  for (std::uint32_t version = 0; version < versions.size(); ++version) {
    const std::int64_t capacity = coverage.versions()[version].capacity;
    for (const DayOfVersion& day : coverage.days(version)) {
      SummaryRow& row = rows[{versions[version].id, day.day}];
      row.reserved += day.reserved;
      row.used += day.used;
      row.least = std::min(row.least, percent_of(day.used_least, capacity));
      row.most = std::max(row.most, percent_of(day.used_most, capacity));
    }
  }
  return rows;
}

constexpr std::array<std::string_view, 3> kNames = {"cells.csv", "uncovered.csv", "summary.csv"};
constexpr std::array<std::string_view, 3> kHeaders = {"reservation,resource,hour,nu\n", "resource,hour,nu\n",
                                                      "reservation,day,reserved_nu,used_nu,min,avg,max\n"};

// What a run that was killed left behind: files under the names of processes that are no more.
void remove_left_over(const std::string& folder) {
  std::error_code ignored;
  for (const auto& each : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = each.path().filename().string();
    for (const std::string_view ours : kNames) {
      if (!name.starts_with(ours) || !name.ends_with(".new") || name.size() < ours.size() + 6) continue;
      const std::string_view number = std::string_view(name).substr(ours.size() + 1, name.size() - ours.size() - 5);
      const Result<std::int64_t> process = parse_integer(number, 1, INT32_MAX, "a process");
      const bool gone = process && ::kill(static_cast<pid_t>(*process), 0) != 0 && errno == ESRCH;
      if (gone) ::unlink(each.path().c_str());
    }
  }
}

}  // namespace

struct CoverageFiles::State {
  std::string folder;
  std::array<NewFile, 3> files;
  Counts counts;
};

CoverageFiles::CoverageFiles(std::unique_ptr<State> state) : state_(std::move(state)) {}
CoverageFiles::CoverageFiles(CoverageFiles&&) noexcept = default;
CoverageFiles& CoverageFiles::operator=(CoverageFiles&&) noexcept = default;
CoverageFiles::~CoverageFiles() = default;

const CoverageFiles::Counts& CoverageFiles::counts() const { return state_->counts; }

Result<CoverageFiles> CoverageFiles::open(const std::string& folder) {
  auto state = std::make_unique<State>();
  state->folder = folder;
  if (::mkdir(folder.c_str(), 0777) != 0 && errno != EEXIST) return cannot("make the folder", folder, errno);
  remove_left_over(folder);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    TRY(state->files[i].open(fmt::format("{}/{}", folder, kNames[i])));
    state->files[i].buffer() += kHeaders[i];
  }
  return CoverageFiles(std::move(state));
}

Result<void> CoverageFiles::add(std::span<const ReservationVersion> versions, const Roster& roster, const Plan& plan,
                                const utilization::Usage& usage, const CoverOptions& options) {
  auto& [cells, uncovered, summary] = state_->files;
  CellWriter writer(versions, roster, cells, uncovered, state_->counts, options.threads > 1);
  Coverage coverage;
  CoverOptions telling = options;
  telling.sink = &writer;
  TRY(cover(plan, usage, telling, coverage));
  TRY(writer.finish());
  for (const auto& [key, row] : summarise(versions, coverage)) {
    const auto& [id, day] = key;
    ++state_->counts.days;
    summary.buffer() += fmt::format("{}{},{},{},{},{},{}\n", cell(id), to_string(day), row.reserved, row.used, to_string(row.least),
                                    to_string(percent_of(row.used, row.reserved)), to_string(row.most));
    TRY(summary.flush_if_full());
  }
  return {};
}

Result<void> CoverageFiles::commit() {
  for (NewFile& file : state_->files) TRY(file.finish());
  for (NewFile& file : state_->files) TRY(file.take_name());
  const int folder = ::open(state_->folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
  return {};
}

}  // namespace prorata::wire
