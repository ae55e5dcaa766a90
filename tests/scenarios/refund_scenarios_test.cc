// Runs the .desk files of this folder through the batch form: facts in, figures out.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include <fmt/format.h>

#include "desk_file.h"
#include "wire/json.h"
#include "wire/policy_pack.h"
#include "wire/price_batch.h"

namespace prorata {
namespace {

using namespace prorata::testing;

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
  ScenarioFile file = read_file(GetParam());
  ASSERT_FALSE(file.scenarios.empty());
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
      if (!file.bless(scenario, i, got)) EXPECT_EQ(got, expected) << scenario.title << ": " << name;
    }
  }
  file.write_if_blessing();
}

INSTANTIATE_TEST_SUITE_P(, RefundScenarios, ::testing::Values("worked_examples.desk", "boundaries.desk"),
                         [](const auto& info) { return info.param.substr(0, info.param.find('.')); });

}  // namespace
}  // namespace prorata
