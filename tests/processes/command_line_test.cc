// The program's manners: where it looks for its desk, what it shows a person at a terminal and what it writes into a pipe.
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include <gmock/gmock.h>

#include "base/check.h"
#include "processes/small_desk.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A terminal: the child's standard output, standard error or both are its far end, what is drawn there can be read here.
class Terminal {
 public:
  explicit Terminal(unsigned short columns = 200) : near_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    CHECK(near_ >= 0 && grantpt(near_) == 0 && unlockpt(near_) == 0, "a terminal can be made");
    far_ = open(ptsname(near_), O_RDWR | O_NOCTTY | O_CLOEXEC);
    const winsize size{.ws_row = 50, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ioctl(near_, TIOCSWINSZ, &size);
  }
  ~Terminal() {
    close(near_);
    close(far_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  std::function<void()> as(std::vector<int> streams) const {
    return [far = far_, streams = std::move(streams)] {
      for (const int stream : streams) dup2(far, stream);
    };
  }
  // Runs the program on it; a terminal holds little, so it is read all the while.
  Outcome run(std::vector<std::string> arguments, RunOptions options, std::vector<int> streams) {
    options.before_exec = as(std::move(streams));
    Process process(std::move(arguments), options);
    while (!process.has_ended()) read_what_is_there();
    Outcome outcome = process.wait();
    read_what_is_there();
    return outcome;
  }
  const std::string& drawn() const { return drawn_; }

 private:
  void read_what_is_there() {
    std::array<char, 4096> buffer;
    pollfd waiting{.fd = near_, .events = POLLIN};
    while (poll(&waiting, 1, 5) > 0 && (waiting.revents & POLLIN) != 0) {
      const ssize_t got = read(near_, buffer.data(), buffer.size());
      if (got <= 0) return;
      drawn_.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  int near_;
  int far_ = -1;
  std::string drawn_;
};

class CommandLine : public ::testing::Test {
 protected:
  RunOptions here() const { return {.data = place_.at()}; }
  Place place_{Where::sqlite};
  Folder folder_;
};

TEST_F(CommandLine, TheDeskIsNamedByOptionThenEnvironmentThenConfiguration) {
  const Place other(Where::sqlite);
  must({"init", "--partner", "By option"}, {.data = other.at()});
  must({"init", "--partner", "By environment"}, here());
  const Place third(Where::sqlite);
  must({"init", "--partner", "By configuration"}, {.data = third.at()});
  std::filesystem::create_directories(folder_.file("prorata"));
  write_file(folder_.file("prorata/config.toml"), fmt::format("data = \"{}\"\n", third.at()));
  const auto partner = [](const std::vector<std::string>& more, const RunOptions& options) {
    std::vector<std::string> words = {"desk", "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    return field(must(words, options), "partner");
  };
  RunOptions configured{.environment = {{"XDG_CONFIG_HOME", folder_.path()}}};
  EXPECT_EQ(partner({}, configured), "By configuration");
  configured.data = place_.at();
  EXPECT_EQ(partner({}, configured), "By environment");
  EXPECT_EQ(partner({"--data", other.at()}, configured), "By option");

  write_file(folder_.file("mine.toml"), fmt::format("data = \"{}\"\n", other.at()));
  EXPECT_EQ(partner({}, {.environment = {{"PRORATA_CONFIG", folder_.file("mine.toml")}}}), "By option");
  EXPECT_EQ(partner({"--config", folder_.file("mine.toml")}, {}), "By option");
}

TEST_F(CommandLine, TheActorIsWrittenDown) {
  must({"init"}, {.data = place_.at(), .environment = {{"PRORATA_ACTOR", "åsa"}}});
  EXPECT_THAT(must({"audit", "list", "-o", "csv"}, here()), HasSubstr(",åsa,desk.init,"));
}

TEST_F(CommandLine, ColourIsForTerminalsThatWantIt) {
  const SmallDesk desk(place_, "azure-2022", 10);
  const std::string escape = "\033[";
  EXPECT_THAT(must({"desk"}, here()), Not(HasSubstr(escape))) << "into a pipe or a file";
  const auto drawn = [&](const std::map<std::string, std::string>& environment) {
    Terminal terminal;
    RunOptions options = here();
    options.environment = environment;
    terminal.run({"desk"}, options, {STDOUT_FILENO});
    return terminal.drawn();
  };
  EXPECT_THAT(drawn({{"TERM", "xterm"}}), HasSubstr(escape));
  EXPECT_THAT(drawn({{"TERM", "xterm"}, {"NO_COLOR", ""}}), HasSubstr(escape)) << "an empty NO_COLOR says nothing";
  EXPECT_THAT(drawn({{"TERM", "xterm"}, {"NO_COLOR", "1"}}), Not(HasSubstr(escape)));
  EXPECT_THAT(drawn({{"TERM", "dumb"}}), Not(HasSubstr(escape)));
}

TEST_F(CommandLine, ATableFitsTheTerminalAndIsWholeElsewhere) {
  const SmallDesk desk(place_, "azure-2022", 10);
  Terminal narrow(90);
  narrow.run({"reservation", "list"}, here(), {STDOUT_FILENO});
  EXPECT_THAT(narrow.drawn(), HasSubstr("…"));
  EXPECT_THAT(narrow.drawn(), Not(HasSubstr(desk.reservations[0])));
  EXPECT_THAT(must({"reservation", "list"}, here()), HasSubstr(desk.reservations[0]));
}

TEST_F(CommandLine, ProgressIsDrawnOnATerminalOnly) {
  must({"init"}, here());
  std::string prices = "sku,region,term,from,currency,price,product\n";
  for (int n = 0; n < 60'000; ++n)
    prices += fmt::format("Standard_X{}s_v9,westeurope,P1Y,2020-01-01,USD,{}.00,VirtualMachines\n", n, 100 + n);
  write_file(folder_.file("prices.csv"), prices);
  const Outcome quiet = run({"import", "prices", folder_.file("prices.csv")}, here());
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_THAT(quiet.err, IsEmpty());
  EXPECT_THAT(quiet.out, HasSubstr("60000"));

  Terminal terminal;
  const Outcome watched = terminal.run({"import", "prices", folder_.file("prices.csv")}, here(), {STDERR_FILENO});
  EXPECT_EQ(watched.out, quiet.out) << "the answer is the same, and nothing of the bar is in it";
  EXPECT_THAT(terminal.drawn(), HasSubstr("%"));
  EXPECT_THAT(terminal.drawn(), HasSubstr("a second"));
  EXPECT_TRUE(terminal.drawn().ends_with("\r\033[K")) << "the line is wiped at the end";
}

TEST_F(CommandLine, OutputThatIsCutOffIsNoSuccess) {
  const SmallDesk desk(place_, "azure-2022", 10);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"reservation", "list"},
                                                {"audit", "list", "-o", "json"},
                                                {"books", "export", "--format", "csv"},
                                                {"policy", "list"},
                                                {"completion", "bash"},
                                                {"--help"}}) {
    RunOptions full = here();
    full.before_exec = [] { dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO); };
    const Outcome done = run(words, full);
    EXPECT_EQ(done.exit_code, wire::exit_code(Code::storage_full)) << words.back() << ": " << done.err;
    EXPECT_THAT(done.err, Not(IsEmpty()));
  }
}

// ---- completion, as bash asks for it ---------------------------------------------------------------------------------------------------

class Completion : public ::testing::Test {
 protected:
  void SetUp() override { write_file(folder_.file("completion.bash"), must({"completion", "bash"}, {})); }
  // What bash would offer for the last word.
  std::string offered(const std::string& words) const {
    write_file(
        folder_.file("ask.bash"),
        fmt::format(
            "set -u\n. {}/completion.bash\nCOMP_WORDS=({})\nCOMP_CWORD=$((${{#COMP_WORDS[@]}}-1))\n_prorata\necho \"${{COMPREPLY[*]}}\"\n",
            folder_.path(), words));
    std::FILE* pipe = popen(fmt::format("bash {}/ask.bash 2>&1", folder_.path()).c_str(), "r");
    CHECK(pipe != nullptr, "bash can be started");
    std::string out;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    pclose(pipe);
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }
  Folder folder_;
};

TEST_F(Completion, OffersCommandsOptionsAndWords) {
  EXPECT_EQ(offered("prorata re"), "reservation refund request recommend");
  EXPECT_EQ(offered("prorata refund ''"), "quote return");
  EXPECT_EQ(offered("prorata --data desk refund r"), "return");
  EXPECT_EQ(offered("prorata --lock-wait 5 --output json settle p"), "pay");
  EXPECT_EQ(offered("prorata reservation list --archived --so"), "--sort") << "a flag has no value behind it";
  EXPECT_EQ(offered("prorata init --sandbox --pol"), "--policy --policies");
  EXPECT_EQ(offered("prorata reservation list --sort ''"), "expiry purchased name quantity sku region");
  EXPECT_EQ(offered("prorata -o ''"), "table json csv tsv");
  EXPECT_EQ(offered("prorata settle list --output j"), "json");
  EXPECT_EQ(offered("prorata reservation buy --plan M"), "Monthly");
  EXPECT_EQ(offered("prorata reservation renewal ''"), "on off");
  EXPECT_EQ(offered("prorata completion ''"), "bash zsh fish");
  EXPECT_EQ(offered("prorata import azure ''"), "") << "bash then offers files by itself";
}

}  // namespace
}  // namespace prorata
