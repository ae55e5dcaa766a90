#include "wire/records.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10U;
constexpr auto kEnvelopes = std::to_array<std::string_view>({"value", "items", "pricePoints"});

bool is_space(int c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

bool is_envelope(std::string_view quoted_key) {
  if (quoted_key.size() < 2) return false;
  for (const std::string_view name : kEnvelopes)
    if (equal_ignoring_case(quoted_key.substr(1, quoted_key.size() - 2), name)) return true;
  return false;
}

void append_pointer_step(std::string& out, std::string_view key) {
  out += '/';
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

// The pointer to a member whose name is given in its quotes.
std::string pointer_to(std::string_view object, std::string_view quoted_name) {
  std::string out(object);
  append_pointer_step(out, quoted_name.substr(1, quoted_name.size() - 2));
  return out;
}

}  // namespace

RecordReader::RecordReader(ByteSource& source, ObjectForm form) : source_(source), form_(form), buffer_(kBufferBytes) {}

bool RecordReader::fill() {
  if (source_ended_) return false;
  Result<std::size_t> got = source_.read(buffer_);
  if (!got) source_error_ = std::move(got).error();
  at_ = 0;
  size_ = got.value_or(0);
  source_ended_ = size_ == 0;
  return !source_ended_;
}

void RecordReader::step() {
  if (buffer_[at_] == '\n') {
    ++line_;
    column_ = 1;
  } else {
    ++column_;
  }
  ++at_;
}

void RecordReader::take() {
  const char c = buffer_[at_];
  if (keep_) {
    text_ += c;
    if (text_.size() > kRecordBytesMax) spoil("is larger than 4 MiB");
  }
  if (!is_space(c)) last_ = c;
  step();
}

void RecordReader::skip_space() {
  while (is_space(peek())) step();
}

void RecordReader::take_space() {
  while (is_space(peek())) take();
}

void RecordReader::spoil(const char* why) {
  if (spoiled_.empty()) spoiled_ = why;
  keep_ = false;
  text_.clear();
}

Error RecordReader::error_here(std::string message) const {
  return {Code::invalid_data, std::move(message), fmt::format("line {}, column {}", line_, column_)};
}

// JSON lines whose writer was cut off: the line after it begins a record of its own. Told by a brace at the very beginning of a line
// where no value is due. Between the elements of an array a brace there is ordinary, unless the file is known to be JSON lines.
bool RecordReader::broken_off() {
  if (place_ != Place::top || column_ != 1 || depth_ == 0 || peek() != '{') return false;
  const char container = open_[static_cast<std::size_t>(std::min(depth_, kRecordDepthMax) - 1)];
  const bool due = container == '[' && (last_ == '[' || last_ == ',') && single_line_ < 2;
  if (due) return false;
  spoil("the record is not closed at the end of its line");
  depth_ = 0;
  return true;
}

// From the opening quote past the closing one. A string may not hold a line break, so one ends it: what follows is not lost in it.
void RecordReader::take_string() {
  take();
  for (;;) {
    // The plain characters up to the next one that matters are taken in one piece.
    if (at_ < size_ && keep_) {
      const char* from = buffer_.data() + at_;
      std::size_t plain = 0;
      while (at_ + plain < size_ && from[plain] != '"' && from[plain] != '\\' && from[plain] != '\n') ++plain;
      text_.append(from, plain);
      at_ += plain;
      column_ += static_cast<std::int64_t>(plain);
      if (text_.size() > kRecordBytesMax) spoil("is larger than 4 MiB");
    }
    const int c = peek();
    if (c == kEnd) return;
    if (c == '\n') return spoil("a string is not closed at the end of its line");
    take();
    if (c == '"') return;
    if (c == '\\' && peek() != kEnd && peek() != '\n') take();
  }
}

// A number, a word, or whatever else stands where a value is due.
void RecordReader::take_scalar() {
  for (int c = peek(); c != kEnd && c != ',' && c != '}' && c != ']' && c != '{' && c != '[' && c != '"' && !is_space(c); c = peek())
    take();
}

// Up to the end of the brackets that are open beyond `floor`. A closing bracket of the wrong kind closes too: the reader refuses that
// element later, and the ones after it are found.
void RecordReader::take_balanced(int floor) {
  while (depth_ > floor) {
    const int c = peek();
    if (c == kEnd) return spoil("the file ends within this record; it is cut off");
    if (c == '{' && broken_off()) return;
    if (c == '"') {
      take_string();
      continue;
    }
    take();
    if (c == '{' || c == '[') open(static_cast<char>(c));
    if (c == '}' || c == ']') --depth_;
  }
}

void RecordReader::open(char bracket) {
  if (depth_ < kRecordDepthMax)
    open_[static_cast<std::size_t>(depth_)] = bracket;
  else
    spoil("is nested deeper than 64 levels");
  ++depth_;
}

void RecordReader::take_value() {
  const int c = peek();
  const int floor = depth_;
  if (c == '{' || c == '[') {
    if (broken_off()) return;
    take();
    open(static_cast<char>(c));
    take_balanced(floor);
  } else if (c == '"') {
    take_string();
  } else if (c == '}' || c == ']' || c == ',' || c == kEnd) {
    spoil("a value is missing");
  } else {
    take_scalar();
  }
}

void RecordReader::begin(std::string pointer) {
  text_.clear();
  spoiled_.clear();
  keep_ = true;
  depth_ = 0;
  last_ = 0;
  record_.line = line_;
  record_.column = column_;
  record_.pointer = std::move(pointer);
  record_.key = {};
}

Result<Record> RecordReader::finish() {
  if (spoiled_.empty()) {
    record_.text = text_;
    return record_;
  }
  const auto where = fmt::format("line {}, column {}", record_.line, record_.column);
  return fail(Code::invalid_data, spoiled_, record_.pointer.empty() ? where : fmt::format("{} ({})", record_.pointer, where));
}

// Something at the top that is no record: refused to the end of its line.
Result<Record> RecordReader::garbage() {
  begin({});
  spoil("an object or an array is expected here");
  while (peek() != kEnd && peek() != '\n') step();
  return finish();
}

std::optional<Error> RecordReader::check_start() {
  // A pipe may give its first bytes one by one.
  while (size_ < 4 && !source_ended_) {
    Result<std::size_t> got = source_.read(std::span(buffer_).subspan(size_));
    if (!got) source_error_ = std::move(got).error();
    source_ended_ = got.value_or(0) == 0;
    size_ += got.value_or(0);
  }
  const std::string_view begun(buffer_.data(), size_);
  if (begun.starts_with("\xEF\xBB\xBF")) at_ = 3;
  const bool wide = begun.starts_with("\xFF\xFE") || begun.starts_with("\xFE\xFF") || begun.substr(0, 2).contains('\0');
  if (wide) return error_here("the file is UTF-16 or binary; save it as UTF-8");
  if (begun.starts_with("\x1F\x8B")) return error_here("the file is compressed; unpack it with gunzip first");
  return std::nullopt;
}

std::optional<Result<Record>> RecordReader::next() {
  if (place_ == Place::start) {
    place_ = Place::top;
    if (std::optional<Error> error = check_start()) {
      place_ = Place::end;
      return std::unexpected(std::move(*error));
    }
  }
  std::optional<Result<Record>> found;
  while (!found && place_ != Place::end) found = next_in_place();
  if (!source_error_) return found;
  place_ = Place::end;
  return std::unexpected(*std::exchange(source_error_, std::nullopt));
}

std::optional<Result<Record>> RecordReader::next_in_place() {
  switch (place_) {
    case Place::array: return next_element();
    case Place::map: return next_member();
    case Place::envelope: return leave_envelope();
    default: return next_at_top();
  }
}

std::optional<Result<Record>> RecordReader::next_at_top() {
  skip_space();
  const int c = peek();
  if (c == kEnd) {
    place_ = Place::end;
    return std::nullopt;
  }
  if (c == '{') return next_object();
  if (c == '[') return enter_array(Place::top, {});
  return garbage();
}

std::optional<Result<Record>> RecordReader::enter_array(Place outer, std::string pointer) {
  begin({});
  step();
  place_ = Place::array;
  outer_ = outer;
  pointer_ = std::move(pointer);
  index_ = 0;
  return std::nullopt;
}

// An object at the top: an envelope, an object of objects or one record, told apart by the members as they come. Members before an
// envelope's array are kept until then, and dropped.
std::optional<Result<Record>> RecordReader::next_object() {
  begin({});
  take();
  open('{');
  std::string name;
  for (bool first = true; depth_ > 0; first = false) {
    take_space();
    if (peek() != '"') break;
    const std::size_t from = text_.size();
    take_string();
    name.assign(keep_ ? std::string_view(text_).substr(from) : std::string_view());
    take_space();
    if (peek() != ':') break;
    take();
    take_space();
    if (peek() == '[' && is_envelope(name)) return enter_array(Place::envelope, pointer_to({}, name));
    if (peek() == '{' && column_ > 1 && first && form_ == ObjectForm::map_of_records && !name.empty()) return enter_map(name);
    take_value();
    take_space();
    if (peek() != ',') break;
    take();
  }
  take_balanced(0);
  single_line_ = record_.line == line_ ? single_line_ + 1 : 0;
  return finish();
}

std::optional<Result<Record>> RecordReader::enter_map(const std::string& name) {
  place_ = Place::map;
  index_ = 1;
  return take_member(name);
}

Result<Record> RecordReader::take_member(const std::string& quoted_name) {
  begin(pointer_to({}, quoted_name));
  key_.assign(quoted_name, 1, quoted_name.size() - 2);
  record_.key = key_;
  take_value();
  return finish();
}

// Steps over the comma between two elements. What is wrong with it spoils the element after it.
const char* RecordReader::skip_comma() {
  if (index_++ == 0) return nullptr;
  if (peek() != ',') return "a comma is missing before it";
  step();
  skip_space();
  return nullptr;
}

std::optional<Result<Record>> RecordReader::next_element() {
  skip_space();
  if (peek() == kEnd) return cut_off();
  if (peek() == ']') {
    step();
    place_ = outer_;
    return std::nullopt;
  }
  const char* const wrong = skip_comma();
  begin(fmt::format("{}/{}", pointer_, index_ - 1));
  if (wrong != nullptr) spoil(wrong);
  take_value();
  if (peek() == '}') step();  // a stray one would never be passed
  return finish();
}

std::optional<Result<Record>> RecordReader::next_member() {
  skip_space();
  if (peek() == kEnd) return cut_off();
  if (peek() == '}') {
    step();
    place_ = Place::top;
    return std::nullopt;
  }
  const char* const wrong = skip_comma();
  begin({});
  if (wrong != nullptr) spoil(wrong);
  if (peek() != '"') {
    spoil("a name in quotes is expected here");
    take_value();
    if (peek() == ']') step();
    return finish();
  }
  take_string();
  const std::string name = text_;
  skip_space();
  if (peek() != ':' || name.size() < 2) {
    spoil("a name is expected here, and a colon after it");
    return finish();
  }
  step();
  skip_space();
  return take_member(name);
}

// What stands in an envelope after its array: a link to the next page, a count.
std::optional<Result<Record>> RecordReader::leave_envelope() {
  begin({});
  keep_ = false;
  place_ = Place::top;
  open('{');
  take_balanced(0);
  return spoiled_.empty() ? std::nullopt : std::optional(finish());
}

Result<Record> RecordReader::cut_off() {
  begin({});
  spoil("the file ends before its list is closed; it is cut off");
  place_ = Place::end;
  return finish();
}

}  // namespace prorata::wire
