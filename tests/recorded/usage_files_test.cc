// Exports as people have published them: each is read, or says what it lacks. Where the folder is absent the tests say so.
#include <fmt/format.h>

#include "recordings.h"
#include "wire/csv.h"
#include "wire/import_usage.h"
#include "wire/json.h"
#include "wire/usage_header.h"
#include "wire/usage_region.h"

namespace prorata::wire {
namespace {

namespace fs = std::filesystem;

struct Read {
  std::string error;
  UsageReport report;
};

Read read_file(const fs::path& path) {
  Read out;
  Result<FileBytes> file = FileBytes::open(path);
  EXPECT_TRUE(file) << path;
  if (!file) return out;
  if (const Result<void> done = import_usage(*file, {.threads = 2}, [](const UsageBatch&) { return Result<void>(); }, out.report); !done)
    out.error = done.error().message;
  return out;
}

class RecordedUsage : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(reference() / "data/cost-exports"))
      GTEST_SKIP() << "no exports in " << reference() << "; set PRORATA_REFERENCE to the folder that has them";
  }
};

TEST_F(RecordedUsage, EveryDialectOfCostExportsIsRead) {
  const struct {
    const char* file;
    std::int64_t rows;
    std::int64_t taken;
    std::int64_t refused;
  } kFiles[] = {
      {"koku/azure_version_2.csv", 0, 1, 0},
      {"koku/camel_azure_version_2.csv", 0, 0, 0},
      {"koku/azure_camelCased.csv", 0, 0, 0},
      {"koku/costreport_a243c6f2-199f-4074-9a2c-40e671cf1584.csv", 0, 0, 0},
      {"koku/empty_frame.csv", 0, 0, 0},
      {"opencost/headersets/Enterprise.csv", 1, 1, 0},
      {"opencost/headersets/EnterpriseCamel.csv", 1, 0, 0},
      {"opencost/headersets/PayAsYouGo.csv", 1, 0, 0},
      {"opencost/headersets/BOM.csv", 1, 0, 0},
      {"opencost/headersets/German.csv", 1, 0, 0},
      {"opencost/headersets/YA.csv", 1, 0, 0},
  };
  for (const auto& [file, rows, taken, refused] : kFiles) {
    const Read read = read_file(reference() / "data/cost-exports" / file);
    EXPECT_EQ(read.error, "") << file;
    EXPECT_EQ(read.report.dialect, UsageDialect::cost_details) << file;
    EXPECT_EQ(read.report.refused, refused) << file << ": " << (read.report.refusals.empty() ? "" : read.report.refusals[0].text());
    EXPECT_EQ(read.report.taken, taken) << file;
    if (rows > 0) EXPECT_EQ(read.report.rows, rows) << file;
  }
}

TEST_F(RecordedUsage, AFileWithoutQuantitiesSaysSo) {
  for (const char* file : {"VirtualMachine.csv", "MissingBrackets.csv", "Template.csv"}) {
    const Read read = read_file(reference() / "data/cost-exports/opencost/values" / file);
    EXPECT_TRUE(read.error.starts_with("the header is nearest to cost or usage details, but 'quantity' is missing")) << read.error;
  }
}

TEST_F(RecordedUsage, EverySchemaOfAnExportIsKnown) {
  for (const auto& [file, dialect] :
       {std::pair("actualcost_c360-2025-04.json", UsageDialect::cost_details),
        std::pair("amortizedcost_c360-2025-04.json", UsageDialect::cost_details), std::pair("FocusCost_1.0.json", UsageDialect::focus),
        std::pair("FocusCost_1.2-preview.json", UsageDialect::focus), std::pair("focuscost_1.2.json", UsageDialect::focus),
        std::pair("focuscost_1.2-preview.json", UsageDialect::focus)}) {
    std::ifstream stream(reference() / "data/skus/export_schemas" / file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    JsonReader reader;
    const Result<JsonValue> root =
        reader.read(text.starts_with("\xEF\xBB\xBF") ? std::string_view(text).substr(3) : std::string_view(text));
    ASSERT_TRUE(root) << file << root.error().text();
    std::vector<std::string> names;
    if (const auto columns = root->find("Columns"))
      for (auto each = columns->first(); each; each = each->next()) names.emplace_back(text_if(*each, "ColumnName"));
    if (const auto translator = root->find("translator"))
      for (auto each = translator->find("mappings")->first(); each; each = each->next())
        names.emplace_back(text_if(*each->find("source"), "name"));
    const Result<UsageHeader> header = detect_usage_header(names);
    ASSERT_TRUE(header) << file << ": " << header.error().text();
    EXPECT_EQ(to_string(header->dialect), to_string(dialect)) << file;
  }
}

TEST_F(RecordedUsage, TheColumnsOfDailyRatedUsageAreKnown) {
  Result<FileBytes> file = FileBytes::open(reference() / "data/partner-center/columns_daily-rated-usage-recon-files.csv");
  ASSERT_TRUE(file);
  CsvReader csv(*file, {{"column"}});
  ASSERT_TRUE(csv.read_header());
  std::vector<std::string> names;
  while (const auto row = csv.next())
    if (*row) names.emplace_back((**row)->field(0));
  const Result<UsageHeader> header = detect_usage_header(names);
  ASSERT_TRUE(header) << header.error().text();
  EXPECT_EQ(header->dialect, UsageDialect::daily_rated);
}

TEST_F(RecordedUsage, FocusWithoutDetailsSaysWhatItLacks) {
  const Read read = read_file(reference() / "data/focus/focus_1.0_sample_1000.csv");
  EXPECT_TRUE(read.error.starts_with("the header is nearest to FOCUS, but 'xskudetails' is missing")) << read.error;
}

// Of the spellings that are published, those of billing regions and titles become the region they mean.
TEST_F(RecordedUsage, TheSpellingsOfRegionsAreKnown) {
  Result<FileBytes> file = FileBytes::open(reference() / "data/skus/Regions.csv");
  ASSERT_TRUE(file);
  CsvReader csv(*file, {{"OriginalValue"}, {"RegionId"}});
  ASSERT_TRUE(csv.read_header());
  int known = 0;
  int wrong = 0;
  while (const auto row = csv.next()) {
    if (!*row) continue;
    const std::string spelled((**row)->field(0));
    const bool billing_form = spelled.size() > 3 && spelled[2] == ' ';
    if (!billing_form) continue;
    ++known;
    if (arm_region(spelled) != (**row)->field(1)) {
      ++wrong;
      fmt::print("  not in the table: '{}' is {}\n", spelled, (**row)->field(1));
    }
  }
  EXPECT_GT(known, 50);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace prorata::wire
