#include "sim/faulty_store.h"

namespace prorata::sim {

Result<Committed> FaultyStore::suffering(const std::function<Result<Committed>()>& commit) {
  const Fault fault = faults_.empty() ? Fault::none : faults_.front();
  if (!faults_.empty()) faults_.pop_front();
  switch (fault) {
    case Fault::none: return commit();
    case Fault::busy: return fail(Code::busy, "the store is locked by another; try again");
    case Fault::conflict: return fail(Code::conflict, "changed by somebody else meanwhile; do it again");
    case Fault::lost_before: return fail(Code::unavailable, "the database went away");
    case Fault::unknown_before: return fail(Code::outcome_unknown, "the answer of the commit was lost");
    case Fault::lost_after:
    case Fault::unknown_after: {
      const Result<Committed> done = commit();
      if (!done) return done;
      return fail(fault == Fault::lost_after ? Code::unavailable : Code::outcome_unknown, "the answer of the commit was lost");
    }
    case Fault::rival:
      if (rival_) rival_();
      return commit();
  }
  return commit();
}

Result<Committed> FaultyStore::commit(Changes changes) {
  return suffering([&] { return store_.commit(std::move(changes)); });
}

Result<Committed> FaultyStore::decide_and_commit(const std::function<Result<Changes>(Snapshot&)>& decide) {
  return suffering([&] { return store_.decide_and_commit(decide); });
}

}  // namespace prorata::sim
