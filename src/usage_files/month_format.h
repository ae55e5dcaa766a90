// A month of a customer's usage as the bytes of one file: a header with magic, version and checksum, then parts with their machines, bits
// and estimates. docs/specs/usage-months.md is the format.
//
//   const std::string bytes = encode_month(month);
//   const UsageMonth same = TRY(decode_month(bytes, "2026-03.usage"));
//
// What is decoded is whole and valid, whoever wrote it: no count, cell or place is out of range.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/usage_months.h"
#include "base/error.h"

namespace prorata::usage_files {

inline constexpr std::string_view kMagic = "PRORATAU";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kHeaderBytes = 64;

std::string encode_month(const UsageMonth& month);

// Errors: storage_corrupt, naming the file; schema_newer for a version that is not known yet.
Result<UsageMonth> decode_month(std::string_view bytes, std::string_view name);
// The digest that the header states; the rest is not looked at. Errors: the same.
Result<std::string> stated_digest(std::string_view header, std::string_view name);
// The same bytes with the checksum that they should have: for tests that damage what is under it.
std::string resealed(std::string bytes);

}  // namespace prorata::usage_files
