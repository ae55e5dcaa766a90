// Changes of a reservation that move no money, and the scopes that can be chosen.
#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/change_reservation.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Response;

constexpr std::string_view kChangedMeanwhile = "changed_meanwhile";

// The etag that the caller saw; empty: whatever is there.
std::string etag_seen(const Call& call) {
  std::string_view text = trim(call.request.headers.get("If-Match"));
  if (text.starts_with("W/")) text.remove_prefix(2);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  return text == "*" ? std::string() : std::string(text);
}

struct Changing {
  std::string action;
  std::string detail;
  Change change;
};

Outcome<Response> change(Call& call, const Record& record, const Changing& how) {
  const std::string seen = etag_seen(call);
  const auto guarded = [&](Reservation r, Instant now) -> Result<Reservation> {
    if (!seen.empty() && seen != std::to_string(r.revision))
      return fail(Code::conflict, fmt::format("{} was changed meanwhile; read it again", r.name), {}, std::string(kChangedMeanwhile));
    return how.change(std::move(r), now);
  };
  const Result<Reservation> changed = change_reservation(
      call.app, {.reservation = record.reservation.id, .action = how.action, .detail = how.detail, .key = write_request(call).key},
      guarded);
  if (!changed && changed.error().reason == kChangedMeanwhile) return refuse(412, std::string(kChangedMeanwhile), changed.error().text());
  if (!changed) return std::unexpected(changed.error());
  const auto snapshot = TRY(call.app.store.snapshot());
  // Whoever may change it may be told of it, also where the right to open the record does not follow from it.
  return record_answer(call, *snapshot, TRY(record_of(call, *snapshot, Right::change_scope, Access::full)));
}

Outcome<Response> put_name(Call& call) {
  const Record record = TRY(record_to_change(call, Right::change_scope));
  wire::JsonReader reader;
  const std::string name = TRY(wire::read_portal_text(reader, call.request.body, "name"));
  return change(call, record, {"rename", name, [&](Reservation r, Instant now) { return rename(std::move(r), name, now); }});
}

Outcome<Response> put_scope(Call& call) {
  const Record record = TRY(record_to_change(call, Right::change_scope));
  wire::JsonReader reader;
  wire::PortalScope asked = TRY(wire::read_portal_scope(reader, call.request.body));
  Result<Scope> made = make_scope(asked.type, asked.id);
  if (!made) return refuse(400, "invalid_argument", made.error().message, "/id");
  const Scope scope = named_scope(record.customer, *std::move(made));
  if (!may_apply_to(record.customer, scope))
    return refuse(400, "invalid_argument", fmt::format("{} has nothing of that id: {}", record.customer.name, scope.id.substr(0, 200)),
                  "/id");
  const std::string detail = scope.id.empty() ? std::string(to_string(scope.type)) : fmt::format("{} {}", to_string(scope.type), scope.id);
  return change(call, record, {"scope", detail, [&](Reservation r, Instant now) { return change_scope(std::move(r), scope, now); }});
}

// What is not said of the renewal is as it is now.
RenewalTerms terms_of(const Reservation& r, const wire::PortalRenewal& asked) {
  RenewalTerms terms = r.renewal ? *r.renewal : RenewalTerms{.sku = r.sku, .quantity = r.quantity, .term = r.term, .plan = r.plan};
  if (asked.quantity) terms.quantity = *asked.quantity;
  if (asked.term) terms.term = *asked.term;
  if (asked.plan) terms.plan = *asked.plan;
  return terms;
}

Outcome<Response> put_renewal(Call& call) {
  const Record record = TRY(record_to_change(call, Right::change_scope));
  wire::JsonReader reader;
  const wire::PortalRenewal asked = TRY(wire::read_portal_renewal(reader, call.request.body));
  std::string detail = asked.on ? "on" : "off";
  if (asked.quantity) detail += fmt::format(", {} units", *asked.quantity);
  if (asked.term) detail += fmt::format(", {}", to_string(*asked.term));
  if (asked.plan) detail += fmt::format(", {}", to_string(*asked.plan));
  return change(call, record, {"renewal", std::move(detail), [&](Reservation r, Instant now) {
                                 std::optional<RenewalTerms> terms;
                                 if (asked.on) terms = terms_of(r, asked);
                                 return set_renewal(std::move(r), asked.on, std::move(terms), now);
                               }});
}

