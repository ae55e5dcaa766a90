// In a sandbox work that is done may go on showing as running for a while.
#pragma once

#include "app/app.h"

namespace prorata {

// Writes the operation, started now and ready after the desk's lag. Does nothing where the desk has no lag.
Result<void> show_as_running(App& app, Operation operation);

}  // namespace prorata
