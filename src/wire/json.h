// JSON in and out. The reader takes a whole document, checks all of it, and keeps numbers as the text they were written in, so that an
// amount never passes through a binary number.
//
//   JsonReader reader;                                     // keeps its buffers between documents
//   JsonValue root = TRY(reader.read(text));               // lives until the next read()
//   Money price = TRY(money_at(root, "price", currency));  // error: "/price (line 3, column 14): 'abc' is not an amount: ..."
//
// Refused, with invalid_data and a place: anything that is not strict JSON in UTF-8, the same key twice in one object, nesting deeper
// than kJsonDepthMax.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::wire {

inline constexpr int kJsonDepthMax = 32;
inline constexpr std::size_t kJsonPadding = 64;

enum class JsonKind : std::uint8_t { null, boolean, number, string, array, object };

class JsonReader;

// A cheap handle into the document last read.
class JsonValue {
 public:
  JsonKind kind() const;
  bool is_null() const { return kind() == JsonKind::null; }
  bool is_object() const { return kind() == JsonKind::object; }
  bool is_array() const { return kind() == JsonKind::array; }
  bool is_string() const { return kind() == JsonKind::string; }
  std::string_view text() const;                              // a string unescaped, a number or boolean as written; empty for the rest
  std::string_view key() const;                               // its name within its object
  std::optional<JsonValue> find(std::string_view key) const;  // of an object; null values are found
  std::optional<JsonValue> find_ignoring_case(std::string_view key) const;
  std::optional<JsonValue> first() const;  // child of an array or object
  std::optional<JsonValue> next() const;   // sibling
  std::size_t size() const;                // children
  std::string pointer() const;             // "/value/0/id"
  std::string place() const;               // pointer with line and column

 private:
  friend class JsonReader;
  JsonValue(const JsonReader* reader, std::uint32_t node) : reader_(reader), node_(node) {}
  const JsonReader* reader_;
  std::uint32_t node_;
};

class JsonReader {
 public:
  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;
  JsonReader& operator=(JsonReader&&) noexcept;

  // `line` and `column` (from 1) say where the text begins in its file, and `pointer` where in a larger document.
  struct Origin {
    std::int64_t line = 1;
    std::int64_t column = 1;
    std::string pointer;
  };
  Result<JsonValue> read(std::string_view text, Origin origin);
  Result<JsonValue> read(std::string_view text) { return read(text, Origin()); }
  // Without a copy: kJsonPadding bytes behind the text can be read, whatever they are, and the text stays until the next read.
  Result<JsonValue> read_in_place(std::string_view text, Origin origin);

 private:
  friend class JsonValue;
  struct Node;
  struct Parser;
  std::string pointer_of(std::uint32_t node) const;
  std::string place_of(std::uint32_t node) const;
  std::string place_at(std::size_t offset, std::string pointer) const;

  std::unique_ptr<Parser> parser_;
  std::vector<Node> nodes_;
  Origin origin_;
};

// An error about a value, with its place.
std::unexpected<Error> bad_value(const JsonValue& value, std::string message);

// Members of an object by name. The plain ones fail where the member is absent or null; the *_if ones give an empty optional.
Result<JsonValue> member(const JsonValue& object, std::string_view key);
Result<std::string_view> text_of(const JsonValue& value);
Result<std::int64_t> integer_of(const JsonValue& value, std::int64_t min, std::int64_t max);
Result<bool> boolean_of(const JsonValue& value);
Result<std::string_view> text_at(const JsonValue& object, std::string_view key);
Result<std::int64_t> integer_at(const JsonValue& object, std::string_view key, std::int64_t min, std::int64_t max);
Result<bool> boolean_at(const JsonValue& object, std::string_view key);
Result<Instant> instant_at(const JsonValue& object, std::string_view key);
Result<Day> day_at(const JsonValue& object, std::string_view key);
Result<Money> money_at(const JsonValue& object, std::string_view key, Currency currency);  // a decimal string
std::optional<JsonValue> member_if(const JsonValue& object, std::string_view key);         // absent or null: empty
std::string_view text_if(const JsonValue& object, std::string_view key);                   // anything but a string: empty

template <class E>
Result<E> word_at(const JsonValue& object, std::string_view key, std::string_view what) {
  const JsonValue value = TRY(member(object, key));
  const std::string_view text = TRY(text_of(value));
  Result<E> parsed = parse_word<E>(text, what);
  if (!parsed) return bad_value(value, parsed.error().message);
  return *parsed;
}

// Refuses members that are not in the list: a misspelt field must not be silently ignored.
Result<void> only_members(const JsonValue& object, std::initializer_list<std::string_view> known);

// Writes JSON into a string. Strings are escaped, invalid UTF-8 becomes U+FFFD; amounts are written digit by digit.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  JsonWriter& decimal(std::int64_t minor, int digits);  // a decimal string: "12.50"
  JsonWriter& raw(std::string_view json);

  JsonWriter& field(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& field(std::string_view name, std::int64_t value) { return key(name).integer(value); }
  JsonWriter& field(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& field_if(std::string_view name, std::string_view value) { return value.empty() ? *this : field(name, value); }
  JsonWriter& field(std::string_view name, Money value) { return key(name).decimal(value.minor, value.currency.digits()); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string& out_;
  bool first_ = true;
};

void append_json_string(std::string& out, std::string_view text);

}  // namespace prorata::wire
