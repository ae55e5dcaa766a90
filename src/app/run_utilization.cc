#include "app/run_utilization.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/shared.h"
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

// Months with usage, and months with a result whose usage is gone.
Result<std::vector<Day>> months_of(App& app, Snapshot& snapshot, const CustomerId& customer, const std::optional<Day>& only) {
  const std::vector<Day> kept = TRY(app.usage->months(customer));
  std::set<Day> months(kept.begin(), kept.end());
  for (const CustomerMonth& each : TRY(snapshot.customer_months(customer))) months.insert(each.month);
  std::vector<Day> out;
  for (const Day month : months)
    if (!only || *only == month) out.push_back(month);
  return out;
}

Result<void> add_windows(App& app, Snapshot& snapshot, const CustomerId& customer, Hour watermark, UsageFactsCache& cache,
                         const CoverOptions& options, std::vector<ReservationMonth>& months) {
  const UsageAsk ask{.customer = customer, .span = {add_hours(watermark, -kWindowDays * kHoursPerDay), watermark}};
  const UsageFacts facts = TRY(load_usage_facts(app, snapshot, ask, cache));
  const CoveredCustomer covered = TRY(cover_customer(facts, options));
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
                           const CoverOptions& options, NewResults& out) {
  const std::string revision = TRY(revision_of(app, snapshot, customer, task, cache));
  const std::optional<CustomerMonth> before = TRY(snapshot.customer_month(customer, task.month));
  if (before && before->revision == revision) {
    ++out.unchanged;
    return {};
  }
  const UsageFacts facts = TRY(load_usage_facts(app, snapshot, ask_of(customer, task.month), cache));
  const CoveredCustomer covered = TRY(cover_customer(facts, options));
  std::vector<ReservationMonth> months = reservation_months_of(facts, covered, task.month, revision);
  if (task.last && facts.known.watermark) TRY(add_windows(app, snapshot, customer, *facts.known.watermark, cache, options, months));
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

bool shows_use(const ReservationMonth& month) {
  return std::ranges::any_of(month.days, [](const UtilizationDay& each) { return each.used_nu > 0; });
}

// Used once is used for good. Unused: nothing was used in all of its hours, which are known but for the latest.
prorata::Usage usage_since_start(const Reservation& r, const std::vector<ReservationMonth>& months, const KnownHours& known, Instant now) {
  if (r.usage == prorata::Usage::used) return prorata::Usage::used;
  if (std::ranges::any_of(months, shows_use)) return prorata::Usage::used;
  const Hour latest = first_hour(add_days(day_of(now), -static_cast<std::int32_t>(kUsageIsLateDays)));
  const bool all_known = known.first && !known.gaps && *known.first <= hour_at_or_after(r.benefit_start) &&
                         std::min(latest, hour_of(r.expiry)) <= *known.watermark;
  return all_known ? prorata::Usage::unused : r.usage == prorata::Usage::unused ? prorata::Usage::unknown : r.usage;
}

// The months of the reservations, as stored and as they are now.
Result<std::map<ReservationId, std::vector<ReservationMonth>>> all_months(Snapshot& snapshot, const CustomerId& customer,
                                                                          const NewResults& results) {
  std::map<std::pair<ReservationId, Day>, ReservationMonth> months;
  for (ReservationMonth& each : TRY(snapshot.reservation_months(customer, make_day(2000, 1, 1), make_day(2200, 1, 1))))
    months.insert_or_assign({each.reservation, each.month}, std::move(each));
  for (const ReservationMonth& each : results.reservations) months.insert_or_assign({each.reservation, each.month}, each);
  std::map<ReservationId, std::vector<ReservationMonth>> out;
  for (auto& [key, each] : months) out[key.first].push_back(std::move(each));
  return out;
}

// Every reservation that has a result and is not known to be used: months that others have computed meanwhile count too, so it does not
// matter who does which month, or in what order.
Result<void> put_usage(App& app, Snapshot& snapshot, const CustomerId& customer, const NewResults& results, Instant now, Changes& changes) {
  const KnownHours known = TRY(known_hours(snapshot, customer, results.months));
  std::map<ReservationId, std::vector<ReservationMonth>> months;
  bool loaded = false;
  for (Reservation& r : TRY(machine_reservations(snapshot, customer))) {
    if (r.usage == prorata::Usage::used) continue;
    if (!loaded) months = TRY(all_months(snapshot, customer, results));
    loaded = true;
    const auto of = months.find(r.id);
    if (of == months.end()) continue;
    const prorata::Usage usage = usage_since_start(r, of->second, known, now);
    if (usage == r.usage) continue;
    r.usage = usage;
    ++r.revision;
    put_revised(changes, app, "utilization", std::move(r), now);
  }
  return {};
}

// Decided where nobody else commits: of two processes that finish a customer's months at one moment, the later one sees the other's.
Result<void> commit(App& app, const CustomerId& customer, const NewResults& results) {
  if (results.months.empty()) return {};
  TRY(app.store.decide_and_commit([&](Snapshot& snapshot) -> Result<Changes> {
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

// Some months of one customer. The snapshot is taken after they were leased, so it shows all that the lease promises.
struct Task {
  CustomerId customer;
  std::vector<Day> months;
};

Result<NewResults> run_task(App& app, const Task& task, UsageFactsCache& cache, CoverOptions options) {
  const auto snapshot = TRY(app.store.snapshot());
  const std::vector<Day> kept = TRY(app.usage->months(task.customer));
  NewResults results;
  for (const Day month : task.months)
    TRY(compute_month(app, *snapshot, task.customer, {month, !kept.empty() && kept.back() == month}, cache, options, results));
  TRY(commit(app, task.customer, results));
  return results;
}

// --------------------------------------------------------------------------------------------------------------------------- sharing

struct Piece {
  CustomerId customer;
  Day month;
  std::string name;  // what is leased
};

// All pieces of one run: which are open, which this process holds, and who of its threads does which.
class SharedWork {
 public:
  SharedWork(App& app, const UtilizationAsk& ask, std::int64_t since, std::vector<Piece> pieces, UtilizationRun& run)
      : app_(app), ask_(ask), since_(since), run_(run), of_(static_cast<std::int64_t>(pieces.size())) {
    for (Piece& each : pieces) {
      order_.push_back(each.name);
      pieces_.emplace(each.name, std::move(each));
    }
    begin_elsewhere();
  }

  Result<void> work_through() {
    std::jthread keeper([this](const std::stop_token& stop) { keep_leases(stop); });
    std::vector<std::jthread> others;
    const auto threads = static_cast<unsigned>(std::clamp<std::int64_t>(of_, 1, ask_.threads));
    for (unsigned i = 1; i < threads; ++i) others.emplace_back([this] { work(); });
    work();
    others.clear();
    keeper.request_stop();
    keeper.join();
    const std::lock_guard lock(mutex_);
    const Result<Leases> told = say({}, 0);
    if (stopped_) return std::unexpected(*stopped_);
    return told ? Result<void>() : std::unexpected(told.error());
  }

 private:
  // Processes that start together look at different customers first.
  void begin_elsewhere() {
    if (order_.empty()) return;
    std::size_t at = std::hash<std::string>()(worker_) % order_.size();
    while (at > 0 && pieces_.at(order_[at]).customer == pieces_.at(order_[at - 1]).customer) --at;
    std::ranges::rotate(order_, order_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  // Under the mutex, as all that follows.
  Result<Leases> say(std::vector<std::string> wanted, std::size_t limit) {
    LeaseAsk ask{.worker = worker_,
                 .now = app_.clock.now(),
                 .lease_seconds = ask_.lease_seconds,
                 .since = since_,
                 .finished = finished_,
                 .given_up = given_up_,
                 .wanted = std::move(wanted),
                 .limit = limit};
    Result<Leases> leases = app_.store.lease(ask);
    if (leases) {
      finished_.clear();
      given_up_.clear();
    }
    return leases;
  }

  // Some of what is open, and no more than leaves others their share. Looks on where all of a stretch is held by others.
  Result<void> lease_some() {
    const std::size_t limit = std::clamp<std::size_t>(order_.size() / kShare, ask_.threads, kLeaseMax);
    for (std::size_t at = 0; at < order_.size() && ready_.empty();) {
      const std::size_t end = std::min(order_.size(), at + 2 * limit);
      const auto place = [&](std::size_t i) { return order_.begin() + static_cast<std::ptrdiff_t>(i); };
      const Leases leases = TRY(say({place(at), place(end)}, limit));
      ++batch_;
      std::set<std::string_view> gone(leases.taken.begin(), leases.taken.end());
      gone.insert(leases.done.begin(), leases.done.end());
      const auto is_gone = [&](const std::string& name) { return gone.contains(name); };
      order_.erase(std::remove_if(place(at), place(end), is_gone), place(end));
      for (const std::string& name : leases.taken) take(pieces_.at(name));
      done_ += static_cast<std::int64_t>(leases.done.size());
      run_.by_others += static_cast<std::int64_t>(leases.done.size());
      at = end - gone.size();
    }
    return {};
  }
  void take(const Piece& piece) {
    held_.insert(piece.name);
    if (ready_.empty() || ready_.back().customer != piece.customer) ready_.push_back({.customer = piece.customer});
    ready_.back().months.push_back(piece.month);
  }

  void work() {
    UsageFactsCache cache;
    std::int64_t cached = 0;
    std::unique_lock lock(mutex_);
    while (!stopped_) {
      if (ready_.empty() && !order_.empty()) {
        if (const Result<void> leased = lease_some(); !leased) stopped_ = leased.error();
        report();
      }
      if (ready_.empty()) {
        if (order_.empty() || stopped_) break;
        wake_.wait_for(lock, kLookAgain);  // others hold what is left
        continue;
      }
      const Task task = std::move(ready_.front());
      ready_.pop_front();
      if (cached != batch_) cache = UsageFactsCache();  // what it holds may be older than the lease
      cached = batch_;
      const CoverOptions options{.threads = ready_.empty() && order_.empty() ? ask_.threads : 1};
      lock.unlock();
      const Result<NewResults> results = run_task(app_, task, cache, options);
      lock.lock();
      account(task, results);
      report();
    }
    wake_.notify_all();
  }

  void account(const Task& task, const Result<NewResults>& results) {
    for (const Day month : task.months) {
      std::string name = name_of(task.customer, month);
      held_.erase(name);
      (results ? finished_ : given_up_).push_back(std::move(name));
    }
    done_ += static_cast<std::int64_t>(task.months.size());
    if (results) {
      run_.computed += static_cast<std::int64_t>(results->months.size());
      run_.unchanged += results->unchanged;
      run_.reservations += static_cast<std::int64_t>(results->reservations.size());
    } else if (failed_.insert(task.customer).second) {
      run_.failures.push_back({task.customer, results.error()});
    }
  }

  void report() const {
    if (ask_.progress) ask_.progress(done_, of_);
  }

  // Makes the leases longer while the threads work. Where that fails the worst that comes of it is work done twice.
  void keep_leases(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto pause = std::chrono::milliseconds(ask_.lease_seconds * 1000 / 3);
    while (!stop.stop_requested()) {
      keeping_.wait_for(lock, stop, pause, [] { return false; });
      if (!stop.stop_requested() && !held_.empty()) (void)say({held_.begin(), held_.end()}, held_.size());
    }
  }

 public:
  static std::string name_of(const CustomerId& customer, Day month) {
    return fmt::format("utilization/{}/{}", customer.text(), month_text(month));
  }

 private:
  static constexpr std::size_t kShare = 8;  // at most one in so many of what is open is taken at a time
  static constexpr std::size_t kLeaseMax = 100;
  static constexpr std::chrono::milliseconds kLookAgain{200};

  App& app_;
  const UtilizationAsk& ask_;
  const std::string worker_ = app_.ids.next();
  const std::int64_t since_;
  UtilizationRun& run_;
  std::map<std::string, Piece> pieces_;
  const std::int64_t of_;

  std::mutex mutex_;  // for all below
  std::condition_variable wake_;
  std::condition_variable_any keeping_;
  std::vector<std::string> order_;  // open: neither done nor leased here
  std::deque<Task> ready_;          // leased here, and not begun
  std::set<std::string> held_;      // leased here, and not done
  std::vector<std::string> finished_;
  std::vector<std::string> given_up_;
  std::set<CustomerId> failed_;
  std::int64_t batch_ = 0;  // of leases
  std::int64_t done_ = 0;
  std::optional<Error> stopped_;
};

Result<std::vector<Piece>> pieces_of(App& app, const std::vector<CustomerId>& customers, const UtilizationAsk& ask, UtilizationRun& run) {
  const auto snapshot = TRY(app.store.snapshot());
  std::vector<Piece> out;
  for (const CustomerId& customer : customers) {
    const Result<std::vector<Day>> months = months_of(app, *snapshot, customer, ask.month);
    if (!months) run.failures.push_back({customer, months.error()});
    if (months)
      for (const Day month : *months) out.push_back({customer, month, SharedWork::name_of(customer, month)});
  }
  return out;
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
  UsageFiles& files = *TRY(usage_files_of(app));
  if (ask.lease_seconds < 1) return fail(Code::invalid_argument, "a lease is at least one second");
  std::optional<Customer> one;
  if (ask.customer) one = TRY(TRY(app.store.snapshot())->customer(*ask.customer));
  if (ask.customer && !one)
    return fail(Code::not_found,
                fmt::format("customer {} is not in this desk; 'prorata customer list' shows who is", ask.customer->text()));
  TRY(authorize(app, access::Right::configure, one ? target_of(*one) : target_of_desk()));
  const std::int64_t since = TRY(app.store.lease({.worker = app.actor, .now = app.clock.now()})).commit;
  const std::vector<CustomerId> customers = one ? std::vector{one->id} : TRY(files.customers());
  UtilizationRun run{.customers = static_cast<std::int64_t>(customers.size())};
  SharedWork work(app, ask, since, TRY(pieces_of(app, customers, ask, run)), run);
  TRY(work.work_through());
  std::ranges::sort(run.failures, {}, &UtilizationFailure::customer);
  return run;
}

}  // namespace prorata
