#include "app/raise_alerts.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "alerts/alerts.h"
#include "app/desk.h"
#include "app/event_body.h"
#include "app/refund_facts.h"
#include "app/write.h"

namespace prorata {
namespace {

constexpr std::string_view kProgress = "alerts";
constexpr std::int32_t kSpanDays = 30;
constexpr std::size_t kPage = 500;
constexpr std::int64_t kOverlapSeconds = 600;  // moments are looked at again: a commit may come later than the moment it carries
constexpr std::size_t kRaisedMax = 2'000;      // in one commit

struct Raised {
  std::string key;
  Instant at;
  OutboxItem item;
};

// What is looked through: days in (after, until], moments in (moment_after, moment_until].
struct Span {
  Day after;
  Day until;
  Instant moment_after;
  Instant moment_until;
};

struct Look {
  Look(App& its_app, Snapshot& its_snapshot, Span its_span) : app(its_app), snapshot(its_snapshot), span(its_span) {}
  App& app;
  Snapshot& snapshot;
  Span span;
  NotifySettings settings;
  Moment moment;
  std::vector<Raised> found;
};

EventBody about(const CustomerId& customer, const std::string& key, Instant at) {
  return EventBody().text("customer", customer.text()).text("cause", key).text("at", to_string(at));
}

void add_expiry(Look& look, const Reservation& r) {
  for (const alerts::ExpiryCause& cause : alerts::expiry_causes(r, look.span.after, look.span.until)) {
    EventBody body = about(r.customer, cause.key, cause.at);
    body.text("reservation", r.id.text()).text("name", r.name).text("sku", r.sku).number("quantity", r.quantity);
    body.text("expires", to_string(day_of(r.expiry))).number("days", cause.days);
    look.found.push_back({cause.key, cause.at, {cause.renewal ? "reservation.renewal_window" : "reservation.expiring", body.take()}});
  }
}

// Only reservations that end so many days after a day of the span are read, not all that end some day.
Result<void> look_at_expiry(Look& look) {
  std::set<std::string> seen;
  for (const std::int32_t days : alerts::kExpiryDays) {
    ReservationQuery query{
        .expires_from = add_days(look.span.after, days + 1), .expires_until = add_days(look.span.until, days + 1), .limit = kPage};
    do {
      const Page<Reservation> page = TRY(look.snapshot.reservations(query));
      for (const Reservation& each : page.items)
        if (seen.insert(each.id.text()).second) add_expiry(look, each);
      query.after = page.next;
    } while (!query.after.empty());
  }
  return {};
}

std::int64_t on_meter(const ReturnRecord& r, policy::Meter meter) {
  return meter == policy::Meter::refund ? r.pricing_refund.minor : r.pricing_cancelled.minor;
}

Result<void> look_at_allowances(Look& look) {
  const Governing governing = TRY(governing_pack(look.moment.desk, look.app.packs, day_of(look.moment.now)));
  const policy::AllowanceRule& rule = governing.pack->allowance;
  const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
  const std::int64_t window = std::int64_t{rule.window_days} * kTicksPerDay;
  const Instant earlier{look.span.moment_after.ticks - window};
  std::set<CustomerId> customers;
  for (const ReturnRecord& each : TRY(look.snapshot.returns_between(look.span.moment_after, look.span.moment_until)))
    customers.insert(each.customer);
  for (const ReturnRecord& each : TRY(look.snapshot.returns_between(earlier, Instant{look.span.moment_until.ticks - window})))
    customers.insert(each.customer);
  for (const CustomerId& customer : customers) {
    std::vector<alerts::Counted> counted;
    for (const ReturnRecord& each : TRY(look.snapshot.returns_since(customer, earlier)))
      if (each.counts) counted.push_back({each.id.text(), each.at, on_meter(each, meter)});
    const alerts::AllowanceRuleOf of{rule.limit_minor, rule.window_days, look.settings.allowance_percent};
    for (const alerts::AllowanceCause& cause :
         alerts::allowance_causes(customer.text(), counted, of, look.span.moment_after, look.span.moment_until)) {
      const auto usd = [](std::int64_t minor) { return Money{minor, Currency::usd()}; };
      EventBody body = about(customer, cause.key, cause.at);
      body.amount("amount", usd(cause.amount)).amount("used", usd(cause.used)).amount("limit", usd(rule.limit_minor));
      body.amount("free", usd(std::max<std::int64_t>(0, rule.limit_minor - cause.used))).text("currency", "USD");
      look.found.push_back({cause.key, cause.at, {cause.back ? "allowance.back" : "allowance.nearly_used", body.take()}});
    }
  }
  return {};
}

Result<void> look_at_credits(Look& look) {
  const auto days = static_cast<std::int32_t>(look.settings.credit_days);
  const Instant after{start_of(add_days(look.span.after, 1 - days)).ticks - 1};
  const Instant until{start_of(add_days(look.span.until, 1 - days)).ticks - 1};
  for (const ReturnRecord& each : TRY(look.snapshot.returns_between(after, until))) {
    const bool arrived = TRY(look.snapshot.answered("credit " + each.id.text())).has_value();
    if (arrived || each.refund.is_zero()) continue;
    const std::string key = fmt::format("credit.overdue/{}", each.id.text());
    const Instant at = start_of(alerts::credit_overdue_on(each.at, days));
    EventBody body = about(each.customer, key, at);
    body.text("return", each.id.text()).text("reservation", each.reservation.text()).amount("amount", each.refund);
    body.text("currency", each.refund.currency.code()).text("returned", to_string(day_of(each.at))).number("days", days);
    look.found.push_back({key, at, {"credit.overdue", body.take()}});
  }
  return {};
}

// What was raised before, as when a moved clock was interrupted, is left out.
Result<std::vector<Raised>> fresh(Snapshot& snapshot, std::vector<Raised> found) {
  std::vector<std::string> keys;
  for (const Raised& each : found) keys.push_back(each.key);
  std::set<std::string> known;
  for (const Alert& each : TRY(snapshot.alerts_among(keys))) known.insert(each.key);
  std::erase_if(found, [&](const Raised& each) { return known.contains(each.key); });
  std::ranges::sort(found, [](const Raised& a, const Raised& b) { return std::tie(a.at, a.key) < std::tie(b.at, b.key); });
  return found;
}

// From where to go on. A sandbox whose clock was wound back, as the demo does with an empty one, begins anew.
Progress where_it_stands(const std::optional<Progress>& known, Instant now) {
  if (!known) return alerts_begin(now);
  const bool wound_back = known->at && now < *known->at;
  if (!wound_back) return *known;
  Progress again = alerts_begin(now);
  again.version = known->version;
  return again;
}

Span span_of(const Progress& progress, Instant now) {
  const Day today = day_of(now);
  const Day after = progress.day.value_or(add_days(today, -1));
  const Day until = std::min(today, add_days(after, kSpanDays));
  const Instant end = until == today ? now : Instant{start_of(add_days(until, 1)).ticks - 1};
  return {after, until, add_seconds(progress.at.value_or(now), -kOverlapSeconds), end};
}

}  // namespace

Progress alerts_begin(Instant now) { return {.name = std::string(kProgress), .day = add_days(day_of(now), -1), .at = now}; }

Result<NotifySettings> load_notify_settings(Snapshot& snapshot) { return TRY(snapshot.notify_settings()).value_or(NotifySettings{}); }

Result<std::int64_t> raise_alerts(App& app) {
  std::int64_t raised = 0;
  while (true) {
    std::int64_t now_raised = 0;
    bool nothing_new = false;
    const Result<Committed> committed = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      Moment moment = TRY(load_moment(app, snapshot));
      const Instant now = moment.now;
      const std::optional<Progress> known = TRY(snapshot.progress(std::string(kProgress)));
      Progress progress = where_it_stands(known, now);
      Look look(app, snapshot, span_of(progress, now));
      look.settings = TRY(load_notify_settings(snapshot));
      look.moment = std::move(moment);
      const bool days_passed = look.span.after < look.span.until;
      if (days_passed) {
        TRY(look_at_expiry(look));
        TRY(look_at_credits(look));
      }
      TRY(look_at_allowances(look));
      std::vector<Raised> found = TRY(fresh(snapshot, std::move(look.found)));
      nothing_new = known && found.empty() && !days_passed;
      if (nothing_new) return fail(Code::not_found, "nothing is new");
      const bool whole = found.size() <= kRaisedMax;
      if (!whole) found.resize(kRaisedMax);
      Changes changes;
      for (Raised& each : found) {
        changes.alerts.push_back({each.key, each.at});
        changes.outbox.push_back(std::move(each.item));
      }
      if (whole) {
        progress.day = look.span.until;
        progress.at = look.span.moment_until;
      }
      now_raised = static_cast<std::int64_t>(found.size());
      changes.audit = {.at = now,
                       .actor = app.actor,
                       .action = "notify.alerts",
                       .after = fmt::format("{} raised, through {}", now_raised, to_string(*progress.day))};
      changes.progress.push_back(std::move(progress));
      return changes;
    });
    if (nothing_new) return raised;
    if (!committed) return std::unexpected(committed.error());
    raised += now_raised;
  }
}

}  // namespace prorata
