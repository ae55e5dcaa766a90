// Refund quotes with their derivation, and the policies they can be asked under.
#include <algorithm>
#include <cstdlib>
#include <variant>

#include "app/desk.h"
#include "app/quote_refund.h"
#include "policy/derivation.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using http::Method;
using http::Response;
using policy::RefundDecision;

// An approved request lifts this one: where it is the only reason, nothing is refused yet.
constexpr policy::Refusal kApproval = policy::Refusal::support_request_required;

std::vector<policy::Refusal> reasons_of(const RefundDecision& decision) {
  policy::Refusals refusals = decision.amounts.refusals;
  refusals.clear(kApproval);
  return in_order(refusals);
}

void write_lines(JsonWriter& w, const RefundPreview& preview, Language language) {
  w.key("lines").begin_array();
  for (const policy::Step& step : derive(preview.governing.decision, preview.facts.refund_case, *preview.governing.pack)) {
    if (!step.result) continue;
    w.begin_object().field("rule", step.rule).field("text", std::string_view(sentence(step, language)));
    if (const Money* amount = std::get_if<Money>(&*step.result)) write_money(w, "amount", *amount);
    w.end_object();
  }
  w.end_array();
}

void write_allowance(JsonWriter& w, const RefundPreview& preview) {
  const policy::AllowanceRule& rule = preview.governing.pack->allowance;
  const policy::Meter meter = preview.governing.meter;
  const std::int64_t free = preview.allowance.free(meter, rule.limit_minor);
  const std::int64_t metered = preview.governing.decision.amounts.metered;
  w.key("allowance").begin_object().field("meter", to_string(meter));
  write_money(w, "limit", usd(rule.limit_minor));
  write_money(w, "used", usd(preview.allowance.used.on(meter)));
  write_money(w, "held", usd(preview.allowance.held.on(meter)));
  write_money(w, "thisRefund", usd(metered));
  write_money(w, "free", usd(free));
  write_money(w, "leftAfter", usd(std::max<std::int64_t>(0, free - metered)));
  const std::vector<policy::AllowanceEvent> calendar = policy::calendar(preview.facts.history, preview.facts.now, rule.window_days);
  if (!calendar.empty()) write_instant(w, "nextReturn", calendar.front().at);
  w.end_object();
}

// The other policy whose refund differs most.
void write_other_pack(JsonWriter& w, const RefundPreview& preview) {
  const std::int64_t here = preview.governing.decision.refund.minor;
  const auto gap = [&](const RefundDecision& other) { return std::abs(other.refund.minor - here); };
  const auto most = std::ranges::max_element(preview.others, {}, gap);
  if (most == preview.others.end() || gap(*most) == 0) return;
  w.key("otherPack").begin_object().field("policy", std::string_view(most->policy));
  write_money(w, "refund", most->refund);
  w.field("ok", reasons_of(*most).empty()).end_object();
}

Instant valid_until(Instant as_of) {
  return std::min(add_seconds(as_of, kQuoteValidSeconds), Instant{start_of(add_days(day_of(as_of), 1)).ticks - 1});
}

