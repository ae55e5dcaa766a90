// The machine's own clock and chance: the Clock and the IdSource of a desk that is not a simulation.
#pragma once

#include <memory>

#include "app/seams.h"

namespace prorata::system {

std::unique_ptr<Clock> real_clock();

// Version 7 GUIDs: the time in milliseconds, then a counter, then chance. Ids of one source sort by age, which keeps the indexes of a
// database dense. Safe for use by many threads.
std::unique_ptr<IdSource> time_ordered_ids();

}  // namespace prorata::system
