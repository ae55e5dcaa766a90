// Reads reservations for 'utilization compute': one JSON object a version of a reservation, on lines or in any of the shapes that
// records.h knows.
//
//   {"id": "r-1", "region": "westeurope", "size": "Standard_D2s_v3", "quantity": 2, "start": "2026-01-01", "end": "2027-01-01",
//    "scope": {"type": "subscription", "subscription": "..."}}
//
// A member that is not known, a value that cannot be and two versions that overlap are refused with line and pointer: a misspelt scope
// must not become a wider one. The members stand in docs/specs/utilization-compute.md.
#pragma once

#include <string>
#include <vector>

#include "utilization/reservations.h"
#include "wire/bytes.h"
#include "wire/import_report.h"

namespace prorata::wire {

struct CustomerVersion {
  std::string customer;  // lower case; empty: the one billing context there is
  utilization::ReservationVersion version;
  friend bool operator==(const CustomerVersion&, const CustomerVersion&) = default;
};

// Errors: those of the source; what is wrong with a record is in the report.
Result<void> read_reservation_lines(ByteSource& source, std::vector<CustomerVersion>& versions, ImportReport& report);

}  // namespace prorata::wire
