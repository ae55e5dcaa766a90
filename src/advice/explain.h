// Why an hour went where: every machine of a reservation's pool in that hour, in order, with what it needed, who took how much, which
// reservations could not and why, and what was left.
//
//   const HourExplained hour = TRY(explain_hour(history, "r-1", hour));
//   for (const MachineExplained& machine : hour.machines) machine.need == sum of what was taken + machine.left
//
// It is the engine's own answer for that one hour, not a second reckoning. Over all hours its figures add up to those of a coverage and of
// every piece of advice. Advice rules section 4.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "advice/history.h"
#include "base/error.h"
#include "base/text.h"

namespace prorata::advice {

// How a reservation stands to a machine in an hour: the first that holds.
enum class Standing { eligible, inactive, other_region, other_group, other_size, other_service, out_of_scope };

}  // namespace prorata::advice

template <>
inline constexpr auto prorata::kWords<prorata::advice::Standing> =
    std::to_array<prorata::Word<prorata::advice::Standing>>({{prorata::advice::Standing::eligible, "eligible"},
                                                             {prorata::advice::Standing::inactive, "inactive"},
                                                             {prorata::advice::Standing::other_region, "other_region"},
                                                             {prorata::advice::Standing::other_group, "other_group"},
                                                             {prorata::advice::Standing::other_size, "other_size"},
                                                             {prorata::advice::Standing::other_service, "other_service"},
                                                             {prorata::advice::Standing::out_of_scope, "out_of_scope"}});

namespace prorata::advice {

std::string_view sentence(Standing standing, bool swedish);  // "its scope does not reach the machine"

// What a reservation did for a machine: took something, or was eligible and came too late (nothing was left, of the one or the other), or
// could not.
struct Offered {
  std::string reservation;
  Standing standing = Standing::eligible;
  std::int64_t taken = 0;  // nu
  friend bool operator==(const Offered&, const Offered&) = default;
};

struct MachineExplained {
  utilization::Identity identity;
  std::int64_t weight = 1;
  std::int64_t need = 0;         // nu
  std::vector<Offered> offered;  // every version of the pool, first takers first
  std::int64_t left = 0;
};

struct ReservationExplained {
  std::string reservation;
  utilization::ReservationVersion version;
  bool active = false;
  std::int64_t weight = 1;
  std::int64_t capacity = 0;  // nu in this hour; 0 where it is not active
  std::int64_t used = 0;
  std::int64_t unused() const { return capacity - used; }
};

struct HourExplained {
  utilization::Hour hour;
  std::string reservation;  // the one that was asked about
  std::string region;       // of its pool
  std::string group;
  std::vector<ReservationExplained> reservations;  // of the pool, first takers first
  std::vector<MachineExplained> machines;          // of the pool that ran in this hour, in usage order
  std::int64_t ran_elsewhere = 0;                  // machines of other pools that ran in this hour

  std::int64_t need() const;
  std::int64_t taken() const;
  std::int64_t left() const;
};

// Errors: not_found where no version has this id, or the hour is not in the history; those of the engine.
Result<HourExplained> explain_hour(const History& history, std::string_view reservation, utilization::Hour hour);

}  // namespace prorata::advice
