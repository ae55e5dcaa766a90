#include "app/signing_keys.h"

#include <algorithm>

#include "app/write.h"

namespace prorata {
namespace {

Instant days_before(Instant now, std::int64_t days) { return {now.ticks - days * kTicksPerDay}; }

struct Due {
  bool new_key = false;
  std::vector<Seen> retire;
};

// `keys` stand newest first. The newest stays whatever its age; an older one has signed nothing since its follower was made.
Due due(const std::vector<SigningKeyRow>& keys, Instant now) {
  Due out{.new_key = keys.empty() || keys.front().created <= days_before(now, kKeyDaysSigning)};
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (keys[i - 1].created <= days_before(now, kKeyDaysFollowed))
      out.retire.push_back({Seen::Kind::signing_key, keys[i].kid, keys[i].version});
  return out;
}

}  // namespace

Result<std::vector<SigningKeyRow>> rotate_keys(App& app, const MakeKey& make) {
  const Instant now = app.clock.now();
  std::vector<SigningKeyRow> keys = TRY(TRY(app.store.snapshot())->signing_keys());
  const Due first = due(keys, now);
  if (!first.new_key && first.retire.empty()) return keys;
  // Under the lock, so that two processes that start at once make one key.
  TRY(app.store.decide_and_commit([&](Snapshot& snapshot) -> Result<Changes> {
    Due still = due(TRY(snapshot.signing_keys()), now);
    Changes changes{.audit = {.at = now, .actor = app.actor, .action = "key.rotate", .after = still.new_key ? "a new key signs" : ""}};
    if (still.new_key) changes.signing_keys.push_back(make(now));
    changes.removed = std::move(still.retire);
    return changes;
  }));
  return TRY(app.store.snapshot())->signing_keys();
}

}  // namespace prorata
