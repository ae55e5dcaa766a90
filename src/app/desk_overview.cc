#include "app/desk_overview.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "alerts/alerts.h"
#include "app/authorize.h"
#include "app/event_body.h"
#include "app/raise_alerts.h"
#include "app/refund_facts.h"
#include "app/usage_months.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::string_view kProgress = "overview";
constexpr std::size_t kCustomers = 50;      // in one commit
constexpr std::size_t kReservations = 500;  // on a page
constexpr std::int64_t kUnwritten = 500;    // harmless commits that are rather looked at again than noted as seen
constexpr std::size_t kChangedMax = 2'000;  // more customers than these at once are a reason to look at all

// What a commit that names no customer may do without any row of the overview changing.
constexpr std::array<std::string_view, 11> kHarmless = {"clock.",  "notify.", "delivery.",  "overview.", "webhook.",    "user.",
                                                        "client.", "key.",    "operation.", "usage.",    "request.bulk"};

// What all customers of one commit are computed with.
struct Today {
  Instant now;
  Day day;
  const policy::Pack* pack = nullptr;
  policy::Meter meter = policy::Meter::refund;
  std::int64_t low_percent = 80;
  FactsCache cache;
};

Result<Today> load_today(App& app, Snapshot& snapshot) {
  const Moment moment = TRY(load_moment(app, snapshot));
  const Governing governing = TRY(governing_pack(moment.desk, app.packs, day_of(moment.now)));
  return Today{.now = moment.now,
               .day = day_of(moment.now),
               .pack = governing.pack,
               .meter = TRY(binding_meter(*governing.pack, governing.meter)),
               .low_percent = TRY(load_notify_settings(snapshot)).low_utilization_percent,
               .cache = {}};
}

void count_expiry(CustomerOverview& row, const Reservation& r, Day today) {
  const std::int64_t left = days_between(today, day_of(r.expiry));
  row.expiring_30 += left <= 30 ? 1 : 0;
  row.expiring_60 += left <= 60 ? 1 : 0;
  row.expiring_90 += left <= 90 ? 1 : 0;
}

// What it would give back today, by itself. Where it cannot be said, for want of a price or a rate, it is counted as such.
Result<void> count_refund(CustomerOverview& row, Snapshot& snapshot, Today& today, const Customer& customer, const Reservation& r,
                          const policy::AllowanceHistory& history) {
  if (!r.price_known()) {
    ++row.price_unknown;
    return {};
  }
  Result<policy::RefundCase> facts = refund_case_of(snapshot, today.cache, customer, r, today.now);
  if (!facts && facts.error().code == Code::not_found) {
    ++row.price_unknown;
    return {};
  }
  const policy::RefundCase with = with_allowance(TRY(std::move(facts)), history, today.now, *today.pack, today.meter);
  const policy::RefundDecision decision =
      TRY(decide_refund(with, {.quantity = r.quantity, .as_of = today.now, .meter = today.meter, .channel_approved = true}, *today.pack));
  if (decision.refused() || decision.refund.minor <= 0) return {};
  ++row.refundable;
  if (decision.currency == row.currency) row.refundable_minor += decision.refund.minor;
  row.refundable_usd_minor += decision.amounts.pricing.refund;
  return {};
}

Result<void> count_reservations(CustomerOverview& row, Snapshot& snapshot, Today& today, const Customer& customer,
                                const policy::AllowanceHistory& history) {
  ReservationQuery query{.customer = customer.id, .state = ProvisioningState::succeeded, .limit = kReservations};
  do {
    const Page<Reservation> page = TRY(snapshot.reservations(query));
    for (const Reservation& stored : page.items) {
      const Reservation r = on_day(stored, today.day);
      if (!is_active(r)) continue;
      ++row.reservations;
      count_expiry(row, r, today.day);
      TRY(count_refund(row, snapshot, today, customer, r, history));
    }
    query.after = page.next;
  } while (!query.after.empty());
  return {};
}

