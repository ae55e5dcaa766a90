#include "wire/whole_file.h"

#include <utility>

#include <sys/stat.h>

#include <fmt/format.h>

namespace prorata::wire {

Result<WholeFile> WholeFile::open(const std::string& path) {
  FileBytes file = TRY(FileBytes::open(path));
  struct stat status{};
  const bool has_size = path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  return WholeFile(std::move(file), has_size ? std::optional<std::int64_t>(status.st_size) : std::nullopt);
}

Result<std::size_t> WholeFile::read(std::span<char> into) {
  const std::size_t got = TRY(file_.read(into));
  done_ += static_cast<std::int64_t>(got);
  const bool cut = got == 0 && !into.empty() && size_ && done_ < *size_;
  const bool grown = size_ && done_ > *size_;
  if (cut || grown)
    return fail(Code::conflict,
                fmt::format("'{}' {} while it was read; wait until it is written and try again", name(), cut ? "was cut" : "grew"));
  return got;
}

}  // namespace prorata::wire
