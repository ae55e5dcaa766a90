// Raises what time brings: terms that near their end, renewal windows that open, allowances that are nearly used or come back, credits that
// are overdue. Each becomes an event of the outbox, once (alerts/alerts.h), in the order in which it came to be by the desk's clock.
//
//   TRY(raise_alerts(app));     // after run_due(), which calls it; cheap where nothing is new
//
// Low utilization is raised where it is computed what of a customer is badly used (app/desk_overview.h).
#pragma once

#include <cstdint>

#include "app/app.h"

namespace prorata {

// A desk's alerts begin with the day on which this is first asked: nothing that lies before is raised. Days are gone through in spans of a
// month, each in commits of a limited size; interrupted, the next call goes on. Returns how many were raised.
Result<std::int64_t> raise_alerts(App& app);

// From where a new desk's alerts begin.
Progress alerts_begin(Instant now);

// The settings as they are, or as they are made.
Result<NotifySettings> load_notify_settings(Snapshot& snapshot);

}  // namespace prorata
