// Credit notes issued by many processes at once: the numbers of a series have no gaps and no note is lost, on each database.
#include <algorithm>
#include <set>

#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class IssuedAtOnce : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  Place place_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(, IssuedAtOnce, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(IssuedAtOnce, NumbersHaveNoGaps) {
  constexpr int kNotes = 12;
  const SmallDesk desk(place_, "azure-2022", 60);
  testing::must({"settlement", "profile", "set", "--name", "Fjordmolnet AB", "--address", "Kajen 1", "--organisation-number", "556677-8899",
                 "--vat", "*=0"},
                desk.options);
  std::vector<std::string> returns;
  for (int i = 0; i < kNotes; ++i)
    returns.push_back(field(testing::must({"refund", "return", desk.reservations[0], "-q", "1", "-o", "json"}, desk.options), "return"));

  std::vector<Process> processes;
  for (const std::string& each : returns)
    processes.emplace_back(std::vector<std::string>{"credit-note", "issue", kSmallCustomer, "--return", each, "-o", "json"}, desk.options);
  std::set<std::string> numbers;
  for (Process& process : processes) {
    const Outcome outcome = process.wait();
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    numbers.insert(field(outcome.out, "number"));
  }
  std::set<std::string> expected;
  for (int i = 1; i <= kNotes; ++i) expected.insert(fmt::format("CN-{}", i));
  EXPECT_EQ(numbers, expected);
  const Outcome verified = desk.verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
}

}  // namespace
}  // namespace prorata
