#include "wire/json.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <simdjson.h>

namespace prorata::wire {

static_assert(kJsonPadding >= simdjson::SIMDJSON_PADDING);

namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kFewMembers = 24;  // up to here comparing all pairs is quicker than sorting

// A number of strict JSON: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
bool is_number(std::string_view text) {
  std::size_t at = 0;
  const auto digits = [&] {
    const std::size_t from = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - from;
  };
  if (at < text.size() && text[at] == '-') ++at;
  const std::size_t first = at;
  const std::size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

// Length, first, middle and last byte: tells most keys of one object apart without comparing them.
std::uint32_t mark_of(std::string_view key) {
  if (key.empty()) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(key[at])); };
  return static_cast<std::uint32_t>(key.size() & 0xFFU) | byte(0) << 8U | byte(key.size() / 2) << 16U | byte(key.size() - 1) << 24U;
}

std::string_view trimmed(std::string_view token) {
  while (!token.empty() && (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t'))
    token.remove_suffix(1);
  return token;
}

void append_escaped_pointer(std::string& out, std::string_view key) {
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
}

std::string_view reason(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR: return "not valid UTF-8";
    case simdjson::UNCLOSED_STRING: return "a string is not closed";
    case simdjson::UNESCAPED_CHARS: return "a control character stands unescaped in a string";
    case simdjson::EMPTY: return "empty";
    case simdjson::DEPTH_ERROR: return "nested too deeply";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT: return "an array or object is not closed";
    case simdjson::STRING_ERROR: return "a string has a bad escape";
    case simdjson::CAPACITY: return "too large";
    default: return "not valid JSON";
  }
}

}  // namespace

struct JsonReader::Node {
  std::string_view text;  // of a string, number or boolean
  std::string_view key;
  std::size_t offset = 0;  // where it begins
  std::uint32_t parent = kNone;
  std::uint32_t first = kNone;
  std::uint32_t next = kNone;
  std::uint32_t count = 0;
  std::uint32_t index = 0;  // among its siblings
  JsonKind kind = JsonKind::null;
};

struct JsonReader::Parser {
  simdjson::ondemand::parser parser;
  std::string padded;                  // a copy of the text with the padding that the parser reads into, where the text has none of its own
  std::string_view document;           // what is being read
  std::vector<std::string_view> keys;  // scratch for finding duplicates
  std::vector<std::uint32_t> marks;    // of each of them: equal keys have equal marks
};

