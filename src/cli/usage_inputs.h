// Reservations, usage and ratios out of files, for the commands that need no desk: utilization compute, utilization explain, recommend.
//
//   UsageInputs in;
//   TRY(read_reservations("covering.jsonl", in));
//   TRY(read_ratios("sizes.csv", in));
//   TRY(read_usage({"usage.csv"}, "optimistic", 2, in));
//
// A row that cannot be is refused and counted; the rest goes on. Errors are those of the readers in wire.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "utilization/reservations.h"
#include "utilization/units.h"
#include "utilization/weights.h"
#include "wire/import_report.h"
#include "wire/reservation_lines.h"
#include "wire/usage_columns.h"
#include "wire/usage_rows.h"

namespace prorata::cli {

// What was read, and what of it could not be used.
struct UsageInputs {
  std::vector<wire::CustomerVersion> versions;
  wire::ImportReport reservations;
  utilization::Ratios tables;
  wire::ImportReport ratios;
  std::vector<wire::UsageContext> usage;
  std::vector<wire::UsageReport> files;  // one a usage file

  std::int64_t refused() const {
    std::int64_t sum = reservations.refused + ratios.refused;
    for (const wire::UsageReport& each : files) sum += each.refused;
    return sum;
  }
};

Result<void> read_reservations(const std::string& path, UsageInputs& in);
Result<void> read_ratios(const std::string& path, UsageInputs& in);
Result<void> read_usage(const std::vector<std::string>& files, const std::string& estimate, unsigned threads, UsageInputs& in);

// Whose is whose must be said on both sides as soon as there are two: no reservation covers another customer's usage. Errors: invalid_data.
Result<void> check_customers(const UsageInputs& in);
// The versions of one customer. Where only one side says whose it is, there is one customer, and all usage is its.
std::vector<utilization::ReservationVersion> versions_of(const UsageInputs& in, const std::string& customer);

// Whole UTC days, so that a day of a summary is a day.
utilization::HourSpan days_around(utilization::HourSpan window);

// To standard error.
void print_refusals(const wire::ImportReport& report);

}  // namespace prorata::cli
