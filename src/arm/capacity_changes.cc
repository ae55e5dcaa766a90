// Changes that move no money: PATCH, split, merge, archive, and which scopes a reservation may have.
#include <algorithm>

#include <fmt/format.h>

#include "app/applied_scope.h"
#include "app/change_reservation.h"
#include "arm/capacity.h"
#include "wire/arm_reservation.h"

namespace prorata::arm::capacity {
namespace {

using Parts = std::vector<Reservation>;

// ---- PATCH --------------------------------------------------------------------------------------------------------------------------

bool same_scope(const Scope& a, const Scope& b) { return a.type == b.type && equal_ignoring_case(a.id, b.id); }

std::optional<RenewalTerms> renewal_of(const std::optional<wire::PurchaseBody>& body) {
  if (!body) return std::nullopt;
  const PurchaseLine& line = body->line;
  return RenewalTerms{
      .sku = line.sku, .quantity = line.quantity, .term = line.term, .plan = line.plan, .region = line.region, .name = line.name};
}

// A PATCH with everything that is already so taken out of it.
wire::PatchBody what_changes(wire::PatchBody patch, const Reservation& r) {
  if (patch.scope && same_scope(*patch.scope, r.scope)) patch.scope.reset();
  if (patch.name == r.name) patch.name.reset();
  if (patch.instance_flexibility == r.instance_flexibility) patch.instance_flexibility.reset();
  const bool renews_the_same = !patch.renewal || renewal_of(patch.renewal) == r.renewal;
  if (renews_the_same) patch.renewal.reset();
  if (patch.renew == r.renew && renews_the_same) patch.renew.reset();
  return patch;
}

bool is_empty(const wire::PatchBody& patch) {
  return !patch.scope && !patch.name && !patch.instance_flexibility && !patch.renew && !patch.renewal;
}

// One revision for all that a PATCH changes.
Result<Reservation> patched(Reservation r, const wire::PatchBody& patch, Instant now) {
  const std::int64_t revision = r.revision + 1;
  if (!is_active(r))
    return fail(Code::refused,
                fmt::format("reservation {} is {}; only one that is Succeeded can be updated", r.id.text(), to_string(r.state)));
  if (patch.scope) r = TRY(change_scope(std::move(r), *patch.scope, now));
  if (patch.name) r = TRY(rename(std::move(r), *patch.name, now));
  if (patch.instance_flexibility) r = TRY(set_flexibility(std::move(r), *patch.instance_flexibility, now));
  if (patch.renew || patch.renewal) {
    const bool on = patch.renew.value_or(r.renew);
    std::optional<RenewalTerms> terms = patch.renewal ? renewal_of(patch.renewal) : r.renewal;
    r = TRY(set_renewal(std::move(r), on, on ? std::move(terms) : std::nullopt, now));
  }
  r.revision = revision;
  return r;
}

std::string detail_of(const wire::PatchBody& patch) {
  std::string out;
  if (patch.scope) out += fmt::format("scope {} {} ", to_string(patch.scope->type), patch.scope->id);
  if (patch.name) out += fmt::format("name '{}' ", *patch.name);
  if (patch.instance_flexibility) out += fmt::format("flexibility {} ", *patch.instance_flexibility ? "on" : "off");
  if (patch.renew) out += fmt::format("renewal {} ", *patch.renew ? "on" : "off");
  if (patch.renewal) out += fmt::format("renews as {} x {} ", patch.renewal->line.quantity, patch.renewal->line.sku);
  out.pop_back();
  return out;
}

// ---- split and merge ----------------------------------------------------------------------------------------------------------------

Response parts_as_revisions(const Parts& parts) {
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_array();
    for (const Reservation& each : parts) write_revision(w, {.number = each.revision, .after = each});
    w.end_array();
  });
}

Response parts_as_result(const Parts& parts) {
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_array();
    for (const Reservation& each : parts) write_split_part(w, each);
    w.end_array();
  });
}

std::string result_url(const Call& call, const Reservation& source, std::string_view kind) {
  return url_of(call, fmt::format("/providers/Microsoft.Capacity/reservationorders/{}/{}/{}_{}", source.order.text(), kind,
                                  source.id.text(), source.revision));
}

// The reservation that a result is asked of: "{reservation}_{etag}".
Outcome<const Reservation*> source_of_result(const Call& call, const OrderHere& here) {
  const std::string& text = call.path.at("operation");
  const std::size_t mark = text.find('_');
  const Result<ReservationId> id = ReservationId::parse(std::string_view(text).substr(0, mark));
  const bool has_etag = mark != std::string::npos && parse_integer(text.substr(mark + 1), 0, INT64_MAX, "an etag").has_value();
  if (id && has_etag) {
    const auto found = std::ranges::find(here.reservations, *id, &Reservation::id);
    if (found != here.reservations.end()) return &*found;
  }
  return refuse(404, "NotFound", fmt::format("The operation '{}' was not found.", text));
}

void add_if_here(Parts& parts, const OrderHere& here, const ReservationId& id) {
  const auto found = std::ranges::find(here.reservations, id, &Reservation::id);
  if (found != here.reservations.end()) parts.push_back(*found);
}

