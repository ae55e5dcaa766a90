#include "app/quote_refund.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/write.h"

namespace prorata {
namespace {

policy::RefundRequest request_for(const RefundFacts& facts, const RefundAsk& ask, std::int64_t quantity, Instant as_of,
                                  std::optional<policy::Meter> meter) {
  return {.quantity = quantity, .as_of = as_of, .meter = meter, .channel_approved = !ask.approved.empty(), .channel = facts.desk.channel};
}

std::int64_t asked_quantity(const RefundFacts& facts, const RefundAsk& ask) {
  return ask.quantity == 0 ? facts.reservation.quantity : ask.quantity;
}

// Does it fit the allowance at that moment? Other refusals do not matter here.
bool fits(const RefundFacts& facts, const GoverningDecision& governing, const RefundAsk& ask, std::int64_t quantity, Instant at) {
  policy::RefundCase later = with_allowance(facts.refund_case, facts.history, at, *governing.pack, governing.meter);
  later.schedule = on_day(std::move(later.schedule), day_of(at));
  const auto decision = decide_refund(later, request_for(facts, ask, quantity, at, governing.meter), *governing.pack);
  return decision && !decision->amounts.refusals.has(policy::Refusal::refund_limit_exceeded) && !decision->facts.accept_nothing;
}

}  // namespace

Fitting what_fits(const RefundFacts& facts, const GoverningDecision& governing, const RefundAsk& ask) {
  const std::int64_t quantity = asked_quantity(facts, ask);
  return {.quantity_now =
              policy::largest_quantity_that_fits(quantity, [&](std::int64_t q) { return fits(facts, governing, ask, q, facts.now); }),
          .whole_from =
              policy::first_moment_that_fits(facts.history, facts.now, facts.reservation.expiry, governing.pack->allowance.window_days,
                                             [&](Instant at) { return fits(facts, governing, ask, quantity, at); })};
}

std::string fingerprint(const policy::RefundDecision& d) {
  const auto side = [](const policy::SideAmounts& a) {
    return fmt::format("{}/{}/{}/{}/{}/{}/{}/{}", a.paid, a.consumed, a.pro_rated, a.credit, a.fee, a.refund, a.remaining_commitment,
                       a.cancelled_commitment);
  };
  return fmt::format("{}|{}|{} of {}|{}|{}|{}|{}|{}|{}", d.policy, d.row, d.quantity, d.of_quantity, d.currency.code(),
                     side(d.amounts.billing), side(d.amounts.pricing), d.amounts.forfeited, d.amounts.refusals.bits,
                     d.amounts.warnings.bits);
}

Result<Hold> load_own_hold(Snapshot& snapshot, const RefundFacts& facts, const HoldId& id) {
  std::optional<Hold> hold = TRY(snapshot.hold(id));
  if (!hold || hold->customer != facts.customer.id)
    return fail(Code::not_found, fmt::format("{} has no hold {}; 'prorata allowance show' lists them", facts.customer.name, id.text()));
  if (hold->state != HoldState::held) return fail(Code::refused, fmt::format("hold {} is {} already", id.text(), to_string(hold->state)));
  if (hold->expires <= facts.now)
    return fail(Code::refused, fmt::format("hold {} expired on {}; do it without the hold", id.text(), to_string(hold->expires)));
  return *hold;
}

Result<GoverningDecision> decide_under_governing_pack(App& app, const RefundFacts& facts, const RefundAsk& ask, Instant as_of) {
  const Governing governing = TRY(governing_pack(facts.desk, app.packs, day_of(as_of)));
  const policy::Meter meter = TRY(binding_meter(*governing.pack, governing.meter));
  // Amounts are those of the quote's moment, the allowance is today's: what was returned since the quote counts too.
  const policy::RefundCase refund_case = with_allowance(facts.refund_case, facts.history, facts.now, *governing.pack, meter);
  return GoverningDecision{
      .pack = governing.pack,
      .meter = meter,
      .decision = TRY(decide_refund(refund_case, request_for(facts, ask, asked_quantity(facts, ask), as_of, meter), *governing.pack))};
}

Result<RefundPreview> preview_refund(App& app, Snapshot& snapshot, const PreviewAsk& ask) {
  return preview_refund(app, TRY(load_refund_facts(app, snapshot, ask.reservation)), ask);
}

Result<RefundPreview> preview_refund(App& app, RefundFacts facts, const PreviewAsk& ask) {
  const RefundAsk units{.reservation = ask.reservation, .quantity = ask.quantity};
  RefundPreview out{.governing = TRY(decide_under_governing_pack(app, facts, units, facts.now))};
  out.governs = ask.pack.empty() || ask.pack == out.governing.pack->id;
  const auto under = [&](const policy::Pack& pack) {
    const policy::RefundCase refund_case = with_allowance(facts.refund_case, facts.history, facts.now, pack, pack.allowance.meter);
    return decide_refund(refund_case, request_for(facts, units, asked_quantity(facts, units), facts.now, std::nullopt), pack);
  };
  const policy::Pack* const governs = out.governing.pack;
  if (!out.governs) {
    const policy::Pack* const asked = TRY(app.packs.find(ask.pack));
    out.others.push_back(std::move(out.governing.decision));
    out.governing = {.pack = asked, .meter = asked->allowance.meter, .decision = TRY(under(*asked))};
  }
  for (const policy::Pack& each : app.packs.all())
    if (&each != governs && &each != out.governing.pack) out.others.push_back(TRY(under(each)));
  out.allowance = allowance_at(facts.history, facts.now, out.governing.pack->allowance.window_days);
  out.fitting = what_fits(facts, out.governing, {.reservation = ask.reservation});
  out.facts = std::move(facts);
  return out;
}

Result<void> check_quote_age(const std::string& id, Instant as_of, Instant now) {
  const bool too_old = add_seconds(as_of, kQuoteValidSeconds) < now || day_of(as_of) != day_of(now);
  if (!too_old) return {};
  return fail(Code::expired_quote, fmt::format("quote {} of {} has expired; ask for a new one", id, to_string(as_of)));
}

std::unexpected<Error> refused_by(policy::Refusal headline, const Customer& customer) {
  std::string next;
  if (headline == policy::Refusal::customer_offer_not_supported) next = fmt::format(" Where to go: {}.", where_to_go(customer.offer));
  if (headline == policy::Refusal::support_request_required) next = " Name the approved one with --approved.";
  if (headline == policy::Refusal::refund_limit_exceeded) next = " 'prorata refund quote' says how much fits now and when the rest will.";
  return fail(Code::refused, fmt::format("{}: {}{}", to_string(headline), sentence(headline, false), next), {},
              std::string(to_string(headline)));
}

Result<RefundQuote> quote_refund(App& app, const RefundAsk& ask) {
  RefundQuote answer;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    answer = RefundQuote{.facts = TRY(load_refund_facts(app, snapshot, ask.reservation, ask.hold))};
    const RefundFacts& facts = answer.facts;
    TRY(authorize(app, access::Right::quote, target_of(facts.customer, facts.stored)));
    if (ask.hold) TRY(load_own_hold(snapshot, facts, *ask.hold));
    GoverningDecision governing = TRY(decide_under_governing_pack(app, facts, ask, facts.now));
    answer.pack = governing.pack;
    answer.allowance = allowance_at(facts.history, facts.now, governing.pack->allowance.window_days);
    if (governing.decision.amounts.refusals.has(policy::Refusal::refund_limit_exceeded)) answer.fitting = what_fits(facts, governing, ask);
    for (const policy::Pack& other : app.packs.all()) {
      if (!ask.every_policy || other.id == governing.pack->id) continue;
      const policy::RefundCase refund_case = with_allowance(facts.refund_case, facts.history, facts.now, other, other.allowance.meter);
      answer.others.push_back(
          TRY(decide_refund(refund_case, request_for(facts, ask, asked_quantity(facts, ask), facts.now, std::nullopt), other)));
    }
    answer.decision = std::move(governing.decision);
    answer.quote = {.id = QuoteId::trusted(app.ids.next()),
                    .customer = facts.customer.id,
                    .reservation = facts.reservation.id,
                    .quantity = answer.decision.quantity,
                    .as_of = facts.now,
                    .policy = answer.pack->id,
                    .fingerprint = fingerprint(answer.decision)};
    Changes changes{.durable = Durable::soon};  // a quote that a failure of power took is asked for again
    changes.quotes.push_back(answer.quote);
    changes.audit = {.at = facts.now,
                     .actor = app.actor,
                     .action = "refund.quote",
                     .customer = facts.customer.id.text(),
                     .subject = facts.reservation.id.text(),
                     .after = fmt::format("{} {} for {} of {} units", to_string(answer.decision.refund), answer.decision.currency.code(),
                                          answer.decision.quantity, answer.decision.of_quantity)};
    return changes;
  }));
  return answer;
}

}  // namespace prorata
