#include "wire/bytes.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace prorata::wire {

Result<FileBytes> FileBytes::open(std::string path) {
  if (path == "-") return FileBytes(STDIN_FILENO, "standard input");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    const int why = errno;
    const Code code = why == ENOENT || why == ENOTDIR ? Code::not_found
                      : why == EACCES || why == EPERM ? Code::storage_denied
                                                      : Code::unavailable;
    return fail(code, fmt::format("cannot open '{}': {}", path, std::strerror(why)));
  }
  FileBytes opened(file, std::move(path));
  struct stat status{};
  if (::fstat(file, &status) == 0 && S_ISDIR(status.st_mode))
    return fail(Code::invalid_argument, fmt::format("'{}' is a folder; name the files in it", opened.name_));
  return opened;
}

FileBytes::FileBytes(FileBytes&& other) noexcept : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)) {}

FileBytes::~FileBytes() {
  if (file_ > STDERR_FILENO) ::close(file_);
}

Result<std::size_t> FileBytes::read(std::span<char> into) {
  for (;;) {
    const ssize_t got = ::read(file_, into.data(), into.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return fail(Code::unavailable, fmt::format("cannot read '{}': {}", name_, std::strerror(errno)));
  }
}

Result<std::size_t> TextBytes::read(std::span<char> into) {
  const std::size_t size = std::min(into.size(), rest_.size());
  std::ranges::copy(rest_.substr(0, size), into.begin());
  rest_.remove_prefix(size);
  return size;
}

Result<char> PeekedBytes::first_character() {
  constexpr std::size_t kBytes = 4096;
  while (peeked_.size() < kBytes) {
    const std::size_t before = peeked_.size();
    peeked_.resize(kBytes);
    const Result<std::size_t> got = source_.read(std::span(peeked_).subspan(before));
    peeked_.resize(before + got.value_or(0));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
  }
  const std::size_t at = peeked_.find_first_not_of(" \t\r\n", peeked_.starts_with("\xEF\xBB\xBF") ? 3 : 0);
  return at == std::string::npos ? '\0' : peeked_[at];
}

Result<std::size_t> PeekedBytes::read(std::span<char> into) {
  if (given_ == peeked_.size()) return source_.read(into);
  const std::size_t size = std::min(into.size(), peeked_.size() - given_);
  std::ranges::copy(std::string_view(peeked_).substr(given_, size), into.begin());
  given_ += size;
  return size;
}

}  // namespace prorata::wire
