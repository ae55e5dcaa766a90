// Where an importer's bytes come from: a file, a pipe or a text in memory, read piece by piece.
//
//   Result<FileBytes> file = FileBytes::open("orders.json");
//   TextBytes text(R"([{"id": ...}])");
//   while (std::size_t got = TRY(source.read(buffer))) ...   // zero: the end
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/error.h"

namespace prorata::wire {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills the front of `into` and says how much; zero is the end. Errors: unavailable, naming the source.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
  virtual const std::string& name() const = 0;  // for messages: "orders.json"
};

class FileBytes final : public ByteSource {
 public:
  // "-" is standard input. Errors: not_found, storage_denied, or invalid_argument for a folder; each names the path.
  static Result<FileBytes> open(std::string path);
  FileBytes(FileBytes&& other) noexcept;
  FileBytes& operator=(FileBytes&&) = delete;
  ~FileBytes() override;

  Result<std::size_t> read(std::span<char> into) override;
  const std::string& name() const override { return name_; }

 private:
  FileBytes(int file, std::string name) : file_(file), name_(std::move(name)) {}
  int file_;
  std::string name_;
};

// The text must outlive it.
class TextBytes final : public ByteSource {
 public:
  explicit TextBytes(std::string_view text, std::string name = "input") : rest_(text), name_(std::move(name)) {}

  Result<std::size_t> read(std::span<char> into) override;
  const std::string& name() const override { return name_; }

 private:
  std::string_view rest_;
  std::string name_;
};

// Looks at the beginning of a source before somebody reads it.
class PeekedBytes final : public ByteSource {
 public:
  explicit PeekedBytes(ByteSource& source) : source_(source) {}

  // The first character that is no white space and no byte order mark; 0 where there is none within the first 4 KiB.
  Result<char> first_character();

  Result<std::size_t> read(std::span<char> into) override;
  const std::string& name() const override { return source_.name(); }

 private:
  ByteSource& source_;
  std::string peeked_;
  std::size_t given_ = 0;
};

}  // namespace prorata::wire
