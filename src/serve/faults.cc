#include "serve/faults.h"

#include <fmt/format.h>

#include "access/role_assignment.h"

namespace prorata::serve {

void Faults::add(Fault fault) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::clear() {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
}

std::vector<Fault> Faults::all() const {
  const std::scoped_lock lock(mutex_);
  return faults_;
}

std::optional<Fault> Faults::take(http::Method method, const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (faults_.empty()) return std::nullopt;
  const std::string operation = fmt::format("{} {}", to_string(method), path);
  for (auto each = faults_.begin(); each != faults_.end(); ++each) {
    if (!access::matches(each->operation, operation)) continue;
    Fault fault = *each;
    if (--each->count == 0) faults_.erase(each);
    return fault;
  }
  return std::nullopt;
}

}  // namespace prorata::serve
