// Who holds which piece of work, and who gets it: the one rule that all stores share (app/store.h, Store::lease).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/store.h"

namespace prorata::store {

struct Lease {
  std::string work;
  std::string worker;
  std::int64_t begun = 0;  // the last commit when it was first leased: the worker sees that one and all before it
  Instant until;
  bool finished = false;
};

struct Decided {
  Leases leases;
  std::vector<Lease> rows;  // to be written
};

// The names whose rows are asked for; none twice.
std::vector<std::string> names_of(const LeaseAsk& ask);

// `found` gives the row of a name, where there is one.
Decided decide_leases(const LeaseAsk& ask, std::int64_t last_commit, const std::function<const Lease*(const std::string&)>& found);

}  // namespace prorata::store
