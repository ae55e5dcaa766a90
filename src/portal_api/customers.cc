// Customers: the window of the list, one customer, its allowance, and whether its own people may buy.
#include <unordered_map>

#include "app/allowance_desk.h"
#include "app/authorize.h"
#include "app/customer_desk.h"
#include "app/desk.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;

void write_basics(JsonWriter& w, const Customer& c, const CustomerCounts& counts) {
  w.field("id", std::string_view(c.id.text())).field("name", std::string_view(c.name)).field("domain", std::string_view(c.domain));
  w.field("country", std::string_view(c.country)).field("currency", c.currency.code()).field("offer", to_string(c.offer));
  if (c.reseller) w.field("reseller", std::string_view(c.reseller->text()));
  w.field("reservations", counts.living).field("expiring", counts.expiring).field("mayBuy", c.may_buy);
}

// What is free of the allowance, on the meter that binds.
Outcome<void> write_allowance_free(JsonWriter& w, Call& call, Snapshot& snapshot, const Customer& customer, const Desk& desk, Instant now) {
  const Governing governing = TRY(governing_pack(desk, call.app.packs, day_of(now)));
  const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
  const policy::AllowanceHistory history = TRY(load_allowance(snapshot, customer.id, now));
  const policy::AllowanceState state = policy::allowance_at(history, now, governing.pack->allowance.window_days);
  write_money(w, "allowanceFree", usd(state.free(meter, governing.pack->allowance.limit_minor)));
  write_money(w, "allowanceLimit", usd(governing.pack->allowance.limit_minor));
  return {};
}

Outcome<Response> list_customers(Call& call) {
  const WindowAsk ask = TRY(window_asked(call));
  FleetCustomerQuery query{.text = to_lower(trim(TRY(text_asked(call, "q")))),
                           .sort = TRY(word_asked(call, "sort", CustomerSort::name)),
                           .descending = ask.descending};
  query.wanted = [&](const CustomerId& id, const std::optional<ResellerId>& reseller) {
    const access::Target target{.scope = access::capacity_scope(), .customer = id, .reseller = reseller};
    return access::sees(call.caller.principal, id, reseller) && call.allows(Right::list_customers, Access::read, target);
  };
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const CustomerWindow window = TRY(call.fleet.customers(*snapshot, query, moment.now, {ask.offset, ask.limit}));
  std::vector<CustomerId> ids;
  for (const CustomerWindow::Row& each : window.rows) ids.push_back(each.id);
  std::unordered_map<CustomerId, Customer> customers;
  for (Customer& each : TRY(snapshot->customers_by_id(ids))) customers.emplace(each.id, std::move(each));

  std::string body;
  JsonWriter w(body);
  w.begin_object().field("total", window.total).field("offset", static_cast<std::int64_t>(ask.offset));
  write_instant(w, "asOf", moment.now);
  w.key("rows").begin_array();
  for (const CustomerWindow::Row& each : window.rows) {
    const auto customer = customers.find(each.id);
    if (customer == customers.end()) continue;
    w.begin_object();
    write_basics(w, customer->second, each.counts);
    TRY(write_allowance_free(w, call, *snapshot, customer->second, moment.desk, moment.now));
    w.end_object();
  }
  w.end_array().end_object();
  return http::json(200, std::move(body));
}

Outcome<Response> shown(Call& call, Snapshot& snapshot, const Customer& customer) {
  const Moment moment = TRY(load_moment(call.app, snapshot));
  const CustomerCounts counts = TRY(call.fleet.counts_of(snapshot, customer.id, moment.now));
  const ReservationCounts states = TRY(call.fleet.states_of(snapshot, customer.id, moment.now));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_basics(w, customer, counts);
    w.field_if("whereToGo", where_to_go(customer.offer));
    write_states(w, "states", states);
    w.key("subscriptions").begin_array();
    for (const Subscription& each : customer.subscriptions) {
      w.begin_object().field("id", std::string_view(each.id.text())).field("name", std::string_view(each.name));
      w.key("resourceGroups").begin_array();
      for (const std::string& group : each.resource_groups) w.text(group);
      w.end_array().field_if("managementGroup", each.management_group).field("suspended", each.suspended).end_object();
    }
    w.end_array().key("managementGroups").begin_array();
    for (const std::string& each : customer.management_groups) w.text(each);
    w.end_array();
    write_actions(w, call, target_of(customer));
    w.end_object();
  });
}

Outcome<Response> get_customer(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Customer customer = TRY(customer_of(call, *snapshot, Right::list_customers));
  return shown(call, *snapshot, customer);
}

void write_meter(JsonWriter& w, std::string_view name, const AllowanceView& view, policy::Meter meter) {
  w.key(name).begin_object();
  write_money(w, "used", usd(view.state.used.on(meter)));
  write_money(w, "held", usd(view.state.held.on(meter)));
  write_money(w, "free", usd(view.state.free(meter, view.pack->allowance.limit_minor)));
  w.end_object();
}

Outcome<Response> get_allowance(Call& call) {
  CustomerId id;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    id = TRY(customer_of(call, *snapshot, Right::list_customers)).id;
  }
  const AllowanceView view = TRY(allowance_view(call.app, id));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_instant(w, "asOf", view.now);
    w.field("policy", std::string_view(view.pack->id)).field("meter", to_string(view.meter));
    write_money(w, "limit", usd(view.pack->allowance.limit_minor));
    w.field("windowDays", std::int64_t{view.pack->allowance.window_days});
    write_meter(w, "refund", view, policy::Meter::refund);
    write_meter(w, "cancelledCommitment", view, policy::Meter::cancelled_commitment);
    w.key("calendar").begin_array();
    for (const policy::AllowanceEvent& each : view.calendar) {
      w.begin_object();
      write_instant(w, "at", each.at);
      write_money(w, "refund", usd(each.back.refund));
      write_money(w, "cancelledCommitment", usd(each.back.cancelled));
      w.field("isHold", each.is_hold).end_object();
    }
    w.end_array().key("holds").begin_array();
    for (const Hold& each : view.holds) {
      w.begin_object().field("id", std::string_view(each.id.text()));
      write_instant(w, "placed", each.placed);
      write_instant(w, "expires", each.expires);
      write_money(w, "refund", each.refund);
      write_money(w, "cancelledCommitment", each.cancelled);
      w.field("reference", std::string_view(each.reference)).field("by", std::string_view(each.actor)).end_object();
    }
    w.end_array().end_object();
  });
}

Outcome<Response> put_buying(Call& call) {
  CustomerId id;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    id = TRY(customer_of(call, *snapshot, Right::let_customer_buy, Access::full)).id;
  }
  wire::JsonReader reader;
  const bool allowed = TRY(wire::read_portal_flag(reader, call.request.body, "allowed"));
  TRY(allow_buying(call.app, {.customer = id, .allowed = allowed, .request = write_request(call)}));
  const auto snapshot = TRY(call.app.store.snapshot());
  return shown(call, *snapshot, TRY(customer_of(call, *snapshot, Right::list_customers)));
}

}  // namespace

std::vector<Route> customer_routes() {
  std::vector<Route> routes;
  routes.push_back({.pattern = "/api/customers", .handler = list_customers});
  routes.push_back({.pattern = "/api/customers/{customer}", .handler = get_customer});
  routes.push_back({.pattern = "/api/customers/{customer}/allowance", .handler = get_allowance});
  routes.push_back({.method = Method::put,
                    .pattern = "/api/customers/{customer}/buying",
                    .handler = put_buying,
                    .kind = http::Kind::writes,
                    .key = Key::needed});
  return routes;
}

}  // namespace prorata::portal_api
