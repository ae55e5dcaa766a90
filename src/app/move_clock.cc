#include "app/move_clock.h"

#include <fmt/format.h>

#include "app/desk.h"
#include "app/due.h"
#include "app/raise_alerts.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::size_t kBatch = 300;

ClockReport with(ClockReport sum, const Due& due) {
  sum.instalments += due.instalments();
  sum.expired += due.expired();
  sum.renewed += due.renewed();
  sum.renewals_failed += due.renewals_failed();
  return sum;
}

}  // namespace

Result<Instant> later_by(Instant from, std::string_view by) {
  const auto wrong = [&] {
    return fail(Code::invalid_argument, fmt::format("'{}' is not a span of time; write it like 10d, 3m, 1y or 12h", by.substr(0, 40)));
  };
  if (by.size() < 2) return wrong();
  const Result<std::int64_t> count = parse_integer(by.substr(0, by.size() - 1), 0, 10'000, "a count");
  if (!count) return wrong();
  const Instant in_day{from.ticks - start_of(day_of(from)).ticks};
  const auto months = [&](std::int64_t n) { return Instant{start_of(add_months(day_of(from), static_cast<int>(n))).ticks + in_day.ticks}; };
  switch (by.back()) {
    case 'h': return add_seconds(from, *count * 3'600);
    case 'd': return add_seconds(from, *count * 86'400);
    case 'm': return months(*count);
    case 'y': return *count > 100 ? Result<Instant>(wrong()) : months(*count * 12);
    default: return wrong();
  }
}

namespace {

Result<ClockReport> bring_up_to_date(App& app, const std::function<void(std::int64_t)>& progress) {
  ClockReport report;
  std::int64_t done = 0;
  while (true) {
    ClockReport so_far;
    bool nothing_due = false;
    const Result<Committed> committed = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      const Moment moment = TRY(load_moment(app, snapshot));
      so_far = report;
      so_far.to = moment.now;
      const Page<Reservation> page =
          TRY(snapshot.reservations({.event_until = day_of(moment.now), .sort = ReservationSort::expiry, .limit = kBatch}));
      nothing_due = page.items.empty();
      if (nothing_due) return fail(Code::not_found, "nothing is due");
      Changes changes;
      Due due(app, snapshot, moment.now);
      for (const Reservation& reservation : page.items) changes.reservations.push_back(TRY(due.take(reservation)));
      due.move_into(changes);
      so_far = with(so_far, due);
      changes.audit = {.at = moment.now,
                       .actor = app.actor,
                       .action = "clock.due",
                       .after = fmt::format("{} instalments, {} expired, {} renewed", due.instalments(), due.expired(), due.renewed())};
      return changes;
    });
    if (nothing_due) return so_far;
    if (!committed) return std::unexpected(committed.error());
    report = so_far;
    progress(done += static_cast<std::int64_t>(kBatch));
  }
}

}  // namespace

Result<ClockReport> run_due(App& app, const std::function<void(std::int64_t)>& progress) {
  ClockReport report = TRY(bring_up_to_date(app, progress));
  report.alerts = TRY(raise_alerts(app));
  return report;
}

Result<ClockReport> move_clock(App& app, const ClockMove& move, const std::function<void(std::int64_t)>& progress) {
  Instant from;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    Moment moment = TRY(load_moment(app, snapshot));
    if (!moment.desk.sandbox)
      return fail(Code::not_sandbox, "this desk runs on real time; only one made with 'prorata init --sandbox' has a clock of its own");
    if (move.to < moment.now)
      return fail(Code::invalid_argument, fmt::format("{} is before the desk's present, {}; its time moves forward only",
                                                      to_string(move.to), to_string(moment.now)));
    from = moment.now;
    if (move.freeze || moment.desk.frozen_at) {
      moment.desk.frozen_at = move.to;
    } else {
      moment.desk.clock_offset_ticks = move.to.ticks - app.clock.now().ticks;
    }
    Changes changes;
    changes.audit = {.at = move.to, .actor = app.actor, .action = "clock.move", .before = to_string(from), .after = to_string(move.to)};
    changes.desk = std::move(moment.desk);
    return changes;
  }));
  ClockReport report = TRY(run_due(app, progress));
  report.from = from;
  return report;
}

}  // namespace prorata
