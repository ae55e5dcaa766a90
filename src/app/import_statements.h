// Takes in Microsoft's own daily statement of what reservations were used (ReservationDetails). It is what money follows; the desk's own
// utilization is set beside it, with the difference.
//
//   StatementImport import(app, "ReservationDetails_202603.csv");
//   import.take(lines);                                    // as often as there are batches
//   const StatementCounts counts = TRY(import.finish());
//
// A line says what one machine used of one reservation on one day. Of a day all lines of the file together count: used hours are added,
// reserved hours stand in each line and are those of the whole reservation. A later file takes the place of the days that it names and
// leaves the others, so the same file again changes nothing.
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/app.h"

namespace prorata {

struct StatedDay {
  ReservationId reservation;
  Day day;
  std::int64_t reserved_uh = 0;  // of the whole reservation on the day
  std::int64_t used_uh = 0;      // by one machine
};

struct StatementCounts {
  std::int64_t added = 0;              // days
  std::int64_t changed = 0;            // days
  std::int64_t unchanged = 0;          // days
  std::vector<ReservationId> unknown;  // reservations that are not in this desk: their lines are refused
};

class StatementImport {
 public:
  StatementImport(App& app, std::string source) : app_(app), source_(std::move(source)) {}

  void take(std::span<const StatedDay> lines);
  // Some hundred reservations a commit. Errors: forbidden; those of Store::commit.
  Result<StatementCounts> finish();

 private:
  using Days = std::map<Day, StatementDay>;
  Result<void> write_some(std::span<const std::pair<const ReservationId, Days>* const> some, StatementCounts& counts);

  App& app_;
  std::string source_;
  std::map<ReservationId, Days> days_;
};

}  // namespace prorata
