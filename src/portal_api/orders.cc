// A reservation order: what was bought, and the tree of reservations it has become.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "policy/refund.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {
namespace {

using http::Response;

struct GivenBackUnits {
  std::int64_t returned = 0;
  std::int64_t exchanged = 0;
};

// Units that went back, from the road the reservation took: a partial return and an exchange leave it smaller.
GivenBackUnits given_back(std::vector<Revision> revisions) {
  GivenBackUnits out;
  std::ranges::reverse(revisions);  // oldest first
  for (std::size_t i = 1; i < revisions.size(); ++i) {
    const std::int64_t fewer = revisions[i - 1].after.quantity - revisions[i].after.quantity;
    if (fewer <= 0) continue;
    if (revisions[i].action == "return") out.returned += fewer;
    if (revisions[i].action == "exchange") out.exchanged += fewer;
  }
  return out;
}

Outcome<void> write_node(JsonWriter& w, Snapshot& snapshot, const Reservation& r, const Customer& customer, Instant now) {
  const GivenBackUnits back = given_back(TRY(snapshot.revisions_of(r.id)));
  w.begin_object().field("id", std::string_view(r.id.text())).field("name", std::string_view(r.name));
  w.field("sku", std::string_view(r.sku)).field("region", std::string_view(r.region));
  w.field("quantity", r.quantity).field("originalQuantity", r.original_quantity);
  w.field("state", to_string(display_state(r, now))).field("provisioningState", to_string(r.state));
  write_scope(w, "scope", named_scope(customer, r.scope));
  write_instant(w, "expiry", r.expiry);
  w.key("from").begin_array();
  if (r.lineage.split_source) w.text(r.lineage.split_source->text());
  for (const ReservationId& each : r.lineage.merge_sources) w.text(each.text());
  w.end_array().field("madeBy", r.lineage.split_source ? "split" : r.lineage.merge_sources.empty() ? "purchase" : "merge");
  if (r.lineage.renewed_from) w.field("renewedFrom", std::string_view(r.lineage.renewed_from->text()));
  if (r.lineage.renewed_into) w.field("renewedInto", std::string_view(r.lineage.renewed_into->text()));
  w.field("unitsReturned", back.returned).field("unitsExchanged", back.exchanged).end_object();
  return {};
}

// Of all its reservations together, by day.
void write_payments(JsonWriter& w, const std::vector<Reservation>& all) {
  struct Sum {
    Money due, paid;
  };
  std::map<Day, Sum> days;
  std::optional<Money> due, paid;
  for (const Reservation& r : all) {
    for (const Payment& each : r.schedule.payments) {
      const Money none{0, each.billing.currency};
      if (due && due->currency != each.billing.currency) continue;
      if (!due) due = paid = none;
      Sum& day = days.try_emplace(each.due, Sum{none, none}).first->second;
      if (each.status == PaymentStatus::succeeded) {
        day.paid += each.billing;
        *paid += each.billing;
      } else if (policy::is_unpaid(each)) {
        day.due += each.billing;
        *due += each.billing;
      }
    }
  }
  if (!due) return;
  w.key("payments").begin_object();
  write_money(w, "paid", *paid);
  write_money(w, "due", *due);
  w.key("rows").begin_array();
  for (const auto& [day, sum] : days) {
    if (sum.due.is_zero() && sum.paid.is_zero()) continue;
    w.begin_object().field("day", std::string_view(to_string(day)));
    write_money(w, "paid", sum.paid);
    write_money(w, "due", sum.due);
    w.end_object();
  }
  w.end_array().end_object();
}

Outcome<Response> get_order(Call& call) {
  const std::string& text = call.path.at("order");
  const Result<OrderId> id = OrderId::parse(text);
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const std::optional<Order> order = id ? TRY(snapshot->order(*id)) : std::nullopt;
  const std::optional<Customer> customer = order ? TRY(snapshot->customer(order->customer)) : std::nullopt;
  if (!customer || !sees(call, *customer))
    return refuse(404, "not_found", fmt::format("there is no reservation order {}", text.substr(0, 80)));
  std::vector<Reservation> shown;
  std::optional<Refused> why;
  std::int64_t hidden = 0;
  for (Reservation& each : TRY(snapshot->reservations_of(*id))) {
    const Outcome<void> may = allow(call, Right::open_record, Access::read, target_of(*customer, each));
    if (!may) why = may.error();
    if (!may) ++hidden;
    if (may) shown.push_back(on_day(std::move(each), day_of(moment.now)));
  }
  if (shown.empty() && why) return std::unexpected(*why);  // nothing of it is theirs to open
  std::string body;
  JsonWriter w(body);
  w.begin_object().field("id", std::string_view(order->id.text())).field("name", std::string_view(order->name));
  write_customer_ref(w, *customer);
  w.field("state", to_string(order->state)).field("term", std::string_view(to_string(order->term))).field("plan", to_string(order->plan));
  w.field("originalQuantity", order->original_quantity);
  write_instant(w, "requested", order->requested);
  write_instant(w, "created", order->created);
  write_instant(w, "benefitStart", order->benefit_start);
  write_instant(w, "expiry", order->expiry);
  w.field("hidden", hidden);
  write_instant(w, "asOf", moment.now);
  w.key("reservations").begin_array();
  for (const Reservation& each : shown) TRY(write_node(w, *snapshot, each, *customer, moment.now));
  w.end_array();
  write_payments(w, shown);
  w.end_object();
  return http::json(200, std::move(body));
}

}  // namespace

std::vector<Route> order_routes() { return {{.pattern = "/api/orders/{order}", .handler = get_order}}; }

}  // namespace prorata::portal_api
