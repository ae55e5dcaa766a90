// Where rows of CSV end, and where the fields of ordinary ones stand, without copying anything: for readers that must be fast. What they
// make of a text is what CsvReader (csv.h) makes of it, byte by byte; a row that is not ordinary is left to that one.
//
//   while (const std::optional<std::size_t> end = csv_row_end(rest, shape.delimiter)) ...
//   if (split_row(at, end, shape, fields) == RowKind::ordinary) use(fields, at);       // at: past the row's line break
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/csv.h"

namespace prorata::wire {

// Past the line break of the row that begins with the text; empty where the text ends before it.
std::optional<std::size_t> csv_row_end(std::string_view text, char delimiter);

struct RawField {
  const char* from = nullptr;
  std::size_t size = 0;
  bool doubled = false;  // holds doubled quotes
  std::string_view text() const { return {from, size}; }
};

enum class RowKind : std::uint8_t {
  ordinary,  // fields are set, as many as the header has
  odd,       // something that only CsvReader should judge; `at` stays
};
// `quotes`: whether any may occur. Requires at < end; a text that ends without a line break ends the row.
enum class Quotes : std::uint8_t { none, possible };
RowKind split_row(const char*& at, const char* end, const CsvShape& shape, Quotes quotes, std::vector<RawField>& fields);

// Doubled quotes made single.
std::string undoubled(std::string_view text);

}  // namespace prorata::wire
