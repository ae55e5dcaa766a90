// Where a machine ran, in the words of usage files. Cost files write ARM's name (westeurope), its title (West Europe) or the name of the
// billing region (EU West), and not always the same one.
//
//   arm_region("US East 2")      // "eastus2"
//   arm_region("West Europe")    // "westeurope"; what the table does not know comes back in lower case without blanks
#pragma once

#include <string>
#include <string_view>

namespace prorata::wire {

std::string arm_region(std::string_view region);

}  // namespace prorata::wire
