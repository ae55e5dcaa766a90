// A store on which commits go wrong as they do in life, on request: in front of any other store, for simulations and tests.
//
//   FaultyStore faulty(store);
//   faulty.suffer({Fault::conflict, Fault::lost_after});   // the next commit loses a race; the one after it happens and its answer is lost
//
// Reads are never disturbed: what they do wrong, a commit does wrong too.
#pragma once

#include <deque>
#include <functional>

#include "app/store.h"
#include "base/text.h"

namespace prorata::sim {

enum class Fault {
  none,
  busy,            // nothing happened: locked by another
  conflict,        // nothing happened: somebody else was faster
  lost_before,     // nothing happened: the database went away
  lost_after,      // it happened, and the database went away
  unknown_before,  // nothing happened, and nobody can tell
  unknown_after,   // it happened, and nobody can tell
  rival,           // somebody else commits first
};

}  // namespace prorata::sim

namespace prorata {
template <>
inline constexpr auto kWords<sim::Fault> = std::to_array<Word<sim::Fault>>({{sim::Fault::none, "none"},
                                                                            {sim::Fault::busy, "busy"},
                                                                            {sim::Fault::conflict, "conflict"},
                                                                            {sim::Fault::lost_before, "lost_before"},
                                                                            {sim::Fault::lost_after, "lost_after"},
                                                                            {sim::Fault::unknown_before, "unknown_before"},
                                                                            {sim::Fault::unknown_after, "unknown_after"},
                                                                            {sim::Fault::rival, "rival"}});
}  // namespace prorata

namespace prorata::sim {

class FaultyStore final : public Store {
 public:
  explicit FaultyStore(Store& store) : store_(store) {}

  // One fault for each commit to come, in order; after them all goes well.
  void suffer(std::deque<Fault> faults) { faults_ = std::move(faults); }
  // What a rival does when its time comes.
  void set_rival(std::function<void()> rival) { rival_ = std::move(rival); }

  Result<std::unique_ptr<Snapshot>> snapshot() override { return store_.snapshot(); }
  Result<Committed> commit(Changes changes) override;
  Result<Committed> decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) override;
  Result<Committed> start_over(Changes first) override { return store_.start_over(std::move(first)); }
  Result<Leases> lease(const LeaseAsk& ask) override { return store_.lease(ask); }
  Result<std::int64_t> verify(const std::function<void(std::int64_t)>& progress) override { return store_.verify(progress); }

 private:
  Result<Committed> suffering(const std::function<Result<Committed>()>& commit);

  Store& store_;
  std::deque<Fault> faults_;
  std::function<void()> rival_;
};

}  // namespace prorata::sim
