// Reading: one thing by its path, and lists, which are decided element by element and never refused.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "app/desk.h"
#include "app/reservation_list.h"
#include "app/utilization_view.h"
#include "arm/capacity.h"
#include "arm/places.h"
#include "wire/arm_filter.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

constexpr std::size_t kPage = 50;
constexpr std::size_t kPageMax = 1'000;
constexpr std::string_view kReadReservation = "Microsoft.Capacity/reservationorders/reservations/read";
constexpr std::string_view kReadOrder = "Microsoft.Capacity/reservationorders/read";

// Whether the caller may know of each reservation. Customers are looked up only where somebody is limited to a reseller's, and once.
class Visible {
 public:
  Visible(const Call& call, Snapshot& snapshot, std::string_view action) : call_(call), snapshot_(snapshot), action_(action) {}

  Result<bool> operator()(const Reservation& reservation) {
    return call_.allows(action_, {.scope = access::scope_of(reservation.order, reservation.id),
                                  .customer = reservation.customer,
                                  .reseller = TRY(reseller_of(reservation.customer)),
                                  .subscription = payer_of(reservation)});
  }
  Result<std::optional<ResellerId>> reseller_of(const CustomerId& id) {
    if (!call_.caller.principal.reseller) return std::optional<ResellerId>();
    const auto known = resellers_.find(id);
    if (known != resellers_.end()) return known->second;
    const std::optional<Customer> customer = TRY(snapshot_.customer(id));
    return resellers_.emplace(id, customer ? customer->reseller : std::nullopt).first->second;
  }

 private:
  const Call& call_;
  Snapshot& snapshot_;
  std::string_view action_;
  std::map<CustomerId, std::optional<ResellerId>> resellers_;
};

Outcome<std::size_t> take_of(const Call& call) {
  const std::string_view text = call.request.query.get("take");
  if (text.empty()) return kPage;
  const Result<std::int64_t> take = parse_integer(text, 1, kPageMax, "take");
  if (!take) return refuse(400, "BadRequest", take.error().message);
  return static_cast<std::size_t>(*take);
}

Outcome<std::optional<DisplayState>> selected_state(const Call& call) {
  const std::string_view text = call.request.query.get("selectedState");
  if (text.empty()) return std::optional<DisplayState>();
  const Result<DisplayState> state = parse_word<DisplayState>(text, "a state to select");
  if (!state) return refuse(400, "BadRequest", state.error().message);
  return std::optional(*state);
}

void write_summary(wire::JsonWriter& w, const ReservationCounts& counts) {
  w.key("summary").begin_object();
  w.field("succeededCount", counts.succeeded).field("failedCount", counts.failed).field("expiringCount", counts.expiring);
  w.field("expiredCount", counts.expired).field("pendingCount", counts.pending).field("cancelledCount", counts.cancelled);
  w.field("processingCount", counts.processing).key("warningCount").integer(0).key("noBenefitCount").integer(0).end_object();
}

std::optional<MonthWindows> windows_of(const std::map<ReservationId, MonthWindows>& all, const Reservation& reservation) {
  const auto found = all.find(reservation.id);
  return found == all.end() ? std::nullopt : std::optional(found->second);
}

// What the renewal would cost today; absent where no list has a price.
Result<std::optional<PurchasePrice>> renewal_price(Snapshot& snapshot, const ReservationHere& here) {
  const Reservation& r = here.reservation;
  if (!r.renewal) return std::optional<PurchasePrice>();
  const PurchaseLine line{.product = r.product,
                          .sku = r.renewal->sku,
                          .region = r.renewal->region.empty() ? r.region : r.renewal->region,
                          .term = r.renewal->term,
                          .plan = r.renewal->plan,
                          .quantity = r.renewal->quantity};
  FactsCache cache;
  Result<PurchasePrice> price = price_of(snapshot, cache, line, here.customer.currency, day_of(here.now));
  if (!price && price.error().code == Code::not_found) return std::optional<PurchasePrice>();
  if (!price) return std::unexpected(std::move(price).error());
  return std::optional(*price);
}

