// Writes CSV as RFC 4180 has it: CRLF between rows, quotes only where a field needs them.
//
//   CsvWriter csv(out);
//   csv.text(customer.name).value("-12.50").end_row();
//
// A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a carriage return) gets an apostrophe in front,
// because it may come from a customer. Values are ours and are written as they are.
#pragma once

#include <string>
#include <string_view>

namespace prorata::wire {

// The text with that apostrophe where it needs one, and with U+FFFD for what is no UTF-8.
std::string not_a_formula(std::string_view text);

class CsvWriter {
 public:
  explicit CsvWriter(std::string& out) : out_(out) {}

  CsvWriter& text(std::string_view field);
  CsvWriter& value(std::string_view field);
  void end_row();

 private:
  std::string& out_;
  bool first_ = true;
};

}  // namespace prorata::wire
