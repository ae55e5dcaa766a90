// A made-up world run from one seed: customers buy, agents quote, return, split, merge, hold and settle, two years pass, and commits go
// wrong. Everything goes through the use cases.
//
//   World world({.seed = 42, .steps = 300}, packs, {&memory, &sqlite});
//   WorldReport report = TRY(world.run());       // Code::internal where a promise was broken: the message says the step and what it did
//
// Each operation is asked of every store, with the same ids, the same time and the same misfortunes; all must answer alike and in the
// end hold the same rows. The first store is also held to the promises of sim/promises.h after every step. A caller whose commit was
// lost asks again under the same key, or looks whether it happened. The same seed is the same run.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/app.h"
#include "sim/chance.h"
#include "sim/faulty_store.h"
#include "sim/promises.h"

namespace prorata::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  int steps = 200;  // operations; about two years pass in any number of them
  bool faults = true;
};

struct WorldReport {
  std::map<std::string, std::int64_t> operations;  // by name: how many were asked ...
  std::map<std::string, std::int64_t> done;        // ... and how many were not refused
  std::int64_t faults = 0;
  std::int64_t commits = 0;
  Instant ends;
};

class World {
 public:
  // The stores must be empty and outlive the world; the first is the reference.
  World(WorldOptions options, const policy::PackSet& packs, const std::vector<Store*>& stores);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Result<WorldReport> run();

 private:
  class Time;
  struct Station;
  struct Answer;
  struct Asked;
  struct Quoted;
  using Ask = std::function<Answer(Station&)>;

  Result<void> begin();
  Result<void> step();
  enum class Trouble { none, alone, with_rivals };
  Result<Answer> ask_all(const std::string& name, const Ask& ask, Trouble trouble = Trouble::with_rivals);
  Result<Answer> ask_with_key(const std::string& name, const Ask& ask);
  std::deque<Fault> misfortune(Trouble trouble);
  Result<void> check_promises();
  Result<void> check_rows();

  Result<void> buy();
  Result<void> set_usage();
  Result<void> quote_any();
  Result<void> quote(const Reservation& of, std::int64_t quantity);
  Result<void> return_by(const Quoted& quoted, bool accept_clip);
  Result<void> return_by_quote();
  Result<void> return_both_of_two_quotes();
  Result<void> return_directly();
  Result<void> quote_and_return_at_once();
  Result<void> split();
  Result<void> merge();
  Result<void> change();
  Result<void> hold();
  Result<void> release();
  Result<void> settle();
  Result<void> receive();
  Result<void> ask_again();
  Result<void> import_old_list();
  Result<void> pass_time();

  const Reservation* any_reservation();
  const Reservation* any_active();
  const ReturnState* any_return();
  Result<Instant> now();
  std::string new_key();

  WorldOptions options_;
  const policy::PackSet& packs_;
  Chance chance_;
  std::unique_ptr<Time> time_;
  std::vector<std::unique_ptr<Station>> stations_;
  Promises promises_;
  WorldReport report_;
  std::vector<CustomerId> customers_;
  std::vector<Quoted> quotes_;
  std::vector<HoldId> held_;
  std::vector<Asked> asked_;  // under a key, with the first answer
  std::set<ReturnId> credited_;
  std::int64_t keys_ = 0;
  std::string last_;  // what was asked and answered last
};

}  // namespace prorata::sim
