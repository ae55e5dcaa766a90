// What every use case is given: the three seams, the policy packs, and who is acting.
#pragma once

#include <string>
#include <vector>

#include "access/access.h"
#include "app/seams.h"
#include "app/store.h"
#include "app/usage_months.h"
#include "policy/pack.h"

namespace prorata {

// Who acts, with the role assignments that count for them.
struct Acting {
  access::Principal principal;
  std::vector<access::RoleAssignment> assignments;
};

struct App {
  Store& store;
  Clock& clock;  // real time; the desk's own time is desk_now()
  IdSource& ids;
  const policy::PackSet& packs;
  std::string actor;            // who: "anna@partner.example", or the operating system's user on the command line
  UsageFiles* usage = nullptr;  // absent: a desk without a folder for usage
  // Whose rights count (app/authorize.h); absent: the desk's owner at its own machine, who may do everything.
  const Acting* acting = nullptr;
  FileContents* contents = nullptr;  // absent: a desk without a folder for files
};

}  // namespace prorata
