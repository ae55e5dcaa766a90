// What this desk serves, as `az provider` and clients that look up a version ask for it.
#pragma once

#include <span>
#include <string_view>

#include "wire/json.h"

namespace prorata::arm {

inline constexpr std::string_view kSupport2024 = "2024-04-01";
inline constexpr std::string_view kSupport2020 = "2020-04-01";

struct ResourceType {
  std::string_view name;
  std::span<const std::string_view> versions;
};
struct Provider {
  std::string_view name;  // "Microsoft.Support"
  std::span<const ResourceType> types;
};

std::span<const Provider> providers();
const Provider* find_provider(std::string_view name);  // any letter case; nullptr where there is none

// `prefix` is "/subscriptions/{guid}", or empty at the tenant.
void write_provider(wire::JsonWriter& w, const Provider& provider, std::string_view prefix);

}  // namespace prorata::arm
