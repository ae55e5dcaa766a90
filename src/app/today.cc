#include "app/today.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/raise_alerts.h"
#include "app/refund_facts.h"
#include "app/request_desk.h"
#include "app/request_record.h"
#include "app/settle.h"
#include "app/utilization_view.h"

namespace prorata {
namespace {

using request::Request;
using request::State;

constexpr std::size_t kLookedAt = 1'000;  // rows of one kind: a screen is waited for
constexpr std::int32_t kTermDays = 30;
constexpr std::int32_t kRequestDays = 7;
constexpr std::int32_t kAllowanceDays = 7;
constexpr std::size_t kBadCustomers = 12;
constexpr std::int32_t kUtilizationDays = 30;

// Customers by id, and whether whoever acts may know of them.
class Customers {
 public:
  Customers(const App& app, Snapshot& snapshot) : app_(app), snapshot_(snapshot) {}

  // Null: not here, or not theirs to know of.
  Result<const Customer*> seen(const CustomerId& id) {
    const auto known = known_.find(id);
    if (known != known_.end()) return known->second ? &*known->second : nullptr;
    std::optional<Customer> customer = TRY(snapshot_.customer(id));
    if (customer && !allowed(app_, access::Right::list_customers, target_of(*customer), access::Access::read)) customer.reset();
    const auto& kept = known_.emplace(id, std::move(customer)).first->second;
    return kept ? &*kept : nullptr;
  }

