// Reads policy packs from JSON, strictly: a field that is unknown, missing, repeated or of the wrong type is refused with its place, and so
// is a table that policy::check_pack() would not accept.
#pragma once

#include <string>
#include <string_view>

#include "policy/pack.h"

namespace prorata::wire {

Result<policy::Pack> read_pack(std::string_view json);

// The packs in the program, and beside them those of a folder (every *.json in it) where one is named.
// Errors: invalid_data with the file's name; already_exists where a file redefines a pack.
Result<policy::PackSet> load_packs(const std::string& folder);

Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max);

}  // namespace prorata::wire
