// A business paper as values, and its PDF: who writes to whom, some facts, a table that may run over pages, totals, remarks, and a foot
// with numbers and accounts.
//
//   const std::string pdf = TRY(draw({.title = "Credit note CN-1", .columns = {{"Text", 0}, {"Amount", 90, Side::right}}, ...}));
//
// The same sheet always gives the same bytes: they hold no time and no chance. The typeface is embedded, so that it prints everywhere with
// all its letters.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/settlement_records.h"

namespace prorata::documents {

enum class Side : std::uint8_t { left, right };

struct SheetColumn {
  std::string title;
  int points = 0;  // its width; 0: what the others leave, for one column
  Side side = Side::left;
};

struct SheetTotal {
  std::string title;
  std::string amount;
  bool strong = false;  // under a line, in bold
};

struct Sheet {
  std::string title;
  Language language = Language::english;
  BilledParty from;
  BilledParty to;
  std::vector<std::pair<std::string, std::string>> facts;  // a name and a value; empty values are left out
  std::vector<SheetColumn> columns;
  std::vector<std::vector<std::string>> rows;  // a cell for each column; long ones are broken into lines
  std::vector<SheetTotal> totals;
  std::vector<std::string> remarks;
  std::vector<std::pair<std::string, std::string>> foot;
};

// Errors: unavailable where the typeface is not installed, naming the package; internal where the library fails.
Result<std::string> draw(const Sheet& sheet);

}  // namespace prorata::documents