// While a sandbox's purchase still shows as running, its order is on its way: no dates yet.
Result<Order> as_shown(Snapshot& snapshot, Order order, Instant now) {
  const std::optional<Operation> operation = TRY(snapshot.operation(OperationId::trusted(order.id.text())));
  if (!operation || operation->ready <= now) return order;
  order.state = ProvisioningState::pending_capacity;
  order.created = {};
  return order;
}

Result<std::map<OrderId, std::optional<SubscriptionId>>> payers_of(Snapshot& snapshot, const std::vector<Order>& orders) {
  std::vector<ReservationId> ids;
  for (const Order& each : orders)
    if (!each.reservations.empty()) ids.push_back(each.reservations.front());
  std::map<OrderId, std::optional<SubscriptionId>> payers;
  for (const Reservation& each : TRY(snapshot.reservations_by_id(ids))) payers.emplace(each.order, payer_of(each));
  return payers;
}

// "$filter", or "filter" as Microsoft.Billing spells it.
std::string_view asked_for(const Call& call, const std::string& name) {
  return call.request.query.get("$" + name, call.request.query.get(name));
}

}  // namespace

std::optional<Schedule> payments_of(const OrderHere& here) {
  std::map<std::pair<Day, PaymentStatus>, Payment> together;
  for (const Reservation& each : here.reservations) {
    if (!each.lineage.split_destinations.empty() || each.lineage.merge_destination) continue;  // its heirs have its payments
    if (!each.price_known()) return std::nullopt;
    for (const Payment& payment : each.schedule.payments) {
      const auto [at, added] = together.try_emplace({payment.due, payment.status}, payment);
      if (added) continue;
      at->second.billing += payment.billing;
      if (at->second.pricing && payment.pricing)
        *at->second.pricing += *payment.pricing;
      else
        at->second.pricing.reset();
    }
  }
  Schedule out;
  for (auto& [key, payment] : together) out.payments.push_back(std::move(payment));
  return out;
}

Outcome<Response> list_all_reservations(Call& call) {
  return list_reservations_for(call, {.action = "Microsoft.Capacity/reservations/read"});
}

Outcome<Response> list_reservations_for(Call& call, const ReservationList& list) {
  const std::size_t take = TRY(take_of(call));
  const PageStart start = TRY(page_start(call));
  const std::optional<DisplayState> selected = TRY(selected_state(call));
  const wire::ReservationFilter filter = TRY(wire::read_reservation_filter(asked_for(call, "filter")));
  ReservationQuery query{.after = start.after};
  filter.narrow(query);
  if (selected == DisplayState::succeeded || selected == DisplayState::expiring) query.state = ProvisioningState::succeeded;
  TRY(wire::read_order_by(asked_for(call, "orderby"), query));

  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  query.customer = list.customer ? list.customer : TRY(customer_of_token(call, *snapshot));
  const Instant now = TRY(load_moment(call.app, *snapshot)).now;
  Visible visible(call, *snapshot, list.action);
  const auto matches = [&](const Reservation& each) -> Result<bool> {
    return filter.matches(each, now) && (!selected || display_state(each, now) == *selected) && TRY(visible(each));
  };
  const ListedReservations page = TRY(list_reservations(*snapshot, query, {.take = take, .skip = start.skip, .now = now}, matches));
  std::optional<ReservationCounts> counts;
  if (equal_ignoring_case(call.request.query.get("refreshSummary"), "true"))
    counts = TRY(count_reservations(*snapshot, {.customer = query.customer}, now,
                                    [&](const Reservation& each) -> Result<bool> { return TRY(visible(each)); }));
  const auto windows = TRY(load_windows(*snapshot, page.items));
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Reservation& each : page.items)
      write_reservation(
          w, each,
          {.now = now, .applied_scopes = call.version == kFirstVersion, .windows = windows_of(windows, each), .account = list.account});
    w.end_array();
    if (counts) write_summary(w, *counts);
    if (!page.next.empty()) w.field("nextLink", next_link(call.request, skip_token(page.next)));
    w.end_object();
  });
}

