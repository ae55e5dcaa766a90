// The record of one reservation: overview, payments, history, utilization.
#include <algorithm>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "policy/refund.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::int32_t kUsualDays = 30;

// The thirty days before the first hour of which nothing is known.
Outcome<std::optional<Money>> unused_in_30_days(Snapshot& snapshot, const Reservation& r, const std::optional<MonthWindows>& windows) {
  if (!windows) return std::nullopt;
  const Day until = utilization::day_of(windows->watermark);
  return unused_money(TRY(load_figures(snapshot, r, {.from = add_days(until, -kUsualDays), .until = until})));
}

void write_id(JsonWriter& w, std::string_view name, const std::optional<ReservationId>& id) {
  if (id) w.field(name, std::string_view(id->text()));
}

void write_ids(JsonWriter& w, std::string_view name, const std::vector<ReservationId>& ids) {
  w.key(name).begin_array();
  for (const ReservationId& each : ids) w.text(each.text());
  w.end_array();
}

void write_renewal(JsonWriter& w, const RenewalTerms& terms) {
  w.key("renewal").begin_object().field("sku", std::string_view(terms.sku)).field("quantity", terms.quantity);
  w.field("term", std::string_view(to_string(terms.term))).field("plan", to_string(terms.plan));
  w.field_if("region", terms.region).field_if("name", terms.name).end_object();
}

void write_life(JsonWriter& w, const Reservation& r, Instant now) {
  const std::int64_t term_days = days_between(day_of(r.benefit_start), day_of(r.expiry));
  const std::int64_t elapsed = std::clamp<std::int64_t>(days_between(day_of(r.benefit_start), day_of(now)), 0, term_days);
  write_instant(w, "purchased", r.purchased);
  write_instant(w, "benefitStart", r.benefit_start);
  write_instant(w, "expiry", r.expiry);
  w.field("termDays", term_days).field("daysElapsed", elapsed).field("daysLeft", term_days - elapsed);
  w.field("state", to_string(display_state(r, now))).field("provisioningState", to_string(r.state));
  if (r.status)
    w.key("status")
        .begin_object()
        .field("code", std::string_view(r.status->code))
        .field("message", std::string_view(r.status->message))
        .end_object();
}

void write_order(JsonWriter& w, const Order& order) {
  w.key("orderRecord").begin_object().field("id", std::string_view(order.id.text())).field("name", std::string_view(order.name));
  write_instant(w, "requested", order.requested);
  write_instant(w, "created", order.created);
  w.field("originalQuantity", order.original_quantity);
  write_ids(w, "reservations", order.reservations);
  w.end_object();
}

void write_lineage(JsonWriter& w, const Lineage& lineage) {
  w.key("lineage").begin_object();
  write_id(w, "splitSource", lineage.split_source);
  write_ids(w, "splitDestinations", lineage.split_destinations);
  write_ids(w, "mergeSources", lineage.merge_sources);
  write_id(w, "mergeDestination", lineage.merge_destination);
  write_id(w, "renewedFrom", lineage.renewed_from);
  write_id(w, "renewedInto", lineage.renewed_into);
  w.end_object();
}

// What the service calls "NotRenewed" of one that has ended is no renewal either.
std::string_view renew_state(const Reservation& r) {
  const std::string_view word = user_friendly_renew_state(r);
  return word == "NotRenewed" ? "NotApplicable" : word;
}

}  // namespace

