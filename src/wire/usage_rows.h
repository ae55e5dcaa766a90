// What the readers of usage files give on: machines, the hours they ran, and what became of every row of a file.
//
//   TRY(import_usage(file, {}, [&](const UsageBatch& batch) -> Result<void> {
//     for (const UsageRow& row : batch.rows) for_each_hour(row, Estimate::optimistic, [&](Hour hour, std::uint32_t uh) { ... });
//     return {};
//   }, report));
//
// A row says what is known and no more. Where a file counts by the day and the quantity is not 24 hours, the row is *estimated*: what its
// single hours held is bounded from both sides (usage_days.h).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "app/usage_months.h"
#include "base/error.h"
#include "base/text.h"
#include "utilization/usage.h"
#include "wire/import_report.h"
#include "wire/unpacked_bytes.h"

namespace prorata::wire {

// What a usage file can be. Each is told by the names in its header.
enum class UsageDialect : std::uint8_t { hourly, power_states, cost_details, daily_rated, focus };

// What a row says, and of whom: the words of the desk that keeps it.
using prorata::UsageGrain;
using prorata::UsageMachine;
using prorata::UsageRow;

// Rows in the order of the file. Machines are those of all batches so far, in the order in which they were met.
struct UsageBatch {
  std::span<const UsageRow> rows;
  std::span<const UsageMachine> machines;
};
using UsageSink = std::function<Result<void>(const UsageBatch&)>;

// Why a row that was understood is none of ours.
enum class UsageSkip : std::uint8_t {
  other_service,      // no service that reservations of machines cover
  not_usage,          // purchases, refunds, adjustments, unused hours of a reservation
  not_machine_hours,  // disks, transfer and the like of a machine
  software,           // licences on a machine whose hours stand in a row of their own
  spot,               // capacity that can be taken away is never covered
};
inline constexpr std::size_t kUsageSkips = 5;

struct UsageReport {
  UsageDialect dialect = UsageDialect::hourly;
  Packing packing = Packing::none;
  std::int64_t bytes = 0;  // of text, unpacked
  std::int64_t rows = 0;   // taken + skipped + refused
  std::int64_t taken = 0;
  std::int64_t estimated = 0;                       // of those taken
  std::array<std::int64_t, kUsageSkips> skipped{};  // by UsageSkip
  std::int64_t refused = 0;                         // all of them are counted, the first thousand are kept
  std::vector<ImportRefused> refusals;

  // How rows of the hourly form were read: as foreseen, after a miss, or by the slow reader.
  std::int64_t foreseen = 0;
  std::int64_t missed = 0;
  std::int64_t slow = 0;
};

}  // namespace prorata::wire

namespace prorata {
template <>
inline constexpr auto kWords<wire::UsageDialect> =
    std::to_array<Word<wire::UsageDialect>>({{wire::UsageDialect::hourly, "hourly"},
                                             {wire::UsageDialect::power_states, "power_states"},
                                             {wire::UsageDialect::cost_details, "cost_details"},
                                             {wire::UsageDialect::daily_rated, "daily_rated"},
                                             {wire::UsageDialect::focus, "focus"}});
template <>
inline constexpr auto kWords<wire::UsageSkip> =
    std::to_array<Word<wire::UsageSkip>>({{wire::UsageSkip::other_service, "other_service"},
                                          {wire::UsageSkip::not_usage, "not_usage"},
                                          {wire::UsageSkip::not_machine_hours, "not_machine_hours"},
                                          {wire::UsageSkip::software, "software"},
                                          {wire::UsageSkip::spot, "spot"}});
}  // namespace prorata
