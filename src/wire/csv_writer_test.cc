#include "wire/csv_writer.h"

#include <gtest/gtest.h>

#include "wire/csv.h"

namespace prorata::wire {
namespace {

TEST(CsvWriter, QuotesOnlyWhatNeedsItAndDefusesFormulas) {
  struct Row {
    std::string_view text;
    std::string_view written;
  };
  const Row rows[] = {
      {"plain", "plain"},
      {"", ""},
      {"a,b", "\"a,b\""},
      {"say \"yes\"", "\"say \"\"yes\"\"\""},
      {"two\nlines", "\"two\nlines\""},
      {"=1+1", "'=1+1"},
      {"+46 8", "'+46 8"},
      {"-1", "'-1"},
      {"@SUM(A1,A2)", "\"'@SUM(A1,A2)\""},
      {"\tx", "'\tx"},
      {"\xFF", "\xEF\xBF\xBD"},
  };
  for (const Row& row : rows) {
    std::string out;
    CsvWriter(out).text(row.text).end_row();
    EXPECT_EQ(out, std::string(row.written) + "\r\n");
  }
  std::string out;
  CsvWriter(out).value("-12.50").end_row();
  EXPECT_EQ(out, "-12.50\r\n") << "our own figures are no formulas";
}

TEST(CsvWriter, OurReaderGetsTheFieldsBack) {
  std::string out;
  CsvWriter csv(out);
  csv.value("name").value("memo").end_row();
  csv.text("Åkesson, \"AB\"").text("two\r\nlines").end_row();
  TextBytes source(out);
  CsvReader reader(source, {{"name"}, {"memo"}});
  ASSERT_TRUE(reader.read_header());
  const auto row = reader.next();
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((**row)->field(0), "Åkesson, \"AB\"");
  EXPECT_EQ((**row)->field(1), "two\r\nlines");
}

}  // namespace
}  // namespace prorata::wire
