#include "usage_files/contents_folder.h"

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <map>
#include <mutex>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/file_error.h"
#include "usage_files/sha256.h"

namespace prorata::usage_files {
namespace {

namespace fs = std::filesystem;

std::string checksum_of(std::string_view content) {
  Sha256 hash;
  hash.add(content);
  return hexadecimal(hash.finish());
}

bool is_checksum(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::unexpected<Error> unknown(const std::string& checksum) {
  return fail(Code::not_found, fmt::format("there is no content under {}; restore the desk's folder for files", checksum.substr(0, 64)));
}

// Closes what it holds.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

Result<void> write_whole(const std::string& path, std::string_view content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!file.is_open()) return cannot("write", path, errno);
  Result<void> written = write_all(file.number(), content, path);
  if (written && ::fsync(file.number()) != 0) written = cannot("write", path, errno);
  if (!written) ::unlink(path.c_str());
  return written;
}

Result<void> flush_folder(const std::string& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.number()) != 0) return cannot("write", folder, errno);
  return {};
}

Result<std::string> read_whole(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return cannot("read", path, errno);
  constexpr std::size_t kPiece = 65'536;
  std::string out;
  while (true) {
    const std::size_t before = out.size();
    out.resize(before + kPiece);
    const ssize_t got = ::read(file.number(), out.data() + before, kPiece);
    out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot("read", path, errno);
    if (got == 0) return out;
  }
}

class ContentsFolder final : public FileContents {
 public:
  explicit ContentsFolder(std::string folder) : folder_(std::move(folder)) {}

  Result<std::string> put(std::string_view content) override {
    std::string checksum = checksum_of(content);
    const std::string folder = folder_of(checksum);
    const std::string path = folder + '/' + checksum;
    if (::access(path.c_str(), F_OK) == 0) {
      TRY(flush_folder(folder));  // whoever put it first may have died before that
      return checksum;
    }
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return cannot("make", folder, error.value());
    const std::string unfinished = fmt::format("{}.{}.{}.new", path, ::getpid(), next_++);
    TRY(write_whole(unfinished, content));
    if (::rename(unfinished.c_str(), path.c_str()) != 0) {
      const int why = errno;
      ::unlink(unfinished.c_str());
      return cannot("rename to", path, why);
    }
    TRY(flush_folder(folder));
    TRY(flush_folder(folder_));
    return checksum;
  }

  Result<std::string> get(const std::string& checksum) override {
    if (!is_checksum(checksum)) return unknown(checksum);
    const std::string path = folder_of(checksum) + '/' + checksum;
    if (::access(path.c_str(), F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) return unknown(checksum);
    std::string content = TRY(read_whole(path));
    if (checksum_of(content) != checksum)
      return fail(Code::storage_corrupt, fmt::format("'{}' is not what was put there; restore it from a backup", path));
    return content;
  }

 private:
  std::string folder_of(const std::string& checksum) const { return fmt::format("{}/{}", folder_, checksum.substr(0, 2)); }

  std::string folder_;
  std::atomic<std::int64_t> next_{0};
};

class ContentsInMemory final : public FileContents {
 public:
  Result<std::string> put(std::string_view content) override {
    std::string checksum = checksum_of(content);
    const std::scoped_lock lock(mutex_);
    contents_.emplace(checksum, content);
    return checksum;
  }
  Result<std::string> get(const std::string& checksum) override {
    const std::scoped_lock lock(mutex_);
    const auto found = contents_.find(checksum);
    if (found == contents_.end()) return unknown(checksum);
    return found->second;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> contents_;
};

}  // namespace

std::unique_ptr<FileContents> contents_folder(std::string folder) { return std::make_unique<ContentsFolder>(std::move(folder)); }
std::unique_ptr<FileContents> contents_in_memory() { return std::make_unique<ContentsInMemory>(); }

}  // namespace prorata::usage_files
