// Which machine used how much of which reservation on which day: computed when it is asked for, from the usage that the desk keeps.
//
//   for (const UsageDetail& each : TRY(load_usage_details(app, *snapshot, customer, {from, until}))) ...
//
// A day's details of a reservation add up to its used hours in 'utilization show', but for what is cut below a micro-hour.
#pragma once

#include <string>
#include <vector>

#include "app/app.h"
#include "utilization/units.h"

namespace prorata {

struct UsageDetail {
  ReservationId reservation;
  std::string resource_id;
  Day day;
  std::int64_t used_uh = 0;      // hours of the reserved size
  std::int64_t reserved_uh = 0;  // of the whole reservation on that day
};

// By reservation, then by day, then by resource. Errors: those of load_usage_facts and cover_customer.
Result<std::vector<UsageDetail>> load_usage_details(App& app, Snapshot& snapshot, const CustomerId& customer, utilization::HourSpan span);

}  // namespace prorata
