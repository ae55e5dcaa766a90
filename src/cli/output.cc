#include "cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // a column is never shortened below this

struct Sign {
  char32_t code = 0;
  std::size_t bytes = 1;
};

Sign first_sign(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (length == 1 || length > text.size()) return {lead < 0x80 ? char32_t{lead} : U'\uFFFD', 1};
  char32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {U'\uFFFD', 1};
    code = (code << 6U) | (byte(i) & 0x3FU);
  }
  return {code, length};
}

std::size_t sign_width(char32_t c) {
  const auto in = [&](char32_t from, char32_t to) { return from <= c && c <= to; };
  if (in(0x300, 0x36F) || in(0x200B, 0x200F) || in(0x202A, 0x202E) || in(0x2066, 0x2069) || in(0xFE00, 0xFE0F) || in(0x1AB0, 0x1AFF) ||
      in(0x20D0, 0x20FF))
    return 0;
  const bool wide = in(0x1100, 0x115F) || in(0x2E80, 0xA4CF) || in(0xAC00, 0xD7A3) || in(0xF900, 0xFAFF) || in(0xFE30, 0xFE6F) ||
                    in(0xFF00, 0xFF60) || in(0xFFE0, 0xFFE6) || in(0x1F300, 0x1FAFF) || in(0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

// What would move the cursor or start an escape sequence must not reach a terminal.
std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Sign sign = first_sign(text.substr(at));
    const bool control = sign.code < 0x20 || (0x7F <= sign.code && sign.code < 0xA0) || (0x202A <= sign.code && sign.code <= 0x202E) ||
                         (0x2066 <= sign.code && sign.code <= 0x2069);
    if (control || sign.code == U'\uFFFD')
      out += "\uFFFD";
    else
      out += text.substr(at, sign.bytes);
    at += sign.bytes;
  }
  return out;
}

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const Sign sign = first_sign(text.substr(at));
    if (sign.code == '"' || sign.code == '\\')
      (out += '\\') += static_cast<char>(sign.code);
    else if (sign.code < 0x20)
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(sign.code));
    else if (sign.code == U'\uFFFD')
      out += "\uFFFD";
    else
      out += text.substr(at, sign.bytes);
    at += sign.bytes;
  }
  out += '"';
}

bool looks_numeric(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789.-") == std::string_view::npos; }

std::string csv_cell(std::string_view text) {
  std::string cell(text);
  const bool formula = !cell.empty() && std::string_view("=+-@\t\r").find(cell[0]) != std::string_view::npos && !looks_numeric(cell);
  if (formula) cell.insert(0, 1, '\'');
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string tsv_cell(std::string_view text) {
  std::string cell(text);
  std::ranges::replace_if(cell, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return cell;
}

std::size_t terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 0;  // not a terminal: as wide as it takes
}

std::string padded(std::string_view text, std::size_t width, Align align) {
  const std::string space(width - std::min(width, display_width(text)), ' ');
  return align == Align::right ? space + std::string(text) : std::string(text) + space;
}

void write(std::FILE* out, std::string_view text) { std::fwrite(text.data(), 1, text.size(), out); }

// The widest columns of text give way until the line fits.
void shrink(std::vector<std::size_t>& widths, const std::vector<Column>& columns, std::size_t available) {
  const auto total = [&] {
    std::size_t sum = 0;
    for (const std::size_t width : widths) sum += width + kGap;
    return sum - kGap;
  };
  while (available > 0 && total() > available) {
    std::size_t widest = columns.size();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const bool may_shrink = columns[i].align == Align::left && widths[i] > kNarrowest;
      if (may_shrink && (widest == columns.size() || widths[widest] < widths[i])) widest = i;
    }
    if (widest == columns.size()) return;
    --widths[widest];
  }
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Sign sign = first_sign(text.substr(at));
    width += sign_width(sign.code);
    at += sign.bytes;
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string out;
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Sign sign = first_sign(text.substr(at));
    if (used + sign_width(sign.code) > width - 1) break;
    used += sign_width(sign.code);
    out += text.substr(at, sign.bytes);
    at += sign.bytes;
  }
  return out + "\u2026";
}

bool coloured() {
  const auto text = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return isatty(STDOUT_FILENO) == 1 && text("NO_COLOR").empty() && text("TERM") != "dumb";
}
std::string heading(std::string_view text) { return coloured() ? fmt::format("\033[1m{}\033[0m", text) : std::string(text); }
std::string muted(std::string_view text) { return coloured() ? fmt::format("\033[2m{}\033[0m", text) : std::string(text); }

