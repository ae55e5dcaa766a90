// Runs every transcript of this folder: the commands behind "$ " in a fresh folder, with what they print and, where it is not 0, the exit
// code. PRORATA_BLESS=1 writes down what they print today. tests/transcripts/README.md says how to read and write them.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <sstream>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(PRORATA_SOURCE_DIR) / "tests" / "transcripts";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What differs from run to run, and a stand-in that does not: ids in the order in which they come ("<id 1>"), the real time, hashes.
// The demo counts its ids, so those stay.
class Masks {
 public:
  std::string masked(const std::string& text) {
    std::string out = each_match(text, kId, [&](const std::string& id) {
      if (id.starts_with("de300001-")) return id;
      const auto found = ids_.emplace(id, ids_.size() + 1).first;
      return fmt::format("<id {}>", found->second);
    });
    out = std::regex_replace(out, kRealTime, "<real time>");
    out = std::regex_replace(out, kHash, "$1<hash>");
    return std::regex_replace(out, kTrailing, "");
  }
  // The other way, for a command that names an id it was given.
  std::string unmasked(std::string command) const {
    for (const auto& [id, number] : ids_) {
      const std::string mask = fmt::format("<id {}>", number);
      for (std::size_t at = 0; (at = command.find(mask, at)) != std::string::npos;) command.replace(at, mask.size(), id);
    }
    return command;
  }

 private:
  template <class Replace>
  static std::string each_match(const std::string& text, const std::regex& pattern, const Replace& replace) {
    std::string out;
    auto rest = text.cbegin();
    for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
      out.append(rest, text.cbegin() + match->position());
      out += replace(match->str());
      rest = text.cbegin() + match->position() + match->length();
    }
    out.append(rest, text.cend());
    return out;
  }

  inline static const std::regex kId{"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"};
  inline static const std::regex kRealTime{"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]+Z"};
  inline static const std::regex kHash{"(^|[^-0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{12})(?![0-9a-f])"};
  inline static const std::regex kTrailing{" +$", std::regex::multiline};
  std::map<std::string, std::size_t> ids_;
};

// A fresh folder with the files that the transcripts name, and `prorata` on the path.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (fs::temp_directory_path() / "prorata_transcript_XXXXXX").string();
    CHECK(mkdtemp(pattern.data()) != nullptr, "a temporary folder can be made");
    at_ = pattern;
    fs::create_directories(at_ / "bin");
    fs::create_symlink(PRORATA_PROGRAM, at_ / "bin" / "prorata");
    fs::create_directories(at_ / "work");
    fs::copy(kFolder / "files", at_ / "work", fs::copy_options::recursive);
  }
  ~Workplace() { fs::remove_all(at_); }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  // What the command prints, and its exit code on a line of its own where it is not 0.
  std::string run(const std::string& command) const {
    std::ofstream(at_ / "command") << command << '\n';
    const std::string line = fmt::format(
        "cd {0}/work && env -i PATH={0}/bin:/usr/bin:/bin HOME=/nonexistent PRORATA_DATA=desk PRORATA_ACTOR=anna bash {0}/command 2>&1 "
        "</dev/null",
        at_.string());
    std::FILE* pipe = popen(line.c_str(), "r");
    CHECK(pipe != nullptr, "a shell can be started");
    std::string out;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    const int status = pclose(pipe);
    if (!out.empty() && out.back() != '\n') out += '\n';
    if (status != 0) out += fmt::format("[exit {}]\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return out;
  }

 private:
  fs::path at_;
};

// The transcript as it would be written down now: prose (lines that begin with '#') as it is, each command with its answer, a blank line
// before each paragraph.
std::string written_anew(const std::string& text) {
  const Workplace workplace;
  Masks masks;
  std::string out;
  bool after_prose = true;
  std::stringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool command = line.starts_with("$ ");
    const bool prose = line.starts_with('#');
    if (!command && !prose) continue;  // the old answer
    if (!after_prose) out += '\n';
    out += line + '\n';
    if (command) out += masks.masked(workplace.run(masks.unmasked(line.substr(2))));
    after_prose = prose;
  }
  return out;
}

std::vector<std::string> transcripts() {
  std::vector<std::string> names;
  for (const auto& each : fs::directory_iterator(kFolder))
    if (each.path().extension() == ".txt") names.push_back(each.path().stem().string());
  std::ranges::sort(names);
  return names;
}

class Transcripts : public ::testing::TestWithParam<std::string> {};

TEST_P(Transcripts, ReadAsWritten) {
  const fs::path path = kFolder / (GetParam() + ".txt");
  const std::string text = read(path);
  const std::string anew = written_anew(text);
  if (std::getenv("PRORATA_BLESS") != nullptr)
    std::ofstream(path, std::ios::binary) << anew;
  else
    EXPECT_EQ(anew, text) << "'./dev bless' writes down what is printed today";
}

INSTANTIATE_TEST_SUITE_P(, Transcripts, ::testing::ValuesIn(transcripts()), [](const auto& info) {
  std::string name = info.param;
  std::ranges::replace(name, '-', '_');
  return name;
});

}  // namespace
}  // namespace prorata