JsonReader::JsonReader() : parser_(std::make_unique<Parser>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;
JsonReader& JsonReader::operator=(JsonReader&&) noexcept = default;

std::string JsonReader::pointer_of(std::uint32_t node) const {
  if (node == kNone) return origin_.pointer;
  const Node& each = nodes_[node];
  if (each.parent == kNone) return origin_.pointer;
  std::string out = pointer_of(each.parent) + '/';
  if (nodes_[each.parent].kind == JsonKind::array)
    out += std::to_string(each.index);
  else
    append_escaped_pointer(out, each.key);
  return out;
}

std::string JsonReader::place_at(std::size_t offset, std::string pointer) const {
  const std::string_view before = parser_->document.substr(0, offset);
  const auto lines = std::ranges::count(before, '\n');
  const std::size_t last = before.rfind('\n');
  const auto column = last == std::string_view::npos ? origin_.column + static_cast<std::int64_t>(before.size())
                                                     : static_cast<std::int64_t>(before.size() - last);
  return fmt::format("{}{}line {}, column {}{}", pointer, pointer.empty() ? "" : " (", origin_.line + lines, column,
                     pointer.empty() ? "" : ")");
}

std::string JsonReader::place_of(std::uint32_t node) const { return place_at(nodes_[node].offset, pointer_of(node)); }

namespace {

// The pieces that differ between a document's root and a value within it.
template <class V>
simdjson::error_code kind_of(V& value, JsonKind& kind) {
  simdjson::ondemand::json_type type{};
  if (const auto error = value.type().get(type)) return error;
  switch (type) {
    case simdjson::ondemand::json_type::array: kind = JsonKind::array; break;
    case simdjson::ondemand::json_type::object: kind = JsonKind::object; break;
    case simdjson::ondemand::json_type::number: kind = JsonKind::number; break;
    case simdjson::ondemand::json_type::string: kind = JsonKind::string; break;
    case simdjson::ondemand::json_type::boolean: kind = JsonKind::boolean; break;
    case simdjson::ondemand::json_type::null: kind = JsonKind::null; break;
  }
  return simdjson::SUCCESS;
}

}  // namespace

Result<JsonValue> JsonReader::read(std::string_view text, Origin origin) {
  std::string& padded = parser_->padded;
  padded.resize(text.size() + kJsonPadding);
  std::ranges::copy(text, padded.begin());
  std::ranges::fill(padded.begin() + static_cast<std::ptrdiff_t>(text.size()), padded.end(), ' ');
  return read_in_place(std::string_view(padded).substr(0, text.size()), std::move(origin));
}

Result<JsonValue> JsonReader::read_in_place(std::string_view text, Origin origin) {
  const std::string_view begun = trim(text);
  if (!begun.empty() && begun[0] != '{' && begun[0] != '[') {
    // The parser does not look past a lone scalar; within brackets it must. The bracket shifts its columns by one.
    --origin.column;
    const JsonValue list = TRY(read('[' + std::string(begun) + ']', std::move(origin)));
    if (list.size() != 1) return bad_value(list, "something stands after the end of the document");
    nodes_[list.first()->node_].parent = kNone;
    return *list.first();
  }
  origin_ = std::move(origin);
  nodes_.clear();
  Parser& p = *parser_;
  p.document = text;

  simdjson::ondemand::document document;
  const auto fail_at = [&](std::string_view why, std::size_t offset, std::uint32_t node) {
    return fail(Code::invalid_data, std::string(why), place_at(offset, pointer_of(node)));
  };
  if (const auto error = p.parser.iterate(text.data(), text.size(), text.size() + kJsonPadding).get(document))
    return fail_at(reason(error), 0, kNone);

  const auto offset_of = [&](const char* at) {
    return at == nullptr ? text.size() : std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, at - text.data())), text.size());
  };
  const auto location = [&] {
    const char* at = nullptr;
    return document.current_location().get(at) ? text.size() : offset_of(at);
  };

  // Depth-first; a lambda that calls itself so that the document, the nodes and the error stay in reach.
  // The key comes as its two halves: written as one value and read as another, it would have to wait for memory.
  const auto walk = [&](const auto& self, auto& value, std::uint32_t parent, const char* key, std::size_t key_size, std::uint32_t index,
                        int depth) -> Result<std::uint32_t> {
    if (depth > kJsonDepthMax) return fail_at("nested too deeply", location(), parent);
    const auto me = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({.key = {key, key_size}, .offset = location(), .parent = parent, .index = index});
    JsonKind kind{};
    if (const auto error = kind_of(value, kind)) return fail_at(reason(error), location(), me);
    nodes_[me].kind = kind;
    const auto child_done = [&](std::uint32_t& last, std::uint32_t child) {
      (last == kNone ? nodes_[me].first : nodes_[last].next) = child;
      last = child;
      ++nodes_[me].count;
    };
    if (kind == JsonKind::object) {
      simdjson::ondemand::object object;
      if (const auto error = value.get_object().get(object)) return fail_at(reason(error), location(), me);
      std::uint32_t last = kNone;
      for (auto entry : object) {
        simdjson::ondemand::field field;
        if (const auto error = std::move(entry).get(field)) return fail_at(reason(error), location(), me);
        std::string_view name;
        if (const auto error = field.unescaped_key().get(name)) return fail_at(reason(error), location(), me);
        simdjson::ondemand::value& inner = field.value();
        child_done(last, TRY(self(self, inner, me, name.data(), name.size(), nodes_[me].count, depth + 1)));
      }
      // The same key twice: whoever reads first and whoever reads last would disagree. A key is compared with those before it only where
      // one of them has set the same bit.
      p.keys.clear();
      p.marks.clear();
      std::uint64_t bits = 0;
      const bool few = nodes_[me].count <= kFewMembers;
      for (std::uint32_t child = nodes_[me].first; child != kNone; child = nodes_[child].next) {
        const std::string_view name = nodes_[child].key;
        if (few) {
          const std::uint32_t mark = mark_of(name);
          const std::uint64_t bit = std::uint64_t{1} << (mark * 0x9E3779B1U >> 26U);
          for (std::size_t i = 0; (bits & bit) != 0 && i < p.marks.size(); ++i)
            if (p.marks[i] == mark && p.keys[i] == name)
              return fail_at(fmt::format("the key '{}' stands twice in one object", name), nodes_[child].offset, child);
          bits |= bit;
          p.marks.push_back(mark);
        }
        p.keys.push_back(name);
      }
      if (!few) {
        std::ranges::sort(p.keys);
        const auto twice = std::ranges::adjacent_find(p.keys);
        if (twice != p.keys.end()) return fail_at(fmt::format("the key '{}' stands twice in one object", *twice), nodes_[me].offset, me);
      }
      return me;
    }
    if (kind == JsonKind::array) {
      simdjson::ondemand::array array;
      if (const auto error = value.get_array().get(array)) return fail_at(reason(error), location(), me);
      std::uint32_t last = kNone;
      for (auto entry : array) {
        simdjson::ondemand::value inner;
        if (const auto error = std::move(entry).get(inner)) return fail_at(reason(error), location(), me);
        child_done(last, TRY(self(self, inner, me, nullptr, 0, nodes_[me].count, depth + 1)));
      }
      return me;
    }
    if (kind == JsonKind::string) {
      if (const auto error = value.get_string().get(nodes_[me].text)) return fail_at(reason(error), nodes_[me].offset, me);
      return me;
    }
    // Numbers, booleans and null are taken as they are written, and checked here: nothing goes through a double.
    std::string_view token;
    if constexpr (requires { value.raw_json_token().get(token); }) {
      if (const auto error = value.raw_json_token().get(token)) return fail_at(reason(error), nodes_[me].offset, me);
    } else {
      token = value.raw_json_token();
    }
    nodes_[me].text = trimmed(token);
    const std::string_view word = nodes_[me].text;
    const bool good = kind == JsonKind::number    ? is_number(word)
                      : kind == JsonKind::boolean ? word == "true" || word == "false"
                                                  : word == "null";
    if (!good) return fail_at(fmt::format("'{}' is not a JSON value", word.substr(0, 40)), nodes_[me].offset, me);
    // Consume the token so that the iterator stands after it.
    if (kind == JsonKind::boolean) {
      bool ignored = false;
      if (const auto error = value.get_bool().get(ignored)) return fail_at(reason(error), nodes_[me].offset, me);
    } else if (kind == JsonKind::null) {
      bool ignored = false;
      if constexpr (requires { value.is_null().get(ignored); }) {
        if (const auto error = value.is_null().get(ignored)) return fail_at(reason(error), nodes_[me].offset, me);
      } else {
        ignored = value.is_null();
      }
    }
    return me;
  };
  const std::uint32_t root = TRY(walk(walk, document, kNone, nullptr, 0, 0, 1));
  const char* rest = nullptr;
  if (!document.current_location().get(rest)) return fail_at("something stands after the end of the document", offset_of(rest), kNone);
  return JsonValue(this, root);
}

