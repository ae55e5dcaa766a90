// Usage that a desk keeps: what import files gave to the months of a customer, and the seam to where it lies.
//
//   std::optional<UsageMonth> march = TRY(files.read(customer, make_day(2026, 3, 1)));
//   for (const UsagePart& part : march->parts) ...      // one a file, or several of one that was large
//
// A part knows which file it came from, by the digest of the file's content and by its path: the same content, or another content of the
// same path, takes the place of what the file gave before. Usage of two files is added. Rows that count by the day are kept as they were
// said; which of their two bounds is taken is decided when they are read (utilization/estimate.h).
//
// Promises of UsageFiles: a month is written whole or not at all, whatever happens to the process or the machine; what is read is what
// was written, or it is storage_corrupt, naming the file. Errors besides: storage_denied, storage_full, unavailable.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/id.h"
#include "base/time.h"
#include "utilization/usage.h"

namespace prorata {

Day month_of(Day day);  // its first day
Day next_month(Day first_day);
utilization::HourSpan hours_of_month(Day first_day);
std::string month_text(Day first_day);           // "2026-03"
Result<Day> parse_month(std::string_view text);  // the same. Errors: invalid_argument

// Who ran. Texts are as utilization::make_identity makes them.
struct UsageMachine {
  utilization::Identity identity;
  std::string customer;        // the tenant, where the file says; empty in what is kept
  bool flexible_only = false;  // of a service that only reservations with instance size flexibility cover
  friend bool operator==(const UsageMachine&, const UsageMachine&) = default;
};

enum class UsageGrain : std::uint8_t {
  exact,      // `quantity` uh in each of its hours
  estimated,  // `quantity` uh in all of its hours together; in which of them is not known
};

// A row of a usage file, as the readers give it.
struct UsageRow {
  std::int64_t line = 0;
  std::uint32_t machine = 0;  // in the machines it came with
  std::uint32_t quantity = 0;
  utilization::Hour from;
  std::uint16_t hours = 1;
  UsageGrain grain = UsageGrain::exact;
  friend bool operator==(const UsageRow&, const UsageRow&) = default;
};

// Usage of some hours together; in which of them is not known.
struct EstimatedUsage {
  std::uint32_t machine = 0;  // in the part's machines
  std::uint32_t quantity = 0;
  std::uint16_t from = 0;   // hour of the month
  std::uint16_t hours = 0;  // all of them in the month
  friend bool operator==(const EstimatedUsage&, const EstimatedUsage&) = default;
};

// Usage in the engine's compact form, with its memory. Its window is the month.
struct UsageBitColumns {
  std::vector<std::uint32_t> full;
  std::vector<std::uint64_t> partials_from{0};
  std::vector<utilization::PartialHour> partials;
  utilization::UsageBitsView view(Day first_day, std::size_t machines) const {
    return {hours_of_month(first_day), machines, full, partials_from, partials};
  }
  friend bool operator==(const UsageBitColumns&, const UsageBitColumns&) = default;
};

struct UsagePart {
  std::string digest;  // of the file's content: 64 hexadecimal digits
  std::string path;    // as it was when it was read
  std::int64_t rows = 0;
  std::vector<UsageMachine> machines;
  UsageBitColumns exact;
  std::vector<EstimatedUsage> estimated;
  friend bool operator==(const UsagePart&, const UsagePart&) = default;
};

struct UsageMonth {
  CustomerId customer;
  Day first_day;
  std::vector<UsagePart> parts;
  std::string digest;  // of all of the above, as it was read; 64 hexadecimal digits
};

// Held while months are rewritten: one import at a time.
class UsageLock {
 public:
  virtual ~UsageLock() = default;
};

class UsageFiles {
 public:
  virtual ~UsageFiles() = default;
  virtual Result<std::vector<CustomerId>> customers() = 0;                  // who has usage, in order
  virtual Result<std::vector<Day>> months(const CustomerId& customer) = 0;  // in order
  virtual Result<std::optional<UsageMonth>> read(const CustomerId& customer, Day month) = 0;
  virtual Result<std::string> digest(const CustomerId& customer, Day month) = 0;  // of the month's content; empty: there is none
  virtual Result<void> write(const UsageMonth& month) = 0;                        // one without parts is taken away
  virtual Result<std::unique_ptr<UsageLock>> lock() = 0;                          // Errors: busy
};

}  // namespace prorata
