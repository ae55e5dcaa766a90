// Splits a file of JSON into its records, one at a time, in memory that does not grow with the file.
//
// Understood: JSON lines, documents one after another, arrays, envelopes ({"value": [...]}, and the same with "items" or
// "pricePoints", any letter case), single objects, and where asked for an object of objects ({"key": {...}, "key": {...}}).
//
//   RecordReader records(source);
//   while (std::optional<Result<Record>> next = records.next())
//     if (*next) use((*next)->text, (*next)->line, (*next)->pointer);      // the text lives until the next call
//
// A record is only found here, not judged: JsonReader does that. What cannot be a record is an invalid_data error with its
// place, and the rest goes on: after the broken line of JSON lines, or after the broken element where its brackets still balance.
// An error of another code means that the source itself failed; it is the last.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "wire/bytes.h"
#include "wire/characters.h"
#include "wire/json.h"

namespace prorata::wire {

inline constexpr std::size_t kRecordBytesMax = std::size_t{4} << 20U;
inline constexpr int kRecordDepthMax = 64;

struct Record {
  std::string_view text;
  std::string_view key;  // its name in an object of objects
  std::int64_t line = 1;
  std::int64_t column = 1;
  std::string pointer;  // within its document: "/value/12"

  JsonReader::Origin origin() const { return {.line = line, .column = column, .pointer = pointer}; }
};

enum class ObjectForm : std::uint8_t { record, map_of_records };

class RecordReader {
 public:
  // `form` says what an object is whose first member is an object too.
  explicit RecordReader(ByteSource& source, ObjectForm form = ObjectForm::record);

  std::optional<Result<Record>> next();

 private:
  enum class Place : std::uint8_t { start, top, array, envelope, map, end };

  void take();  // keeps the character for the record
  void take_space();
  void skip_space();

  // Pieces of JSON.
  void take_value();
  void take_balanced(int floor);
  void take_string();
  void take_scalar();
  void open(char bracket);
  bool broken_off();

  // Records.
  std::optional<Result<Record>> next_in_place();
  std::optional<Result<Record>> next_at_top();
  std::optional<Result<Record>> next_object();
  std::optional<Result<Record>> next_element();
  std::optional<Result<Record>> next_member();
  std::optional<Result<Record>> enter_array(Place outer, std::string pointer);
  std::optional<Result<Record>> enter_map(const std::string& name);
  std::optional<Result<Record>> leave_envelope();
  Result<Record> take_member(const std::string& quoted_name);
  const char* skip_comma();
  void begin(std::string pointer);
  void spoil(const char* why);
  Result<Record> finish();
  Result<Record> garbage();
  Result<Record> cut_off();

  Characters in_;
  ObjectForm form_;

  Place place_ = Place::start;
  Place outer_ = Place::top;      // around the array
  std::string pointer_;           // of the array
  std::int64_t index_ = 0;        // of the next element or member
  std::int64_t single_line_ = 0;  // documents in a row that took one line each: a file of JSON lines

  std::string text_;
  std::string key_;
  Record record_;
  std::string spoiled_;  // why this record cannot be used
  bool keep_ = true;     // whether take() still keeps
  int depth_ = 0;        // brackets open in this record
  std::array<char, kRecordDepthMax> open_{};
  char last_ = 0;  // the last character that is not white space
};

}  // namespace prorata::wire
