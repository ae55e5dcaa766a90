// A .desk file: cases that a billing person can read. After "case TITLE" stand the facts, a name and a value a line; below "=>" stand the
// figures that must come of them. A line that begins with # is a remark.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace prorata::testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Scenario {
  std::string title;
  Fields facts;
  Fields expected;
  std::vector<std::size_t> expected_lines;  // where they stand in the file
};

struct ScenarioFile {
  std::string path;
  std::vector<std::string> lines;
  std::vector<Scenario> scenarios;

  // With PRORATA_BLESS today's figure takes the place of the one that was expected, and nothing is compared.
  bool bless(const Scenario& scenario, std::size_t figure, const std::string& got) {
    if (std::getenv("PRORATA_BLESS") == nullptr) return false;
    lines[scenario.expected_lines[figure]] = fmt::format("  {} {}", scenario.expected[figure].first, got);
    return true;
  }
  void write_if_blessing() const {
    if (std::getenv("PRORATA_BLESS") == nullptr) return;
    std::ofstream blessed(path);
    for (const std::string& line : lines) blessed << line << '\n';
  }
};

inline ScenarioFile read_file(const std::string& name) {
  ScenarioFile file{.path = std::string(PRORATA_SOURCE_DIR) + "/tests/scenarios/" + name};
  std::ifstream in(file.path);
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

}  // namespace prorata::testing
