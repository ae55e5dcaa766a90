// The list of reservations by windows, and the figures of the rows in sight.
#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "app/quote_refund.h"
#include "portal_api/lists.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::size_t kFiguresMax = 100;
constexpr std::size_t kIdsBytesMax = 4'000;

Outcome<std::vector<DisplayState>> states_asked(const Call& call) {
  std::vector<DisplayState> out;
  const std::string text = TRY(text_asked(call, "state"));
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.empty()) continue;
    const Result<DisplayState> state = parse_word<DisplayState>(one, "state");
    if (!state) return bad_parameter("state", state.error().message);
    out.push_back(*state);
  }
  std::ranges::sort(out);
  return out;
}

Outcome<ListAsked> list_asked(const Call& call) {
  ListAsked asked{.window = TRY(window_asked(call))};
  FleetQuery& query = asked.query;
  query.words = words_of(TRY(text_asked(call, "q")));
  query.customer = TRY(id_asked<CustomerId>(call, "customer"));
  query.states = TRY(states_asked(call));
  query.expires_from = TRY(day_asked(call, "expiresFrom"));
  query.expires_until = TRY(day_asked(call, "expiresUntil"));
  const std::string archived = TRY(text_asked(call, "archived"));
  if (!archived.empty() && archived != "false" && archived != "true" && archived != "all")
    return bad_parameter("archived", "archived is false, true or all");
  if (archived != "all") query.archived = archived == "true";
  query.sort = TRY(word_asked(call, "sort", FleetSort::expiry));
  query.descending = asked.window.descending;
  query.reseller = call.caller.principal.reseller;
  query.only_customer = call.caller.principal.customer;
  return asked;
}

bool has_all_words(const std::vector<std::string>& words, const Reservation& r, const Customer& customer) {
  const std::string text = to_lower(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}", r.name, r.sku, r.region, r.product, customer.name,
                                                customer.domain, r.id.text(), r.order.text(), customer.id.text()));
  return std::ranges::all_of(words, [&](const std::string& word) { return text.contains(word); });
}

// For whoever has role assignments and no role: every row is decided by itself, and the list is made of the store's.
Outcome<FleetWindow> window_by_assignments(Call& call, Snapshot& snapshot, const ListAsked& asked, Instant now) {
  const FleetQuery& q = asked.query;
  std::unordered_map<CustomerId, Customer> customers;
  std::vector<std::pair<Reservation, DisplayState>> found;
  FleetWindow out;
  ReservationQuery query{
      .customer = q.customer ? q.customer : q.only_customer,
      .expires_from = q.expires_from,
      .expires_until = q.expires_until,
      .archived = q.archived,
      .sort = q.sort == FleetSort::customer ? ReservationSort::expiry : TRY(parse_word<ReservationSort>(to_string(q.sort), "sort")),
      .descending = q.descending,
      .limit = 1'000};
  std::vector<CustomerId> counted;
  do {
    const Page<Reservation> page = TRY(snapshot.reservations(query));
    for (const Reservation& each : page.items) {
      auto known = customers.find(each.customer);
      if (known == customers.end()) known = customers.emplace(each.customer, *TRY(snapshot.customer(each.customer))).first;
      const Customer& customer = known->second;
      const bool may = sees(call, customer) && call.allows(Right::list_customers, Access::read, target_of(customer, each));
      if (!may || !has_all_words(q.words, each, customer)) continue;
      const DisplayState state = display_state(each, now);
      count(out.states, state);
      if (!q.states.empty() && !has(q.states, state)) continue;
      if (!has(counted, customer.id)) counted.push_back(customer.id);
      const auto place = static_cast<std::size_t>(out.total++);
      if (asked.window.offset <= place && place < asked.window.offset + asked.window.limit) out.ids.push_back(each.id);
    }
    query.after = page.next;
  } while (!query.after.empty());
  out.customers = static_cast<std::int64_t>(counted.size());
  return out;
}

}  // namespace

Outcome<FleetWindow> window_for(Call& call, Snapshot& snapshot, const ListAsked& asked, Instant now) {
  const bool by_assignments = !call.caller.principal.of_customer && call.caller.principal.roles.empty();
  if (by_assignments) return window_by_assignments(call, snapshot, asked, now);
  return TRY(call.fleet.window(snapshot, asked.query, now, {asked.window.offset, asked.window.limit}));
}

Outcome<ListedRows> rows_of(Snapshot& snapshot, const std::vector<ReservationId>& ids, Instant now) {
  ListedRows out;
  std::vector<CustomerId> customer_ids;
  for (Reservation& each : TRY(snapshot.reservations_by_id(ids))) {
    customer_ids.push_back(each.customer);
    const ReservationId id = each.id;
    out.rows.emplace(id, on_day(std::move(each), day_of(now)));
  }
  std::ranges::sort(customer_ids);
  customer_ids.erase(std::ranges::unique(customer_ids).begin(), customer_ids.end());
  for (Customer& each : TRY(snapshot.customers_by_id(customer_ids))) out.customers.emplace(each.id, std::move(each));
  return out;
}

