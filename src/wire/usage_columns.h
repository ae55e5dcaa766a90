// Rows of usage files gathered into the columns that the engine takes, one set a billing context.
//
//   UsageColumns columns({.estimate = Estimate::optimistic});
//   TRY(import_usage(file, {}, [&](const UsageBatch& batch) { return columns.take(batch); }, report));
//   std::vector<UsageContext> contexts = columns.finish();
//   UsageRows rows = TRY(contexts[0].rows());
//
// Ten bytes a row. Rows may come from several files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "utilization/usage.h"
#include "wire/usage_days.h"
#include "wire/usage_rows.h"

namespace prorata::wire {

// The usage of one customer: who, when, how much.
struct UsageContext {
  std::string customer;  // empty where files do not say
  utilization::Roster roster;
  utilization::HourSpan window;  // from the first hour with a row to the last
  std::vector<std::uint32_t> resource;
  std::vector<std::uint16_t> hour;
  std::vector<std::uint32_t> quantity;
  std::int64_t estimated = 0;      // rows of files that count by the day
  std::int64_t flexible_only = 0;  // rows that only reservations with instance size flexibility cover

  Result<utilization::UsageRows> rows() const { return utilization::UsageRows::make(window, resource, hour, quantity, roster.size()); }
};

class UsageColumns {
 public:
  struct Options {
    Estimate estimate = Estimate::optimistic;
    std::size_t rows_expected = 0;  // room is made for so many at first; more are taken too
  };
  explicit UsageColumns(const Options& options) : options_(options) {}

  // Between files: the machines of the next batch are numbered anew.
  void begin_file() { places_.clear(); }
  // Errors: invalid_data where usage spans more than kWindowHoursMax hours.
  Result<void> take(const UsageBatch& batch);
  std::vector<UsageContext> finish();  // by customer

 private:
  struct Gathered {
    UsageContext context;
    std::vector<utilization::Identity> identities;
    std::int32_t base = 0;  // the hour that 0 stands for, until the window is known
    std::int32_t least = INT32_MAX;
    std::int32_t most = INT32_MIN;
  };
  struct Place {
    std::uint32_t context = 0;
    std::uint32_t identity = 0;
    bool flexible_only = false;
  };
  void place_machines(std::span<const UsageMachine> machines);
  Result<void> add(Gathered& into, std::uint32_t identity, std::int32_t hour, std::uint32_t quantity);

  Options options_;
  std::vector<Gathered> contexts_;
  std::unordered_map<std::string, std::uint32_t> context_of_;
  std::vector<Place> places_;
};

}  // namespace prorata::wire
