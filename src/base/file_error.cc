#include "base/file_error.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

namespace prorata {

Code code_of_errno(int number, Code otherwise) {
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return Code::storage_full;
    case EACCES:
    case EPERM:
    case EROFS: return Code::storage_denied;
    default: return otherwise;
  }
}

std::unexpected<Error> cannot(std::string_view what, const std::string& path, int number) {
  const bool nowhere = number == ENOENT || number == ENOTDIR;
  const Code code = code_of_errno(number, nowhere ? Code::not_found : Code::unavailable);
  const std::string_view next = code == Code::storage_full ? "; make room on the disk and do it again" : "";
  return fail(code, fmt::format("cannot {} '{}': {}{}", what, path, std::strerror(number), next));
}

Result<void> write_all(int file, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace prorata
