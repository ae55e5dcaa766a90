// 'prorata refund quote' as a person and as a program read it, on the demo's desk.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include <fmt/format.h>

#include "wire/json.h"

namespace prorata {
namespace {

constexpr const char* kMonthlyInKronor = "de300001-0000-7000-8000-000000000068";  // 2 units, three years

class RefundQuote : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / fmt::format("prorata_quote_{}", ::getpid());
    run("init --sandbox");
    run("demo load");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string run(const std::string& words) const {
    const std::string command = fmt::format("'{}' --data '{}' {} 2>&1", PRORATA_PROGRAM, folder_.string(), words);
    std::FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    char buffer[4096];
    while (const std::size_t got = pipe == nullptr ? 0 : std::fread(buffer, 1, sizeof buffer, pipe)) text.append(buffer, got);
    if (pipe != nullptr) ::pclose(pipe);
    return text;
  }
  std::string quote(const std::string& options) const { return run(fmt::format("{} refund quote {} -q 1", options, kMonthlyInKronor)); }

  std::filesystem::path folder_;
};

TEST_F(RefundQuote, IsWorkedOutInNumberedSentencesOfBothLanguages) {
  const std::string english = quote("");
  EXPECT_NE(english.find("How it is worked out\n  1. Elapsed: 2026-04-17 to "), std::string::npos) << english;
  EXPECT_NE(english.find("Refund: 195.77 SEK − 23.49 SEK = 172.28 SEK.\n"), std::string::npos) << english;
  EXPECT_EQ(english.find("The refund needs an approved support request."), english.rfind("The refund needs an approved support request."))
      << "a reason is told once";
  const std::string swedish = quote("--language sv");
  EXPECT_NE(swedish.find("Så är det räknat\n  1. Förflutet: 2026-04-17 till "), std::string::npos) << swedish;
  EXPECT_NE(swedish.find("Återbetalning: 195,77 SEK − 23,49 SEK = 172,28 SEK.\n"), std::string::npos) << swedish;
}

TEST_F(RefundQuote, InJsonHasItsDerivationBesideItsFigures) {
  const std::string json = quote("--output json");
  wire::JsonReader reader;
  const Result<wire::JsonValue> read = reader.read(json);
  ASSERT_TRUE(read) << read.error().text() << json;
  const auto steps = read->find("derivation");
  ASSERT_TRUE(steps && steps->is_array());
  std::string refund;
  for (auto step = steps->first(); step; step = step->next())
    if (step->find("rule")->text() == "refund.refund") refund = step->find("result")->find("amount")->text();
  EXPECT_EQ(refund, read->find("refund")->text());
  EXPECT_EQ(refund, "172.28");
}

TEST_F(RefundQuote, InCsvIsFiguresAlone) {
  const std::string csv = quote("--output csv");
  EXPECT_EQ(csv.find("derivation"), std::string::npos);
  EXPECT_EQ(std::ranges::count(csv, '\n'), 2) << csv;
}

}  // namespace
}  // namespace prorata
