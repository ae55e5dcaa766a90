// What ends and what renews, over all customers: when, at which price of today, and what cannot.
#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/authorize.h"
#include "app/desk.h"
#include "app/renewal_line.h"
#include "portal_api/lists.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::int32_t kUsualDays = 90;

void write_terms(JsonWriter& w, const PurchaseLine& line) {
  w.key("renewal").begin_object().field("sku", std::string_view(line.sku)).field("region", std::string_view(line.region));
  w.field("quantity", line.quantity).field("term", std::string_view(to_string(line.term))).field("plan", to_string(line.plan)).end_object();
}

// A renewal buys at the list price of its day; where today's list has none, it would end unrenewed.
Outcome<void> write_row(JsonWriter& w, Call& call, Snapshot& snapshot, FactsCache& cache, const Reservation& r, const Customer& customer,
                        Instant now) {
  const PurchaseLine line = renewal_line(r, renewal_terms(r));
  const Result<PurchasePrice> price = price_of(snapshot, cache, line, customer.currency, day_of(now));
  if (!price && price.error().code != Code::not_found) return std::unexpected(price.error());
  w.begin_object().field("id", std::string_view(r.id.text())).field("order", std::string_view(r.order.text()));
  w.field("name", std::string_view(r.name)).field("etag", std::string_view(std::to_string(r.revision)));
  write_customer_ref(w, customer);
  w.field("product", std::string_view(r.product)).field("sku", std::string_view(r.sku)).field("region", std::string_view(r.region));
  w.field("quantity", r.quantity).field("term", std::string_view(to_string(r.term))).field("plan", to_string(r.plan));
  write_scope(w, "scope", named_scope(customer, r.scope));
  write_instant(w, "expiry", r.expiry);
  w.field("daysLeft", std::max<std::int64_t>(0, days_between(day_of(now), day_of(r.expiry)))).field("renew", r.renew);
  write_terms(w, line);
  w.field("renewable", price.has_value());
  if (price) write_money(w, "renewalPrice", price->billing);
  if (!price) w.field("why", std::string_view(price.error().message));
  if (r.lineage.split_source || !r.lineage.merge_sources.empty()) w.field("madeBy", r.lineage.split_source ? "split" : "merge");
  const bool may = call.allows(Right::change_scope, Access::full, target_of(customer, r));
  w.field("mayChange", may).end_object();
  return {};
}

Outcome<Response> list_renewals(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  const Day today = day_of(moment.now);
  ListAsked asked{.window = TRY(window_asked(call))};
  const Day from = TRY(day_asked(call, "from")).value_or(today);
  asked.query = {.words = words_of(TRY(text_asked(call, "q"))),
                 .customer = TRY(id_asked<CustomerId>(call, "customer")),
                 .states = {DisplayState::succeeded, DisplayState::expiring},
                 .expires_from = from,
                 .expires_until = TRY(day_asked(call, "until")).value_or(add_days(from, kUsualDays)),
                 .archived = false,
                 .reseller = call.caller.principal.reseller,
                 .only_customer = call.caller.principal.customer};
  const FleetWindow window = TRY(window_for(call, *snapshot, asked, moment.now));
  const ListedRows listed = TRY(rows_of(*snapshot, window.ids, moment.now));
  std::string body;
  JsonWriter w(body);
  FactsCache cache;
  w.begin_object().field("total", window.total).field("offset", static_cast<std::int64_t>(asked.window.offset));
  write_instant(w, "asOf", moment.now);
  w.field("from", std::string_view(to_string(*asked.query.expires_from)));
  w.field("until", std::string_view(to_string(*asked.query.expires_until))).key("rows").begin_array();
  for (const ReservationId& id : window.ids)
    if (const auto row = listed.rows.find(id); row != listed.rows.end())
      TRY(write_row(w, call, *snapshot, cache, row->second, listed.customers.at(row->second.customer), moment.now));
  w.end_array().end_object();
  return http::json(200, std::move(body));
}

}  // namespace

std::vector<Route> renewal_routes() { return {{.pattern = "/api/renewals", .handler = list_renewals}}; }

}  // namespace prorata::portal_api
