// Where ids and time come from: the real ones, and steady ones that make a demo or a simulation the same each time.
#pragma once

#include <cstdint>
#include <memory>

#include "app/seams.h"

namespace prorata::sim {

// Version 7 GUIDs: the time in milliseconds, then a counter, then chance. Ids of one source sort by age, which keeps the indexes of a
// database dense.
std::unique_ptr<IdSource> time_ordered_ids();
// Counted from a seed: the same ids in every run.
std::unique_ptr<IdSource> counted_ids(std::uint32_t seed);

std::unique_ptr<Clock> real_clock();

}  // namespace prorata::sim
