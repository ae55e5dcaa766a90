#include "app/import_statements.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/usage_months.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::size_t kReservationsInCommit = 200;

}  // namespace

void StatementImport::take(std::span<const StatedDay> lines) {
  for (const StatedDay& line : lines) {
    StatementDay& day = days_[line.reservation][line.day];
    day.day = line.day;
    day.reserved_uh = std::max(day.reserved_uh, line.reserved_uh);
    day.used_uh += line.used_uh;
  }
}

Result<void> StatementImport::write_some(std::span<const std::pair<const ReservationId, Days>* const> some, StatementCounts& counts) {
  StatementCounts here;
  const auto decide = [&](Snapshot& snapshot) -> Result<Changes> {
    here = {};
    std::vector<ReservationId> ids;
    for (const auto* each : some) ids.push_back(each->first);
    std::set<ReservationId> known;
    for (const Reservation& each : TRY(snapshot.reservations_by_id(ids))) known.insert(each.id);
    std::map<std::pair<ReservationId, Day>, StatementMonth> months;
    for (StatementMonth& each : TRY(snapshot.statements_of(ids))) {
      const std::pair key(each.reservation, each.month);
      months.emplace(key, std::move(each));
    }
    std::set<std::pair<ReservationId, Day>> touched;
    for (const auto* each : some) {
      const auto& [id, days] = *each;
      if (!known.contains(id)) {
        here.unknown.push_back(id);
        continue;
      }
      for (const auto& [day, said] : days) {
        const std::pair key(id, month_of(day));
        StatementMonth& month = months.try_emplace(key, StatementMonth{.reservation = id, .month = key.second}).first->second;
        const auto at = std::ranges::lower_bound(month.days, day, {}, &StatementDay::day);
        const bool there = at != month.days.end() && at->day == day;
        if (there && *at == said) {
          ++here.unchanged;
          continue;
        }
        ++(there ? here.changed : here.added);
        if (there)
          *at = said;
        else
          month.days.insert(at, said);
        touched.insert(key);
      }
    }
    Changes changes{.audit = {.at = TRY(load_moment(app_, snapshot)).now,
                              .actor = app_.actor,
                              .action = "import.statements",
                              .subject = source_,
                              .after = fmt::format("{} days new, {} changed", here.added, here.changed)}};
    for (const auto& key : touched) changes.statement_months.push_back(months.at(key));
    return changes;
  };
  TRY(write(app_.store, {}, decide));
  counts.added += here.added;
  counts.changed += here.changed;
  counts.unchanged += here.unchanged;
  counts.unknown.insert(counts.unknown.end(), here.unknown.begin(), here.unknown.end());
  return {};
}

Result<StatementCounts> StatementImport::finish() {
  TRY(authorize(app_, access::Right::configure, target_of_desk()));
  StatementCounts counts;
  std::vector<const std::pair<const ReservationId, Days>*> some;
  for (const auto& each : days_) {
    some.push_back(&each);
    if (some.size() < kReservationsInCommit) continue;
    TRY(write_some(some, counts));
    some.clear();
  }
  if (!some.empty()) TRY(write_some(some, counts));
  return counts;
}

}  // namespace prorata
