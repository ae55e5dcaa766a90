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
# The same of any bytes: prorata_embed_bytes(TARGET NAME FOLDER FILES...), each file under its path within the folder. What they hold is taken
# in by the compiler, so that a change of content needs no new configuration.
function(prorata_embed_bytes target name folder)
  set(bytes "")
  set(rows "")
  set(number 0)
  foreach(file ${ARGN})
    string(APPEND bytes "constexpr unsigned char kBytes${number}[] = {\n#embed \"${folder}/${file}\" suffix(,)\n0};\n")
    string(APPEND rows "    {\"${file}\", text_of(kBytes${number})},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  if(ARGN)
    set(table "const EmbeddedFile kFiles[] = {\n${rows}};")
    set(answer "kFiles")
  else()
    set(table "")
    set(answer "{}")
  endif()
  set(source ${PROJECT_BINARY_DIR}/embedded_${name}.cc)
  file(CONFIGURE OUTPUT ${source} @ONLY CONTENT
"#include \"base/embedded.h\"

#pragma clang diagnostic ignored \"-Wc23-extensions\"  // #embed

namespace prorata {
namespace {
template <std::size_t N>
[[maybe_unused]] std::string_view text_of(const unsigned char (&bytes)[N]) {
  return {reinterpret_cast<const char*>(bytes), N - 1};
}
@bytes@@table@
}  // namespace
std::span<const EmbeddedFile> embedded_@name@() { return @answer@; }
}  // namespace prorata
")
  target_sources(${target} PRIVATE ${source})
endfunction()
prorata_embed_bytes(prorata_serve portal_api ${PROJECT_SOURCE_DIR}/docs/specs portal-api.yaml)
# None where the portal was not built.
file(GLOB_RECURSE portal CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/portal/dist ${PROJECT_SOURCE_DIR}/portal/dist/*)
list(SORT portal)
prorata_embed_bytes(prorata_serve portal ${PROJECT_SOURCE_DIR}/portal/dist ${portal})
