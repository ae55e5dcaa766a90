#include "app/run_utilization.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/shared.h"
#include "app/write.h"
#include "base/fingerprint.h"
#include "utilization/summary.h"

namespace prorata {
namespace {

using namespace utilization;

constexpr std::int32_t kWindowDays = 30;
constexpr std::int64_t kUsageIsLateDays = 2;

// The results of one customer that are new.
struct NewResults {
  std::vector<ReservationMonth> reservations;
  std::vector<CustomerMonth> months;
  std::int64_t unchanged = 0;
};

struct MonthTask {
  Day month;
  bool last = false;  // its windows reach back into the month before
};

UsageAsk ask_of(const CustomerId& customer, Day month) { return {.customer = customer, .span = hours_of_month(month)}; }

Result<std::string> revision_of(App& app, Snapshot& snapshot, const CustomerId& customer, const MonthTask& task, UsageFactsCache& cache) {
  std::string own = TRY(usage_revision(app, snapshot, ask_of(customer, task.month), cache));
  if (!task.last) return own;
  const Day before = add_months(task.month, -1);
  return Fingerprint().add(own).add(TRY(usage_revision(app, snapshot, ask_of(customer, before), cache))).text();
}

Result<std::vector<MonthTask>> tasks_of(App& app, Snapshot& snapshot, const CustomerId& customer, const std::optional<Day>& only) {
  const std::vector<Day> kept = TRY(app.usage->months(customer));
  std::set<Day> months(kept.begin(), kept.end());
  for (const CustomerMonth& each : TRY(snapshot.customer_months(customer))) months.insert(each.month);
  std::vector<MonthTask> out;
  for (const Day month : months)
    if (!only || *only == month) out.push_back({month, !kept.empty() && kept.back() == month});
  return out;
}

Result<void> add_windows(App& app, Snapshot& snapshot, const CustomerId& customer, Hour watermark, UsageFactsCache& cache,
                         std::vector<ReservationMonth>& months) {
  const UsageAsk ask{.customer = customer, .span = {add_hours(watermark, -kWindowDays * kHoursPerDay), watermark}};
  const UsageFacts facts = TRY(load_usage_facts(app, snapshot, ask, cache));
  const CoveredCustomer covered = TRY(cover_customer(facts));
  const auto coverages = covered.coverages();
  std::map<std::string, ReservationWindows> windows;
  for (ReservationWindows& each : windows_of(facts.versions, coverages, watermark)) windows.emplace(each.reservation, std::move(each));
  for (ReservationMonth& each : months)
    if (const auto found = windows.find(each.reservation.text()); found != windows.end())
      each.windows = MonthWindows{watermark, found->second.day_1, found->second.days_7, found->second.days_30, found->second.trend};
  return {};
}

// Reservations that had days in the result before and have none now.
Result<void> add_emptied(Snapshot& snapshot, const CustomerId& customer, Day month, const std::string& revision,
                         std::vector<ReservationMonth>& months) {
  std::set<ReservationId> there;
  for (const ReservationMonth& each : months) there.insert(each.reservation);
  for (const ReservationMonth& each : TRY(snapshot.reservation_months(customer, month, next_month(month))))
    if (!there.contains(each.reservation))
      months.push_back({.reservation = each.reservation, .customer = customer, .month = month, .revision = revision});
  return {};
}

Result<void> compute_month(App& app, Snapshot& snapshot, const CustomerId& customer, const MonthTask& task, UsageFactsCache& cache,
                           NewResults& out) {
  const std::string revision = TRY(revision_of(app, snapshot, customer, task, cache));
  const std::optional<CustomerMonth> before = TRY(snapshot.customer_month(customer, task.month));
  if (before && before->revision == revision) {
    ++out.unchanged;
    return {};
  }
  const UsageFacts facts = TRY(load_usage_facts(app, snapshot, ask_of(customer, task.month), cache));
  const CoveredCustomer covered = TRY(cover_customer(facts));
  std::vector<ReservationMonth> months = reservation_months_of(facts, covered, task.month, revision);
  if (task.last && facts.known.watermark) TRY(add_windows(app, snapshot, customer, *facts.known.watermark, cache, months));
  TRY(add_emptied(snapshot, customer, task.month, revision, months));
  std::ranges::move(months, std::back_inserter(out.reservations));
  out.months.push_back(customer_month_of(facts, covered, task.month, revision));
  return {};
}

// ----------------------------------------------------------------------------------------------------------------- used since start

struct KnownHours {
  std::optional<Hour> first;
  std::optional<Hour> watermark;
  bool gaps = false;
};

Result<KnownHours> known_hours(Snapshot& snapshot, const CustomerId& customer, const std::vector<CustomerMonth>& fresh) {
  std::map<Day, CustomerMonth> months;
  for (CustomerMonth& each : TRY(snapshot.customer_months(customer))) months[each.month] = std::move(each);
  for (const CustomerMonth& each : fresh) months[each.month] = each;
  KnownHours out;
  std::optional<Day> previous;
  for (const auto& [month, each] : months) {
    if (!each.first) continue;
    out.gaps = out.gaps || each.gap_days > 0 || (previous && next_month(*previous) != month);
    if (!out.first) out.first = each.first;
    out.watermark = each.watermark;
    previous = month;
  }
  return out;
}

// Used once is used for good. Unused: nothing was used in all of its hours, which are known but for the latest.
prorata::Usage usage_since_start(const Reservation& r, const std::vector<ReservationMonth>& months, const KnownHours& known, Instant now) {
  if (r.usage == prorata::Usage::used) return prorata::Usage::used;
  const auto used_on = [](const UtilizationDay& each) { return each.used_nu > 0; };
  for (const ReservationMonth& each : months)
    if (std::ranges::any_of(each.days, used_on)) return prorata::Usage::used;
  const Hour latest = first_hour(add_days(day_of(now), -static_cast<std::int32_t>(kUsageIsLateDays)));
  const bool all_known = known.first && !known.gaps && *known.first <= hour_at_or_after(r.benefit_start) &&
                         std::min(latest, hour_of(r.expiry)) <= *known.watermark;
  return all_known ? prorata::Usage::unused : r.usage == prorata::Usage::unused ? prorata::Usage::unknown : r.usage;
}

Result<void> put_usage(App& app, Snapshot& snapshot, const CustomerId& customer, const NewResults& results, Instant now, Changes& changes) {
  std::set<ReservationId> ids;
  for (const ReservationMonth& each : results.reservations) ids.insert(each.reservation);
  const KnownHours known = TRY(known_hours(snapshot, customer, results.months));
  for (Reservation& r : TRY(snapshot.reservations_by_id({ids.begin(), ids.end()}))) {
    std::vector<ReservationMonth> months;
    for (ReservationMonth& each : TRY(snapshot.months_of(r.id)))
      if (std::ranges::none_of(results.months, [&](const CustomerMonth& fresh) { return fresh.month == each.month; }))
        months.push_back(std::move(each));
    for (const ReservationMonth& each : results.reservations)
      if (each.reservation == r.id) months.push_back(each);
    const prorata::Usage usage = usage_since_start(r, months, known, now);
    if (usage == r.usage) continue;
    r.usage = usage;
    ++r.revision;
    put_revised(changes, app, "utilization", std::move(r), now);
  }
  return {};
}

Result<void> commit(App& app, const CustomerId& customer, const NewResults& results) {
  if (results.months.empty()) return {};
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Instant now = TRY(load_moment(app, snapshot)).now;
    Changes changes{.audit = {.at = now,
                              .actor = app.actor,
                              .action = "utilization.run",
                              .customer = customer.text(),
                              .after = fmt::format("{} months, from {}", results.months.size(), month_text(results.months.front().month))}};
    TRY(put_usage(app, snapshot, customer, results, now, changes));
    changes.reservation_months = results.reservations;
    changes.customer_months = results.months;
    return changes;
  }));
  return {};
}

