// What every face of a served desk needs: where things are, and who asks.
#pragma once

#include <string>
#include <vector>

#include "access/access.h"
#include "app/app.h"

namespace prorata {

// What all requests share; outlives the faces.
struct Site {
  Store& store;
  Clock& clock;
  IdSource& ids;
  const policy::PackSet& packs;
  UsageFiles* usage = nullptr;       // absent: a desk that keeps no usage
  FileContents* contents = nullptr;  // absent: a desk without a folder for files
};

// Who asks, as the token says, with the role assignments that count for them.
struct Caller : Acting {
  std::string tenant;       // of the token
  std::string application;  // its client id, for the words of a 403
};

inline std::string actor_of(const Caller& caller) {
  return caller.principal.name.empty() ? caller.principal.id.text() : caller.principal.name;
}

// The use cases as that caller may use them; `caller` outlives it.
inline App app_of(const Site& site, const Caller& caller) {
  return {.store = site.store,
          .clock = site.clock,
          .ids = site.ids,
          .packs = site.packs,
          .actor = actor_of(caller),
          .usage = site.usage,
          .acting = &caller,
          .contents = site.contents};
}

}  // namespace prorata