namespace {

void write_row(JsonWriter& w, const Reservation& r, const Customer& customer, Instant now) {
  w.begin_object().field("id", std::string_view(r.id.text())).field("order", std::string_view(r.order.text()));
  w.field("name", std::string_view(r.name));
  write_customer_ref(w, customer);
  w.field("product", std::string_view(r.product)).field("sku", std::string_view(r.sku)).field("region", std::string_view(r.region));
  w.field("quantity", r.quantity).field("term", std::string_view(to_string(r.term))).field("plan", to_string(r.plan));
  write_scope(w, "scope", named_scope(customer, r.scope));
  write_instant(w, "purchased", r.purchased);
  write_instant(w, "expiry", r.expiry);
  w.field("daysLeft", std::max<std::int64_t>(0, days_between(day_of(now), day_of(r.expiry))));
  w.field("state", to_string(display_state(r, now))).field("archived", r.archived).field("renew", r.renew).end_object();
}

Outcome<Response> list_reservations(Call& call) {
  const ListAsked asked = TRY(list_asked(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const FleetWindow window = TRY(window_for(call, *snapshot, asked, moment.now));
  const ListedRows listed = TRY(rows_of(*snapshot, window.ids, moment.now));

  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("total", window.total).field("offset", static_cast<std::int64_t>(asked.window.offset));
    write_instant(w, "asOf", moment.now);
    w.field("customers", window.customers).key("facets").begin_object();
    write_states(w, "states", window.states);
    w.end_object().key("rows").begin_array();
    for (const ReservationId& id : window.ids)
      if (const auto row = listed.rows.find(id); row != listed.rows.end())
        write_row(w, row->second, listed.customers.at(row->second.customer), moment.now);
    w.end_array().end_object();
  });
}

// ---- figures -------------------------------------------------------------------------------------------------------------------------

Outcome<std::vector<ReservationId>> ids_asked(const Call& call) {
  const std::string text = TRY(text_asked(call, "ids", kIdsBytesMax));
  std::vector<ReservationId> out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    if (one.empty()) continue;
    const Result<ReservationId> id = ReservationId::parse(one);
    if (!id) return bad_parameter("ids", id.error().message);
    out.push_back(*id);
  }
  if (out.empty()) return bad_parameter("ids", "say which reservations: ids, joined by commas");
  if (out.size() > kFiguresMax) return bad_parameter("ids", fmt::format("{} reservations at most at one time", kFiguresMax));
  return out;
}

// What the decisions of one answer have in common.
struct Decider {
  Call& call;
  Snapshot& snapshot;
  Desk desk;
  Instant now;
  Governing governing;
  policy::Meter meter;
  FactsCache cache;
  std::unordered_map<CustomerId, policy::AllowanceHistory> histories;

  // Absent where no price is known, or a rate that it needs.
  Outcome<std::optional<policy::RefundDecision>> decide(const Customer& customer, const Reservation& r) {
    if (!r.price_known()) return std::nullopt;
    const Result<policy::RefundCase> refund_case = refund_case_of(snapshot, cache, customer, r, now);
    if (!refund_case && refund_case.error().code == Code::not_found) return std::nullopt;
    if (!refund_case) return std::unexpected(refund_case.error());
    auto known = histories.find(customer.id);
    if (known == histories.end()) known = histories.emplace(customer.id, TRY(load_allowance(snapshot, customer.id, now))).first;
    return TRY(decide_refund(with_allowance(*refund_case, known->second, now, *governing.pack, meter),
                             {.quantity = r.quantity, .as_of = now, .meter = meter, .channel_approved = true, .channel = desk.channel},
                             *governing.pack));
  }
};

void write_refund(JsonWriter& w, const policy::RefundDecision& decision) {
  const std::vector<policy::Refusal> reasons = in_order(decision.amounts.refusals);
  w.key("refund").begin_object().field("ok", reasons.empty());
  write_money(w, "amount", decision.refund);
  w.field("overLimit", decision.amounts.refusals.has(policy::Refusal::refund_limit_exceeded));
  if (!reasons.empty()) w.field("code", to_string(reasons.front()));
  w.end_object();
}

Outcome<Response> get_figures(Call& call) {
  const std::vector<ReservationId> ids = TRY(ids_asked(call));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const Governing governing = TRY(governing_pack(moment.desk, call.app.packs, day_of(moment.now)));
  Decider decider{.call = call,
                  .snapshot = *snapshot,
                  .desk = moment.desk,
                  .now = moment.now,
                  .governing = governing,
                  .meter = TRY(binding_meter(*governing.pack, governing.meter))};
  const auto [rows, customers] = TRY(rows_of(*snapshot, ids, moment.now));

  std::string body;
  JsonWriter w(body);
  w.begin_object();
  write_instant(w, "asOf", moment.now);
  w.key("rows").begin_array();
  for (const ReservationId& id : ids) {
    const auto row = rows.find(id);
    if (row == rows.end()) continue;
    const Customer& customer = customers.at(row->second.customer);
    const access::Target target = target_of(customer, row->second);
    if (!sees(call, customer) || !call.allows(Right::list_customers, Access::read, target)) continue;
    w.begin_object().field("id", std::string_view(id.text()));
    if (call.allows(Right::quote, Access::full, target) && is_active(row->second))
      if (const std::optional<policy::RefundDecision> decision = TRY(decider.decide(customer, row->second))) write_refund(w, *decision);
    if (const std::optional<MonthWindows> windows = TRY(load_windows(*snapshot, id))) write_windows(w, *windows);
    w.end_object();
  }
  w.end_array().end_object();
  return http::json(200, std::move(body));
}

}  // namespace

std::vector<Route> list_routes() {
  return {{.pattern = "/api/reservations", .handler = list_reservations}, {.pattern = "/api/reservations/figures", .handler = get_figures}};
}

}  // namespace prorata::portal_api
