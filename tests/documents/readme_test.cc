// What the documents show is what one sees.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

namespace prorata {
namespace {

std::string read(const std::string& name) {
  std::ifstream in(std::string(PRORATA_SOURCE_DIR) + "/" + name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The picture in the README is lines of the desk of the demo, which tests/transcripts holds to what the program prints.
TEST(Readme, ItsPictureIsWhatOneSees) {
  const std::string readme = read("README.md");
  const std::string seen = read("tests/transcripts/01-first-day.txt");
  const std::size_t begin = readme.find("```\n");
  ASSERT_NE(begin, std::string::npos);
  std::istringstream picture(readme.substr(begin + 4, readme.find("```", begin + 4) - begin - 4));
  int lines = 0;
  for (std::string line; std::getline(picture, line);) {
    if (line.empty() || line == "...") continue;
    if (line.starts_with("Our desk on ")) line = line.substr(8);  // the transcript's partner has another name
    EXPECT_NE(seen.find(line + "\n"), std::string::npos) << line;
    ++lines;
  }
  EXPECT_GT(lines, 10);
}

// The first page of help, which tests/transcripts holds to what the program prints.
std::set<std::string> commands() {
  std::istringstream help(read("tests/transcripts/11-help.txt"));
  std::set<std::string> names;
  bool listed = false;
  for (std::string line; std::getline(help, line) && !(listed && line.empty());) {
    if (listed) names.insert(line.substr(2, line.find(' ', 2) - 2));
    listed = listed || line == "Commands:";
  }
  return names;
}

TEST(Sandbox, ItsCommandsAndLinksExist) {
  const std::string guide = read("docs/sandbox.md");
  const std::set<std::string> known = commands();
  ASSERT_TRUE(known.contains("serve"));
  const std::regex command("prorata ([a-z]+)");
  int named = 0;
  for (auto each = std::sregex_iterator(guide.begin(), guide.end(), command); each != std::sregex_iterator(); ++each, ++named)
    EXPECT_TRUE(known.contains((*each)[1].str())) << each->str();
  EXPECT_GT(named, 5);
  const std::regex link("\\]\\(([^)#:]+)\\)");
  for (auto each = std::sregex_iterator(guide.begin(), guide.end(), link); each != std::sregex_iterator(); ++each)
    EXPECT_TRUE(std::filesystem::exists(std::string(PRORATA_SOURCE_DIR) + "/docs/" + (*each)[1].str())) << each->str();
}

}  // namespace
}  // namespace prorata