Outcome<Response> put_flexibility(Call& call) {
  const Record record = TRY(record_to_change(call, Right::change_scope));
  wire::JsonReader reader;
  const bool on = TRY(wire::read_portal_flag(reader, call.request.body, "on"));
  return change(call, record,
                {"flexibility", on ? "on" : "off", [&](Reservation r, Instant now) { return set_flexibility(std::move(r), on, now); }});
}

Outcome<Response> put_archived(Call& call) {
  const Record record = TRY(record_to_change(call, Right::change_scope));
  wire::JsonReader reader;
  const bool archived = TRY(wire::read_portal_flag(reader, call.request.body, "archived"));
  return change(call, record, {"archive", archived ? "archived" : "unarchived", [&](Reservation r, Instant now) {
                                 return archive(std::move(r), archived, now);
                               }});
}

// ---- candidates ----------------------------------------------------------------------------------------------------------------------

struct Candidate {
  Scope scope;
  std::string name;
};

std::vector<Candidate> candidates_of(const Customer& customer) {
  const std::string folder = "/providers/Microsoft.Management/managementGroups/";
  std::vector<Candidate> out = {{{.type = ScopeType::shared}, "Shared"}};
  out.push_back({{.type = ScopeType::management_group, .id = folder + customer.id.text()}, "Tenant Root Group"});
  for (const std::string& each : customer.management_groups)
    if (!equal_ignoring_case(each, customer.id.text())) out.push_back({{.type = ScopeType::management_group, .id = folder + each}, each});
  for (const Subscription& each : customer.subscriptions) {
    const std::string id = "/subscriptions/" + each.id.text();
    out.push_back({{.type = ScopeType::single, .id = id}, each.name});
    for (const std::string& group : each.resource_groups)
      out.push_back({{.type = ScopeType::resource_group, .id = fmt::format("{}/resourceGroups/{}", id, group)}, group});
  }
  return out;
}

// Why it cannot be chosen; empty where it can.
std::string why_not(const Call& call, const Record& record, const Scope& scope) {
  const bool swedish = call.language == Language::swedish;
  if (!is_active(record.reservation)) {
    return swedish ? fmt::format("Reservationen är {}; bara en aktiv kan få ett annat omfång.", to_string(record.reservation.state))
                   : fmt::format("The reservation is {}; only an active one can have another scope.", to_string(record.reservation.state));
  }
  if (may_apply_to(record.customer, scope)) return {};
  return swedish ? "Kunden har inget med detta ID." : "The customer has nothing of this id.";
}

Outcome<Response> get_scopes(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, Right::open_record));
  const Scope& current = record.reservation.scope;
  return written(200, [&](JsonWriter& w) {
    w.begin_object();
    write_scope(w, "current", named_scope(record.customer, current));
    w.key("candidates").begin_array();
    for (const Candidate& each : candidates_of(record.customer)) {
      const std::string why = why_not(call, record, each.scope);
      w.begin_object().field("type", to_string(each.scope.type)).field_if("id", each.scope.id).field("name", std::string_view(each.name));
      w.field("ok", why.empty()).field_if("why", why);
      w.field("current", each.scope.type == current.type && equal_ignoring_case(each.scope.id, current.id)).end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> change_routes() {
  const std::string one = "/api/reservations/{order}/{reservation}";
  std::vector<Route> routes = {{.pattern = one + "/scopes", .handler = get_scopes}};
  const auto put = [&](std::string_view what, Handler handler) {
    routes.push_back({.method = http::Method::put,
                      .pattern = fmt::format("{}/{}", one, what),
                      .handler = std::move(handler),
                      .kind = http::Kind::writes,
                      .key = Key::needed});
  };
  put("name", put_name);
  put("scope", put_scope);
  put("renewal", put_renewal);
  put("flexibility", put_flexibility);
  put("archived", put_archived);
  return routes;
}

}  // namespace prorata::portal_api
