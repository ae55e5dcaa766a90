// Many agents at once, each a process of its own, on one customer near the cap: what is refunded never passes the allowance, what fits is
// never refused for having lost a race, and a key pays once.
#include <algorithm>
#include <map>

#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

constexpr int kProcesses = 64;
constexpr std::int64_t kCapMinor = 5'000'000;

// One return to ask for. Asks with the same key are the same ask.
struct Ask {
  std::size_t size;  // of kSmallSizes
  std::int64_t quantity;
  std::string key;
  std::int64_t worth() const { return kSmallSizes[size].unit_minor * quantity; }
};

// 64 asks under 40 keys, worth together far more than the cap.
std::vector<Ask> asks() {
  std::vector<Ask> out;
  for (int i = 0; i < kProcesses; ++i) {
    const auto key = static_cast<std::size_t>(i % 40);
    out.push_back({key % std::size(kSmallSizes), 1 + static_cast<std::int64_t>(key % 2), fmt::format("request {}", key)});
  }
  return out;
}

struct Contender {
  Where where;
  std::string pack;
};

class Contention : public ::testing::TestWithParam<Contender> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  bool clips() const { return GetParam().pack == "csp-2020"; }
  std::vector<std::string> words(const SmallDesk& desk, const Ask& ask) const {
    std::vector<std::string> out = {
        "refund", "return", desk.reservations[ask.size], "-q", std::to_string(ask.quantity), "--idempotency-key", ask.key, "-o", "json"};
    if (clips()) out.insert(out.end(), {"--approved", "request 7", "--accept-clip"});
    return out;
  }
  std::vector<Outcome> all_at_once(const SmallDesk& desk) const {
    std::vector<Process> processes;
    for (const Ask& ask : asks()) processes.emplace_back(words(desk, ask), desk.options);
    std::vector<Outcome> outcomes;
    for (Process& process : processes) outcomes.push_back(process.wait());
    return outcomes;
  }

  Place place_{GetParam().where};
};

INSTANTIATE_TEST_SUITE_P(, Contention,
                         ::testing::Values(Contender{Where::sqlite, "azure-2022"}, Contender{Where::sqlite, "csp-2020"},
                                           Contender{Where::postgres, "azure-2022"}, Contender{Where::postgres, "csp-2020"}),
                         [](const auto& info) {
                           return name_of(info.param.where) + (info.param.pack == "csp-2020" ? "_clip" : "_refuse");
                         });

TEST_P(Contention, NeverPassesTheCapAndNeverRefusesWhatFits) {
  const SmallDesk desk(place_, GetParam().pack, 60);
  const std::vector<Ask> asked = asks();
  const std::vector<Outcome> outcomes = all_at_once(desk);

  std::map<std::string, Outcome> paid;  // by key: the answer without its last line, which says whether it is a replay
  std::map<std::string, std::int64_t> refused;
  std::int64_t sum = 0;
  int replays = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const Outcome& each = outcomes[i];
    ASSERT_TRUE(each.exit_code == 0 || each.exit_code == 4) << each.exit_code << ": " << each.err;
    if (each.exit_code == 4) {
      EXPECT_NE(each.err.find("refund_limit_exceeded"), std::string::npos) << each.err;
      refused[asked[i].key] = asked[i].worth();
      continue;
    }
    replays += field(each.out, "replayed") == "true" ? 1 : 0;
    const auto [first, is_first] = paid.emplace(asked[i].key, each);
    if (is_first) sum += parse_money(field(each.out, "pricing_refund"), Currency::usd())->minor;
    const auto without_replay = [](const std::string& json) { return json.substr(0, json.find("\"replayed\"")); };
    EXPECT_EQ(without_replay(each.out), without_replay(first->second.out)) << "a key has one answer";
  }
  EXPECT_LE(sum, kCapMinor);
  EXPECT_EQ(desk.used().minor, sum) << "what the processes were told is what the desk remembers";
  EXPECT_GT(replays, 0);
  for (const auto& [key, worth] : refused) EXPECT_FALSE(paid.contains(key)) << key << " was paid and refused";

  // The dust has settled: asked again, a key that was paid gives its answer, and what was refused fits as little as before.
  for (const Ask& ask : asked) {
    const Outcome again = run(words(desk, ask), desk.options);
    if (paid.contains(ask.key)) {
      EXPECT_EQ(again.exit_code, 0) << again.err;
      EXPECT_EQ(field(again.out, "return"), field(paid.at(ask.key).out, "return"));
    } else {
      EXPECT_EQ(again.exit_code, 4) << again.out << again.err;
    }
  }
  EXPECT_EQ(desk.used().minor, sum) << "asking again paid nothing";
  if (clips()) EXPECT_EQ(sum, kCapMinor) << "the last of the allowance is paid out, the rest forfeited";
  for (const auto& [key, worth] : refused) EXPECT_TRUE(clips() || sum + worth > kCapMinor) << key << " would have fitted";
  const Outcome verified = desk.verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
}

// Whatever still fits goes through: units of the smallest size are asked for until the first refusal, which must be right.
TEST_P(Contention, WhatIsLeftCanBeHadToTheLastUnit) {
  if (clips()) GTEST_SKIP() << "a pack that clips leaves nothing";
  const SmallDesk desk(place_, GetParam().pack, 60);
  all_at_once(desk);
  std::int64_t used = desk.used().minor;
  for (int n = 0;; ++n) {
    const Outcome more = run(words(desk, {0, 1, fmt::format("afterwards {}", n)}), desk.options);
    const bool fits = used + kSmallSizes[0].unit_minor <= kCapMinor;
    ASSERT_EQ(more.exit_code, fits ? 0 : 4) << more.err;
    if (!fits) break;
    used += kSmallSizes[0].unit_minor;
  }
  EXPECT_EQ(desk.used().minor, used);
}

}  // namespace
}  // namespace prorata
