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

}  // namespace prorata::wire
