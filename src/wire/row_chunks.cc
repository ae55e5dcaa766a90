#include "wire/row_chunks.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace prorata::wire {
namespace {

// Where the last whole row ends. Without quotes that is the last line break; with them each row that has some is followed from its start.
std::optional<std::size_t> end_of_rows(std::string_view text, char delimiter, Quotes quotes) {
  std::size_t known = 0;  // a row begins here
  while (quotes == Quotes::possible) {
    const std::size_t quote = text.find('"', known);
    if (quote == std::string_view::npos) break;
    const std::size_t before = text.substr(known, quote - known).rfind('\n');
    if (before != std::string_view::npos) known += before + 1;
    const std::size_t from = std::min(text.find_first_not_of('\r', known), text.size());
    const std::optional<std::size_t> end = csv_row_end(text.substr(from), delimiter);
    if (!end) return known == 0 ? std::nullopt : std::optional(known);
    known = from + *end;
  }
  const std::size_t last = text.substr(known).rfind('\n');
  if (last != std::string_view::npos) return known + last + 1;
  return known == 0 ? std::nullopt : std::optional(known);
}

}  // namespace

void RowChunk::reserve(std::size_t bytes) {
  if (bytes <= room_) return;
  auto larger = std::make_unique_for_overwrite<char[]>(bytes);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  bytes_ = std::move(larger);
  room_ = bytes;
}

Result<void> RowChunks::fill(RowChunk& chunk, std::size_t until) {
  chunk.reserve(until);
  while (!ended_ && chunk.size_ < until) {
    const std::size_t got = TRY(source_.read(std::span(chunk.bytes_.get() + chunk.size_, until - chunk.size_)));
    chunk.size_ += got;
    bytes_ += static_cast<std::int64_t>(got);
    ended_ = got == 0;
  }
  return {};
}

void RowChunks::keep_rest(RowChunk& chunk, std::size_t from) {
  rest_.assign(chunk.text().substr(from));
  chunk.size_ = from;
}

Result<std::vector<std::string>> RowChunks::read_names() {
  RowChunk start;
  TRY(fill(start, kCsvRowBytesMax));
  TextBytes text(start.text(), source_.name());
  CsvReader header(text);
  std::vector<std::string> names = TRY(header.read_names());
  shape_ = header.shape();
  header_lines_ = header.line() - 1;
  rest_.assign(start.text().substr(static_cast<std::size_t>(header.consumed())));
  return names;
}

// A row that does not end: nothing of it is kept, and its lines are counted.
Result<void> RowChunks::pass_over(RowChunk& chunk) {
  chunk.too_long_lines = 1 + std::ranges::count(chunk.text(), '\n');
  for (;;) {
    chunk.size_ = 0;
    TRY(fill(chunk, chunk_bytes_));
    const std::size_t end = chunk.text().find('\n');
    if (end != std::string_view::npos) rest_.assign(chunk.text().substr(end + 1));
    if (end != std::string_view::npos || ended_) break;
  }
  chunk.size_ = 0;
  return {};
}

Result<bool> RowChunks::next(RowChunk& chunk) {
  chunk.size_ = 0;
  chunk.too_long_lines = 0;
  chunk.reserve(rest_.size() + chunk_bytes_);
  std::memcpy(chunk.bytes_.get(), rest_.data(), rest_.size());
  chunk.size_ = rest_.size();
  rest_.clear();
  for (std::size_t until = std::max(chunk_bytes_, chunk.size_);; until += chunk_bytes_) {
    TRY(fill(chunk, until));
    chunk.quotes = chunk.text().contains('"') ? Quotes::possible : Quotes::none;
    if (ended_) return !chunk.text().empty();
    if (const std::optional<std::size_t> end = end_of_rows(chunk.text(), shape_.delimiter, chunk.quotes)) {
      keep_rest(chunk, *end);
      return true;
    }
    if (chunk.size_ > kCsvRowBytesMax) {
      TRY(pass_over(chunk));
      return true;
    }
  }
}

}  // namespace prorata::wire
