// Text files that the build put into the program (cmake/Embed.cmake), in the order of their names.
#pragma once

#include <span>
#include <string_view>

namespace prorata {

struct EmbeddedFile {
  std::string_view name;
  std::string_view text;
};

std::span<const EmbeddedFile> embedded_migrations();  // "0001-first", ...; linked with the room store
std::span<const EmbeddedFile> embedded_policies();    // "csp-2020.json", ...; linked with the room wire

}  // namespace prorata
