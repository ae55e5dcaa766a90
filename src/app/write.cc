#include "app/write.h"

namespace prorata {
namespace {

// A key that was answered needs no decision: committing it alone makes the store give the first answer, or refuse another request.
Result<Changes> decide_unless_answered(Snapshot& snapshot, const WriteRequest& request, const Decide& decide) {
  if (request.key.empty()) return decide(snapshot);
  const bool answered = TRY(snapshot.answered(request.key)).has_value();
  Changes changes = answered ? Changes{} : TRY(decide(snapshot));
  if (!changes.idempotency) changes.idempotency = IdempotencyRecord{request.key, request.request, {}};
  return changes;
}

}  // namespace

Result<Committed> write(Store& store, const WriteRequest& request, const Decide& decide) {
  for (int attempt = 1; attempt < kWriteAttempts; ++attempt) {
    std::unique_ptr<Snapshot> snapshot = TRY(store.snapshot());
    Changes changes = TRY(decide_unless_answered(*snapshot, request, decide));
    snapshot.reset();  // others may use its connection while this one waits for its commit
    Result<Committed> committed = store.commit(std::move(changes));
    if (committed || committed.error().code != Code::conflict) return committed;
  }
  return store.decide_and_commit([&](Snapshot& snapshot) { return decide_unless_answered(snapshot, request, decide); });
}

}  // namespace prorata