// The months that can hold a window that somebody still looks at: this one and the one before.
Result<void> look_at_usage(CustomerOverview& row, Snapshot& snapshot, const Today& today, Changes& changes) {
  const Day month = month_of(today.day);
  std::map<ReservationId, const ReservationMonth*> latest;
  const std::vector<ReservationMonth> months = TRY(snapshot.reservation_months(row.customer, add_months(month, -1), next_month(month)));
  for (const ReservationMonth& each : months)
    if (each.windows) latest[each.reservation] = &each;  // by month, so the last one stays
  std::vector<std::pair<ReservationId, alerts::UtilizationCause>> causes;
  std::vector<std::string> keys;
  for (const auto& [id, each] : latest) {
    const std::optional<utilization::Percent>& days_30 = each->windows->days_30;
    row.badly_used += days_30 && days_30->hundredths < today.low_percent * 100 ? 1 : 0;
    const Day last{(each->windows->watermark.since_epoch - 1) / 24};
    for (alerts::UtilizationCause& cause : alerts::utilization_causes(
             id.text(), {.days_7 = each->windows->days_7, .days_30 = days_30, .watermark = last}, today.low_percent)) {
      keys.push_back(cause.key);
      causes.emplace_back(id, std::move(cause));
    }
  }
  std::set<std::string> known;
  for (const Alert& each : TRY(snapshot.alerts_among(keys))) known.insert(each.key);
  for (const auto& [id, cause] : causes) {
    if (known.contains(cause.key)) continue;
    const std::optional<Reservation> r = TRY(snapshot.reservation(id));
    if (!r || !is_active(*r)) continue;
    EventBody body;
    body.text("customer", row.customer.text()).text("cause", cause.key).text("at", to_string(today.now)).text("reservation", id.text());
    body.text("name", r->name).text("sku", r->sku).number("days", cause.days).text("percent", to_string(cause.percent));
    changes.alerts.push_back({cause.key, today.now});
    changes.outbox.push_back({"utilization.low", body.take()});
  }
  return {};
}

// A request that was submitted is its ticket, which is open as long as it is; one that is asked for or drafted has none yet.
Result<std::int64_t> count_drafts(Snapshot& snapshot, const CustomerId& customer) {
  std::int64_t count = 0;
  RequestQuery query{.customer = customer, .state = request::State::draft, .limit = kReservations};
  do {
    const Page<request::Request> page = TRY(snapshot.requests(query));
    count += static_cast<std::int64_t>(page.items.size());
    query.after = page.next;
  } while (!query.after.empty());
  return count;
}

Result<CustomerOverview> compute(Snapshot& snapshot, Today& today, const Customer& customer, Changes& changes) {
  CustomerOverview row{
      .customer = customer.id, .name = customer.name, .reseller = customer.reseller, .currency = customer.currency, .day = today.day};
  const policy::AllowanceHistory history = TRY(load_allowance(snapshot, customer.id, today.now));
  const policy::AllowanceState state = allowance_at(history, today.now, today.pack->allowance.window_days);
  row.allowance_used_minor = state.used.on(today.meter);
  row.allowance_held_minor = state.held.on(today.meter);
  row.allowance_free_minor = state.free(today.meter, today.pack->allowance.limit_minor);
  TRY(count_reservations(row, snapshot, today, customer, history));
  TRY(look_at_usage(row, snapshot, today, changes));
  row.open_requests = TRY(snapshot.open_support_requests(customer.id)) + TRY(count_drafts(snapshot, customer.id));
  for (const ledger::Balance& each : TRY(snapshot.balances(customer.id))) {
    if (each.currency != customer.currency) continue;
    if (each.account == ledger::Account::provider_credit_receivable) row.provider_credit_minor += each.amount_minor;
    if (each.account == ledger::Account::customer_credit_payable) row.customer_credit_minor -= each.amount_minor;
  }
  return row;
}

Result<void> add_rows(Snapshot& snapshot, Today& today, const std::vector<Customer>& customers, Changes& changes) {
  for (const Customer& each : customers) changes.customer_overviews.push_back(TRY(compute(snapshot, today, each, changes)));
  return {};
}

void sign(Changes& changes, const App& app, const Today& today, Progress progress) {
  changes.audit = {.at = today.now,
                   .actor = app.actor,
                   .action = "overview.refresh",
                   .after = fmt::format("{} customers as of {}", changes.customer_overviews.size(), to_string(today.day))};
  changes.durable = Durable::soon;  // what a failure of power took is computed again
  changes.progress.push_back(std::move(progress));
}