Outcome<Response> set_archived(Call& call, bool archived) {
  const std::string_view action = archived ? "Microsoft.Capacity/reservationorders/reservations/archive/action"
                                           : "Microsoft.Capacity/reservationorders/reservations/unarchive/action";
  ReservationId id;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const ReservationHere here = TRY(open_reservation(call, *snapshot, action));
    if (here.reservation.archived == archived) return http::empty(200);  // a call that is repeated
    id = here.reservation.id;
  }
  TRY(change_reservation(call.app, {.reservation = id, .action = "archive", .detail = archived ? "archived" : "shown again"},
                         [&](Reservation r, Instant now) { return prorata::archive(std::move(r), archived, now); }));
  return http::empty(200);
}

}  // namespace

Outcome<Response> update(Call& call) {
  constexpr std::string_view kWrite = "Microsoft.Capacity/reservationorders/reservations/write";
  wire::PatchBody patch;
  ReservationId id;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const ReservationHere here = TRY(open_reservation(call, *snapshot, kWrite));
    patch = TRY(wire::read_patch(call.request.body));
    const bool scope_named = patch.scope.has_value();
    if (scope_named) patch.scope = TRY(applied_scope(here.customer, *patch.scope));
    if (is_active(here.reservation)) patch = what_changes(std::move(patch), here.reservation);
    if (is_empty(patch) && scope_named)
      return refuse(400, "AppliedScopesSameAsExisting", "The applied scope is what the reservation has already.");
    if (is_empty(patch)) return refuse(400, "PatchValuesSameAsExisting", "The values to be patched are what the reservation has already.");
    id = here.reservation.id;
  }
  const Reservation after = TRY(change_reservation(call.app, {.reservation = id, .action = "update", .detail = detail_of(patch)},
                                                   [&](Reservation r, Instant now) { return patched(std::move(r), patch, now); }));
  return written(200, [&](wire::JsonWriter& w) {
    write_reservation(w, after, {.now = after.updated, .applied_scopes = call.version == kFirstVersion});
  });
}

Outcome<Response> split(Call& call) {
  ReservationId id;
  wire::SplitBody body;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const OrderHere here = TRY(open_order(call, *snapshot, TRY(order_of(call)), "Microsoft.Capacity/reservationorders/split/action"));
    body = TRY(wire::read_split(call.request.body));
    id = TRY(find_in(here, body.reservation))->id;
  }
  Parts parts = TRY(split_reservation(call.app, id, body.quantities, {}));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const std::optional<Reservation> source = TRY(snapshot->reservation(id));
  parts.push_back(*source);
  return parts_as_revisions(parts).with("Location", result_url(call, *source, "splitoperationresults")).with("Retry-After", "1");
}

Outcome<Response> merge(Call& call) {
  std::vector<ReservationId> ids;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
    const OrderHere here = TRY(open_order(call, *snapshot, TRY(order_of(call)), "Microsoft.Capacity/reservationorders/merge/action"));
    for (const wire::ReservationReference& each : TRY(wire::read_merge(call.request.body))) ids.push_back(TRY(find_in(here, each))->id);
  }
  const Reservation merged = TRY(merge_reservations(call.app, ids, {}));
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  Parts parts;
  for (const ReservationId& id : ids) parts.push_back(*TRY(snapshot->reservation(id)));
  parts.push_back(merged);
  return parts_as_revisions(parts).with("Location", result_url(call, parts.front(), "mergeoperationresults")).with("Retry-After", "1");
}

Outcome<Response> split_result(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const OrderHere here =
      TRY(open_order(call, *snapshot, TRY(order_of(call)), "Microsoft.Capacity/reservationorders/splitoperationresults/read"));
  const Reservation& source = *TRY(source_of_result(call, here));
  Parts parts;
  for (const ReservationId& id : source.lineage.split_destinations) add_if_here(parts, here, id);
  parts.push_back(source);
  return parts_as_result(parts);
}

Outcome<Response> merge_result(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const OrderHere here =
      TRY(open_order(call, *snapshot, TRY(order_of(call)), "Microsoft.Capacity/reservationorders/mergeoperationresults/read"));
  const Reservation& source = *TRY(source_of_result(call, here));
  Parts merged;
  if (source.lineage.merge_destination) add_if_here(merged, here, *source.lineage.merge_destination);
  Parts parts;
  if (!merged.empty())
    for (const ReservationId& id : merged.front().lineage.merge_sources) add_if_here(parts, here, id);
  std::ranges::move(merged, std::back_inserter(parts));
  return parts_as_result(parts);
}

Outcome<Response> archive(Call& call) { return set_archived(call, true); }
Outcome<Response> unarchive(Call& call) { return set_archived(call, false); }

Outcome<Response> available_scopes(Call& call) {
  const std::unique_ptr<Snapshot> snapshot = TRY(call.app.store.snapshot());
  const ReservationHere here =
      TRY(open_reservation(call, *snapshot, "Microsoft.Capacity/reservationorders/reservations/availablescopes/action"));
  const std::vector<std::string> scopes = TRY(wire::read_available_scopes(call.request.body));
  return written(200, [&](wire::JsonWriter& w) {
    w.begin_object().key("properties").begin_object().key("scopes").begin_array();
    for (const std::string& text : scopes) {
      const Result<Scope> scope = wire::read_scope_path(text);
      w.begin_object().field("scope", std::string_view(text)).field("valid", scope && may_apply_to(here.customer, *scope)).end_object();
    }
    w.end_array().end_object().end_object();
  });
}

}  // namespace prorata::arm::capacity