Outcome<Response> record_answer(Call& call, Snapshot& snapshot, const Record& record) {
  const Reservation& r = record.reservation;
  const std::optional<Order> order = TRY(snapshot.order(r.order));
  if (!order) return refuse(500, "storage_corrupt", fmt::format("the order {} is missing; run 'prorata audit verify'", r.order.text()));
  const std::optional<MonthWindows> windows = TRY(load_windows(snapshot, r.id));
  const std::optional<Money> unused = TRY(unused_in_30_days(snapshot, r, windows));
  std::string body;
  JsonWriter w(body);
  w.begin_object().field("id", std::string_view(r.id.text())).field("order", std::string_view(r.order.text()));
  write_customer_ref(w, record.customer);
  w.field("etag", std::string_view(std::to_string(r.revision))).field("name", std::string_view(r.name));
  w.field("product", std::string_view(r.product)).field("sku", std::string_view(r.sku));
  w.field("skuDescription", std::string_view(r.sku_description)).field("region", std::string_view(r.region));
  w.field("quantity", r.quantity).field("originalQuantity", r.original_quantity);
  w.field("term", std::string_view(to_string(r.term))).field("plan", to_string(r.plan));
  write_life(w, r, record.now);
  write_scope(w, "scope", named_scope(record.customer, r.scope));
  w.field("instanceFlexibility", r.instance_flexibility).field("archived", r.archived).field("renew", r.renew);
  w.field("renewState", renew_state(r));
  if (r.renewal) write_renewal(w, *r.renewal);
  w.field("billingScope", std::string_view(r.billing_scope));
  if (r.price_known()) {
    const Money price = total_billing(r.schedule);
    write_money(w, "price", price);
    if (r.quantity > 0) write_money(w, "unitPrice", scale(price, {1, r.quantity}, Rounding::half_away));
  }
  w.field("usage", to_string(r.usage));
  if (windows) write_windows(w, *windows);
  if (unused) write_money(w, "unusedMoney", *unused);
  write_order(w, *order);
  write_lineage(w, r.lineage);
  write_actions(w, call, record.target);
  write_instant(w, "asOf", record.now);
  w.end_object();
  return http::json(200, std::move(body)).with("ETag", fmt::format("\"{}\"", r.revision));
}

namespace {

Outcome<Response> get_reservation(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  return record_answer(call, *snapshot, TRY(record_of(call, *snapshot, Right::open_record)));
}

// ---- payments ------------------------------------------------------------------------------------------------------------------------

Outcome<Response> get_payments(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, Right::open_record));
  const Schedule& schedule = record.reservation.schedule;
  const auto succeeded = std::ranges::count(schedule.payments, PaymentStatus::succeeded, &Payment::status);
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("plan", to_string(record.reservation.plan)).field("succeeded", std::int64_t{succeeded});
    w.field("total", static_cast<std::int64_t>(schedule.payments.size()));
    if (!schedule.empty()) {
      Money due{0, schedule.payments.front().billing.currency};
      for (const Payment& each : schedule.payments)
        if (policy::is_unpaid(each)) due.minor += each.billing.minor;
      write_money(w, "paid", paid_billing(schedule));
      write_money(w, "due", due);
    }
    w.key("rows").begin_array();
    std::int64_t so_far = 0;
    for (const Payment& each : schedule.payments) {
      w.begin_object().field("due", std::string_view(to_string(each.due))).field("status", to_string(each.status));
      write_money(w, "amount", each.billing);
      if (each.pricing) write_money(w, "pricing", *each.pricing);
      if (each.status == PaymentStatus::succeeded) {
        so_far += each.billing.minor;
        w.field("paid", std::string_view(to_string(each.due)));
        write_money(w, "paidSoFar", {so_far, each.billing.currency});
      }
      w.end_object();
    }
    w.end_array().end_object();
  });
}

// ---- history -------------------------------------------------------------------------------------------------------------------------

// "Shared"; "Single Production".
std::string scope_text(const Customer& customer, const Scope& scope) {
  const Scope named = named_scope(customer, scope);
  const std::string& which = named.display_name.empty() ? named.id : named.display_name;
  return which.empty() ? std::string(to_string(scope.type)) : fmt::format("{} {}", to_string(scope.type), which);
}

struct Difference {
  std::string_view field;
  std::string before;
  std::string after;
};

