// What needs the caller now: a short queue at a time.
#include "app/today.h"

#include "portal_api/answer.h"

namespace prorata::portal_api {
namespace {

using http::Response;

void write_row(JsonWriter& w, const TodayRow& row) {
  w.begin_object().field("kind", to_string(row.kind)).key("customer").begin_object();
  w.field("id", std::string_view(row.customer.text())).field("name", std::string_view(row.customer_name)).end_object();
  w.field("title", std::string_view(row.title)).field_if("request", row.request);
  if (row.reservation) w.field("reservation", std::string_view(row.reservation->text()));
  write_instant(w, "at", row.at);
  if (row.amount) write_money(w, "amount", *row.amount);
  if (row.used) write_percent(w, "used", *row.used);
  w.field("late", row.late).field("mine", row.mine).end_object();
}

Outcome<Response> queue(Call& call) {
  const Result<TodayQueue> which = parse_word<TodayQueue>(call.path.at("queue"), "a queue");
  if (!which) return refuse(404, "not_found", which.error().message);
  const TodayList list = TRY(today(call.app, *which));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_instant(w, "asOf", list.now);
    w.field("total", list.total).field("complete", list.complete).key("amounts").begin_array();
    for (const Money& each : list.amounts) w.begin_object().field("amount", each).field("currency", each.currency.code()).end_object();
    w.end_array().key("rows").begin_array();
    for (const TodayRow& each : list.rows) write_row(w, each);
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> today_routes() { return {{.pattern = "/api/today/{queue}", .handler = queue}}; }

}  // namespace prorata::portal_api
