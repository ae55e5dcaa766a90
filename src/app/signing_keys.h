// The keys that sign tokens: one at all times, a new one every thirty days, each kept until no token of it can be valid any more.
#pragma once

#include <functional>
#include <vector>

#include "app/app.h"

namespace prorata {

inline constexpr std::int64_t kKeyDaysSigning = 30;
inline constexpr std::int64_t kKeyDaysFollowed = 1;  // after its follower was made; a token lasts an hour

// Makes what is due and gives all keys, newest first. Several processes may ask at once: they agree on one key. `make` gives a new key
// made at that moment. Times are real ones: tokens know no sandbox.
using MakeKey = std::function<SigningKeyRow(Instant)>;
Result<std::vector<SigningKeyRow>> rotate_keys(App& app, const MakeKey& make);

}  // namespace prorata
