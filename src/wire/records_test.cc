#include "wire/records.h"

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

struct Found {
  std::vector<std::string> texts;     // "3:1 /value/0 {...}"
  std::vector<std::string> refusals;  // "/1 (line 3, column 5): ..."
};

Found split(std::string_view text, ObjectForm form = ObjectForm::record) {
  TextBytes source(text);
  RecordReader records(source, form);
  Found found;
  for (int guard = 0; guard < 1000; ++guard) {
    std::optional<Result<Record>> next = records.next();
    if (!next) return found;
    if (*next) {
      const Record& record = **next;
      found.texts.push_back(std::to_string(record.line) + ":" + std::to_string(record.column) + " " + record.pointer + " " +
                            std::string(record.text));
    } else {
      found.refusals.push_back(next->error().text());
    }
  }
  ADD_FAILURE() << "never ends: " << text;
  return found;
}

using Texts = std::vector<std::string>;

TEST(RecordReader, FindsTheRecordsOfEveryShape) {
  const struct {
    std::string_view text;
    Texts records;
  } kCases[] = {
      {"", {}},
      {" \n ", {}},
      {"[]", {}},
      {R"({"value":[]})", {}},
      {R"({"a":1})", {R"(1:1  {"a":1})"}},
      {"{\"a\":1}\n{\"b\":2}\n", {"1:1  {\"a\":1}", "2:1  {\"b\":2}"}},
      {"{\"a\":1}\r\n\r\n{\"b\":2}", {"1:1  {\"a\":1}", "3:1  {\"b\":2}"}},
      {"{\"a\":1}{\"b\":2}", {"1:1  {\"a\":1}", "1:8  {\"b\":2}"}},
      {"\xEF\xBB\xBF[{\"a\":1}]", {"1:2 /0 {\"a\":1}"}},
      {"[{\"a\":1},\n {\"b\":[{}]}]", {"1:2 /0 {\"a\":1}", "2:2 /1 {\"b\":[{}]}"}},
      {"[1, \"x]\", null]", {"1:2 /0 1", "1:5 /1 \"x]\"", "1:11 /2 null"}},
      {R"({"value":[{"a":1},{"b":2}],"nextLink":"x"})", {R"(1:11 /value/0 {"a":1})", R"(1:19 /value/1 {"b":2})"}},
      {R"({"count":2,"links":{"self":[1]},"Items":[{"a":1}],"more":[{"c":3}]})", {R"(1:42 /Items/0 {"a":1})"}},
      {"{\"pricePoints\":[\n{\"a\":1},\n{\"b\":2}\n]}", {"2:1 /pricePoints/0 {\"a\":1}", "3:1 /pricePoints/1 {\"b\":2}"}},
      {"{\"value\":[{}]}\n{\"value\":[{}]}\n", {"1:11 /value/0 {}", "2:11 /value/0 {}"}},
      {"{\n  \"id\": \"x\",\n  \"p\": {\n    \"q\": [\n{\"r\":1},\n{\"s\":2}\n]\n  }\n}",
       {"1:1  {\n  \"id\": \"x\",\n  \"p\": {\n    \"q\": [\n{\"r\":1},\n{\"s\":2}\n]\n  }\n}"}},
      {R"({"sku":{"name":"}\"{"},"id":"y"})", {R"(1:1  {"sku":{"name":"}\"{"},"id":"y"})"}},
  };
  for (const auto& [text, records] : kCases) {
    const Found found = split(text);
    EXPECT_EQ(found.texts, records) << text;
    EXPECT_EQ(found.refusals, Texts{}) << text;
  }
}

TEST(RecordReader, TakesAnObjectOfObjectsWhereAsked) {
  const Found found = split("{\n\"a|1\": {\n\"x\": 1\n},\n\"b/2\": {\"y\":2}\n}\n", ObjectForm::map_of_records);
  EXPECT_EQ(found.texts, (Texts{"2:8 /a|1 {\n\"x\": 1\n}", "5:8 /b~12 {\"y\":2}"}));
  EXPECT_TRUE(found.refusals.empty());
  EXPECT_EQ(split(R"({"Items":[{"a":1}]})", ObjectForm::map_of_records).texts.size(), 1u);
  EXPECT_EQ(split(R"({"a":1,"b":{}})", ObjectForm::map_of_records).texts.size(), 1u);
}

