#include "app/return_reservation.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/due.h"
#include "app/write.h"
#include "books/books.h"
#include "books/customer_price.h"

namespace prorata {
namespace {

std::unexpected<Error> refused(const GoverningDecision& governing, const Customer& customer) {
  const policy::Refusal headline = in_order(governing.decision.amounts.refusals).front();
  std::string next;
  if (headline == policy::Refusal::customer_offer_not_supported) next = fmt::format(" Where to go: {}.", where_to_go(customer.offer));
  if (headline == policy::Refusal::support_request_required) next = " Name the approved one with --approved.";
  if (headline == policy::Refusal::refund_limit_exceeded) next = " 'prorata refund quote' says how much fits now and when the rest will.";
  return fail(Code::refused, fmt::format("{}: {}{}", to_string(headline), sentence(headline, false), next));
}

// The quote that is being executed, checked against the clock and the facts.
Result<Instant> moment_of_quote(Snapshot& snapshot, const ReturnAsk& ask, const RefundFacts& facts) {
  if (!ask.quote) return facts.now;
  const std::optional<Quote> quote = TRY(snapshot.quote(*ask.quote));
  if (!quote)
    return fail(Code::not_found, fmt::format("quote {} is not in this desk; ask for one with 'prorata refund quote'", ask.quote->text()));
  if (quote->reservation != facts.reservation.id)
    return fail(Code::invalid_argument, fmt::format("quote {} is for reservation {}", quote->id.text(), quote->reservation.text()));
  const bool too_old = add_seconds(quote->as_of, kQuoteValidSeconds) < facts.now || day_of(quote->as_of) != day_of(facts.now);
  if (too_old)
    return fail(Code::expired_quote,
                fmt::format("quote {} of {} has expired; ask for a new one", quote->id.text(), to_string(quote->as_of)));
  return quote->as_of;
}

Result<void> check_against_quote(Snapshot& snapshot, const ReturnAsk& ask, const policy::RefundDecision& decision) {
  if (!ask.quote) return {};
  const Quote quote = *TRY(snapshot.quote(*ask.quote));
  policy::RefundDecision as_quoted = decision;  // executing an approved request lifts that one refusal; figures must agree
  policy::Refusals without_channel = decision.amounts.refusals;
  without_channel.set(policy::Refusal::support_request_required);
  const bool same = fingerprint(decision) == quote.fingerprint;
  as_quoted.amounts.refusals = without_channel;
  if (same || fingerprint(as_quoted) == quote.fingerprint) return {};
  return fail(Code::stale_quote, fmt::format("the facts have changed since quote {}; ask for a new one", quote.id.text()));
}

ReturnRecord record_of(App& app, const RefundFacts& facts, const ReturnAsk& ask, const GoverningDecision& governing) {
  const policy::RefundDecision& decision = governing.decision;
  const policy::SideAmounts& billing = decision.amounts.billing;
  const Money cost = total_billing(facts.reservation.schedule);
  const Money customer_credit = books::customer_credit_of(decision.refund, cost, facts.reservation.customer_price.value_or(cost));
  return {.id = ReturnId::trusted(app.ids.next()),
          .customer = facts.customer.id,
          .order = facts.reservation.order,
          .reservation = facts.reservation.id,
          .quantity = decision.quantity,
          .at = facts.now,
          .actor = app.actor,
          .policy = governing.pack->id,
          .row = decision.row,
          .paid = decision.billing(billing.paid),
          .consumed = decision.billing(billing.consumed),
          .credit = decision.billing(billing.credit),
          .fee = decision.billing(billing.fee),
          .refund = decision.refund,
          .forfeited = decision.billing(decision.amounts.forfeited),
          .remaining_commitment = decision.billing(billing.remaining_commitment),
          .pricing_refund = policy::RefundDecision::pricing(decision.amounts.pricing.refund),
          .pricing_cancelled = policy::RefundDecision::pricing(decision.amounts.pricing.cancelled_commitment),
          .customer_credit = customer_credit,
          .handling = books::handling_charge(customer_credit, facts.customer.handling_rate),
          .counts = true,
          .reference = ask.refund.approved};
}

std::vector<ledger::Entry> entries_of(App& app, const ReturnRecord& record, const Reservation& reservation) {
  const books::NextId next_id = [&] { return EntryId::trusted(app.ids.next()); };
  const books::Event event{.at = record.at,
                           .customer = record.customer,
                           .group = record.id.text(),
                           .reservation = record.reservation.text(),
                           .memo = fmt::format("{} x {} returned", record.quantity, reservation.sku),
                           .reference = record.reference};
  std::vector<ledger::Entry> entries =
      books::write_return(event, {.refund = record.refund, .customer_credit = record.customer_credit}, next_id);
  std::ranges::move(books::write_handling(event, record.handling, next_id), std::back_inserter(entries));
  return entries;
}

}  // namespace

Result<ReturnOutcome> return_reservation(App& app, const ReturnAsk& ask) {
  ReturnOutcome outcome;
  const WriteRequest request{
      ask.key, fmt::format("return {} {} {}", ask.refund.reservation.text(), ask.refund.quantity, ask.quote ? ask.quote->text() : "")};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    // Load.
    const RefundFacts facts = TRY(load_refund_facts(app, snapshot, ask.refund.reservation, ask.refund.hold));
    std::optional<Hold> hold;
    if (ask.refund.hold) hold = TRY(load_own_hold(snapshot, facts, *ask.refund.hold));
    const Instant as_of = TRY(moment_of_quote(snapshot, ask, facts));

    // Decide.
    const GoverningDecision governing = TRY(decide_under_governing_pack(app, facts, ask.refund, as_of));
    TRY(check_against_quote(snapshot, ask, governing.decision));
    if (governing.decision.refused()) return refused(governing, facts.customer);
    if (governing.decision.needs_consent() && !ask.accept_clip)
      return fail(Code::refused, fmt::format("the allowance cuts the refund to {0} {1}, and {2} {1} are lost; say --accept-clip to go on",
                                             to_string(governing.decision.refund), governing.decision.currency.code(),
                                             to_string(governing.decision.billing(governing.decision.amounts.forfeited))));
    outcome.record = record_of(app, facts, ask, governing);
    Due due(app, snapshot, facts.now);
    Reservation after = TRY(give_back(TRY(due.take(facts.stored)), governing.decision.quantity, facts.now));

    // Commit.
    Changes changes;
    changes.audit = {.at = facts.now,
                     .actor = app.actor,
                     .action = "refund.return",
                     .customer = facts.customer.id.text(),
                     .subject = facts.reservation.id.text(),
                     .before = fmt::format("{} units, {}", facts.reservation.quantity, to_string(facts.reservation.state)),
                     .after = fmt::format("{} returned for {} {}", outcome.record.quantity, to_string(outcome.record.refund),
                                          governing.decision.currency.code())};
    changes.customers.push_back(facts.customer);  // its version guards the allowance
    changes.returns.push_back(outcome.record);
    if (hold) {
      hold->state = HoldState::used;
      changes.holds.push_back(std::move(*hold));
    }
    due.move_into(changes);
    std::ranges::move(entries_of(app, outcome.record, facts.reservation), std::back_inserter(changes.entries));
    changes.revisions.push_back({after.id, after.revision, facts.now, app.actor, "return", after});
    changes.reservations.push_back(std::move(after));
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, outcome.record.id.text()};
    return changes;
  }));
  if (!committed.replayed) return outcome;

  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<ReturnState> first = TRY(snapshot->returned(ReturnId::trusted(committed.answer)));
  if (!first)
    return fail(Code::storage_corrupt,
                fmt::format("key '{}' answers with return {}, which is not here; run 'prorata audit verify'", ask.key, committed.answer));
  return ReturnOutcome{first->returned, true};
}

}  // namespace prorata
