// Runs the .desk files of this folder through the batch form: facts in, figures out.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>

#include "wire/json.h"
#include "wire/policy_pack.h"
#include "wire/price_batch.h"

namespace prorata {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Scenario {
  std::string title;
  Fields facts;
  Fields expected;
  std::vector<std::size_t> expected_lines;  // where they stand in the file
};

struct ScenarioFile {
  std::vector<std::string> lines;
  std::vector<Scenario> scenarios;
};

ScenarioFile read_file(const std::string& path) {
  ScenarioFile file;
  std::ifstream in(path);
  bool expecting = false;
  for (std::string line; std::getline(in, line); file.lines.push_back(line)) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with('#')) continue;
    if (line.starts_with("case ")) {
      file.scenarios.push_back({.title = line.substr(5)});
      expecting = false;
      continue;
    }
    if (text == "=>") {
      expecting = true;
      continue;
    }
    const std::size_t space = std::min(text.find(' '), text.size());
    std::pair field{std::string(text.substr(0, space)), std::string(trim(text.substr(space)))};
    Scenario& scenario = file.scenarios.back();
    if (expecting) scenario.expected_lines.push_back(file.lines.size());
    (expecting ? scenario.expected : scenario.facts).push_back(std::move(field));
  }
  return file;
}

std::string to_json(const Scenario& scenario) {
  static const std::set<std::string> kNumbers = {"quantity", "return_quantity", "unpaid_from"};
  std::string out;
  wire::JsonWriter w(out);
  w.begin_object().field("id", std::string_view(scenario.title));
  for (const auto& [name, value] : scenario.facts) {
    if (name.starts_with("allowance.")) {
      w.key("allowance").begin_object().field(name.substr(10), std::string_view(value)).end_object();
    } else if (value == "yes" || value == "no") {
      w.field(name, value == "yes");
    } else if (value == "unknown") {
      w.key(name).null();
    } else if (kNumbers.contains(name)) {
      w.key(name).raw(value);
    } else {
      w.field(name, std::string_view(value));
    }
  }
  w.end_object();
  return out;
}

// "refund", "pricing.refund", "refusals" of an answer, as the file writes them; "-" is nothing.
std::string figure(const wire::JsonValue& answer, const std::string& name) {
  std::optional<wire::JsonValue> value = answer;
  std::stringstream path(name);
  for (std::string part; value && std::getline(path, part, '.');) value = value->find(part);
  if (!value) return "(no such figure)";
  if (!value->is_array()) return value->is_null() ? "-" : std::string(value->text());
  std::string words;
  for (auto each = value->first(); each; each = each->next()) (words += words.empty() ? "" : " ") += each->text();
  return words.empty() ? "-" : words;
}

class RefundScenarios : public ::testing::TestWithParam<std::string> {};

TEST_P(RefundScenarios, PayWhatIsWritten) {
  const std::string path = std::string(PRORATA_SOURCE_DIR) + "/tests/scenarios/" + GetParam();
  ScenarioFile file = read_file(path);
  ASSERT_FALSE(file.scenarios.empty());
  const bool bless = std::getenv("PRORATA_BLESS") != nullptr;
  const policy::PackSet packs = *wire::load_packs("");
  wire::LinePricer pricer(packs);
  for (const Scenario& scenario : file.scenarios) {
    std::string out;
    ASSERT_TRUE(pricer.price(to_json(scenario), 1, out)) << scenario.title << ": " << out;
    wire::JsonReader reader;
    const wire::JsonValue answer = *reader.read(out);
    for (std::size_t i = 0; i < scenario.expected.size(); ++i) {
      const auto& [name, expected] = scenario.expected[i];
      const std::string got = figure(answer, name);
      if (bless) file.lines[scenario.expected_lines[i]] = fmt::format("  {} {}", name, got);
      if (!bless) EXPECT_EQ(got, expected) << scenario.title << ": " << name;
    }
  }
  if (!bless) return;
  std::ofstream blessed(path);
  for (const std::string& line : file.lines) blessed << line << '\n';
}

INSTANTIATE_TEST_SUITE_P(, RefundScenarios, ::testing::Values("worked_examples.desk", "boundaries.desk"),
                         [](const auto& info) { return info.param.substr(0, info.param.find('.')); });

}  // namespace
}  // namespace prorata
