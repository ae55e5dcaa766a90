#include "wire/csv_writer.h"

#include "wire/unicode.h"

namespace prorata::wire {

std::string not_a_formula(std::string_view text) {
  std::string safe;
  if (!text.empty() && std::string_view("=+-@\t\r").contains(text.front())) safe += '\'';
  for (std::size_t at = 0; at < text.size();) append_character(safe, take_character(text, at));
  return safe;
}

CsvWriter& CsvWriter::text(std::string_view field) { return value(not_a_formula(field)); }

CsvWriter& CsvWriter::value(std::string_view field) {
  if (!first_) out_ += ',';
  first_ = false;
  if (field.find_first_of(",\"\r\n") == std::string_view::npos) {
    out_ += field;
    return *this;
  }
  out_ += '"';
  for (const char c : field) {
    if (c == '"') out_ += '"';
    out_ += c;
  }
  out_ += '"';
  return *this;
}

void CsvWriter::end_row() {
  out_ += "\r\n";
  first_ = true;
}

}  // namespace prorata::wire