Outcome<Response> list_orders(Call& call) {
  const PageStart start = TRY(page_start(call));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  Visible visible(call, *snapshot, kReadOrder);
  std::vector<Order> found;
  std::size_t skip = start.skip;
  OrderQuery query{.customer = TRY(customer_of_token(call, *snapshot)), .limit = kPage, .after = start.after};
  for (std::size_t looked_at = 0; looked_at < kRowsLookedAtMax;) {
    Page<Order> page = TRY(snapshot->orders(query));
    const auto payers = TRY(payers_of(*snapshot, page.items));
    for (Order& each : page.items) {
      const auto payer = payers.find(each.id);
      const access::Target target{.scope = access::scope_of(each.id),
                                  .customer = each.customer,
                                  .reseller = TRY(visible.reseller_of(each.customer)),
                                  .subscription = payer == payers.end() ? std::nullopt : payer->second};
      if (!call.allows(kReadOrder, target)) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      found.push_back(std::move(each));
    }
    looked_at += page.items.size();
    query.after = std::move(page.next);
    if (query.after.empty() || found.size() >= kPage) break;
  }
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Order& each : found) write_order(w, each, {.today = day_of(moment.now)});
    w.end_array();
    if (!query.after.empty()) w.field("nextLink", next_link(call.request, skip_token(query.after)));
    w.end_object();
  });
}

Outcome<Response> list_reservations_in_order(Call& call) {
  const OrderId id = TRY(order_of(call));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const Instant now = TRY(load_moment(call.app, *snapshot)).now;
  if (!TRY(snapshot->order(id)))
    return refuse(404, "ReservationOrderNotFound", fmt::format("Reservation order '{}' was not found.", id.text()));
  const std::optional<CustomerId> own = TRY(customer_of_token(call, *snapshot));
  Visible visible(call, *snapshot, kReadReservation);
  std::vector<Reservation> shown;
  for (Reservation& each : TRY(snapshot->reservations_of(id))) {
    const bool reached = !own || each.customer == *own;
    if (reached && TRY(visible(each))) shown.push_back(on_day(std::move(each), day_of(now)));
  }
  const auto windows = TRY(load_windows(*snapshot, shown));
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Reservation& each : shown)
      write_reservation(w, each, {.now = now, .applied_scopes = call.version == kFirstVersion, .windows = windows_of(windows, each)});
    w.end_array().end_object();
  });
}

Outcome<Response> list_revisions(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const ReservationHere here = TRY(open_reservation(call, *snapshot, "Microsoft.Capacity/reservationorders/reservations/revisions/read"));
  const std::vector<Revision> revisions = TRY(snapshot->revisions_of(here.reservation.id));
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("value").begin_array();
    for (const Revision& each : revisions) write_revision(w, each);
    w.end_array().end_object();
  });
}

Outcome<Response> get_reservation(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const ReservationHere here = TRY(open_reservation(call, *snapshot, kReadReservation));
  const std::string_view expand = call.request.query.get("$expand", call.request.query.get("expand"));
  wire::ReservationView view{
      .now = here.now, .renew_properties = equal_ignoring_case(expand, "renewProperties"), .applied_scopes = call.version == kFirstVersion};
  view.windows = TRY(load_windows(*snapshot, here.reservation.id));
  if (view.renew_properties) view.renewal_price = TRY(renewal_price(*snapshot, here));
  return written(200, [&](wire::JsonWriter& w) { write_reservation(w, here.reservation, view); });
}

Outcome<Response> get_order(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const OrderHere here = TRY(open_order(call, *snapshot, TRY(order_of(call)), kReadOrder));
  const std::string_view expand = call.request.query.get("$expand", call.request.query.get("expand"));
  wire::OrderView view{.schedule = equal_ignoring_case(expand, "schedule"), .today = day_of(here.now)};
  if (view.schedule) view.payments = payments_of(here);
  const Order shown = TRY(as_shown(*snapshot, here.order, here.now));
  return written(200, [&](wire::JsonWriter& w) { write_order(w, shown, view); });
}

}  // namespace prorata::arm::capacity
