// A file that must stay as it was when it was opened: one that grows or is cut while it is read would give half of its last row.
//
//   WholeFile file = TRY(WholeFile::open("usage.csv"));     // "-" and pipes have no size, and are read to their end
//   TRY(import_usage(file, ...));                            // fails with 'conflict' where the file changed meanwhile
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "wire/bytes.h"

namespace prorata::wire {

class WholeFile final : public ByteSource {
 public:
  // Errors: those of FileBytes::open.
  static Result<WholeFile> open(const std::string& path);
  WholeFile(WholeFile&& other) noexcept : file_(std::move(other.file_)), size_(other.size_), done_(other.done_.load()) {}

  Result<std::size_t> read(std::span<char> into) override;
  const std::string& name() const override { return file_.name(); }

  std::int64_t size() const { return size_.value_or(0); }  // 0: not known
  std::int64_t done() const { return done_; }              // may be asked from another thread

 private:
  WholeFile(FileBytes file, std::optional<std::int64_t> size) : file_(std::move(file)), size_(size) {}
  FileBytes file_;
  std::optional<std::int64_t> size_;
  std::atomic<std::int64_t> done_ = 0;
};

}  // namespace prorata::wire
