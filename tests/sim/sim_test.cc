// The simulated world on a store in memory and on SQLite beside it, and on PostgreSQL where there is one: './dev sim' runs a long one of
// a new seed, './dev sim SEED' that one again. Among the tests a few short ones run whose seeds are fixed.
#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "sim/world.h"
#include "store/desks.h"
#include "support/made_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

// Says what happened, so that a quiet run shows that something did.
void print(const sim::WorldReport& report) {
  fmt::print("{} commits and {} faults until {}:", report.commits, report.faults, to_string(day_of(report.ends)));
  for (const auto& [name, asked] : report.operations) {
    const auto done = report.done.find(name);
    fmt::print(" {} {} of {};", name, done == report.done.end() ? 0 : done->second, asked);
  }
  fmt::print("\n");
}

void run_world(std::uint64_t seed, int steps, const std::vector<Where>& where) {
  std::vector<std::unique_ptr<Place>> places;
  std::vector<std::unique_ptr<Store>> stores;
  std::vector<Store*> all;
  for (const Where each : where) {
    places.push_back(std::make_unique<Place>(each));
    if (places.back()->missing()) continue;
    stores.push_back(must(store::open_store(places.back()->at(), {.create = true})));
    all.push_back(stores.back().get());
  }
  fmt::print("seed {}, {} steps on {} stores\n", seed, steps, all.size());
  std::fflush(stdout);  // known even where the run stops the process
  sim::World world({.seed = seed, .steps = steps}, packs(), all);
  const Result<sim::WorldReport> report = world.run();
  if (!report) {
    ADD_FAILURE() << report.error().text() << "\nrun it again with: ./dev sim " << seed;
    return;
  }
  print(*report);
  EXPECT_GT(report->done.at("return"), 0);
}

constexpr int kShort = 150;
constexpr int kLong = 800;

// Set, and perhaps empty, by './dev sim'.
const char* asked_seed() { return std::getenv("PRORATA_SEED"); }

TEST(Simulation, KeepsItsPromisesInShortRuns) {
  if (asked_seed() != nullptr) GTEST_SKIP() << "a seed is asked for";
  for (const std::uint64_t seed : {1, 2, 3, 4}) run_world(seed, kShort, {Where::memory, Where::sqlite});
}

TEST(Simulation, KeepsItsPromisesOnPostgres) {
  if (asked_seed() != nullptr) GTEST_SKIP() << "a seed is asked for";
  PRORATA_SKIP_WITHOUT(Place(Where::postgres));
  run_world(5, kShort, {Where::memory, Where::postgres});
}

TEST(Simulation, OfTheSeedAskedFor) {
  if (asked_seed() == nullptr) GTEST_SKIP() << "no seed is asked for; './dev sim' does";
  const std::string_view text = asked_seed();
  const auto by_the_clock = static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()) % 1'000'000'000;
  const std::uint64_t seed = text.empty() ? by_the_clock : static_cast<std::uint64_t>(must(parse_integer(text, 0, INT64_MAX, "a seed")));
  run_world(seed, kLong, {Where::memory, Where::sqlite, Where::postgres});
}

}  // namespace
}  // namespace prorata
