// The facts that advice is given on, and what stays uncovered of them: every figure of a piece of advice is a difference of two of these.
//
//   const History history{.roster = &roster, .usage = rows, .versions = versions, .periods = periods};
//   const std::vector<LeftPart> left = TRY(left_of(history));            // nu by region, group, size and ratio table
//   const std::vector<LeftPart> then = TRY(left_of(with_versions(history, changed)));   // the what-if is the same engine again
//
// Advice rules section 1.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "utilization/coverage.h"
#include "utilization/plan.h"
#include "utilization/reservations.h"
#include "utilization/usage.h"
#include "utilization/weights.h"

namespace prorata::advice {

// One customer's usage over a span of hours, and the reservations that it had. Everything belongs to somebody else and outlives it.
struct History {
  const utilization::Roster* roster = nullptr;
  utilization::Usage usage;
  std::span<const utilization::ReservationVersion> versions;
  std::span<const utilization::RatioPeriod> periods;  // one after the other, at least one; together they are the span
  utilization::Spill spill = utilization::Spill::go_on;
  unsigned threads = 1;

  utilization::HourSpan span() const { return {periods.front().span.from, periods.back().span.until}; }
};

inline History with_versions(History history, std::span<const utilization::ReservationVersion> versions) {
  history.versions = versions;
  return history;
}

// What stayed uncovered of one size in one region under one ratio table. Weights of two tables are never mixed.
struct LeftPart {
  std::string region;
  std::string group;
  std::string size;
  std::uint32_t period = 0;
  std::int64_t weight = 1;
  std::int64_t nu = 0;
  friend auto operator<=>(const LeftPart&, const LeftPart&) = default;
};

// How much of its capacity each version used, and what was left over.
struct Outcome {
  std::vector<LeftPart> left;  // in the order of their members; none is zero
  struct OfVersion {
    std::int64_t reserved_uh = 0;  // of the reserved size, over the active hours in the span
    std::int64_t used_uh = 0;      // cut to whole uh
    std::int64_t idle_units = 0;   // whole units that nobody needed in any active hour; 0 where it was never active
    std::int32_t active_hours = 0;
    friend bool operator==(const OfVersion&, const OfVersion&) = default;
  };
  std::vector<OfVersion> versions;
};

// Errors: those of Plan::make and cover().
Result<Outcome> outcome_of(const History& history);
Result<std::vector<LeftPart>> left_of(const History& history);

// The part of `all` that belongs to a pool.
std::vector<LeftPart> in_pool(std::span<const LeftPart> all, std::string_view region, std::string_view group);

}  // namespace prorata::advice
