#include "wire/characters.h"

#include <utility>

#include <fmt/format.h>

namespace prorata::wire {

Characters::Characters(ByteSource& source) : source_(source), buffer_(std::size_t{64} << 10U) {}

bool Characters::fill() {
  if (ended_) return false;
  Result<std::size_t> got = source_.read(buffer_);
  if (!got) source_error_ = got.error();
  passed_ += static_cast<std::int64_t>(at_);
  at_ = 0;
  size_ = got.value_or(0);
  ended_ = size_ == 0;
  return !ended_;
}

void Characters::step() {
  if (buffer_[at_] == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
  ++at_;
}

void Characters::skip_in_line(std::size_t count) {
  at_ += count;
  column_ += static_cast<std::int64_t>(count);
}

std::string Characters::place() const { return fmt::format("line {}, column {}", line_, column_); }

std::optional<Error> Characters::take_source_error() { return std::exchange(source_error_, std::nullopt); }

Result<void> Characters::check_start() {
  // A pipe may give its first bytes one by one.
  while (size_ < 4 && !ended_) {
    Result<std::size_t> got = source_.read(std::span(buffer_).subspan(size_));
    if (!got) source_error_ = got.error();
    ended_ = got.value_or(0) == 0;
    size_ += got.value_or(0);
  }
  const std::string_view begun(buffer_.data(), size_);
  if (begun.starts_with("\xEF\xBB\xBF")) at_ = 3;
  const bool wide = begun.starts_with("\xFF\xFE") || begun.starts_with("\xFE\xFF") || begun.substr(0, 2).contains('\0');
  if (wide) return fail(Code::invalid_data, "the file is UTF-16 or binary; save it as UTF-8", place());
  if (begun.starts_with("\x1F\x8B")) return fail(Code::invalid_data, "the file is compressed; unpack it with gunzip first", place());
  return {};
}

}  // namespace prorata::wire
