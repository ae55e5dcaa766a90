// Every provider's routes in one list: what the server's one Face is made of.
#pragma once

#include <vector>

#include "arm/face.h"

namespace prorata::arm {

std::vector<Route> all_routes();

}  // namespace prorata::arm
