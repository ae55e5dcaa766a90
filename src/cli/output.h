// How answers are printed: one Table for people (aligned, coloured on a terminal) and for programs (JSON, CSV, TSV).
//
//   Table table({{"Customer", "customer"}, {"Refund", "refund", Align::right}});
//   table.add({"Nordvik AB", to_string(refund)});
//   table.print(stdout, format);
//
// JSON is an array of objects by the columns' keys; amounts are decimal strings, never binary numbers. A cell of a CSV that a
// spreadsheet would run as a formula is made harmless with a leading apostrophe.
#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"

namespace prorata::cli {

enum class Align { left, right };

struct Column {
  std::string title;
  std::string key;  // in JSON and in the header of CSV and TSV
  Align align = Align::left;
  bool integer = false;  // a JSON number; everything else is a JSON string
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells);  // one for each column; CHECKed
  bool empty() const { return rows_.empty(); }
  std::size_t size() const { return rows_.size(); }

  // `nothing` is said to people, on a table without rows: "No reservations match."
  void print(std::FILE* out, Format format, std::string_view nothing = "Nothing to show.") const;

 private:
  friend class Record;
  void print_table(std::FILE* out) const;
  std::string json(std::string_view indent) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// One record: a name and a value a line for people (without those that have no value), one JSON object or a two-line CSV for programs.
class Record {
 public:
  void add(std::string title, std::string key, std::string value);
  void add_number(std::string title, std::string key, std::int64_t value);  // a JSON number
  void add_flag(std::string title, std::string key, bool value);            // yes or no; in JSON true or false
  // A list that belongs to the record: below it for people, under its heading; an array in JSON; left out of CSV and TSV, which hold
  // one table. `nothing` is what people read where it has no rows; when that is empty too, the heading goes as well.
  void add(std::string heading, std::string key, Table list, std::string nothing = {});
  void add_json(std::string key, std::string json);  // a nested value; people and CSV do not see it
  void print(std::FILE* out, Format format) const;

 private:
  void print_lines(std::FILE* out) const;

  struct Field {
    std::string title, key, value, json;
  };
  struct List {
    std::string heading, key, nothing;
    Table table;
  };
  std::vector<Field> fields_;
  std::vector<List> lists_;
  std::vector<std::pair<std::string, std::string>> nested_;  // by key, after the fields and lists
};

std::size_t display_width(std::string_view utf8);                 // columns on a terminal: wide signs 2, combining ones 0
std::string shortened(std::string_view utf8, std::size_t width);  // to that many columns, with an ellipsis
std::string heading(std::string_view text);                       // bold on a terminal
std::string muted(std::string_view text);
bool coloured();  // standard output is a terminal that is not dumb, and NO_COLOR is not set

}  // namespace prorata::cli
