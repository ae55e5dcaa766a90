#include "wire/records.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace prorata::wire {
namespace {

constexpr int kEnd = Characters::kEnd;
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

RecordReader::RecordReader(ByteSource& source, ObjectForm form) : in_(source), form_(form) {}

void RecordReader::take() {
  const char c = static_cast<char>(in_.peek());
  if (keep_) {
    text_ += c;
    if (text_.size() > kRecordBytesMax) spoil("is larger than 4 MiB");
  }
  if (!is_space(c)) last_ = c;
  in_.step();
}

void RecordReader::skip_space() {
  while (is_space(in_.peek())) in_.step();
}

void RecordReader::take_space() {
  while (is_space(in_.peek())) take();
}

void RecordReader::spoil(const char* why) {
  if (spoiled_.empty()) spoiled_ = why;
  keep_ = false;
  text_.clear();
}

// JSON lines whose writer was cut off: the line after it begins a record of its own. Told by a brace at the very beginning of a line
// where no value is due. Between the elements of an array a brace there is ordinary, unless the file is known to be JSON lines.
bool RecordReader::broken_off() {
  if (place_ != Place::top || in_.column() != 1 || depth_ == 0 || in_.peek() != '{') return false;
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
    if (keep_) {
      const std::string_view window = in_.window();
      const std::string_view plain = window.substr(0, window.find_first_of("\"\\\n"));
      text_ += plain;
      in_.skip_in_line(plain.size());
      if (text_.size() > kRecordBytesMax) spoil("is larger than 4 MiB");
    }
    const int c = in_.peek();
    if (c == kEnd) return;
    if (c == '\n') return spoil("a string is not closed at the end of its line");
    take();
    if (c == '"') return;
    if (c == '\\' && in_.peek() != kEnd && in_.peek() != '\n') take();
  }
}

// A number, a word, or whatever else stands where a value is due.
void RecordReader::take_scalar() {
  for (int c = in_.peek(); c != kEnd && c != ',' && c != '}' && c != ']' && c != '{' && c != '[' && c != '"' && !is_space(c);
       c = in_.peek())
    take();
}

// Up to the end of the brackets that are open beyond `floor`. A closing bracket of the wrong kind closes too: the reader refuses that
// element later, and the ones after it are found.
void RecordReader::take_balanced(int floor) {
  while (depth_ > floor) {
    const int c = in_.peek();
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
  const int c = in_.peek();
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
  record_.line = in_.line();
  record_.column = in_.column();
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
  while (in_.peek() != kEnd && in_.peek() != '\n') in_.step();
  return finish();
}

std::optional<Result<Record>> RecordReader::next() {
  if (place_ == Place::start) {
    place_ = Place::top;
    if (Result<void> good = in_.check_start(); !good) {
      place_ = Place::end;
      return std::unexpected(std::move(good).error());
    }
  }
  std::optional<Result<Record>> found;
  while (!found && place_ != Place::end) found = next_in_place();
  if (std::optional<Error> error = in_.take_source_error()) {
    place_ = Place::end;
    return std::unexpected(std::move(*error));
  }
  return found;
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
  const int c = in_.peek();
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
  in_.step();
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
    if (in_.peek() != '"') break;
    const std::size_t from = text_.size();
    take_string();
    name.assign(keep_ ? std::string_view(text_).substr(from) : std::string_view());
    take_space();
    if (in_.peek() != ':') break;
    take();
    take_space();
    if (in_.peek() == '[' && is_envelope(name)) return enter_array(Place::envelope, pointer_to({}, name));
    if (in_.peek() == '{' && in_.column() > 1 && first && form_ == ObjectForm::map_of_records && !name.empty()) return enter_map(name);
    take_value();
    take_space();
    if (in_.peek() != ',') break;
    take();
  }
  take_balanced(0);
  single_line_ = record_.line == in_.line() ? single_line_ + 1 : 0;
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
  if (in_.peek() != ',') return "a comma is missing before it";
  in_.step();
  skip_space();
  return nullptr;
}

std::optional<Result<Record>> RecordReader::next_element() {
  skip_space();
  if (in_.peek() == kEnd) return cut_off();
  if (in_.peek() == ']') {
    in_.step();
    place_ = outer_;
    return std::nullopt;
  }
  const char* const wrong = skip_comma();
  begin(fmt::format("{}/{}", pointer_, index_ - 1));
  if (wrong != nullptr) spoil(wrong);
  take_value();
  if (in_.peek() == '}') in_.step();  // a stray one would never be passed
  return finish();
}

std::optional<Result<Record>> RecordReader::next_member() {
  skip_space();
  if (in_.peek() == kEnd) return cut_off();
  if (in_.peek() == '}') {
    in_.step();
    place_ = Place::top;
    return std::nullopt;
  }
  const char* const wrong = skip_comma();
  begin({});
  if (wrong != nullptr) spoil(wrong);
  if (in_.peek() != '"') {
    spoil("a name in quotes is expected here");
    take_value();
    if (in_.peek() == ']') in_.step();
    return finish();
  }
  take_string();
  const std::string name = text_;
  skip_space();
  if (in_.peek() != ':' || name.size() < 2) {
    spoil("a name is expected here, and a colon after it");
    return finish();
  }
  in_.step();
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
