// What the desk remembers of usage beside the usage files: which imports there were, and what utilization came of them. Results name the
// facts they were computed from by their revision: other facts have another one, and the same revision never has another result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "utilization/summary.h"
#include "utilization/units.h"

namespace prorata {

// The months of a customer that an import gave usage to.
struct UsageGave {
  CustomerId customer;
  Day month;
  std::int64_t rows = 0;
  friend bool operator==(const UsageGave&, const UsageGave&) = default;
};

// One import of one file. The same path again takes its place.
struct UsageImport {
  std::string path;    // absolute
  std::string digest;  // of the content: SHA-256, 64 hexadecimal digits
  Instant at;
  std::string actor;
  std::string dialect;
  std::int64_t rows = 0;  // kept + skipped + refused
  std::int64_t kept = 0;
  std::int64_t estimated = 0;  // of those kept
  std::int64_t skipped = 0;
  std::int64_t refused = 0;
  std::optional<utilization::Hour> from;   // of what was kept
  std::optional<utilization::Hour> until;  // exclusive
  std::vector<UsageGave> gave;
  bool replaced = false;  // the same content came again under another path, and stands there
  friend bool operator==(const UsageImport&, const UsageImport&) = default;
};

// A day of a reservation with an active hour. Units are normalised ones under a table in which the size weighs `weight`.
struct UtilizationDay {
  Day day;
  std::int32_t active_hours = 0;
  std::int64_t reserved_nu = 0;
  std::int64_t used_nu = 0;
  std::int64_t weight = 1;
  utilization::Percent least;
  utilization::Percent average;
  utilization::Percent most;
  friend bool operator==(const UtilizationDay&, const UtilizationDay&) = default;
};

// Windows up to the watermark. Absent: no active hour in it.
struct MonthWindows {
  utilization::Hour watermark;
  std::optional<utilization::Percent> day_1;
  std::optional<utilization::Percent> days_7;
  std::optional<utilization::Percent> days_30;
  std::optional<utilization::Trend> trend;
  friend bool operator==(const MonthWindows&, const MonthWindows&) = default;
};

struct ReservationMonth {
  ReservationId reservation;
  CustomerId customer;
  Day month;
  std::string revision;
  std::vector<UtilizationDay> days;
  std::optional<MonthWindows> windows;  // in the last month of which there is usage
  friend bool operator==(const ReservationMonth&, const ReservationMonth&) = default;
};

// Usage of one size in one region that no reservation covered.
struct UncoveredUsage {
  std::string size;
  std::string region;
  std::int64_t uh = 0;
  friend bool operator==(const UncoveredUsage&, const UncoveredUsage&) = default;
};

// A customer's month as it was computed.
struct CustomerMonth {
  CustomerId customer;
  Day month;
  std::string revision;
  std::optional<utilization::Hour> first;      // of which usage is known
  std::optional<utilization::Hour> watermark;  // the first of which nothing is
  std::int64_t gap_days = 0;
  std::int64_t estimated_days = 0;
  std::int64_t used_uh = 0;  // of all machines
  std::vector<UncoveredUsage> uncovered;
  friend bool operator==(const CustomerMonth&, const CustomerMonth&) = default;
};

// A day of a reservation as Microsoft's own daily statement (ReservationDetails) has it, in hours of the reserved size.
struct StatementDay {
  Day day;
  std::int64_t reserved_uh = 0;
  std::int64_t used_uh = 0;
  friend bool operator==(const StatementDay&, const StatementDay&) = default;
};

// A reservation's month of statements. A later statement of a day takes the place of the earlier one.
struct StatementMonth {
  ReservationId reservation;
  Day month;
  std::vector<StatementDay> days;  // by day
  std::int64_t version = 0;
  friend bool operator==(const StatementMonth&, const StatementMonth&) = default;
};

}  // namespace prorata
