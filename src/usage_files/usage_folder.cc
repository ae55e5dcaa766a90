#include "usage_files/usage_folder.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file_error.h"
#include "usage_files/month_format.h"
#include "usage_files/sha256.h"

namespace prorata::usage_files {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".usage";
constexpr std::string_view kUnfinished = ".new";
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

class File {
 public:
  File(const std::string& path, int flags) : path_(path), file_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~File() {
    if (file_ >= 0) ::close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return file_ >= 0; }
  int number() const { return file_; }

  // Up to `most` bytes from here on.
  Result<std::string> read(std::size_t most) {
    std::string out;
    while (out.size() < most) {
      const std::size_t before = out.size();
      out.resize(std::min(most, before + kPieceBytes));
      const ssize_t got = ::read(file_, out.data() + before, out.size() - before);
      out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return cannot("read", path_, errno);
      if (got == 0) break;
    }
    return out;
  }
  Result<void> write_all(std::string_view rest) {
    TRY(prorata::write_all(file_, rest, path_));
    if (::fsync(file_) != 0) return cannot("write", path_, errno);
    return {};
  }

 private:
  std::string path_;
  int file_;
};

// A name that is taken back unless it was used.
class UnfinishedName {
 public:
  explicit UnfinishedName(std::string path) : path_(std::move(path)) {}
  ~UnfinishedName() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  UnfinishedName(const UnfinishedName&) = delete;
  UnfinishedName& operator=(const UnfinishedName&) = delete;
  const std::string& path() const { return path_; }
  void used() { path_.clear(); }

 private:
  std::string path_;
};

class Held final : public UsageLock {
 public:
  explicit Held(std::unique_ptr<File> file) : file_(std::move(file)) {}

 private:
  std::unique_ptr<File> file_;  // the lock goes with it, and with the process
};

class UsageFolder final : public UsageFiles {
 public:
  UsageFolder(std::string folder, std::int64_t lock_wait_ms) : folder_(std::move(folder)), lock_wait_ms_(lock_wait_ms) {}

  Result<std::vector<CustomerId>> customers() override {
    std::vector<CustomerId> out;
    for (const std::string& name : TRY(names_in(folder_)))
      if (Result<CustomerId> id = CustomerId::parse(name)) out.push_back(*std::move(id));
    return out;
  }

  Result<std::vector<Day>> months(const CustomerId& customer) override {
    std::vector<Day> out;
    for (const std::string& name : TRY(names_in(folder_of(customer)))) {
      if (!name.ends_with(kEnding)) continue;
      if (const Result<Day> month = parse_month(name.substr(0, name.size() - kEnding.size()))) out.push_back(*month);
    }
    return out;
  }

  Result<std::optional<UsageMonth>> read(const CustomerId& customer, Day month) override {
    const std::string path = path_of(customer, month);
    File file(path, O_RDONLY);
    if (!file.is_open()) return absent_or<std::optional<UsageMonth>>("read", path);
    UsageMonth read = TRY(decode_month(TRY(file.read(SIZE_MAX)), path));
    const bool in_its_place = read.customer == customer && read.first_day == month;
    if (!in_its_place)
      return fail(Code::storage_corrupt, fmt::format("usage file '{}' holds {} of customer {}; put it where it belongs", path,
                                                     month_text(read.first_day), read.customer.text()));
    return std::optional(std::move(read));
  }

  Result<std::string> digest(const CustomerId& customer, Day month) override {
    const std::string path = path_of(customer, month);
    File file(path, O_RDONLY);
    if (!file.is_open()) return absent_or<std::string>("read", path);
    return stated_digest(TRY(file.read(kHeaderBytes)), path);
  }

  Result<void> write(const UsageMonth& month) override {
    const std::string folder = folder_of(month.customer);
    const std::string path = path_of(month.customer, month.first_day);
    if (month.parts.empty()) {
      if (::unlink(path.c_str()) != 0 && errno != ENOENT) return cannot("remove", path, errno);
      return {};
    }
    TRY(make_folder(folder));
    TRY(remove_unfinished(folder));
    UnfinishedName name(fmt::format("{}.{}{}", path, ::getpid(), kUnfinished));
    {
      File file(name.path(), O_WRONLY | O_CREAT | O_TRUNC);
      if (!file.is_open()) return cannot("write", name.path(), errno);
      TRY(file.write_all(encode_month(month)));
    }
    if (::rename(name.path().c_str(), path.c_str()) != 0) return cannot("rename to", path, errno);
    name.used();
    const File parent(folder, O_RDONLY | O_DIRECTORY);
    if (!parent.is_open() || ::fsync(parent.number()) != 0) return cannot("write", folder, errno);
    return {};
  }

  Result<std::unique_ptr<UsageLock>> lock() override {
    TRY(make_folder(folder_));
    const std::string path = folder_ + "/lock";
    auto file = std::make_unique<File>(path, O_RDWR | O_CREAT);
    if (!file->is_open()) return cannot("open", path, errno);
    constexpr std::int64_t kStepMs = 50;
    for (std::int64_t waited = 0;; waited += kStepMs) {
      if (::flock(file->number(), LOCK_EX | LOCK_NB) == 0) return std::unique_ptr<UsageLock>(std::make_unique<Held>(std::move(file)));
      if (errno != EWOULDBLOCK && errno != EINTR) return cannot("lock", path, errno);
      if (waited >= lock_wait_ms_)
        return fail(Code::busy, fmt::format("another import writes usage in '{}'; try again when it has finished", folder_));
      std::this_thread::sleep_for(std::chrono::milliseconds(kStepMs));
    }
  }

 private:
  std::string folder_of(const CustomerId& customer) const { return fmt::format("{}/{}", folder_, customer.text()); }
  std::string path_of(const CustomerId& customer, Day month) const {
    return fmt::format("{}/{}{}", folder_of(customer), month_text(month), kEnding);
  }

  template <class T>
  static Result<T> absent_or(std::string_view what, const std::string& path) {
    if (errno == ENOENT || errno == ENOTDIR) return T();
    return cannot(what, path, errno);
  }

  static Result<std::vector<std::string>> names_in(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator each(folder, error), end; !error && each != end; each.increment(error))
      out.push_back(each->path().filename().string());
    if (error && error != std::errc::no_such_file_or_directory) return cannot("read", folder, error.value());
    std::ranges::sort(out);
    return out;
  }
  static Result<void> make_folder(const std::string& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return cannot("make", folder, error.value());
    return {};
  }
  static Result<void> remove_unfinished(const std::string& folder) {
    for (const std::string& name : TRY(names_in(folder)))
      if (name.ends_with(kUnfinished)) ::unlink(fmt::format("{}/{}", folder, name).c_str());
    return {};
  }

  std::string folder_;
  std::int64_t lock_wait_ms_;
};

}  // namespace

std::unique_ptr<UsageFiles> usage_folder(std::string folder, std::int64_t lock_wait_ms) {
  return std::make_unique<UsageFolder>(std::move(folder), lock_wait_ms);
}

Result<std::string> content_digest(const std::string& path) {
  File file(path, O_RDONLY);
  if (!file.is_open()) return cannot("read", path, errno);
  Sha256 hash;
  while (true) {
    const std::string piece = TRY(file.read(kPieceBytes));
    if (piece.empty()) return hexadecimal(hash.finish());
    hash.add(piece);
  }
}

}  // namespace prorata::usage_files
