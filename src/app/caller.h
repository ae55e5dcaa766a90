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
  UsageFiles* usage = nullptr;  // absent: a desk that keeps no usage
};

// Who asks, as the token says, with the role assignments that count for them.
struct Caller {
  access::Principal principal;
  std::vector<access::RoleAssignment> assignments;
  std::string tenant;       // of the token
  std::string application;  // its client id, for the words of a 403
};

inline std::string actor_of(const Caller& caller) {
  return caller.principal.name.empty() ? caller.principal.id.text() : caller.principal.name;
}

}  // namespace prorata
