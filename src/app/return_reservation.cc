#include "app/return_reservation.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/due.h"
#include "app/return_record.h"
#include "app/shared.h"
#include "app/write.h"
#include "books/books.h"
#include "books/customer_price.h"

namespace prorata {
namespace {

// The quote that is being executed; absent where none was named.
Result<std::optional<Quote>> load_quote(Snapshot& snapshot, const ReturnAsk& ask, const RefundFacts& facts) {
  if (!ask.quote) return std::optional<Quote>();
  std::optional<Quote> quote = TRY(snapshot.quote(*ask.quote));
  if (!quote)
    return fail(Code::not_found, fmt::format("quote {} is not in this desk; ask for one with 'prorata refund quote'", ask.quote->text()));
  if (quote->reservation != facts.reservation.id)
    return fail(Code::invalid_argument, fmt::format("quote {} is for reservation {}", quote->id.text(), quote->reservation.text()));
  TRY(check_quote_age(quote->id.text(), quote->as_of, facts.now));
  return quote;
}

Result<void> check_against_quote(const Quote& quote, const policy::RefundDecision& decision) {
  policy::RefundDecision as_quoted = decision;  // executing an approved request lifts that one refusal; figures must agree
  as_quoted.amounts.refusals.set(policy::Refusal::support_request_required);
  if (fingerprint(decision) == quote.fingerprint || fingerprint(as_quoted) == quote.fingerprint) return {};
  return fail(Code::stale_quote, fmt::format("the facts have changed since quote {}; ask for a new one", quote.id.text()));
}

RefundQuote as_quoted(const std::optional<Quote>& quote, const RefundFacts& facts, const GoverningDecision& governing) {
  return {.quote = quote.value_or(Quote{}),
          .facts = facts,
          .pack = governing.pack,
          .decision = governing.decision,
          .allowance = allowance_at(facts.history, facts.now, governing.pack->allowance.window_days)};
}

ReturnRecord return_record(App& app, const RefundFacts& facts, const ReturnAsk& ask, const policy::RefundDecision& decision,
                           const TermsRule& terms) {
  ReturnRecord record = record_of(app, {.decision = decision,
                                        .reservation = facts.reservation,
                                        .refund = decision.refund,
                                        .fee = decision.billing(decision.amounts.billing.fee),
                                        .credit = terms.credit,
                                        .at = facts.now,
                                        .reference = ask.refund.approved});
  record.forfeited = decision.billing(decision.amounts.forfeited);
  record.pricing_refund = policy::RefundDecision::pricing(decision.amounts.pricing.refund);
  record.handling = books::handling_charge(record.customer_credit, terms.handling_rate);
  return record;
}

std::vector<ledger::Entry> entries_of(App& app, const ReturnRecord& record, const Reservation& reservation) {
  const books::NextId next_id = entry_ids(app);
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
    TRY(authorize(app, access::Right::submit_request, target_of(facts.customer, facts.stored)));
    std::optional<Hold> hold;
    if (ask.refund.hold) hold = TRY(load_own_hold(snapshot, facts, *ask.refund.hold));
    const std::optional<Quote> quote = TRY(load_quote(snapshot, ask, facts));
    const TermsRule terms = TRY(load_terms(snapshot, facts.customer, facts.reservation.product));

    // Decide.
    const GoverningDecision governing = TRY(decide_under_governing_pack(app, facts, ask.refund, quote ? quote->as_of : facts.now));
    if (quote) TRY(check_against_quote(*quote, governing.decision));
    if (governing.decision.refused()) return refused_by(in_order(governing.decision.amounts.refusals).front(), facts.customer);
    if (governing.decision.needs_consent() && !ask.accept_clip)
      return fail(Code::refused, fmt::format("the allowance cuts the refund to {0} {1}, and {2} {1} are lost; say --accept-clip to go on",
                                             to_string(governing.decision.refund), governing.decision.currency.code(),
                                             to_string(governing.decision.billing(governing.decision.amounts.forfeited))));
    outcome.record = return_record(app, facts, ask, governing.decision, terms);
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
    put_revised(changes, app, "return", std::move(after), facts.now);
    if (ask.beside) ask.beside(as_quoted(quote, facts, governing), changes);
    if (ask.within) TRY(ask.within(as_quoted(quote, facts, governing), outcome.record, snapshot, changes));
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
