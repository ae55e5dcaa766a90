// Who is signed in, and what they may do.
#include "app/authorize.h"
#include "app/desk.h"
#include "portal_api/answer.h"

namespace prorata::portal_api {

void write_me(JsonWriter& w, const Call& call, const Desk& desk, Instant now) {
  const access::Principal& principal = call.caller.principal;
  w.begin_object().key("user").begin_object().field("id", std::string_view(principal.id.text()));
  w.field("name", std::string_view(principal.name))
      .field("display", std::string_view(call.visit.display.empty() ? principal.name : call.visit.display));
  if (principal.customer) w.field("customer", std::string_view(principal.customer->text()));
  if (principal.reseller) w.field("reseller", std::string_view(principal.reseller->text()));
  if (principal.of_customer) w.field("ofCustomer", true);
  w.end_object().key("roles").begin_array();
  for (const access::Standing each : principal.roles) w.text(to_string(each));
  w.end_array().field("language", call.language == Language::swedish ? "sv" : "en").field("partner", std::string_view(desk.partner));
  w.field("sandbox", desk.sandbox).field("frozen", desk.frozen_at.has_value());
  write_instant(w, "now", now);
  if (call.visit.session_ends) write_instant(w, "sessionEnds", *call.visit.session_ends);
  write_actions(w, call, target_of_desk());
  w.field("version", PRORATA_VERSION).end_object();
}

namespace {

Outcome<http::Response> get_me(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  return written(200, [&](JsonWriter& w) { write_me(w, call, moment.desk, moment.now); });
}

}  // namespace

std::vector<Route> me_routes() { return {{.pattern = "/api/me", .handler = get_me}}; }

}  // namespace prorata::portal_api
