# Puts text files into the program, so that it runs alone: prorata_embed(TARGET NAME FILES...) gives the target a source that defines
# `std::span<const EmbeddedFile> embedded_NAME()` (base/embedded.h), each file under its folder's or its own name.
function(prorata_embed target name)
  set(rows "")
  foreach(file ${ARGN})
    get_filename_component(stem ${file} NAME)
    if(stem STREQUAL "up.sql")
      get_filename_component(folder ${file} DIRECTORY)
      get_filename_component(stem ${folder} NAME)
    endif()
    file(READ ${file} text)
    string(APPEND rows "    {\"${stem}\", R\"embedded(${text})embedded\"},\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endforeach()
  set(source ${PROJECT_BINARY_DIR}/embedded_${name}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"base/embedded.h\"

namespace prorata {
namespace {
constexpr EmbeddedFile kFiles[] = {
@rows@};
}  // namespace
std::span<const EmbeddedFile> embedded_@name@() { return kFiles; }
}  // namespace prorata
")
  target_sources(${target} PRIVATE ${source})
endfunction()

file(GLOB migrations CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/migrations/*/up.sql)
prorata_embed(prorata_store migrations ${migrations})
file(GLOB policies CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/policies/*.json)
prorata_embed(prorata_wire policies ${policies})
