#include "app/told.h"

namespace prorata {

Result<std::string> write_and_tell(App& app, const WriteRequest& request, const std::function<Result<Telling>(Snapshot&)>& decide) {
  std::string answer;
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    Telling telling = TRY(decide(snapshot));
    answer = std::move(telling.answer);
    if (!request.key.empty()) telling.changes.idempotency = IdempotencyRecord{request.key, request.request, answer};
    return std::move(telling.changes);
  }));
  return committed.replayed ? committed.answer : answer;
}

}  // namespace prorata