JsonKind JsonValue::kind() const { return reader_->nodes_[node_].kind; }
std::string_view JsonValue::text() const { return is_null() ? std::string_view() : reader_->nodes_[node_].text; }
std::string_view JsonValue::key() const { return reader_->nodes_[node_].key; }
std::size_t JsonValue::size() const { return reader_->nodes_[node_].count; }
std::string JsonValue::pointer() const { return reader_->pointer_of(node_); }
std::string JsonValue::place() const { return reader_->place_of(node_); }

std::optional<JsonValue> JsonValue::first() const {
  const std::uint32_t child = reader_->nodes_[node_].first;
  return child == kNone ? std::nullopt : std::optional(JsonValue(reader_, child));
}

std::optional<JsonValue> JsonValue::next() const {
  const std::uint32_t sibling = reader_->nodes_[node_].next;
  return sibling == kNone ? std::nullopt : std::optional(JsonValue(reader_, sibling));
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  for (std::uint32_t child = reader_->nodes_[node_].first; child != kNone; child = reader_->nodes_[child].next)
    if (reader_->nodes_[child].key == name) return JsonValue(reader_, child);
  return std::nullopt;
}

std::optional<JsonValue> JsonValue::find_ignoring_case(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  for (std::uint32_t child = reader_->nodes_[node_].first; child != kNone; child = reader_->nodes_[child].next)
    if (equal_ignoring_case(reader_->nodes_[child].key, name)) return JsonValue(reader_, child);
  return std::nullopt;
}

std::unexpected<Error> bad_value(const JsonValue& value, std::string message) {
  return fail(Code::invalid_data, std::move(message), value.place());
}

std::optional<JsonValue> member_if(const JsonValue& object, std::string_view key) {
  std::optional<JsonValue> value = object.find(key);
  return value && !value->is_null() ? value : std::nullopt;
}

std::string_view text_if(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  return value && value->is_string() ? value->text() : std::string_view();
}

Result<JsonValue> member(const JsonValue& object, std::string_view key) {
  if (!object.is_object()) return bad_value(object, "an object is expected here");
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return bad_value(object, fmt::format("'{}' is missing", key));
  return *value;
}

Result<std::string_view> text_of(const JsonValue& value) {
  if (!value.is_string()) return bad_value(value, "a string is expected here");
  return value.text();
}

