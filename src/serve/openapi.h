// What this server answers, as OpenAPI 3.1: made from the tables that route its requests, so that it names neither more nor less.
#pragma once

#include <string>
#include <string_view>

namespace prorata::serve {

inline constexpr std::string_view kOpenApiPath = "/openapi.json";

// The sandbox's controls are in it where `sandbox` says so.
std::string openapi(bool sandbox);

// "/{scope...}/providers/X" as OpenAPI writes it: "/{scope}/providers/X".
std::string openapi_path(std::string_view pattern);

}  // namespace prorata::serve
