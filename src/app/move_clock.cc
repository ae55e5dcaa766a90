#include "app/move_clock.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/purchase.h"
#include "app/write.h"
#include "base/check.h"
#include "books/books.h"

namespace prorata {
namespace {

constexpr std::size_t kBatch = 300;

// What one batch of reservations brings; made anew for each attempt.
struct DueBatch {
  Changes changes;
  ClockReport report;
  std::map<CustomerId, Customer> customers;
  FactsCache cache;
};

Result<const Customer*> customer_of(Snapshot& snapshot, DueBatch& batch, const CustomerId& id) {
  auto found = batch.customers.find(id);
  if (found == batch.customers.end()) {
    std::optional<Customer> customer = TRY(snapshot.customer(id));
    CHECK(customer.has_value(), "a reservation belongs to a customer of the desk");
    found = batch.customers.emplace(id, std::move(*customer)).first;
  }
  return &found->second;
}

// Each instalment that fell due is charged on its own day.
void charge_instalments(App& app, DueBatch& batch, const Reservation& before, const Reservation& after) {
  if (!after.price_known()) return;
  const books::Event event{.customer = after.customer, .group = after.id.text(), .reservation = after.id.text()};
  const Money customer_lifetime = after.customer_price.value_or(total_billing(after.schedule));
  std::vector<ledger::Entry> entries =
      books::write_instalments(event, before.schedule, after.schedule, customer_lifetime, [&] { return EntryId::trusted(app.ids.next()); });
  batch.report.instalments += static_cast<std::int64_t>(entries.size());
  std::ranges::move(entries, std::back_inserter(batch.changes.entries));
}

// At the end of its term a reservation that is to renew buys its successor; without a price it ends unrenewed.
Result<void> renew(App& app, Snapshot& snapshot, DueBatch& batch, Reservation& ended) {
  const Customer& customer = *TRY(customer_of(snapshot, batch, ended.customer));
  const RenewalTerms& terms = *ended.renewal;
  const PurchaseLine line{.product = ended.product,
                          .sku = terms.sku,
                          .region = ended.region,
                          .term = terms.term,
                          .plan = terms.plan,
                          .quantity = terms.quantity,
                          .scope = ended.scope,
                          .name = ended.name};
  const Result<PurchasePrice> price = price_of(snapshot, batch.cache, line, customer.currency, day_of(ended.expiry));
  if (!price && price.error().code == Code::not_found) {
    ++batch.report.renewals_failed;
    return {};
  }
  if (!price) return std::unexpected(price.error());
  const BoughtIds ids{OrderId::trusted(app.ids.next()), ReservationId::trusted(app.ids.next())};
  Bought bought = make_purchase(app, customer, line, *price, ids, ended.expiry);
  std::ranges::move(entries_of_purchase(app, bought), std::back_inserter(batch.changes.entries));
  bought.reservation.lineage.renewed_from = ended.id;
  bought.revisions.back().after = bought.reservation;
  ended.lineage.renewed_into = ids.reservation;
  batch.changes.orders.push_back(std::move(bought.order));
  batch.changes.reservations.push_back(std::move(bought.reservation));
  for (Revision& revision : bought.revisions) batch.changes.revisions.push_back(std::move(revision));
  ++batch.report.renewed;
  return {};
}

Result<void> bring_up_to_date(App& app, Snapshot& snapshot, DueBatch& batch, const Reservation& before, Instant now) {
  Reservation after = on_day(before, day_of(now));
  charge_instalments(app, batch, before, after);
  const bool ended = after.state == ProvisioningState::expired && before.state != ProvisioningState::expired;
  if (ended) {
    ++batch.report.expired;
    if (after.renew && after.renewal) TRY(renew(app, snapshot, batch, after));
    batch.changes.revisions.push_back({after.id, after.revision, after.expiry, app.actor, "expire", after});
  }
  batch.changes.reservations.push_back(std::move(after));
  return {};
}

void add(ClockReport& sum, const ClockReport& more) {
  sum.instalments += more.instalments;
  sum.expired += more.expired;
  sum.renewed += more.renewed;
  sum.renewals_failed += more.renewals_failed;
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

Result<ClockReport> run_due(App& app, const std::function<void(std::int64_t)>& progress) {
  ClockReport report;
  std::int64_t done = 0;
  while (true) {
    DueBatch batch;
    bool nothing_due = false;
    const Result<Committed> committed = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      batch = DueBatch{};
      const Moment moment = TRY(load_moment(app, snapshot));
      report.to = moment.now;
      const Page<Reservation> due =
          TRY(snapshot.reservations({.event_until = day_of(moment.now), .sort = ReservationSort::expiry, .limit = kBatch}));
      nothing_due = due.items.empty();
      if (nothing_due) return fail(Code::not_found, "nothing is due");
      for (const Reservation& reservation : due.items) TRY(bring_up_to_date(app, snapshot, batch, reservation, moment.now));
      batch.changes.audit = {.at = moment.now,
                             .actor = app.actor,
                             .action = "clock.due",
                             .after = fmt::format("{} instalments, {} expired, {} renewed", batch.report.instalments, batch.report.expired,
                                                  batch.report.renewed)};
      return batch.changes;
    });
    if (nothing_due) break;
    if (!committed) return std::unexpected(committed.error());
    add(report, batch.report);
    progress(done += static_cast<std::int64_t>(kBatch));
  }
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
