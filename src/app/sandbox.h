// The settings of a sandbox: what real desks have decided for them by time, by the provider and by the machine.
#pragma once

#include <optional>
#include <vector>

#include "app/app.h"

namespace prorata {

// Absent means as it is.
struct SandboxChange {
  std::optional<bool> frozen;  // the clock stands still, or runs on from where it stands
  std::optional<std::vector<PolicyChoice>> policies;
  std::optional<std::optional<policy::Channel>> channel;  // without a value: as the policy says
  std::optional<std::int64_t> lag_seconds;
};

// Errors: not_sandbox; not_found for a pack; invalid_argument for no policy at all, or a lag outside 0 to 3,600 seconds.
Result<Desk> change_sandbox(App& app, const SandboxChange& change);

// Forgets all that has happened, the trail too; who may sign in, the keys and the policies stay. Its clock is that of a new sandbox. The
// desk is empty then, for a seed to fill. Errors: not_sandbox.
Result<void> start_over(App& app);

}  // namespace prorata