// What the commits since then were about.
struct Changed {
  std::set<CustomerId> customers;
  bool everything = false;
  std::int64_t place = 0;  // the last commit that was looked at
  bool any() const { return everything || !customers.empty(); }
};
Result<Changed> changed_since(Snapshot& snapshot, std::int64_t place) {
  Changed changed{.customers = {}, .place = place};
  TRY(snapshot.audit(place + 1, [&](const AuditRecord& record) {
    changed.place = record.number;
    const AuditNote& note = record.note;
    const bool harmless = note.action == "refund.quote" || note.action == "exchange.quote" ||
                          std::ranges::any_of(kHarmless, [&](std::string_view prefix) { return note.action.starts_with(prefix); });
    if (!note.customer.empty() && note.action != "refund.quote" && note.action != "exchange.quote")
      changed.customers.insert(CustomerId::trusted(note.customer));
    else if (!harmless)
      changed.everything = true;
    return !changed.everything && changed.customers.size() < kChangedMax;
  }));
  return changed;
}

// One commit: the next customers of today's round, or those that changed. Nothing is committed where nothing is stale.
struct Step {
  std::int64_t customers = 0;
  std::int64_t alerts = 0;
  bool complete = false;
};

Result<Changes> next_of_round(App& app, Snapshot& snapshot, Today& today, Progress progress, Step& step) {
  const bool begins = progress.after.empty() || !progress.at || day_of(*progress.at) != today.day;
  if (begins) {
    progress.after.clear();
    progress.at = today.now;
    progress.place = TRY(snapshot.counts()).commits;  // what was committed before is in what is computed from now on
  }
  const Page<Customer> page = TRY(snapshot.customers({.limit = kCustomers, .after = progress.after}));
  Changes changes;
  TRY(add_rows(snapshot, today, page.items, changes));
  progress.after = page.next;
  if (page.next.empty()) progress.day = today.day;
  step.customers = static_cast<std::int64_t>(page.items.size());
  step.alerts = static_cast<std::int64_t>(changes.alerts.size());
  sign(changes, app, today, std::move(progress));
  return changes;
}

Result<Changes> next_changed(App& app, Snapshot& snapshot, Today& today, Progress progress, Step& step) {
  const Changed changed = TRY(changed_since(snapshot, progress.place));
  if (changed.everything) {
    progress.day.reset();
    progress.after.clear();
    return next_of_round(app, snapshot, today, std::move(progress), step);
  }
  step.complete = !changed.any();
  Changes changes;
  if (step.complete && changed.place - progress.place < kUnwritten) return fail(Code::not_found, "nothing is stale");
  std::vector<CustomerId> ids(changed.customers.begin(), changed.customers.end());
  TRY(add_rows(snapshot, today, TRY(snapshot.customers_by_id(ids)), changes));
  progress.place = changed.place;
  step.customers = static_cast<std::int64_t>(ids.size());
  step.alerts = static_cast<std::int64_t>(changes.alerts.size());
  sign(changes, app, today, std::move(progress));
  return changes;
}

Result<Step> take_step(App& app) {
  Step step;
  const Result<Committed> done = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    step = {};
    Today today = TRY(load_today(app, snapshot));
    Progress progress = TRY(snapshot.progress(std::string(kProgress))).value_or(Progress{.name = std::string(kProgress)});
    const bool round_is_over = progress.day == today.day;
    return round_is_over ? next_changed(app, snapshot, today, std::move(progress), step)
                         : next_of_round(app, snapshot, today, std::move(progress), step);
  });
  if (!done && !step.complete) return std::unexpected(done.error());
  return step;
}

}  // namespace

Result<Refreshed> refresh_overview(App& app, const RefreshAsk& ask) {
  Refreshed sum;
  while (!sum.complete && (ask.customers_max == 0 || sum.customers < static_cast<std::int64_t>(ask.customers_max))) {
    const Step step = TRY(take_step(app));
    sum.customers += step.customers;
    sum.alerts += step.alerts;
    sum.complete = step.complete;
    if (ask.progress) ask.progress(sum.customers);
  }
  return sum;
}

Result<Overview> desk_overview(App& app, OverviewQuery query) {
  access::Target target = target_of_desk();
  if (app.acting != nullptr) {
    const access::Principal& who = app.acting->principal;
    target.customer = who.customer;
    target.reseller = who.reseller;
    if (who.customer) query.customer = who.customer;
    if (who.reseller) query.reseller = who.reseller;
  }
  TRY(authorize(app, access::Right::list_customers, target, access::Access::read));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const Moment moment = TRY(load_moment(app, *snapshot));
  const std::optional<Progress> progress = TRY(snapshot->progress(std::string(kProgress)));
  Overview view{.now = moment.now,
                .page = TRY(snapshot->customer_overviews(query)),
                .totals = {},
                .complete = progress && progress->day == day_of(moment.now)};
  if (query.after.empty()) view.totals = TRY(snapshot->overview_totals(query));
  return view;
}

}  // namespace prorata