Result<NewResults> run_customer(App& app, const CustomerId& customer, const std::optional<Day>& only, UsageFactsCache& cache) {
  const auto snapshot = TRY(app.store.snapshot());
  NewResults results;
  for (const MonthTask& task : TRY(tasks_of(app, *snapshot, customer, only)))
    TRY(compute_month(app, *snapshot, customer, task, cache, results));
  TRY(commit(app, customer, results));
  return results;
}

}  // namespace

std::vector<ReservationMonth> reservation_months_of(const UsageFacts& facts, const CoveredCustomer& covered, Day month,
                                                    const std::string& revision) {
  std::map<std::pair<std::string, Day>, UtilizationDay> days;
  for (const CoveredPeriod& period : covered.periods)
    for (std::uint32_t v = 0; v < facts.versions.size(); ++v)
      for (const DayOfVersion& each : period.coverage.days(v)) {
        UtilizationDay& day = days[{facts.versions[v].id, each.day}];
        day.weight = period.coverage.versions()[v].weight;
        day.reserved_nu += each.reserved;
        day.used_nu += each.used;
      }
  const auto coverages = covered.coverages();
  std::map<std::string, ReservationMonth> months;
  for (const DaySummary& summary : daily_summaries(facts.versions, coverages)) {
    UtilizationDay day = days[{summary.reservation, summary.day}];
    day.day = summary.day;
    day.active_hours = summary.active_hours;
    day.least = summary.least;
    day.average = summary.average;
    day.most = summary.most;
    ReservationMonth& of = months[summary.reservation];
    of.reservation = ReservationId::trusted(summary.reservation);
    of.customer = facts.customer.id;
    of.month = month;
    of.revision = revision;
    of.days.push_back(day);
  }
  std::vector<ReservationMonth> out;
  for (auto& [id, each] : months) out.push_back(std::move(each));
  return out;
}

