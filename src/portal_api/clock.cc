// The desk's time, and moving a sandbox's.
#include "app/authorize.h"
#include "app/desk.h"
#include "app/move_clock.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Response;

Outcome<Response> get_clock(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("sandbox", moment.desk.sandbox);
    write_instant(w, "now", moment.now);
    w.field("frozen", moment.desk.frozen_at.has_value()).end_object();
  });
}

Outcome<Response> advance_clock(Call& call) {
  TRY(allow(call, Right::configure, Access::full, target_of_desk()));
  wire::JsonReader reader;
  const wire::PortalClockMove asked = TRY(wire::read_portal_clock(reader, call.request.body));
  Instant now;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    now = TRY(load_moment(call.app, *snapshot)).now;
  }
  Instant to;
  if (asked.to) {
    to = *asked.to;
  } else {
    const Result<Instant> later = later_by(now, asked.by);
    if (!later) return refuse(400, "invalid_argument", later.error().message, "/by");
    to = *later;
  }
  const ClockReport report = TRY(move_clock(call.app, {.to = to}, [](std::int64_t) {}));
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_instant(w, "from", report.from);
    write_instant(w, "to", report.to);
    w.field("instalments", report.instalments).field("expired", report.expired).field("renewed", report.renewed);
    w.field("renewalsFailed", report.renewals_failed).end_object();
  });
}

}  // namespace

std::vector<Route> clock_routes() {
  return {{.pattern = "/api/clock", .handler = get_clock},
          {.method = http::Method::post, .pattern = "/api/clock/advance", .handler = advance_clock, .kind = http::Kind::writes}};
}

}  // namespace prorata::portal_api