void Table::add(std::vector<std::string> cells) {
  CHECK(cells.size() == columns_.size(), "a row has a cell for each column");
  rows_.push_back(std::move(cells));
}

void Table::print_table(std::FILE* out) const {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) widths.push_back(display_width(column.title));
  for (const auto& row : rows_) {
    std::vector<std::string> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(harmless(row[i]));
      widths[i] = std::max(widths[i], display_width(cells.back()));
    }
    rows.push_back(std::move(cells));
  }
  shrink(widths, columns_, terminal_width());
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text.append(kGap, ' ');
      text += padded(shortened(cell_of(i), widths[i]), widths[i], columns_[i].align);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  };
  write(out, heading(line([&](std::size_t i) { return columns_[i].title; })) + "\n");
  for (const auto& row : rows) write(out, line([&](std::size_t i) { return row[i]; }) + "\n");
}

std::string Table::json(std::string_view indent) const {
  std::string text = "[";
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    text += fmt::format("{}\n{}  {{", r == 0 ? "" : ",", indent);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text += ", ";
      append_json(text, columns_[i].key);
      text += ": ";
      if (columns_[i].integer && (rows_[r][i].empty() || looks_numeric(rows_[r][i])))
        text += rows_[r][i].empty() ? "null" : rows_[r][i];
      else
        append_json(text, rows_[r][i]);
    }
    text += '}';
  }
  return text + (rows_.empty() ? "]" : fmt::format("\n{}]", indent));
}

void Table::print(std::FILE* out, Format format, std::string_view nothing) const {
  if (format == Format::table) {
    if (rows_.empty()) return write(out, fmt::format("{}\n", nothing));
    return print_table(out);
  }
  if (format == Format::json) return write(out, json("") + '\n');
  const char separator = format == Format::csv ? ',' : '\t';
  const auto cell = [&](std::string_view text) { return format == Format::csv ? csv_cell(text) : tsv_cell(text); };
  std::string text;
  for (std::size_t i = 0; i < columns_.size(); ++i) (text += i > 0 ? std::string(1, separator) : "") += cell(columns_[i].key);
  text += '\n';
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) (text += i > 0 ? std::string(1, separator) : "") += cell(row[i]);
    text += '\n';
  }
  write(out, text);
}

void Record::add(std::string title, std::string key, std::string value) {
  std::string json;
  append_json(json, value);
  fields_.push_back({std::move(title), std::move(key), std::move(value), std::move(json)});
}
void Record::add_number(std::string title, std::string key, std::int64_t value) {
  fields_.push_back({std::move(title), std::move(key), std::to_string(value), std::to_string(value)});
}
void Record::add_flag(std::string title, std::string key, bool value) {
  fields_.push_back({std::move(title), std::move(key), value ? "yes" : "no", value ? "true" : "false"});
}
void Record::add(std::string heading, std::string key, Table list, std::string nothing) {
  lists_.push_back({std::move(heading), std::move(key), std::move(nothing), std::move(list)});
}

void Record::add_json(std::string key, std::string json) { nested_.emplace_back(std::move(key), std::move(json)); }

void Record::print(std::FILE* out, Format format) const {
  if (format == Format::table) return print_lines(out);
  if (format == Format::json) {
    std::string text = "{";
    const auto begin = [&](std::string_view key) {
      text += text.size() == 1 ? "\n  " : ",\n  ";
      append_json(text, key);
      text += ": ";
    };
    for (const Field& field : fields_) {
      begin(field.key);
      text += field.json;
    }
    for (const List& list : lists_) {
      begin(list.key);
      text += list.table.json("  ");
    }
    for (const auto& [key, json] : nested_) {
      begin(key);
      text += json;
    }
    return write(out, text + "\n}\n");
  }
  std::vector<Column> columns;
  std::vector<std::string> cells;
  for (const Field& field : fields_) {
    columns.push_back({field.title, field.key});
    cells.push_back(field.value);
  }
  Table table(std::move(columns));
  table.add(std::move(cells));
  table.print(out, format);
}

void Record::print_lines(std::FILE* out) const {
  std::size_t width = 0;
  for (const Field& field : fields_) width = std::max(width, field.value.empty() ? 0 : display_width(field.title));
  for (const Field& field : fields_) {
    if (field.value.empty()) continue;  // nothing to say
    write(out, fmt::format("{}  {}\n", muted(padded(field.title, width, Align::left)), harmless(field.value)));
  }
  for (const List& list : lists_) {
    if (list.table.empty() && list.nothing.empty()) continue;
    write(out, fmt::format("\n{}\n", prorata::cli::heading(list.heading)));
    list.table.print(out, Format::table, list.nothing);
  }
}

}  // namespace prorata::cli
