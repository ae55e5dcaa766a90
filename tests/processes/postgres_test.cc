// PostgreSQL goes away at the worst moment. What was committed is a success, what was not is said to be not, and only where nobody can
// look is the outcome unknown; whichever it was, the same key again pays once.
#include <gmock/gmock.h>

#include <iostream>
#include <random>

#include "app/write.h"
#include "processes/proxy.h"
#include "processes/small_desk.h"
#include "wire/error_table.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using ::testing::HasSubstr;

int exit_of(Code code) { return wire::exit_code(code); }

class PostgresGoesAway : public ::testing::Test {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }

  // One return through the proxy, under a key.
  static std::vector<std::string> words(const SmallDesk& desk, const std::string& key = "k") {
    return {"refund", "return", desk.reservations[0], "-q", "1", "--idempotency-key", key, "-o", "json"};
  }
  static Outcome through(const Proxy& proxy, const std::vector<std::string>& asked) { return run(asked, {.data = proxy.url()}); }
  static constexpr std::int64_t kUnit = kSmallSizes[0].unit_minor;

  Place place_{Where::postgres};
};

TEST_F(PostgresGoesAway, WithoutACutTheProxyIsNotNoticed) {
  const SmallDesk desk(place_, "azure-2022", 60);
  const Proxy proxy(place_, {});
  EXPECT_EQ(through(proxy, words(desk)).exit_code, 0);
  EXPECT_EQ(desk.used().minor, kUnit);
}

TEST_F(PostgresGoesAway, ALostAnswerOfACommitIsASuccess) {
  const SmallDesk desk(place_, "azure-2022", 60);
  const Proxy proxy(place_, {.cut = Cut::after_commit});
  const Outcome done = through(proxy, words(desk));
  EXPECT_TRUE(proxy.has_cut());
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(desk.used().minor, kUnit);
  EXPECT_EQ(field(must(words(desk), desk.options), "return"), field(done.out, "return"));
  EXPECT_EQ(desk.used().minor, kUnit);
}

TEST_F(PostgresGoesAway, ACommitThatNeverArrivedWroteNothingAndSaysSo) {
  const SmallDesk desk(place_, "azure-2022", 60);
  const Proxy proxy(place_, {.cut = Cut::before_commit});
  const Outcome lost = through(proxy, words(desk));
  EXPECT_TRUE(proxy.has_cut());
  EXPECT_EQ(lost.exit_code, exit_of(Code::unavailable)) << lost.err;
  EXPECT_THAT(lost.err, HasSubstr("nothing was written, do it again"));
  EXPECT_EQ(desk.used().minor, 0);
  EXPECT_EQ(through(proxy, words(desk)).exit_code, 0) << "and so it is done again";
  EXPECT_EQ(desk.used().minor, kUnit);
}

// The connection is gone, yet the server still works on the COMMIT: who looks too early would say "nothing was written".
TEST_F(PostgresGoesAway, ACommitThatIsStillOnItsWayIsWaitedFor) {
  const SmallDesk desk(place_, "azure-2022", 60);
  const Proxy proxy(place_, {.cut = Cut::late_commit});
  const Outcome done = through(proxy, words(desk));
  EXPECT_TRUE(proxy.has_cut());
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(desk.used().minor, kUnit);
}

TEST_F(PostgresGoesAway, WhereNobodyCanLookTheOutcomeIsUnknown) {
  for (const Cut cut : {Cut::before_commit, Cut::after_commit}) {
    const Place place(Where::postgres);
    const SmallDesk desk(place, "azure-2022", 60);
    const Proxy proxy(place, {.cut = cut, .stay_away = true});
    const Outcome unknown = through(proxy, words(desk));
    EXPECT_EQ(unknown.exit_code, exit_of(Code::outcome_unknown)) << unknown.err;
    EXPECT_THAT(unknown.err, HasSubstr("in the audit trail before doing it again"));
    EXPECT_EQ(desk.used().minor, cut == Cut::after_commit ? kUnit : 0);
    const std::string again = must(words(desk), desk.options);
    EXPECT_EQ(field(again, "replayed"), cut == Cut::after_commit ? "true" : "false");
    EXPECT_EQ(desk.used().minor, kUnit);
    EXPECT_EQ(desk.verify().exit_code, 0);
  }
}