std::string quote_json(const Call& call, const RefundPreview& preview, const std::optional<QuoteId>& kept) {
  const RefundDecision& d = preview.governing.decision;
  const policy::SideAmounts& amounts = d.amounts.billing;
  const bool swedish = call.language == Language::swedish;
  const std::vector<policy::Refusal> reasons = reasons_of(d);
  std::string body;
  JsonWriter w(body);
  w.begin_object().field("ok", reasons.empty()).field("approvalNeeded", d.amounts.refusals.has(kApproval));
  if (kept) w.field("quoteId", std::string_view(kept->text()));
  write_instant(w, "asOf", preview.facts.now);
  write_instant(w, "validUntil", valid_until(preview.facts.now));
  w.field("reservation", std::string_view(preview.facts.reservation.id.text()))
      .field("quantity", d.quantity)
      .field("ofQuantity", d.of_quantity);
  w.field("policy", std::string_view(d.policy)).field("governing", preview.governs).field_if("row", d.row);
  if (!d.facts.accept_nothing) {
    w.field("daysElapsed", std::int64_t{d.facts.elapsed_days}).field("daysLeft", std::int64_t{d.facts.left_days});
    w.field("periodDays", std::int64_t{d.facts.period_days});
  }
  write_money(w, "refund", d.refund);
  write_money(w, "paid", d.billing(amounts.paid));
  write_money(w, "consumed", d.billing(amounts.consumed));
  write_money(w, "credit", d.billing(amounts.credit));
  write_money(w, "fee", d.billing(amounts.fee));
  if (d.amounts.forfeited != 0) write_money(w, "forfeited", d.billing(d.amounts.forfeited));
  write_money(w, "remainingCommitment", d.billing(amounts.remaining_commitment));
  write_lines(w, preview, call.language);
  w.key("reasons").begin_array();
  for (const policy::Refusal each : reasons)
    w.begin_object().field("code", to_string(each)).field("armCode", arm_code(each)).field("text", sentence(each, swedish)).end_object();
  w.end_array().key("notes").begin_array();
  for (const policy::Warning each : in_order(d.amounts.warnings))
    w.begin_object().field("code", to_string(each)).field("text", sentence(each, swedish)).end_object();
  w.end_array();
  write_allowance(w, preview);
  w.field("fits", preview.fitting.quantity_now);
  if (preview.fitting.quantity_now < d.of_quantity && preview.fitting.whole_from)
    write_instant(w, "fitsAllFrom", *preview.fitting.whole_from);
  write_other_pack(w, preview);
  w.field_if("whereToGo", where_to_go(preview.facts.customer.offer)).end_object();
  return body;
}

Outcome<Response> preview(Call& call) {
  const std::optional<ReservationId> id = TRY(id_asked<ReservationId>(call, "reservation"));
  if (!id) return bad_parameter("reservation", "say which reservation");
  const std::int64_t quantity = TRY(number_asked(call, "quantity", 0, 0, INT32_MAX));
  const std::string pack = TRY(text_asked(call, "pack"));
  const auto snapshot = TRY(call.app.store.snapshot());
  TRY(snapshot->expect_refund(*id));
  TRY(record_of(call, *snapshot, *id, Right::quote, Access::full));
  const RefundPreview made = TRY(preview_refund(call.app, *snapshot, {.reservation = *id, .quantity = quantity, .pack = pack}));
  return http::json(200, quote_json(call, made, std::nullopt))
      .with("Cache-Control", "private, max-age=5")
      .with("Vary", "Accept-Language, Cookie");
}

Outcome<Response> quote(Call& call) {
  wire::JsonReader reader;
  const wire::PortalQuote asked = TRY(wire::read_portal_quote(reader, call.request.body));
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    TRY(record_of(call, *snapshot, asked.reservation, Right::quote, Access::full));
  }
  RefundQuote kept = TRY(quote_refund(call.app, {.reservation = asked.reservation, .quantity = asked.quantity}));
  const QuoteId id = kept.quote.id;
  const RefundPreview made =
      TRY(preview_refund(call.app, std::move(kept.facts), {.reservation = asked.reservation, .quantity = asked.quantity}));
  return http::json(201, quote_json(call, made, id));
}

// ---- policies ------------------------------------------------------------------------------------------------------------------------

Outcome<Response> list_policies(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Moment moment = TRY(load_moment(call.app, *snapshot));
  TRY(allow(call, Right::look_up, Access::read, {}));
  const Governing governing = TRY(governing_pack(moment.desk, call.app.packs, day_of(moment.now)));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().field("governing", std::string_view(governing.pack->id)).key("rows").begin_array();
    for (const policy::Pack& each : call.app.packs.all()) {
      const bool swedish = call.language == Language::swedish && !each.title_swedish.empty();
      w.begin_object().field("id", std::string_view(each.id)).field("name", std::string_view(swedish ? each.title_swedish : each.title));
      w.field("governing", &each == governing.pack);
      for (const PolicyChoice& choice : moment.desk.policies)
        if (choice.pack == each.id) {
          w.field("governsFrom", std::string_view(to_string(choice.from)));
          break;
        }
      write_money(w, "limit", usd(each.allowance.limit_minor));
      w.field("windowDays", std::int64_t{each.allowance.window_days}).field("channel", to_string(each.channel)).end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> quote_routes() {
  std::vector<Route> routes = {{.pattern = "/api/quotes/refund", .handler = preview},
                               {.pattern = "/api/policies", .handler = list_policies}};
  routes.push_back({.method = Method::post, .pattern = "/api/quotes/refund", .handler = quote, .kind = http::Kind::writes});
  return routes;
}

}  // namespace prorata::portal_api