CustomerMonth customer_month_of(const UsageFacts& facts, const CoveredCustomer& covered, Day month, const std::string& revision) {
  CustomerMonth out{.customer = facts.customer.id,
                    .month = month,
                    .revision = revision,
                    .first = facts.known.first,
                    .watermark = facts.known.watermark,
                    .gap_days = static_cast<std::int64_t>(facts.known.gaps.size()),
                    .estimated_days = static_cast<std::int64_t>(facts.known.estimated.size())};
  for (const std::uint32_t uh : facts.quantity) out.used_uh += uh;
  std::map<std::pair<std::string, std::string>, std::int64_t> uncovered;
  for (const CoveredPeriod& period : covered.periods)
    period.coverage.for_each_uncovered([&](const Uncovered& each) {
      const Identity& identity = facts.roster[each.resource];
      uncovered[{identity.size, identity.region}] += each.nu / period.plan.resources()[each.resource].weight;
    });
  for (const auto& [key, uh] : uncovered) out.uncovered.push_back({key.first, key.second, uh});
  return out;
}

Result<UtilizationRun> run_utilization(App& app, const UtilizationAsk& ask) {
  TRY(authorize(app, access::Right::configure, target_of_desk()));
  UsageFiles& files = *TRY(usage_files_of(app));
  if (ask.customer && !TRY(TRY(app.store.snapshot())->customer(*ask.customer)))
    return fail(Code::not_found,
                fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", ask.customer->text()));
  const std::vector<CustomerId> customers = ask.customer ? std::vector{*ask.customer} : TRY(files.customers());

  UtilizationRun run{.customers = static_cast<std::int64_t>(customers.size())};
  std::mutex mutex;  // for the run and the progress
  std::int64_t done = 0;
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    UsageFactsCache cache;
    for (std::size_t i = next++; i < customers.size(); i = next++) {
      const Result<NewResults> results = run_customer(app, customers[i], ask.month, cache);
      const std::lock_guard lock(mutex);
      if (results) {
        run.computed += static_cast<std::int64_t>(results->months.size());
        run.unchanged += results->unchanged;
        run.reservations += static_cast<std::int64_t>(results->reservations.size());
      } else {
        run.failures.push_back({customers[i], results.error()});
      }
      if (ask.progress) ask.progress(++done, run.customers);
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::min<std::size_t>(ask.threads, customers.size()); ++i) threads.emplace_back(work);
  work();
  threads.clear();
  std::ranges::sort(run.failures, {}, &UtilizationFailure::customer);
  return run;
}

}  // namespace prorata
