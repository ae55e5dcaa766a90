// The characters of a byte source, one at a time, with the line and column they stand in. The byte order mark of UTF-8 is passed over.
//
//   Characters in(source);
//   TRY(in.check_start());                       // refuses UTF-16, archives and the like in words
//   for (int c; (c = in.peek()) != Characters::kEnd; in.step()) ...
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/bytes.h"

namespace prorata::wire {

class Characters {
 public:
  static constexpr int kEnd = -1;

  explicit Characters(ByteSource& source);

  // To be called once, first. Errors: invalid_data where the bytes are no UTF-8 text.
  Result<void> check_start();

  int peek() { return at_ < size_ || fill() ? static_cast<unsigned char>(buffer_[at_]) : kEnd; }
  void step();                                                                     // requires that there is one
  std::string_view window() const { return {buffer_.data() + at_, size_ - at_}; }  // what is at hand without reading
  void skip_in_line(std::size_t count);                                            // of the window, and no line break among them

  std::int64_t line() const { return line_; }
  std::int64_t column() const { return column_; }
  std::int64_t consumed() const { return passed_ + static_cast<std::int64_t>(at_); }  // bytes of the source that were stepped over
  void begin_at_line(std::int64_t line) { line_ = line; }                             // for a source that is the rest of a text
  std::string place() const;                                                          // "line 3, column 14"

  // What the source said when it failed; to the one who reads it looks like an end. Given once.
  std::optional<Error> take_source_error();

 private:
  bool fill();

  ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::int64_t passed_ = 0;  // what stood in the buffer before
  std::int64_t line_ = 1;
  std::int64_t column_ = 1;
  bool ended_ = false;
  std::optional<Error> source_error_;
};

}  // namespace prorata::wire
