// One row of a usage file, from its fields to what it says. The same for a row that was read slowly and one that was read fast.
//
//   UsageLine line(header);
//   Result... made = line.read(fields, number, rows);     // adds rows, or says why there are none
//
// Dates are ISO (2026-03-01, with a time or not) or month first (03/01/2026); times without an offset are UTC. The size of a machine comes
// from the JSON of AdditionalInfo and never from the name of a meter. See docs/specs/usage-files.md.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "wire/json.h"
#include "wire/usage_header.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

using UsageFields = std::array<std::string_view, kUsageFieldCount>;  // by UsageField; empty where the file has none

// Why a row gives nothing: understood and not wanted, or wrong in one field.
struct UsageRefusal {
  UsageField field;
  std::string why;
};
struct UsageNone {
  std::optional<UsageSkip> skip;
  UsageRefusal refusal;
};

// A moment as usage files write it. Errors: invalid_data for what is none, and for years before 2000 and after 2199.
Result<Instant> parse_usage_time(std::string_view text);
Result<std::uint32_t> parse_usage_quantity(std::string_view text);  // uh; the text may have blanks around it

class UsageLine {
 public:
  explicit UsageLine(const UsageHeader& header) : header_(header) {}

  // Adds to `rows`, which name machines by their place in machines().
  std::expected<void, UsageNone> read(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows);
  const std::vector<UsageMachine>& machines() const { return machines_; }

  // The machine of a row of the hourly form. The fast reader asks once a machine.
  std::expected<std::uint32_t, UsageNone> hourly_machine(const UsageFields& fields);

 private:
  using Read = std::expected<void, UsageNone>;
  struct Details {
    std::string usage_type;
    std::string size;
    std::string priority;
  };
  Read read_hourly(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows);
  Read read_power_state(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows);
  Read read_daily(const UsageFields& fields, std::int64_t line, std::vector<UsageRow>& rows);
  std::expected<UsageRow, UsageNone> read_period(const UsageFields& fields) const;
  std::expected<Details, UsageNone> read_details(std::string_view cell);
  std::expected<std::uint32_t, UsageNone> machine(const UsageFields& fields, std::string_view size, bool flexible_only);

  const UsageHeader& header_;
  std::vector<UsageMachine> machines_;
  std::unordered_map<std::string, std::uint32_t> known_;
  std::string key_;
  JsonReader json_;
};

}  // namespace prorata::wire