TEST(RecordReader, RefusesOneRecordAndGoesOn) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const std::string huge = "{\"a\":\"" + std::string(kRecordBytesMax, 'x') + "\"}";
  const struct {
    std::string text;
    Texts records;
    Texts refusals;
  } kCases[] = {
      {"{\"a\":1\n{\"b\":2}\n", {"2:1  {\"b\":2}"}, {"line 1, column 1: the record is not closed at the end of its line"}},
      {"{\"a\":\n{\"b\":2}\n", {"2:1  {\"b\":2}"}, {"line 1, column 1: the record is not closed at the end of its line"}},
      {"{\"a\":\"x\n{\"b\":2}\n", {"2:1  {\"b\":2}"}, {"line 1, column 1: a string is not closed at the end of its line"}},
      {"{\"a\n{\"b\":2}\n", {"2:1  {\"b\":2}"}, {"line 1, column 1: a string is not closed at the end of its line"}},
      {"{\"z\":0}\n{\"z\":0}\n{\"a\":[1,\n{\"b\":2}\n",
       {"1:1  {\"z\":0}", "2:1  {\"z\":0}", "4:1  {\"b\":2}"},
       {"line 3, column 1: the record is not closed at the end of its line"}},
      {"nonsense {}\n{\"b\":2}\n", {"2:1  {\"b\":2}"}, {"line 1, column 1: an object or an array is expected here"}},
      {"{\"b\":2}}\n{\"c\":3}", {"1:1  {\"b\":2}", "2:1  {\"c\":3}"}, {"line 1, column 8: an object or an array is expected here"}},
      {"{\"b\":2", {}, {"line 1, column 1: the file ends within this record; it is cut off"}},
      {"{\"b\":\"x", {}, {"line 1, column 1: the file ends within this record; it is cut off"}},
      {"[{\"b\":2},",
       {"1:2 /0 {\"b\":2}"},
       {"/1 (line 1, column 10): a value is missing", "line 1, column 10: the file ends before its list is closed; it is cut off"}},
      {"[{\"b\":2}", {"1:2 /0 {\"b\":2}"}, {"line 1, column 9: the file ends before its list is closed; it is cut off"}},
      {"[{\"b\":2},{\"c\":",
       {"1:2 /0 {\"b\":2}"},
       {"/1 (line 1, column 10): the file ends within this record; it is cut off",
        "line 1, column 15: the file ends before its list is closed; it is cut off"}},
      {"{\"value\":[{}],\"x\":[", {"1:11 /value/0 {}"}, {"line 1, column 14: the file ends within this record; it is cut off"}},
      {"[{\"a\":1] , {\"b\":2}]", {"1:2 /0 {\"a\":1]", "1:12 /1 {\"b\":2}"}, {}},
      {"[{\"a\":\"x\n\"}, {\"b\":2}]",
       {},
       {"/0 (line 1, column 2): a string is not closed at the end of its line",
        "line 2, column 13: the file ends before its list is closed; it is cut off"}},
      {"[{} {}]", {"1:2 /0 {}"}, {"/1 (line 1, column 5): a comma is missing before it"}},
      {"[{},]", {"1:2 /0 {}"}, {"/1 (line 1, column 5): a value is missing"}},
      {"[,{}]", {"1:3 /1 {}"}, {"/0 (line 1, column 2): a value is missing"}},
      {"[}]", {}, {"/0 (line 1, column 2): a value is missing"}},
      {"[{}}, {}]", {"1:2 /0 {}", "1:7 /1 {}"}, {}},
      {"[" + deep + ",{}]", {"1:143 /1 {}"}, {"/0 (line 1, column 2): is nested deeper than 64 levels"}},
      {"[" + huge + ",{}]", {"1:4194315 /1 {}"}, {"/0 (line 1, column 2): is larger than 4 MiB"}},
      {huge + "\n{}", {"2:1  {}"}, {"line 1, column 1: is larger than 4 MiB"}},
      {std::string("\xFF\xFE{\0", 4), {}, {"line 1, column 1: the file is UTF-16 or binary; save it as UTF-8"}},
      {std::string("{\0}\0", 4), {}, {"line 1, column 1: the file is UTF-16 or binary; save it as UTF-8"}},
      {"\x1F\x8B\x08", {}, {"line 1, column 1: the file is compressed; unpack it with gunzip first"}},
  };
  for (const auto& [text, records, refusals] : kCases) {
    const Found found = split(text);
    EXPECT_EQ(found.texts, records) << text.substr(0, 80);
    EXPECT_EQ(found.refusals, refusals) << text.substr(0, 80);
  }
}

TEST(RecordReader, RefusesBrokenMembersOfAnObjectOfObjects) {
  const Found found = split("{\"a\":{\"x\":1}, 7, \"b\" 8, \"c\":{\"y\":2} ] }\n", ObjectForm::map_of_records);
  EXPECT_EQ(found.texts.front(), "1:6 /a {\"x\":1}");
  EXPECT_FALSE(found.refusals.empty());
}

// A source that gives one byte at a time finds the same.
class Drops final : public ByteSource {
 public:
  explicit Drops(std::string_view text) : text_(text) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (text_.empty()) return 0;
    into[0] = text_[0];
    text_.remove_prefix(1);
    return 1;
  }
  const std::string& name() const override { return name_; }

 private:
  std::string_view text_;
  std::string name_ = "drops";
};

TEST(RecordReader, DoesNotDependOnHowTheBytesArrive) {
  Drops source("\xEF\xBB\xBF{\"value\":[{\"a\":\"\\\"\"},{\"b\":2}]}");
  RecordReader records(source);
  EXPECT_EQ((*records.next())->text, R"({"a":"\""})");
  EXPECT_EQ((*records.next())->text, R"({"b":2})");
  EXPECT_FALSE(records.next());
}

class Failing final : public ByteSource {
 public:
  Result<std::size_t> read(std::span<char>) override { return fail(Code::unavailable, "cannot read 'failing': broken"); }
  const std::string& name() const override { return name_; }

 private:
  std::string name_ = "failing";
};

TEST(RecordReader, PassesOnWhatTheSourceSays) {
  Failing source;
  RecordReader records(source);
  const std::optional<Result<Record>> next = records.next();
  ASSERT_TRUE(next && !*next);
  EXPECT_EQ(next->error().code, Code::unavailable);
  EXPECT_FALSE(records.next());
}

TEST(FileBytes, NamesWhatItCannotOpen) {
  EXPECT_EQ(FileBytes::open("/nowhere/at/all.json").error().code, Code::not_found);
  EXPECT_EQ(FileBytes::open("/").error().code, Code::invalid_argument);
}

}  // namespace
}  // namespace prorata::wire
