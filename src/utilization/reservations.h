// Reservations as the allocation sees them: versions, each with its units, its scope and the hours in which it is active.
//
//   const ReservationVersion version{.id = "...", .region = "westeurope", .size = "standard_d2s_v3", .quantity = 2,
//                                    .scope = {.kind = ScopeKind::subscription, .subscription = "..."}, .start = start, .end = end};
//
// A split, a merge, a partial return, another scope or a switch of flexibility ends one version and begins another; no two versions of
// one reservation overlap. Utilization rules sections 4 and 5.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "base/time.h"
#include "utilization/units.h"
#include "utilization/usage.h"

namespace prorata::utilization {

// Narrower first: the order in which scopes are asked.
enum class ScopeKind { resource_group, subscription, management_group, shared };

// Which usage of its billing context a version may cover. All texts are in lower case.
struct CoverScope {
  ScopeKind kind = ScopeKind::shared;
  std::string subscription;                // of a subscription or a resource group
  std::string resource_group;              // its name
  std::int32_t depth = 0;                  // of a management group below the root; a deeper one goes first
  std::vector<std::string> subscriptions;  // below the management group at any depth
  friend bool operator==(const CoverScope&, const CoverScope&) = default;
};

inline constexpr std::int64_t kQuantityMax = 1'000'000;

struct ReservationVersion {
  std::string id;  // lower case, as the others
  std::string region;
  std::string group;  // flexibility group; empty: that of the size
  std::string size;
  std::int64_t quantity = 0;
  bool exact = false;  // capacity priority: covers its own size only
  CoverScope scope;
  Instant start;
  Instant end;
  friend bool operator==(const ReservationVersion&, const ReservationVersion&) = default;
};

// Lower case everywhere, blanks out of the region.
ReservationVersion normalised(ReservationVersion version);

// The whole hours in which it is active.
inline HourSpan active_hours(const ReservationVersion& version) { return whole_hours(version.start, version.end); }

// The order in which reservations take: scope (narrower first; deeper management group first), exact before flexible, the earlier end,
// the earlier start, the id as bytes.
bool takes_before(const ReservationVersion& a, const ReservationVersion& b);

bool scope_holds(const CoverScope& scope, const Identity& identity);

// Errors: invalid_argument where an id is empty, a quantity is not in 1..kQuantityMax, an end is not after its start, a scope lacks
// what it needs, or two versions of one reservation share an active hour; the text names the reservation.
Result<void> check_versions(std::span<const ReservationVersion> versions);

}  // namespace prorata::utilization
