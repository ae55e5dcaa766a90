// What the documents show is what one sees.
#include <gtest/gtest.h>

#include <fstream>
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

}  // namespace
}  // namespace prorata
