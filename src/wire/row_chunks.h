// A file of CSV in chunks of whole rows, so that several threads may read it: each chunk begins where a row begins, also where line breaks
// stand within quotes.
//
//   RowChunks chunks(source);
//   const std::vector<std::string> names = TRY(chunks.read_names());
//   RowChunk chunk;
//   while (TRY(chunks.next(chunk))) use(chunk.text());
//
// Memory: a chunk is about a mebibyte, however large the file. A row above kCsvRowBytesMax is passed over and told as such.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/csv_rows.h"

namespace prorata::wire {

inline constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
inline constexpr std::size_t kCsvRowBytesMax = std::size_t{1} << 20U;

class RowChunk {
 public:
  std::string_view text() const { return {bytes_.get(), size_}; }
  Quotes quotes = Quotes::none;
  std::int64_t too_long_lines = 0;  // not zero: no rows, but one row that is too long, over so many lines

 private:
  friend class RowChunks;
  void reserve(std::size_t bytes);
  std::unique_ptr<char[]> bytes_;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
};

class RowChunks {
 public:
  explicit RowChunks(ByteSource& source, std::size_t chunk_bytes = kChunkBytes) : source_(source), chunk_bytes_(chunk_bytes) {}

  // To be called once, first. Errors: invalid_data for what is no table; those of the source.
  Result<std::vector<std::string>> read_names();
  const CsvShape& shape() const { return shape_; }
  void bind(std::vector<int> columns) { shape_.bound = std::move(columns); }
  std::int64_t lines_of_header() const { return header_lines_; }

  // Whether there was anything left. Errors: those of the source.
  Result<bool> next(RowChunk& chunk);
  std::int64_t bytes() const { return bytes_; }  // read so far

 private:
  Result<void> fill(RowChunk& chunk, std::size_t until);
  Result<void> pass_over(RowChunk& chunk);
  void keep_rest(RowChunk& chunk, std::size_t from);

  ByteSource& source_;
  std::size_t chunk_bytes_;
  CsvShape shape_;
  std::int64_t header_lines_ = 0;
  std::string rest_;  // read, and not yet given
  std::int64_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace prorata::wire
