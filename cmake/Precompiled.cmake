# Headers that nearly every source reads, parsed once a build instead of once a source: a whole build takes about half the time. A source
# still includes what it uses: clang-tidy reads the sources without these (build/plain), where a forgotten include is an error.
option(PRORATA_PRECOMPILED "Parse the commonest headers once a build" ON)

set(standard_headers <algorithm> <array> <charconv> <chrono> <deque> <expected> <filesystem> <fstream> <functional> <map> <memory> <mutex>
  <numeric> <optional> <ranges> <set> <span> <sstream> <string> <string_view> <tuple> <unordered_map> <unordered_set> <utility> <variant>
  <vector> <fmt/format.h> <fmt/ranges.h>)
set(desk_headers ${standard_headers} <app/app.h> <app/desk.h>)
set(test_headers ${desk_headers} <gtest/gtest.h> <gmock/gmock.h> <rapidcheck/gtest.h>)

# Rooms below app must not see its names, not even here.
set(rooms_without_desk base catalog party reservation ledger support policy access request utilization books advice alerts http identity)

function(prorata_precompile name)
  if(PRORATA_PRECOMPILED)
    add_library(precompiled_${name} OBJECT ${PROJECT_SOURCE_DIR}/cmake/precompiled.cc)
    target_link_libraries(precompiled_${name} PRIVATE prorata_flags fmt::fmt ${ARGN})
    target_precompile_headers(precompiled_${name} PRIVATE ${${name}_headers})
  endif()
endfunction()

function(prorata_reads_precompiled target name)
  if(PRORATA_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM precompiled_${name})
  endif()
endfunction()
