// Recomputes everything from the log: the hash chain, every row's digest and columns, the balances and the allowance.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "app/store.h"
#include "store/tables.h"

namespace prorata::store {

struct StoredRow {
  std::string id;
  std::int64_t version = 0;
  std::string body;
  std::vector<Value> columns;
};

// What a store shows of itself to be verified, from one snapshot.
class Evidence {
 public:
  virtual ~Evidence() = default;
  virtual Result<void> audit(const std::function<Result<void>(const AuditRecord&, const std::string& commit_id)>& visit) = 0;
  virtual Result<void> rows(Kind kind, const std::function<Result<void>(const StoredRow&)>& visit) = 0;
  virtual Result<std::map<std::tuple<std::string, std::string, std::string>, std::int64_t>> balances() = 0;
};

// Returns how many commits there are. Errors: storage_corrupt, naming the first thing that does not agree.
Result<std::int64_t> verify(Evidence& evidence, const std::function<void(std::int64_t)>& progress);

}  // namespace prorata::store
