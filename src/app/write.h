// The one road of every write: load, decide, commit; and again when somebody else was faster.
//
//   Committed done = TRY(write(app.store, {.key = key, .request = request}, [&](Snapshot& snapshot) -> Result<Changes> { ... }));
//
// `decide` may run up to three times, so it must not keep anything from an attempt that lost. The first two attempts are optimistic;
// the third runs where nobody can come between, so a write that fits is never refused for having lost a race.
#pragma once

#include <functional>
#include <string>

#include "app/store.h"

namespace prorata {

inline constexpr int kWriteAttempts = 3;

struct WriteRequest {
  std::string key;      // idempotency key; empty: none was given
  std::string request;  // what is asked, canonical: a key must come back with the same
};

using Decide = std::function<Result<Changes>(Snapshot&)>;

// Where the key was answered before, `decide` is not asked: the first answer comes back with `replayed`.
// Errors: those of decide, those of Store::commit.
Result<Committed> write(Store& store, const WriteRequest& request, const Decide& decide);

}  // namespace prorata
