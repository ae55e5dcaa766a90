// Reads CSV as RFC 4180 has it, row by row, bound to columns by the names in the header.
//
//   CsvReader csv(source, {{"id"}, {"name"}, {"country", CsvColumn::optional}});
//   TRY(csv.read_header());                                        // "prices.csv:1:1: the column 'id' is missing; ..."
//   while (std::optional<Result<const CsvRow*>> row = csv.next())
//     if (*row) use((**row)->field(0), (**row)->line);              // the texts live until the next call
//
// Tolerated: a byte order mark, CRLF, semicolons or tabs instead of commas, blank lines, blank and unknown columns, columns in any order
// and letter case. Refused with line and column, and the rest goes on: a row of another width than the header, a quote out of place,
// NUL, bytes that are no UTF-8, a field above kCsvFieldBytesMax. Memory does not grow with the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/characters.h"

namespace prorata::wire {

inline constexpr std::size_t kCsvFieldBytesMax = std::size_t{64} << 10U;
inline constexpr std::size_t kCsvColumnsMax = 1000;

struct CsvColumn {
  enum Need : std::uint8_t { required, optional };
  std::string_view name;
  Need need = required;
};

class CsvRow {
 public:
  std::int64_t line = 1;
  std::int64_t column = 1;

  // By the number of the column that was asked for; empty where an optional one is not in the file.
  std::string_view field(std::size_t asked) const;
  bool has(std::size_t asked) const { return bound_[asked] >= 0; }
  std::string place(std::size_t asked) const;  // where that field begins: "line 3, column 14"

 private:
  friend class CsvReader;
  struct Field {
    std::size_t from = 0;
    std::size_t size = 0;
    std::int64_t line = 1;
    std::int64_t column = 1;
  };
  std::string text_;
  std::vector<Field> fields_;
  std::vector<int> bound_;  // the file's column for each that was asked for, or -1
};

// How the rows of a file are built, once its header is known.
struct CsvShape {
  char delimiter = ',';
  std::size_t width = 0;
  std::vector<int> bound;  // the file's column for each that is asked for, or -1
};

class CsvReader {
 public:
  CsvReader(ByteSource& source, std::vector<CsvColumn> columns);
  // For one who chooses columns by what the header has: read_names(), then bind(). The second reads rows from the middle of a file.
  explicit CsvReader(ByteSource& source) : CsvReader(source, std::vector<CsvColumn>()) {}
  CsvReader(ByteSource& source, const CsvShape& shape, std::int64_t line);

  // Errors: invalid_data, naming file, line and column, for a file that is no such table; those of the source.
  Result<void> read_header();
  Result<std::vector<std::string>> read_names();  // all of the header, blank ones too; errors as of read_header
  void bind(std::vector<int> columns) { row_.bound_ = std::move(columns); }
  CsvShape shape() const { return {delimiter_, width_, row_.bound_}; }
  std::int64_t consumed() const { return in_.consumed(); }  // bytes of the source, up to the end of the row last read
  std::int64_t line() const { return in_.line(); }
  bool has(std::size_t asked) const { return row_.has(asked); }  // whether the header has that column
  // A row, an invalid_data error about one, or empty at the end. An error of another code is the source's, and the last.
  std::optional<Result<const CsvRow*>> next();

 private:
  Result<void> read_first_row();
  std::unexpected<Error> placed(Error error) const;
  Result<void> read_row();
  void read_field();
  void read_quoted();
  void read_plain();
  void take();
  void complain(std::string why);
  bool at_row_end();

  ByteSource& source_;
  Characters in_;
  std::vector<CsvColumn> columns_;
  char delimiter_ = ',';
  std::size_t width_ = 0;
  CsvRow row_;
  std::optional<Error> wrong_;  // the first thing wrong with the row
  bool ended_ = false;
};

}  // namespace prorata::wire
