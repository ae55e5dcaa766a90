#include "wire/csv.h"

#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

using Texts = std::vector<std::string>;

struct Found {
  std::string header;  // its error
  Texts rows;          // "2:1 a|b|"
  Texts refusals;
};

Found read(std::string_view text) {
  TextBytes source(text, "x.csv");
  CsvReader csv(source, {{"id"}, {"name"}, {"note", CsvColumn::optional}});
  Found found;
  if (const Result<void> header = csv.read_header(); !header) {
    found.header = header.error().text();
    return found;
  }
  for (int guard = 0; guard < 1000; ++guard) {
    const std::optional<Result<const CsvRow*>> next = csv.next();
    if (!next) return found;
    if (*next) {
      const CsvRow& row = ***next;
      found.rows.push_back(std::to_string(row.line) + ":" + std::to_string(row.column) + " " + std::string(row.field(0)) + "|" +
                           std::string(row.field(1)) + "|" + std::string(row.field(2)));
    } else {
      found.refusals.push_back(next->error().text());
    }
  }
  ADD_FAILURE() << "never ends: " << text;
  return found;
}

TEST(CsvReader, ReadsWhatItShould) {
  const struct {
    std::string_view text;
    Texts rows;
  } kCases[] = {
      {"id,name\n1,a\n2,b\n", {"2:1 1|a|", "3:1 2|b|"}},
      {"id,name\r\n1,a\r\n2,b", {"2:1 1|a|", "3:1 2|b|"}},
      {"\xEF\xBB\xBFid,name\n1,a\n", {"2:1 1|a|"}},
      {"ID;Name\n1;a,b\n", {"2:1 1|a,b|"}},
      {"id\tname\n1\ta\n", {"2:1 1|a|"}},
      {"name, other,,note , id\na,x,,n,1\n", {"2:1 1|a|n"}},
      {"\n\nid,name\n\n\r\n1,a\n\n", {"6:1 1|a|"}},
      {"id,name\n\"1\",\"a,\"\"b\"\"\nc\"\n2,b\n", {"2:1 1|a,\"b\"\nc|", "4:1 2|b|"}},
      {"\"id\",\"name\"\r\n\"1\",\"\"\r\n", {"2:1 1||"}},
      {"id,name\n,\n", {"2:1 ||"}},
      {"id,name\n1,a\xC3\xA5\n", {"2:1 1|a\xC3\xA5|"}},
      {"id,name\n", {}},
      {"id,name", {}},
  };
  for (const auto& [text, rows] : kCases) {
    const Found found = read(text);
    EXPECT_EQ(found.header, "") << text;
    EXPECT_EQ(found.rows, rows) << text;
    EXPECT_EQ(found.refusals, Texts{}) << text;
  }
}

TEST(CsvReader, RefusesOneRowAndGoesOn) {
  const std::string huge(kCsvFieldBytesMax + 1, 'x');
  const struct {
    std::string row;
    std::string refusal;
  } kCases[] = {
      {"1", "line 2, column 1: the row has 1 fields and the header 2"},
      {"1,a,", "line 2, column 1: the row has 3 fields and the header 2"},
      {"1,a\"b", "line 2, column 4: a quote stands within a field that does not begin with one; double it and quote the field"},
      {"1,\"a\"b", "line 2, column 6: something stands between a closing quote and the end of its field"},
      {std::string("1,a\0b", 5), "line 2, column 4: a NUL byte cannot be part of a text"},
      {"1,\xff", "line 2, column 4: not valid UTF-8"},
      {"1," + huge, "line 2, column 65539: a field is larger than 64 KiB; is a quote not closed?"},
      {"1,\"" + huge, "line 2, column 65540: a field is larger than 64 KiB; is a quote not closed?"},
      {std::string(2000, ','), "line 2, column 1001: a row has more than 1000 fields"},
  };
  for (const auto& [row, refusal] : kCases) {
    const Found found = read("id,name\n" + row + "\n2,b\n");
    EXPECT_EQ(found.refusals, Texts{refusal});
    EXPECT_EQ(found.rows, Texts{"3:1 2|b|"}) << row.substr(0, 40);
  }
  EXPECT_EQ(read("id,name\n1,\"a\n2,b\n").refusals,
            Texts{"line 4, column 1: a quote opened in line 2 is not closed; the file may be cut off"});
}

TEST(CsvReader, RefusesAHeaderThatIsNotTheOneAskedFor) {
  const struct {
    std::string text;
    std::string header;
  } kCases[] = {
      {"", "x.csv:1:1: the column 'id', 'name' is missing; the header has none"},
      {"id,nom\n", "x.csv:1:1: the column 'name' is missing; the header has 'id', 'nom'"},
      {"id,name,ID\n", "x.csv:1:1: the column 'ID' stands twice in the header"},
      {"{\"id\":1}\n", "x.csv:1:1: a quote stands within a field that does not begin with one; double it and quote the field"},
      {std::string("\xFF\xFEi\0", 4), "x.csv:1:1: the file is UTF-16 or binary; save it as UTF-8"},
  };
  for (const auto& [text, header] : kCases) EXPECT_EQ(read(text).header, header);
}

TEST(CsvReader, SaysWhereAFieldBegins) {
  TextBytes source("id,name\n\"1\n\",a\n");
  CsvReader csv(source, {{"name"}, {"gone", CsvColumn::optional}});
  ASSERT_TRUE(csv.read_header());
  const CsvRow& row = ***csv.next();
  EXPECT_EQ(row.place(0), "line 3, column 3");
  EXPECT_FALSE(row.has(1));
  EXPECT_EQ(row.place(1), "line 2, column 1");
}

}  // namespace
}  // namespace prorata::wire
