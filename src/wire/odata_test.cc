#include "wire/odata.h"

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

std::string shown(const Filter& f) {
  if (f.kind == Filter::Kind::comparison)
    return f.name + " " + std::string(to_string(f.compare)) + (f.quoted ? " '" + f.value + "'" : " " + f.value);
  if (f.kind == Filter::Kind::call) return f.name + "(" + f.value + ")";
  std::string out;
  for (const Filter& part : f.parts) out += (out.empty() ? "" : f.kind == Filter::Kind::all ? " & " : " | ") + shown(part);
  return "[" + out + "]";
}

std::string read(std::string_view text) {
  const Result<Filter> filter = parse_filter(text);
  return filter ? shown(*filter) : "refused: " + filter.error().text();
}

struct Row {
  std::string_view text;
  std::string_view read;
};

TEST(Odata, FiltersAsClientsWriteThem) {
  const Row rows[] = {
      {"", "[]"},
      {"   ", "[]"},
      {"roleName eq 'Reader'", "roleName eq 'Reader'"},
      {"status EQ 'Open'", "status eq 'Open'"},
      {"atScope()", "atScope()"},
      {"assignedTo('a b')", "assignedTo(a b)"},
      {"createdDate ge 2020-03-10T22:08:51Z and status eq 'Updating'", "[createdDate ge 2020-03-10T22:08:51Z & status eq 'Updating']"},
      {"properties/usageDate ge 2017-10-01 AND properties/usageDate le 2017-11-20",
       "[properties/usageDate ge 2017-10-01 & properties/usageDate le 2017-11-20]"},
      {"(properties/archived eq false)", "properties/archived eq false"},
      {"a eq 1 or b eq 2 and c eq 3", "[a eq 1 | [b eq 2 & c eq 3]]"},
      {"(a eq 1 or b eq 2)and(c eq 3)", "[[a eq 1 | b eq 2] & c eq 3]"},
      {"name eq 'it''s'", "name eq 'it's'"},
      {"name eq ''", "name eq ''"},
  };
  for (const Row& row : rows) EXPECT_EQ(read(row.text), row.read) << row.text;
}

TEST(Odata, WhatCannotBeRead) {
  for (const std::string_view text : {"status", "status eq", "status is 'Open'", "eq 'Open'", "status eq 'Open", "(a eq 1", "a eq 1)",
                                      "a eq 1 and", "a eq 1 b eq 2", "f(", "f(1", "'a' eq 'b'", "a eq 1 ' ", ",", "()"}) {
    const Result<Filter> filter = parse_filter(text);
    ASSERT_FALSE(filter.has_value()) << text << " was read as " << shown(*filter);
    EXPECT_EQ(filter.error().code, Code::invalid_argument);
    EXPECT_EQ(filter.error().place, "$filter");
  }
  EXPECT_EQ(read("status is 'Open'"),
            "refused: $filter: the filter cannot be read at character 8: eq, ne, gt, ge, lt or le is expected there");
}

TEST(Odata, HasLimits) {
  EXPECT_FALSE(parse_filter(std::string(kFilterBytesMax + 1, ' ')).has_value());
  EXPECT_FALSE(parse_filter(std::string(20, '(') + "a eq 1" + std::string(20, ')')).has_value());
  EXPECT_TRUE(parse_filter(std::string(15, '(') + "a eq 1" + std::string(15, ')')).has_value());
}

TEST(Odata, ConjunctionsAndNames) {
  const std::vector<Filter> parts = *conjunction(*parse_filter("(a eq 1 and properties/UsageDate ge 2024-01-31) and atScope()"));
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_TRUE(names(parts[1], "usageDate"));
  EXPECT_FALSE(names(parts[0], "usageDate"));
  EXPECT_FALSE(names(parts[2], "atScope")) << "a call is no property";
  EXPECT_EQ(to_string(*instant_in(parts[1])), "2024-01-31T00:00:00Z");
  EXPECT_FALSE(text_in(parts[1]).has_value()) << "ge is no eq";
  EXPECT_FALSE(instant_in(parts[0]).has_value());
  EXPECT_FALSE(conjunction(*parse_filter("a eq 1 or b eq 2")).has_value());
  EXPECT_TRUE(conjunction(*parse_filter("")).has_value());
  EXPECT_FALSE(names(*parse_filter("sku/name eq 'x'"), "name")) << "a part of something else";
}

}  // namespace
}  // namespace prorata::wire
