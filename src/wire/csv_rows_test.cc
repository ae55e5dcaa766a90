// Rows end where CsvReader says they end, over random bytes of the kinds that matter.
#include "wire/csv_rows.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace prorata::wire {
namespace {

// Where CsvReader stands after one row of the text; nothing where it would have read on. A letter behind the text tells: a row that ends
// within the text does not reach it.
std::optional<std::size_t> slow_row_end(const std::string& text) {
  const std::string longer = text + "Z";
  TextBytes source(longer);
  CsvReader csv(source, CsvShape{.width = 3, .bound = {0, 1, 2}}, 1);
  if (!csv.next()) return std::nullopt;
  const auto end = static_cast<std::size_t>(csv.consumed());
  return end <= text.size() ? std::optional(end) : std::nullopt;
}

TEST(CsvRows, EndWhereTheSlowReaderSays) {
  std::mt19937 random(7);
  static constexpr std::string_view kPieces[] = {
      "a", ",", "\"", "\n", "\r\n", "\r", "\"\"", "\",\"", "\xC3\xA5", "\xFF", std::string_view("\0", 1), "b\"", ",\""};
  for (int round = 0; round < 20'000; ++round) {
    std::string text = "x";
    const int pieces = static_cast<int>(random() % 14);
    for (int i = 0; i < pieces; ++i) text += kPieces[random() % std::size(kPieces)];
    if (random() % 2 == 0) text.erase(0, 1);
    if (text.empty() || text[0] == '\n' || text[0] == '\r') continue;
    ASSERT_EQ(csv_row_end(text, ','), slow_row_end(text)) << fmt::format("{:?}", text);
  }
}

TEST(CsvRows, EndAtTheBoundsOfFieldsAndColumns) {
  for (const std::size_t size : {kCsvFieldBytesMax - 1, kCsvFieldBytesMax, kCsvFieldBytesMax + 1})
    for (const std::string& text :
         {'"' + std::string(size, 'q') + "\",\"a\nb\"\n", std::string(size, 'q') + ",\"a\nb\"\n",
          '"' + std::string(size - 1, 'q') + "\"\"\",\"a\nb\"\n", '"' + std::string(size - 1, 'q') + "\nr\",\"a\nb\"\n"})
      EXPECT_EQ(csv_row_end(text, ','), slow_row_end(text)) << size;
  for (const std::size_t columns : {kCsvColumnsMax - 2, kCsvColumnsMax - 1, kCsvColumnsMax, kCsvColumnsMax + 1}) {
    const std::string text = std::string(columns, ',') + "\"a\nb\"\n";
    EXPECT_EQ(csv_row_end(text, ','), slow_row_end(text)) << columns;
  }
}

}  // namespace
}  // namespace prorata::wire
