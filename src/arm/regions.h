// The public regions that clients ask for by name.
#pragma once

#include <span>
#include <string_view>

namespace prorata::arm {

struct Region {
  std::string_view name;     // "westeurope"
  std::string_view display;  // "West Europe"
  std::string_view geography;
};

std::span<const Region> regions();

}  // namespace prorata::arm
