// Steady ids: the same in every run, so that a demo or a simulation prints the same each time.
#pragma once

#include <cstdint>
#include <memory>

#include "app/seams.h"

namespace prorata::sim {

// Counted from a seed.
std::unique_ptr<IdSource> counted_ids(std::uint32_t seed);

}  // namespace prorata::sim