std::vector<Difference> differences(const Customer& customer, const Reservation& before, const Reservation& after) {
  std::vector<Difference> out;
  const auto add = [&](std::string_view field, std::string a, std::string b) {
    if (a != b) out.push_back({field, std::move(a), std::move(b)});
  };
  const auto word = [](bool on) { return std::string(on ? "true" : "false"); };
  add("name", before.name, after.name);
  add("quantity", std::to_string(before.quantity), std::to_string(after.quantity));
  add("state", std::string(to_string(before.state)), std::string(to_string(after.state)));
  add("scope", scope_text(customer, before.scope), scope_text(customer, after.scope));
  add("instanceFlexibility", word(before.instance_flexibility), word(after.instance_flexibility));
  add("renew", word(before.renew), word(after.renew));
  add("archived", word(before.archived), word(after.archived));
  add("usage", std::string(to_string(before.usage)), std::string(to_string(after.usage)));
  return out;
}

Outcome<Response> get_history(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, Right::open_record));
  const std::vector<Revision> revisions = TRY(snapshot->revisions_of(record.reservation.id));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("rows").begin_array();
    for (std::size_t i = 0; i < revisions.size(); ++i) {
      const Revision& each = revisions[i];
      w.begin_object().field("number", each.number);
      write_instant(w, "at", each.at);
      w.field("by", std::string_view(each.actor)).field("action", std::string_view(each.action));
      w.field("state", to_string(each.after.state)).field("quantity", each.after.quantity);
      write_scope(w, "scope", named_scope(record.customer, each.after.scope));
      w.field("name", std::string_view(each.after.name)).key("changes").begin_array();
      if (i + 1 < revisions.size())
        for (const Difference& difference : differences(record.customer, revisions[i + 1].after, each.after))
          w.begin_object()
              .field("field", difference.field)
              .field("before", std::string_view(difference.before))
              .field("after", std::string_view(difference.after))
              .end_object();
      w.end_array().end_object();
    }
    w.end_array().end_object();
  });
}

// ---- utilization ---------------------------------------------------------------------------------------------------------------------

// Micro-hours as hours: "12.500000".
void write_hours(JsonWriter& w, std::string_view name, std::int64_t micro_hours) { w.key(name).decimal(micro_hours, 6); }

Outcome<Response> get_utilization(Call& call) {
  const std::optional<Day> from_asked = TRY(day_asked(call, "from"));
  const std::optional<Day> until_asked = TRY(day_asked(call, "until"));
  const Grain grain = TRY(word_asked(call, "grain", Grain::daily));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, Right::open_record));
  const std::optional<MonthWindows> windows = TRY(load_windows(*snapshot, record.reservation.id));
  const Day until = until_asked ? *until_asked : windows ? utilization::day_of(windows->watermark) : day_of(record.now);
  const Day from = from_asked ? *from_asked : add_days(until, -kUsualDays);
  const ReservationFigures figures = TRY(load_figures(*snapshot, record.reservation, {.from = from, .until = until}));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("from", std::string_view(to_string(from))).field("until", std::string_view(to_string(until)));
    w.field("grain", to_string(grain));
    if (windows) write_windows_as(w, "windows", *windows);
    if (const auto percent = figures.totals().percent()) write_percent(w, "percent", *percent);
    if (const auto unused = unused_money(figures)) write_money(w, "unusedMoney", *unused);
    w.key("rows").begin_array();
    for (const GrainFigures& each : by_grain(figures.days, grain)) {
      w.begin_object().field("from", std::string_view(to_string(each.from)));
      write_hours(w, "reservedHours", each.totals.reserved_uh());
      write_hours(w, "usedHours", each.totals.used_uh());
      write_percent(w, "least", each.least);
      write_percent(w, "average", each.average);
      write_percent(w, "most", each.most);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> record_routes() {
  const std::string one = "/api/reservations/{order}/{reservation}";
  return {{.pattern = one, .handler = get_reservation},
          {.pattern = one + "/payments", .handler = get_payments},
          {.pattern = one + "/history", .handler = get_history},
          {.pattern = one + "/utilization", .handler = get_utilization}};
}

}  // namespace prorata::portal_api
