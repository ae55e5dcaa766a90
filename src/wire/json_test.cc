#include "wire/json.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace prorata::wire {
namespace {

TEST(JsonReader, KeepsNumbersAsTheyAreWritten) {
  JsonReader reader;
  const JsonValue root = *reader.read(R"({"a": 97.250, "b":-1e400, "c":[1,2.0,{"d":null}], "e":"\u00e5\n", "f":true })");
  EXPECT_EQ(root.find("a")->text(), "97.250");
  EXPECT_EQ(root.find("b")->text(), "-1e400");
  EXPECT_EQ(root.find("c")->size(), 3u);
  EXPECT_EQ(root.find("e")->text(), "å\n");
  EXPECT_TRUE(*boolean_at(root, "f"));
  EXPECT_EQ(root.find("c")->first()->next()->next()->find("d")->pointer(), "/c/2/d");
  EXPECT_EQ(root.find_ignoring_case("A")->text(), "97.250");
  EXPECT_EQ(reader.read("7")->text(), "7");
  EXPECT_EQ(reader.read(" \"x\" ")->text(), "x");
  EXPECT_TRUE(reader.read("null")->is_null());
}

TEST(JsonReader, RefusesWhatIsNotStrictJson) {
  JsonReader reader;
  for (const std::string_view text : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "[1",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "{\"a\" 1}",
                                      "{a:1}",
                                      "[1 2]",
                                      "{\"a\":1}{}",
                                      "[] x",
                                      "tru",
                                      "[nulx]",
                                      "[trux]",
                                      "[01]",
                                      "[+1]",
                                      "[1.]",
                                      "[.5]",
                                      "[1e]",
                                      "[NaN]",
                                      "[Infinity]",
                                      "\"abc",
                                      "[\"\t\"]",
                                      "[\"\\x\"]",
                                      "[\"\\ud800\"]",
                                      "[\"\xff\"]",
                                      "\xef\xbb\xbf{",
                                      "{\"a\":1,\"a\":2}",
                                      "{\"x\":{\"b\":1,\"b\":2}}",
                                      "nul",
                                      "1 2",
                                      "{\"a\":}"}) {
    const auto read = reader.read(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, Code::invalid_data) << text;
  }
}

TEST(JsonReader, NamesThePlace) {
  JsonReader reader;
  const auto twice = reader.read("{\n  \"a\": 1,\n  \"a\": 2}");
  ASSERT_FALSE(twice);
  EXPECT_NE(twice.error().place.find("/a (line 3"), std::string::npos) << twice.error().place;
  const JsonValue root = *reader.read(R"({"value":[{"price":"12,5"}]})", {.line = 7, .column = 1, .pointer = "/all/3"});
  const auto price = money_at(*root.find("value")->first(), "price", Currency::usd());
  ASSERT_FALSE(price);
  EXPECT_NE(price.error().place.find("/all/3/value/0/price (line 7"), std::string::npos) << price.error().place;
}

TEST(JsonReader, LimitsDepthAndFindsDuplicatesAmongMany) {
  JsonReader reader;
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_TRUE(reader.read(nested(kJsonDepthMax)));
  EXPECT_FALSE(reader.read(nested(kJsonDepthMax + 1)));
  EXPECT_FALSE(reader.read(nested(100'000)));
  std::string many = "{";
  for (int i = 0; i < 500; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(reader.read(many + "\"last\":0}"));
  EXPECT_FALSE(reader.read(many + "\"k77\":0}"));
}

TEST(JsonReader, ReadsTheNextDocumentAfterABadOne) {
  JsonReader reader;
  EXPECT_FALSE(reader.read("{\"a\":[1,2"));
  EXPECT_EQ(reader.read("{\"a\":3}")->find("a")->text(), "3");
}

TEST(JsonReader, RefusesUnknownMembers) {
  JsonReader reader;
  const auto unknown = only_members(*reader.read(R"({"id":1,"idd":2})"), {"id", "name"});
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().message.find("'idd'"), std::string::npos);
}

TEST(JsonWriter, WritesExactlyWhatIsMeant) {
  std::string out;
  JsonWriter(out)
      .begin_object()
      .field("a", "x\"\\\n\x01")
      .field("n", std::int64_t{-5})
      .key("m")
      .decimal(123'450, 2)
      .key("l")
      .begin_array()
      .boolean(true)
      .null()
      .end_array()
      .end_object();
  EXPECT_EQ(out, R"({"a":"x\"\\\n\u0001","n":-5,"m":"1234.50","l":[true,null]})");
}

RC_GTEST_PROP(JsonProperty, WhatIsWrittenReadsBackAndNeverBreaks, ()) {
  const auto bytes = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
  std::string out;
  JsonWriter(out).begin_object().field("k", bytes).end_object();
  JsonReader reader;
  const auto root = reader.read(out);
  RC_ASSERT(root.has_value());
  std::string again;
  JsonWriter(again).begin_object().field("k", root->find("k")->text()).end_object();
  RC_ASSERT(again == out);
}

}  // namespace
}  // namespace prorata::wire
