#include "wire/csv_rows.h"

#include <cstring>

#include <simdjson.h>

namespace prorata::wire {
namespace {

const char* find(const char* from, const char* end, char c) {
  if (from == end) return nullptr;
  return static_cast<const char*>(std::memchr(from, c, static_cast<std::size_t>(end - from)));
}

bool is_clean(std::string_view text) {
  return find(text.data(), text.data() + text.size(), '\0') == nullptr && simdjson::validate_utf8(text.data(), text.size());
}

// From behind an opening quote to the quote that closes it; null where the text ends before. Content may be bad from `bad` on: a NUL or
// more bytes than a field may have.
const char* closing_quote(const char* from, const char* end, const char*& bad, bool& doubled) {
  std::size_t size = 0;  // of the content so far, doubled quotes counted once
  for (const char* at = from;;) {
    const char* quote = find(at, end, '"');
    const char* stop = quote == nullptr ? end : quote;
    const char* nul = find(at, stop, '\0');
    if (nul != nullptr) bad = nul + 1;
    const std::size_t room = kCsvFieldBytesMax - size;
    if (const auto piece = static_cast<std::size_t>(stop - at); piece > room && (bad == nullptr || at + room + 1 < bad))
      bad = at + room + 1;
    if (bad != nullptr || quote == nullptr) return nullptr;
    size += static_cast<std::size_t>(stop - at);
    if (quote + 1 == end || quote[1] != '"') return quote;
    doubled = true;
    if (++size > kCsvFieldBytesMax) {
      bad = quote + 2;
      return nullptr;
    }
    at = quote + 2;
  }
}

}  // namespace

// CsvReader gives up a row at the first thing that is wrong with it and goes on behind the next line break, whatever quotes stand between.
std::optional<std::size_t> csv_row_end(std::string_view text, char delimiter) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto past_line = [&](const char* from) -> std::optional<std::size_t> {
    const char* line_end = find(from, end, '\n');
    if (line_end == nullptr) return std::nullopt;
    return static_cast<std::size_t>(line_end + 1 - begin);
  };
  const char* at = begin;
  for (std::size_t fields = 0;; ++fields) {
    if (fields == kCsvColumnsMax || at == end) return past_line(at);
    if (*at == '"') {
      const char* bad = nullptr;
      bool doubled = false;
      const char* quote = closing_quote(at + 1, end, bad, doubled);
      if (bad != nullptr) return past_line(bad);
      if (quote == nullptr) return std::nullopt;
      const std::string content = doubled ? undoubled({at + 1, static_cast<std::size_t>(quote - at - 1)}) : std::string();
      const bool good = doubled ? simdjson::validate_utf8(content.data(), content.size())
                                : simdjson::validate_utf8(at + 1, static_cast<std::size_t>(quote - at - 1));
      at = quote + 1;
      if (at != end && *at == '\r') ++at;
      if (at == end || !good || (*at != '\n' && *at != delimiter)) return past_line(at);
    } else {
      const char* line_end = find(at, end, '\n');
      if (line_end == nullptr) return std::nullopt;
      const char* stop = find(at, line_end, delimiter);
      if (stop == nullptr) stop = line_end;
      const std::string_view field(at, static_cast<std::size_t>(stop - at));
      const bool wrong = field.size() > kCsvFieldBytesMax || field.contains('"') || !is_clean(field);
      if (wrong) return past_line(at);
      at = stop;
    }
    if (*at == '\n') return static_cast<std::size_t>(at + 1 - begin);
    ++at;
  }
}

RowKind split_row(const char*& at, const char* end, const CsvShape& shape, Quotes quotes, std::vector<RawField>& fields) {
  fields.clear();
  const char* const begin = at;
  const char* line_end = find(at, end, '\n');
  const char* const past = line_end == nullptr ? end : line_end + 1;
  if (line_end == nullptr) line_end = end;
  if (static_cast<std::size_t>(line_end - begin) > kCsvFieldBytesMax) return RowKind::odd;
  const bool quoted = quotes == Quotes::possible && find(begin, line_end, '"') != nullptr;
  if (line_end != begin && line_end[-1] == '\r') --line_end;
  for (const char* from = begin;; ++from) {
    if (fields.size() == shape.width) return RowKind::odd;
    const char* stop;
    if (quoted && from != line_end && *from == '"') {
      const char* bad = nullptr;
      bool doubled = false;
      const char* quote = closing_quote(from + 1, line_end, bad, doubled);
      if (quote == nullptr) return RowKind::odd;
      stop = quote + 1;
      if (stop != line_end && *stop != shape.delimiter) return RowKind::odd;
      fields.push_back({from + 1, static_cast<std::size_t>(quote - from - 1), doubled});
    } else {
      stop = find(from, line_end, shape.delimiter);
      if (stop == nullptr) stop = line_end;
      if (quoted && find(from, stop, '"') != nullptr) return RowKind::odd;
      fields.push_back({from, static_cast<std::size_t>(stop - from)});
    }
    if (stop == line_end) break;
    from = stop;
  }
  const bool good = fields.size() == shape.width && is_clean({begin, static_cast<std::size_t>(line_end - begin)});
  if (!good) return RowKind::odd;
  at = past;
  return RowKind::ordinary;
}

std::string undoubled(std::string_view text) {
  std::string single;
  single.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    single += text[i];
    if (text[i] == '"') ++i;
  }
  return single;
}

}  // namespace prorata::wire
