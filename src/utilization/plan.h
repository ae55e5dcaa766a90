// Identities and reservation versions made ready for the engine: who may cover whom, in which order, in whole numbers only.
//
//   const Plan plan = TRY(Plan::make(roster, versions, table, span));
//   for (const std::uint32_t version : plan.eligible(plan.resources()[i])) ...      // first takers first
//
// It knows no usage, so one plan serves every run over its span, and a what-if is another plan over the same usage. Utilization rules
// section 5.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/error.h"
#include "utilization/reservations.h"
#include "utilization/units.h"
#include "utilization/usage.h"
#include "utilization/weights.h"

namespace prorata::utilization {

// More than this in one hour reserved, or half of it needed, is refused: a day of it still fits 64 bits.
inline constexpr std::int64_t kHourNuMax = std::int64_t{1} << 57U;

// A version within a plan. Weight and capacity are those of the plan's ratio table.
struct PlannedVersion {
  HourSpan active;            // inside the plan's span; may be empty
  std::int64_t weight = 1;    // of the reserved size
  std::int64_t capacity = 0;  // nu an active hour
  std::uint32_t pool = 0;     // region and group
};

struct PlannedResource {
  std::int64_t weight = 1;
  std::uint32_t pool = 0;
  std::uint32_t eligible_from = 0;  // into Plan::eligible
  std::uint32_t eligible_count = 0;
};

// Identities and versions made ready under one ratio table: integers only. Resources and versions are known by their place in what the
// plan was made of.
class Plan {
 public:
  Plan() = default;
  // Errors: as check_versions, and invalid_argument where the span is empty or longer than kWindowHoursMax, or a capacity is too large.
  static Result<Plan> make(const Roster& roster, std::span<const ReservationVersion> versions, const RatioTable& table, HourSpan span);

  HourSpan span() const { return span_; }
  Day first_day() const { return day_of(span_.from); }
  std::uint32_t blocks() const { return blocks_of(span_); }
  std::uint32_t pools() const { return pools_; }
  std::span<const PlannedResource> resources() const { return resources_; }
  std::span<const PlannedVersion> versions() const { return versions_; }
  // The versions that may cover a resource, first takers first; only those with an active hour in the span.
  std::span<const std::uint32_t> eligible(const PlannedResource& resource) const {
    return std::span(eligible_).subspan(resource.eligible_from, resource.eligible_count);
  }

 private:
  HourSpan span_;
  std::uint32_t pools_ = 0;
  std::vector<PlannedResource> resources_;
  std::vector<PlannedVersion> versions_;
  std::vector<std::uint32_t> eligible_;
};

}  // namespace prorata::utilization
