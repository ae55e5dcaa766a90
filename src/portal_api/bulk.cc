// Refunds of many reservations: the dry run, which writes nothing, and a request for each that can be made.
#include <algorithm>

#include "app/bulk_request.h"
#include "portal_api/answer.h"
#include "wire/portal_bulk.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;

void write_reasons(JsonWriter& w, const policy::RefundDecision& decision, Language language) {
  const bool swedish = language == Language::swedish;
  w.key("reasons").begin_array();
  for (const policy::Refusal each : in_order(decision.amounts.refusals))
    w.begin_object().field("code", to_string(each)).field("armCode", arm_code(each)).field("text", sentence(each, swedish)).end_object();
  w.end_array().key("notes").begin_array();
  for (const policy::Warning each : in_order(decision.amounts.warnings))
    w.begin_object().field("code", to_string(each)).field("text", sentence(each, swedish)).end_object();
  w.end_array();
}

void write_figures(JsonWriter& w, const BulkRow& row, Language language) {
  const policy::RefundDecision& d = *row.decision;
  w.field("quantity", d.quantity).field("ofQuantity", d.of_quantity);
  write_money(w, "refund", d.refund);
  write_money(w, "fee", d.billing(d.amounts.billing.fee));
  if (d.amounts.forfeited != 0) write_money(w, "forfeited", d.billing(d.amounts.forfeited));
  write_money(w, "taken", usd(row.taken));
  write_money(w, "leftAfter", usd(std::max<std::int64_t>(0, row.free_before - row.taken)));
  write_reasons(w, d, language);
  if (!row.fix) return;
  w.field("fits", row.fix->quantity_now);
  if (row.fix->whole_from) write_instant(w, "fitsAllFrom", *row.fix->whole_from);
}

void write_row(JsonWriter& w, const BulkRow& row, Language language) {
  w.begin_object().field("reservation", std::string_view(row.ask.reservation.text())).field("state", to_string(row.state));
  if (row.customer) write_customer_ref(w, *row.customer);
  if (row.reservation) {
    w.field("order", std::string_view(row.reservation->order.text())).field("name", std::string_view(row.reservation->name));
    w.field("sku", std::string_view(row.reservation->sku)).field("region", std::string_view(row.reservation->region));
  }
  if (row.decision) {
    write_figures(w, row, language);
  } else if (row.made && row.made->quoted) {  // of a call that is made again
    w.field("quantity", row.made->returns.front().quantity);
    write_money(w, "refund", row.made->quoted->refund);
    write_money(w, "taken", usd(row.taken));
  }
  if (row.problem) {
    w.key("problem").begin_object().field("code", to_string(row.problem->code)).field("text", std::string_view(row.problem->message));
    w.field_if("reason", row.problem->reason).end_object();
  }
  if (row.made) {
    w.key("request").begin_object().field("number", std::string_view(request::number_text(row.made->number)));
    w.field("state", to_string(row.made->state)).field("ticket", std::string_view(row.made->ticket));
    if (row.made->quoted) write_money(w, "refund", row.made->quoted->refund);
    w.end_object();
  }
  w.end_object();
}

void write_plan(JsonWriter& w, const BulkPlan& plan, Language language) {
  write_instant(w, "asOf", plan.now);
  w.field("policy", std::string_view(plan.policy)).field("meter", to_string(plan.meter)).field("makeable", plan.makeable);
  w.key("rows").begin_array();
  for (const BulkRow& each : plan.rows) write_row(w, each, language);
  w.end_array().key("customers").begin_array();
  for (const BulkCustomer& each : plan.customers) {
    w.begin_object();
    write_customer_ref(w, each.customer);
    w.field("lines", each.lines).field("others", each.others);
    write_money(w, "refund", {each.refund_minor, each.customer.currency});
    write_money(w, "limit", usd(each.limit));
    write_money(w, "used", usd(each.used));
    write_money(w, "held", usd(each.held));
    write_money(w, "taken", usd(each.taken));
    write_money(w, "left", usd(each.left));
    w.end_object();
  }
  w.end_array().key("totals").begin_array();
  for (const BulkTotal& each : plan.totals) {
    w.begin_object().field("lines", each.lines);
    write_money(w, "refund", {each.refund_minor, each.currency});
    w.end_object();
  }
  w.end_array();
}

Outcome<Response> dry_run(Call& call) {
  wire::JsonReader reader;
  const BulkRequestAsk ask = TRY(wire::read_portal_bulk(reader, call.request.body, wire::PortalBulk::dry_run));
  const BulkPlan plan = TRY(plan_requests(call.app, ask));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_plan(w, plan, call.language);
    w.end_object();
  });
}

Outcome<Response> make_requests(Call& call) {
  wire::JsonReader reader;
  BulkRequestAsk ask = TRY(wire::read_portal_bulk(reader, call.request.body, wire::PortalBulk::requests));
  ask.key = write_request(call).key;
  const Result<BulkMade> made = request_many(call.app, ask);
  if (!made) return std::unexpected(with_pointer(made.error()));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("made", made->made).field("failed", made->failed);
    write_plan(w, made->plan, call.language);
    w.end_object();
  });
}

}  // namespace

std::vector<Route> bulk_routes() {
  return {
      {.method = Method::post, .pattern = "/api/bulk/dry-run", .handler = dry_run},
      {.method = Method::post, .pattern = "/api/bulk/requests", .handler = make_requests, .kind = http::Kind::writes, .key = Key::needed}};
}

}  // namespace prorata::portal_api
