#include "store/leases.h"

#include <algorithm>

namespace prorata::store {

std::vector<std::string> names_of(const LeaseAsk& ask) {
  std::vector<std::string> names = ask.finished;
  names.insert(names.end(), ask.given_up.begin(), ask.given_up.end());
  names.insert(names.end(), ask.wanted.begin(), ask.wanted.end());
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

Decided decide_leases(const LeaseAsk& ask, std::int64_t last_commit, const std::function<const Lease*(const std::string&)>& found) {
  Decided out{.leases = {.commit = last_commit}};
  // Absent where its lease ran out and another does it again.
  const auto still_held = [&](const std::string& name) -> const Lease* {
    const Lease* held = found(name);
    return held != nullptr && held->worker == ask.worker && !held->finished ? held : nullptr;
  };
  for (const std::string& name : ask.finished)
    if (const Lease* held = still_held(name)) {
      out.rows.push_back(*held);
      out.rows.back().finished = true;
    }
  for (const std::string& name : ask.given_up)
    if (const Lease* held = still_held(name)) {
      out.rows.push_back(*held);
      out.rows.back().until = ask.now;
    }
  const Instant until{ask.now.ticks + ask.lease_seconds * kTicksPerSecond};
  for (const std::string& name : ask.wanted) {
    const Lease* held = found(name);
    if (held != nullptr && held->finished && held->begun >= ask.since) {
      out.leases.done.push_back(name);
      continue;
    }
    const bool ours = still_held(name) != nullptr;
    const bool free = held == nullptr || held->finished || held->until <= ask.now;
    if ((!ours && !free) || out.leases.taken.size() == ask.limit) continue;
    out.leases.taken.push_back(name);
    out.rows.push_back({.work = name, .worker = ask.worker, .begun = ours ? held->begun : last_commit, .until = until});
  }
  return out;
}

}  // namespace prorata::store
