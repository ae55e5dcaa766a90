// The desk itself: making it, and what time it is there.
#pragma once

#include <string>

#include "app/app.h"

namespace prorata {

struct NewDesk {
  std::string partner;
  bool sandbox = false;
  std::vector<PolicyChoice> policies;  // empty: csp-2020 governs
};

// One pack for all days.
std::vector<PolicyChoice> governed_by(std::string pack);

// Errors: already_exists where the store holds a desk; not_found for a pack that is not known.
Result<Desk> init_desk(App& app, NewDesk request);

// Errors: not_found where the store holds no desk, saying how to make one.
Result<Desk> load_desk(Snapshot& snapshot);

// The desk's time: real time, or a sandbox's own.
Instant desk_now(const Desk& desk, Instant real_now);

// The pack that governs on a day, with the meter the desk has chosen for it.
struct Governing {
  const policy::Pack* pack = nullptr;
  std::string meter;  // empty: the pack's default
};
Result<Governing> governing_pack(const Desk& desk, const policy::PackSet& packs, Day day);

// Loads the desk and its time in one go; nearly every use case begins with it.
struct Moment {
  Desk desk;
  Instant now;
};
Result<Moment> load_moment(App& app, Snapshot& snapshot);

}  // namespace prorata