TEST_F(PostgresGoesAway, CutAnywhereTheExitCodeTellsTheTruth) {
  const SmallDesk desk(place_, "azure-2022", 60);
  std::int64_t whole = 0;
  {
    const Proxy proxy(place_, {});
    ASSERT_EQ(through(proxy, words(desk, "learn how much is said")).exit_code, 0);
    whole = proxy.bytes();
  }
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t seed = set != nullptr ? static_cast<std::uint32_t>(std::strtoul(set, nullptr, 10)) : std::random_device()();
  std::cout << "PRORATA_SEED=" << seed << " replays this\n";
  std::mt19937 chance(seed);
  std::map<int, int> ends;
  for (int n = 0; n < 30; ++n) {
    const std::int64_t before = desk.used().minor;
    const Proxy proxy(place_, {.stay_away = n % 3 == 0, .bytes_before = std::uniform_int_distribution<std::int64_t>(1, whole)(chance)});
    const std::string key = fmt::format("cut {}", n);
    const Outcome cut = through(proxy, words(desk, key));
    ends[cut.exit_code] += 1;
    const std::int64_t paid = desk.used().minor - before;
    if (cut.exit_code == 0) EXPECT_EQ(paid, kUnit);
    if (cut.exit_code == exit_of(Code::unavailable)) EXPECT_EQ(paid, 0) << cut.err;
    EXPECT_TRUE(cut.exit_code == 0 || cut.exit_code == exit_of(Code::unavailable) || cut.exit_code == exit_of(Code::outcome_unknown))
        << cut.exit_code << ": " << cut.err;
    must(words(desk, key), desk.options);
    ASSERT_EQ(desk.used().minor, before + kUnit) << key << " paid more or less than once";
  }
  for (const auto& [code, count] : ends) std::cout << count << " ended with " << code << '\n';
  EXPECT_EQ(desk.verify().exit_code, 0);
}

// A store that stays open while an operator ends its connections: the next call makes new ones.
TEST_F(PostgresGoesAway, EndedConnectionsAreMadeAgain) {
  const std::string name = "prorata_" + place_.schema();
  auto opened = store::open_store(place_.at() + "&application_name=" + name, {.create = true});
  ASSERT_TRUE(opened) << opened.error().text();
  Store& store = **opened;
  const auto end_all = [&] {
    place_.run(fmt::format("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'", name));
    while (true) {  // until they are gone
      PGconn* connection = PQconnectdb(place_.at().c_str());
      PGresult* left = PQexec(connection, fmt::format("SELECT 1 FROM pg_stat_activity WHERE application_name = '{}'", name).c_str());
      const bool gone = PQntuples(left) == 0;
      PQclear(left);
      PQfinish(connection);
      if (gone) return;
    }
  };
  const auto put = [&](int n) {
    Changes changes{.audit = note("put")};
    changes.customers.push_back(customer(n));
    return store.commit(std::move(changes));
  };
  ASSERT_TRUE(put(1));
  {
    const auto held = *store.snapshot();
    ASSERT_TRUE(*held->customer(id<CustomerId>(1)));
    end_all();
    const auto lost = held->customer(id<CustomerId>(1));
    ASSERT_FALSE(lost) << "this very snapshot is gone";
    EXPECT_EQ(lost.error().code, Code::unavailable) << lost.error().text();
  }
  for (int n = 2; n < 6; ++n) {
    end_all();
    const auto snapshot = store.snapshot();
    ASSERT_TRUE(snapshot) << snapshot.error().text();
    EXPECT_TRUE(*(*snapshot)->customer(id<CustomerId>(n - 1)));
    const auto committed = put(n);
    ASSERT_TRUE(committed) << committed.error().text();
    end_all();
    const auto decided = store.decide_and_commit([&](Snapshot& inside) -> Result<Changes> {
      Changes changes{.audit = note("again")};
      changes.customers.push_back(*TRY(inside.customer(id<CustomerId>(n))));
      return changes;
    });
    EXPECT_TRUE(decided) << decided.error().text();
  }
  end_all();
  EXPECT_TRUE(store.verify([](std::int64_t) {}));
}

}  // namespace
}  // namespace prorata
