// What time alone brings that people want to be told of, as causes: each has a key, so that it is raised once however often it is looked
// for, and the moment at which it came to be. Pure: a span of days or moments goes in, half-open at its beginning, (after, until].
//
//   for (const ExpiryCause& cause : expiry_causes(reservation, yesterday, today)) ...   // cause.days is 90, 60, 30 or 7
//
// docs/specs/notifications.md lists the rules by number.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reservation/reservation.h"
#include "utilization/summary.h"

namespace prorata::alerts {

inline constexpr std::array<std::int32_t, 4> kExpiryDays = {90, 60, 30, 7};
// How long before the end the price of a renewal stands.
inline constexpr std::int32_t kRenewalDays = 30;

struct ExpiryCause {
  std::string key;
  Instant at;             // the beginning of the day that lies `days` before the day of expiry
  std::int32_t days = 0;  // left
  bool renewal = false;   // the renewal window opens, for one that renews
};
// Of a reservation that lives or has lived to its end; nothing of one that was returned, split or merged.
std::vector<ExpiryCause> expiry_causes(const Reservation& reservation, Day after, Day until);

// A return that counts to the allowance, on the meter that binds, in USD minor units.
struct Counted {
  std::string id;
  Instant at;
  std::int64_t amount = 0;
};
struct AllowanceRuleOf {
  std::int64_t limit = 0;
  std::int32_t window_days = 365;
  std::int64_t percent = 80;  // nearly used from here on
};
struct AllowanceCause {
  std::string key;
  Instant at;
  bool back = false;        // a return has left the window; otherwise the allowance is nearly used
  std::int64_t amount = 0;  // of the return that crossed the line, or of all that left at this moment
  std::int64_t used = 0;    // after it
};
// `counted` are all that count at any moment of the span, oldest first.
std::vector<AllowanceCause> allowance_causes(const std::string& customer, std::span<const Counted> counted, const AllowanceRuleOf& rule,
                                             Instant after, Instant until);

struct UtilizationCause {
  std::string key;  // once for each reservation, window and month
  std::int32_t days = 0;
  utilization::Percent percent;
};
struct Windows {
  std::optional<utilization::Percent> days_7;
  std::optional<utilization::Percent> days_30;
  Day watermark;  // the last day of which something is known
};
// Below the threshold, not at it. A window without an active hour says nothing.
std::vector<UtilizationCause> utilization_causes(const std::string& reservation, const Windows& windows, std::int64_t threshold_percent);

// The day on which a credit that has not come is overdue.
constexpr Day credit_overdue_on(Instant returned, std::int64_t days) { return add_days(day_of(returned), static_cast<std::int32_t>(days)); }

}  // namespace prorata::alerts