Result<std::int64_t> integer_of(const JsonValue& value, std::int64_t min, std::int64_t max) {
  std::int64_t number = 0;
  const std::string_view text = value.text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = value.kind() == JsonKind::number && error == std::errc{} && end == text.data() + text.size();
  if (!whole || number < min || number > max)
    return bad_value(value, fmt::format("a whole number from {} to {} is expected here", min, max));
  return number;
}

Result<bool> boolean_of(const JsonValue& value) {
  if (value.kind() != JsonKind::boolean) return bad_value(value, "true or false is expected here");
  return value.text() == "true";
}

namespace {
template <class T, class Parse>
Result<T> parsed_at(const JsonValue& object, std::string_view key, const Parse& parse) {
  const JsonValue value = TRY(member(object, key));
  const std::string_view text = TRY(text_of(value));
  Result<T> parsed = parse(text);
  if (!parsed) return bad_value(value, parsed.error().message);
  return parsed;
}
}  // namespace

Result<std::string_view> text_at(const JsonValue& object, std::string_view key) { return text_of(TRY(member(object, key))); }
Result<std::int64_t> integer_at(const JsonValue& object, std::string_view key, std::int64_t min, std::int64_t max) {
  return integer_of(TRY(member(object, key)), min, max);
}
Result<bool> boolean_at(const JsonValue& object, std::string_view key) { return boolean_of(TRY(member(object, key))); }
Result<Instant> instant_at(const JsonValue& object, std::string_view key) { return parsed_at<Instant>(object, key, parse_instant); }
Result<Day> day_at(const JsonValue& object, std::string_view key) { return parsed_at<Day>(object, key, parse_day); }
Result<Money> money_at(const JsonValue& object, std::string_view key, Currency currency) {
  return parsed_at<Money>(object, key, [&](std::string_view text) { return parse_money(text, currency); });
}

Result<void> only_members(const JsonValue& object, std::initializer_list<std::string_view> known) {
  if (!object.is_object()) return bad_value(object, "an object is expected here");
  for (std::optional<JsonValue> each = object.first(); each; each = each->next())
    if (std::ranges::find(known, each->key()) == known.end())
      return bad_value(*each, fmt::format("'{}' is not a field here; there are {}", each->key(), fmt::join(known, ", ")));
  return {};
}

namespace {

// Whether every byte may stand in a JSON string as it is: no control character, quote, backslash or byte beyond ASCII. Eight bytes at a
// time: a byte's high bit in each of the four terms says that it is below 0x20, equal to '"', equal to '\\', or beyond ASCII. The first
// three may also mark a byte above a true one, never a plain text, so the answer is exact.
bool stands_as_it_is(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHigh = 0x8080808080808080U;
  const auto special = [](std::uint64_t word) {
    const auto zero_byte = [](std::uint64_t w) { return (w - kOnes) & ~w; };
    return (((word - 0x20 * kOnes) & ~word) | zero_byte(word ^ '"' * kOnes) | zero_byte(word ^ '\\' * kOnes) | word) & kHigh;
  };
  std::size_t at = 0;
  std::uint64_t word;
  for (; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (special(word) != 0) return false;
  }
  word = 0x2020202020202020U;
  if (at < text.size()) std::memcpy(&word, text.data() + at, text.size() - at);
  return special(word) == 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  if (stands_as_it_is(text)) {
    out += text;
    out += '"';
    return;
  }
  std::size_t from = 0;
  const auto flush = [&](std::size_t to) { out.append(text.substr(from, to - from)); };
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x80) {
      // A whole, shortest-form sequence passes; anything else is replaced byte by byte.
      const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
      if (byte >= 0xC2 && byte < 0xF5 && at + length <= text.size() && simdjson::validate_utf8(text.data() + at, length)) {
        at += length;
        continue;
      }
      flush(at);
      out += "\xEF\xBF\xBD";
      from = ++at;
    } else if (byte < 0x20 || byte == '"' || byte == '\\') {
      flush(at);
      switch (byte) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: ((out += "\\u00") += kHex[byte >> 4U]) += kHex[byte & 15U];
      }
      from = ++at;
    } else {
      ++at;
    }
  }
  flush(text.size());
  out += '"';
}

void JsonWriter::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  first_ = false;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  append_json_string(out_, name);
  out_ += ':';
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  append_json_string(out_, value);
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t value) {
  separate();
  char buffer[24];
  out_.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool value) { return raw(value ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }

JsonWriter& JsonWriter::decimal(std::int64_t minor, int digits) {
  separate();
  out_ += '"';
  append_decimal(out_, minor, digits);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

}  // namespace prorata::wire