 private:
  const App& app_;
  Snapshot& snapshot_;
  std::unordered_map<CustomerId, std::optional<Customer>> known_;
};

struct Looking {
  App& app;
  Snapshot& snapshot;
  Moment moment;
  Customers customers;
};

void add(TodayList& list, TodayRow row) {
  ++list.total;
  if (row.amount) {
    auto sum = std::ranges::find(list.amounts, row.amount->currency, &Money::currency);
    if (sum == list.amounts.end()) sum = list.amounts.insert(sum, Money{0, row.amount->currency});
    sum->minor += row.amount->minor;
  }
  list.rows.push_back(std::move(row));
}

// The most pressing first, and no more than fit.
void finish(TodayList& list) {
  const auto key = [](const TodayRow& row) {
    return std::tuple(!row.mine, row.at, row.request, row.reservation ? row.reservation->text() : std::string(), row.kind);
  };
  std::ranges::sort(list.rows, {}, key);
  if (list.rows.size() > kTodayRows) list.rows.resize(kTodayRows);
  std::ranges::sort(list.amounts, {}, &Money::currency);
}

TodayRow row_of(TodayKind kind, const Request& request, const Customer& customer, Instant at) {
  TodayRow row{.kind = kind,
               .customer = customer.id,
               .customer_name = customer.name,
               .title = title_of(request),
               .request = request::number_text(request.number),
               .at = at};
  if (request.quoted) row.amount = request.quoted->refund;
  if (request.returns.size() == 1) row.reservation = request.returns.front().reservation;
  return row;
}

bool may(const Result<void>& answer) { return answer.has_value(); }

// What the request waits for, where it waits for whoever acts.
Result<std::optional<TodayKind>> waits_for(Looking& d, const Request& r) {
  const auto lines = [&](access::Right right) { return may(authorize_lines(d.app, d.snapshot, r, right)); };
  switch (r.state) {
    case State::draft:
      if (r.asked_by && r.asked_by == r.created_by && lines(access::Right::quote)) return TodayKind::take_up;
      break;
    case State::partner_approval:
      if (may(authorize_above(d.app, d.snapshot, r, kApproveInside))) return TodayKind::approve;
      break;
    case State::with_operator:
      if (may(authorize_above(d.app, d.snapshot, r, kDecide))) return TodayKind::decide;
      break;
    case State::approved:
      if (r.agree_again && lines(access::Right::submit_request)) return TodayKind::agree;
      break;
    case State::outcome_unknown:
      if (lines(access::Right::submit_request)) return TodayKind::look_after;
      break;
    default: break;
  }
  return std::optional<TodayKind>();
}

// Open requests that whoever acts may know of.
Result<std::vector<Request>> open_requests(Looking& d, TodayList& list) {
  RequestQuery query{.open = true, .limit = 200};
  if (d.app.acting != nullptr) query.customer = d.app.acting->principal.customer;
  std::vector<Request> out;
  std::size_t looked_at = 0;
  do {
    const Page<Request> page = TRY(d.snapshot.requests(query));
    looked_at += page.items.size();
    for (const Request& each : page.items)
      if (TRY(d.customers.seen(each.customer)) != nullptr) out.push_back(each);
    query.after = page.next;
  } while (!query.after.empty() && looked_at < kLookedAt);
  list.complete = list.complete && query.after.empty();
  return out;
}

Result<void> waiting(Looking& d, TodayList& list) {
  for (const Request& each : TRY(open_requests(d, list))) {
    const std::optional<TodayKind> kind = TRY(waits_for(d, each));
    if (!kind) continue;
    TodayRow row = row_of(*kind, each, *TRY(d.customers.seen(each.customer)), each.updated);
    row.mine = !each.assigned_to.empty() && equal_ignoring_case(each.assigned_to, d.app.actor);
    row.late = request::holds_allowance(each.state) && each.due < d.moment.now;
    add(list, std::move(row));
  }
  return {};
}

Result<void> request_deadlines(Looking& d, TodayList& list) {
  const Instant soon = add_seconds(d.moment.now, std::int64_t{kRequestDays} * 86'400);
  for (const Request& each : TRY(open_requests(d, list))) {
    const Customer& customer = *TRY(d.customers.seen(each.customer));
    if (each.expires && request::holds_allowance(each.state) && *each.expires < soon) {
      add(list, row_of(TodayKind::hold_ends, each, customer, *each.expires));
    } else if (each.state == State::with_operator && each.due < soon) {
      TodayRow row = row_of(TodayKind::answer_due, each, customer, each.due);
      row.late = each.due < d.moment.now;
      add(list, std::move(row));
    }
  }
  return {};
}

TodayRow row_of(TodayKind kind, const Reservation& r, const Customer& customer, Instant at) {
  return {
      .kind = kind, .customer = customer.id, .customer_name = customer.name, .title = r.name, .request = {}, .reservation = r.id, .at = at};
}

// Until which day of a reservation's life the pack gives everything back; absent where it never does.
std::optional<std::int32_t> first_days(const policy::Pack& pack) {
  std::optional<std::int32_t> out;
  for (const policy::Row& row : pack.rows)
    if (row.credit == policy::Credit::full && row.elapsed_from == 0 && row.elapsed_until)
      out = std::max(out.value_or(0), *row.elapsed_until);
  return out;
}

using EachReservation = std::function<Result<void>(const Reservation&, const Customer&)>;
Result<void> walk(Looking& d, TodayList& list, ReservationQuery query, const std::function<bool(const Reservation&)>& goes_on,
                  const EachReservation& each) {
  query.state = ProvisioningState::succeeded;
  query.archived = false;
  query.limit = 200;
  if (d.app.acting != nullptr) query.customer = d.app.acting->principal.customer;
  std::size_t looked_at = 0;
  do {
    const Page<Reservation> page = TRY(d.snapshot.reservations(query));
    looked_at += page.items.size();
    for (const Reservation& stored : page.items) {
      if (!goes_on(stored)) return {};
      const Customer* const customer = TRY(d.customers.seen(stored.customer));
      if (customer == nullptr) continue;
      const Reservation r = on_day(stored, day_of(d.moment.now));
      if (is_active(r)) TRY(each(r, *customer));
    }
    query.after = page.next;
  } while (!query.after.empty() && looked_at < kLookedAt);
  list.complete = list.complete && query.after.empty();
  return {};
}

Result<void> reservation_deadlines(Looking& d, TodayList& list) {
  const Day day = day_of(d.moment.now);
  const Governing governing = TRY(governing_pack(d.moment.desk, d.app.packs, day));
  if (const std::optional<std::int32_t> first = first_days(*governing.pack)) {
    const Day earliest = add_days(day, -*first);
    TRY(walk(
        d, list, {.sort = ReservationSort::purchased, .descending = true},
        [&](const Reservation& r) { return earliest <= day_of(r.purchased); },
        [&](const Reservation& r, const Customer& customer) -> Result<void> {
          add(list, row_of(TodayKind::first_days_end, r, customer, start_of(add_days(day_of(r.purchased), *first + 1))));
          return {};
        }));
  }
  return walk(
      d, list, {.expires_until = add_days(day, kTermDays + 1), .sort = ReservationSort::expiry}, [](const Reservation&) { return true; },
      [&](const Reservation& r, const Customer& customer) -> Result<void> {
        if (!r.renew) add(list, row_of(TodayKind::term_ends, r, customer, r.expiry));
        return {};
      });
}

Result<void> money(Looking& d, TodayList& list) {
  access::Target target = target_of_desk();
  if (d.app.acting != nullptr) {
    target.customer = d.app.acting->principal.customer;
    target.reseller = d.app.acting->principal.reseller;
  }
  TRY(authorize(d.app, access::Right::settle, target, access::Access::read));
  // An invoice comes with each month: what is older than the one before this month should have been on it.
  const Instant invoiced = start_of(add_months(month_of(day_of(d.moment.now)), -1));
  const std::optional<CustomerId> only = d.app.acting == nullptr ? std::nullopt : d.app.acting->principal.customer;
  for (const ReturnState& each : TRY(d.snapshot.returns(only, true))) {
    const ReturnRecord& r = each.returned;
    const Customer* const customer = TRY(d.customers.seen(r.customer));
    if (customer == nullptr || !allowed(d.app, access::Right::settle, target_of(*customer), access::Access::read)) continue;
    add(list, {.kind = TodayKind::credit_customer,
               .customer = customer->id,
               .customer_name = customer->name,
               .title = {},
               .request = r.reference.starts_with("R-") ? r.reference : std::string(),
               .reservation = r.reservation,
               .at = r.at,
               .amount = owed_for(r),
               .late = r.at < invoiced});
  }
  for (TodayRow& row : list.rows)
    if (const std::optional<Reservation> r = row.reservation ? TRY(d.snapshot.reservation(*row.reservation)) : std::nullopt)
      row.title = r->name;
  return {};
}

// The worst ones of the customers that have most of them; figures as of when they were computed.
Result<void> waste(Looking& d, TodayList& list) {
  OverviewQuery query{.badly_used = true, .limit = kBadCustomers, .sort = OverviewSort::badly_used};
  if (d.app.acting != nullptr) {
    query.customer = d.app.acting->principal.customer;
    query.reseller = d.app.acting->principal.reseller;
  }
  const Page<CustomerOverview> page = TRY(d.snapshot.customer_overviews(query));
  list.complete = page.next.empty();
  struct Bad {
    Reservation reservation;
    const Customer* customer = nullptr;
    MonthWindows windows;
  };
  std::vector<Bad> bad;
  for (const CustomerOverview& each : page.items) {
    const Customer* const customer = TRY(d.customers.seen(each.customer));
    if (customer == nullptr) continue;
    const Page<Reservation> theirs =
        TRY(d.snapshot.reservations({.customer = customer->id, .state = ProvisioningState::succeeded, .archived = false, .limit = 200}));
    const std::map<ReservationId, MonthWindows> windows = TRY(load_windows(d.snapshot, theirs.items));
    for (const Reservation& stored : theirs.items) {
      const auto its = windows.find(stored.id);
      const Reservation r = on_day(stored, day_of(d.moment.now));
      if (its == windows.end() || !its->second.days_30 || !is_active(r)) continue;
      bad.push_back({r, customer, its->second});
    }
  }
  std::ranges::sort(bad, {}, [](const Bad& each) { return std::pair(each.windows.days_30->hundredths, each.reservation.id); });
  const std::int64_t low = TRY(load_notify_settings(d.snapshot)).low_utilization_percent * 100;
  std::erase_if(bad, [&](const Bad& each) { return each.windows.days_30->hundredths >= low; });
  for (std::size_t i = 0; i < bad.size(); ++i) {
    const Bad& each = bad[i];
    if (i >= kTodayRows) {
      ++list.total;
      continue;
    }
    const Day until = utilization::day_of(each.windows.watermark);
    TodayRow row = row_of(TodayKind::badly_used, each.reservation, *each.customer, start_of(until));
    row.used = each.windows.days_30;
    row.amount =
        unused_money(TRY(load_figures(d.snapshot, each.reservation, {.from = add_days(until, -kUtilizationDays), .until = until})));
    add(list, std::move(row));
  }
  // By currency, the most money first.
  const auto key = [](const TodayRow& row) {
    return std::tuple(row.amount ? std::string(row.amount->currency.code()) : "~", row.amount ? -row.amount->minor : 0,
                      row.reservation->text());
  };
  std::ranges::sort(list.rows, {}, key);
  return {};
}

Result<void> allowance(Looking& d, TodayList& list) {
  const Governing governing = TRY(governing_pack(d.moment.desk, d.app.packs, day_of(d.moment.now)));
  const std::int32_t window = governing.pack->allowance.window_days;
  const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
  const auto back = [&](std::int64_t days) { return add_seconds(d.moment.now, (days - window) * 86'400); };
  for (const ReturnRecord& each : TRY(d.snapshot.returns_between(back(0), back(kAllowanceDays)))) {
    const Customer* const customer = each.counts ? TRY(d.customers.seen(each.customer)) : nullptr;
    if (customer == nullptr) continue;
    add(list, {.kind = TodayKind::comes_back,
               .customer = customer->id,
               .customer_name = customer->name,
               .title = {},
               .request = {},
               .reservation = each.reservation,
               .at = policy::leaves_window(each.at, window),
               .amount = meter == policy::Meter::refund ? each.pricing_refund : each.pricing_cancelled});
  }
  return {};
}

}  // namespace

Result<TodayList> today(App& app, TodayQueue queue) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Looking d{.app = app, .snapshot = *snapshot, .moment = TRY(load_moment(app, *snapshot)), .customers = Customers(app, *snapshot)};
  TodayList list{.now = d.moment.now};
  switch (queue) {
    case TodayQueue::waiting: TRY(waiting(d, list)); break;
    case TodayQueue::deadlines:
      TRY(request_deadlines(d, list));
      TRY(reservation_deadlines(d, list));
      break;
    case TodayQueue::money: TRY(money(d, list)); break;
    case TodayQueue::waste: TRY(waste(d, list)); return list;
    case TodayQueue::allowance: TRY(allowance(d, list)); break;
  }
  finish(list);
  return list;
}

}  // namespace prorata
