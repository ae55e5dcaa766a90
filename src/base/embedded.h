// Files that the build put into the program (cmake/Embed.cmake), in the order of their names.
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
std::span<const EmbeddedFile> embedded_portal_api();  // "portal-api.yaml"; linked with the room serve
std::span<const EmbeddedFile> embedded_portal();      // "assets/main-3f2a1b.js.br", ...; none where it was not built; the same room

}  // namespace prorata
