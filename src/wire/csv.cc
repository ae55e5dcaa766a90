#include "wire/csv.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"

namespace prorata::wire {
namespace {

constexpr int kEnd = Characters::kEnd;

// The separator that the first line has most of. Names of columns hold none of the three.
char delimiter_of(std::string_view start) {
  const std::string_view first_line = start.substr(0, start.find('\n'));
  char best = ',';
  for (const char each : {';', '\t'})
    if (std::ranges::count(first_line, each) > std::ranges::count(first_line, best)) best = each;
  return best;
}

}  // namespace

std::string_view CsvRow::field(std::size_t asked) const {
  if (!has(asked)) return {};
  const Field& field = fields_[static_cast<std::size_t>(bound_[asked])];
  return std::string_view(text_).substr(field.from, field.size);
}

std::string CsvRow::place(std::size_t asked) const {
  if (!has(asked)) return fmt::format("line {}, column {}", line, column);
  const Field& field = fields_[static_cast<std::size_t>(bound_[asked])];
  return fmt::format("line {}, column {}", field.line, field.column);
}

CsvReader::CsvReader(ByteSource& source, std::vector<CsvColumn> columns) : source_(source), in_(source), columns_(std::move(columns)) {
  row_.bound_.assign(columns_.size(), -1);
}

CsvReader::CsvReader(ByteSource& source, const CsvShape& shape, std::int64_t line) : CsvReader(source) {
  delimiter_ = shape.delimiter;
  width_ = shape.width;
  row_.bound_ = shape.bound;
  in_.begin_at_line(line);
}

void CsvReader::complain(std::string why) {
  if (!wrong_) wrong_ = Error{Code::invalid_data, std::move(why), in_.place()};
}

void CsvReader::take() {
  const char c = static_cast<char>(in_.peek());
  if (c == '\0') complain("a NUL byte cannot be part of a text");
  if (!wrong_) row_.text_ += c;
  if (row_.text_.size() - row_.fields_.back().from > kCsvFieldBytesMax) complain("a field is larger than 64 KiB; is a quote not closed?");
  in_.step();
}

bool CsvReader::at_row_end() {
  const int c = in_.peek();
  return c == kEnd || c == '\n';
}

// From the opening quote past the closing one. A quote that is never closed takes the lines after it along, to the end of the file at most;
// once the field is too large the row is given up and reading goes on with the next line.
void CsvReader::read_quoted() {
  const std::int64_t first_line = in_.line();
  in_.step();
  for (;;) {
    const int c = in_.peek();
    if (c == kEnd) return complain(fmt::format("a quote opened in line {} is not closed; the file may be cut off", first_line));
    if (wrong_ && c == '\n') return;
    if (c != '"') {
      take();
      continue;
    }
    in_.step();
    if (in_.peek() != '"') break;
    take();
  }
  if (in_.peek() == '\r') in_.step();
  if (!at_row_end() && in_.peek() != delimiter_) complain("something stands between a closing quote and the end of its field");
}

void CsvReader::read_plain() {
  while (!at_row_end() && in_.peek() != delimiter_) {
    if (in_.peek() == '"') complain("a quote stands within a field that does not begin with one; double it and quote the field");
    take();
  }
  if (at_row_end() && row_.text_.size() > row_.fields_.back().from && row_.text_.back() == '\r') row_.text_.pop_back();
}

void CsvReader::read_field() {
  if (row_.fields_.size() == kCsvColumnsMax) complain("a row has more than 1000 fields");
  if (!wrong_) row_.fields_.push_back({.from = row_.text_.size(), .line = in_.line(), .column = in_.column()});
  if (in_.peek() == '"' && !wrong_)
    read_quoted();
  else
    read_plain();
  CsvRow::Field& field = row_.fields_.back();
  field.size = row_.text_.size() - field.from;
  if (!wrong_ && !simdjson::validate_utf8(row_.text_.data() + field.from, field.size)) complain("not valid UTF-8");
}

Result<void> CsvReader::read_row() {
  row_.text_.clear();
  row_.fields_.clear();
  row_.line = in_.line();
  row_.column = in_.column();
  wrong_.reset();
  for (;;) {
    read_field();
    while (wrong_ && !at_row_end()) in_.step();
    if (at_row_end()) break;
    in_.step();
  }
  if (in_.peek() == '\n') in_.step();
  if (std::optional<Error> error = in_.take_source_error()) return std::unexpected(std::move(*error));
  if (wrong_) return std::unexpected(*wrong_);
  return {};
}

std::unexpected<Error> CsvReader::placed(Error error) const {
  if (error.code == Code::invalid_data) error.place = fmt::format("{}:{}:{}", source_.name(), row_.line, row_.column);
  return std::unexpected(std::move(error));
}

Result<void> CsvReader::read_first_row() {
  if (Result<void> good = in_.check_start(); !good) return placed(std::move(good).error());
  while (in_.peek() == '\n' || in_.peek() == '\r') in_.step();
  delimiter_ = delimiter_of(in_.window());
  if (Result<void> row = read_row(); !row) return placed(std::move(row).error());
  width_ = row_.fields_.size();
  return {};
}

Result<std::vector<std::string>> CsvReader::read_names() {
  TRY(read_first_row());
  std::vector<std::string> names;
  for (const CsvRow::Field& field : row_.fields_) names.emplace_back(trim(std::string_view(row_.text_).substr(field.from, field.size)));
  return names;
}

Result<void> CsvReader::read_header() {
  TRY(read_first_row());
  std::string missing;
  std::string found;
  for (std::size_t file_column = 0; file_column < width_; ++file_column) {
    const CsvRow::Field& field = row_.fields_[file_column];
    const std::string_view name = trim(std::string_view(row_.text_).substr(field.from, field.size));
    if (!name.empty() && found.size() < 200) found += fmt::format("{}'{}'", found.empty() ? "" : ", ", name.substr(0, 40));
    for (std::size_t asked = 0; asked < columns_.size(); ++asked) {
      if (!equal_ignoring_case(columns_[asked].name, name)) continue;
      if (row_.bound_[asked] >= 0) return placed({Code::invalid_data, fmt::format("the column '{}' stands twice in the header", name), {}});
      row_.bound_[asked] = static_cast<int>(file_column);
    }
  }
  for (std::size_t asked = 0; asked < columns_.size(); ++asked)
    if (columns_[asked].need == CsvColumn::required && row_.bound_[asked] < 0)
      missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", columns_[asked].name);
  if (missing.empty()) return {};
  return placed(
      {Code::invalid_data, fmt::format("the column {} is missing; the header has {}", missing, found.empty() ? "none" : found), {}});
}

std::optional<Result<const CsvRow*>> CsvReader::next() {
  while (in_.peek() == '\n' || in_.peek() == '\r') in_.step();
  if (ended_ || (in_.peek() == kEnd && !std::exchange(ended_, true))) {
    ended_ = true;
    if (std::optional<Error> error = in_.take_source_error()) return std::unexpected(std::move(*error));
    return std::nullopt;
  }
  if (Result<void> row = read_row(); !row) {
    ended_ = row.error().code != Code::invalid_data;
    return std::unexpected(std::move(row).error());
  }
  if (row_.fields_.size() != width_)
    return fail(Code::invalid_data, fmt::format("the row has {} fields and the header {}", row_.fields_.size(), width_),
                fmt::format("line {}, column {}", row_.line, row_.column));
  return &row_;
}

}  // namespace prorata::wire
