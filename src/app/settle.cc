#include "app/settle.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/match_invoices.h"
#include "app/shared.h"
#include "app/write.h"
#include "books/books.h"

namespace prorata {
namespace {

Result<ReturnState> load_return(Snapshot& snapshot, const ReturnId& id) {
  std::optional<ReturnState> state = TRY(snapshot.returned(id));
  if (!state)
    return fail(Code::not_found, fmt::format("return {} is not in this desk; 'prorata settle list' shows the open ones", id.text()));
  return *state;
}

Result<void> authorize_for(const App& app, Snapshot& snapshot, const CustomerId& id) {
  const std::optional<Customer> customer = TRY(snapshot.customer(id));
  return authorize(app, access::Right::settle, customer ? target_of(*customer) : target_of_desk());
}

books::Event event_of(const ReturnRecord& record, Instant at, std::string memo, std::string reference) {
  return {.at = at,
          .customer = record.customer,
          .group = record.id.text(),
          .reservation = record.reservation.text(),
          .memo = std::move(memo),
          .reference = std::move(reference)};
}

}  // namespace

Money owed_for(const ReturnRecord& record) { return record.customer_credit - record.handling; }

// A return is settled whole: what is owed for it is one amount.
Result<void> add_settlement(App& app, Instant now, const SettleAsk& ask, const ReturnState& state, std::string note, Changes& changes) {
  const ReturnRecord& record = state.returned;
  if (state.settlement)
    return fail(Code::refused, fmt::format("return {} was settled on {} with {}", record.id.text(), to_string(state.settlement->paid_on),
                                           state.settlement->reference));
  const Day paid_on = ask.paid_on.value_or(day_of(now));
  if (paid_on < day_of(record.at) || day_of(now) < paid_on)
    return fail(Code::invalid_argument, fmt::format("{} is not between the return ({}) and today ({})", to_string(paid_on),
                                                    to_string(day_of(record.at)), to_string(day_of(now))));
  Settlement settlement{.returned = record.id,
                        .customer = record.customer,
                        .at = now,
                        .paid_on = paid_on,
                        .amount = owed_for(record),
                        .method = ask.method,
                        .reference = ask.reference,
                        .actor = app.actor,
                        .note = std::move(note)};
  std::ranges::move(books::write_settlement(event_of(record, now, "customer credit settled", ask.reference), settlement.amount,
                                            TRY(parse_word<books::SettledBy>(ask.method, "a way to settle")), entry_ids(app)),
                    std::back_inserter(changes.entries));
  changes.settlements.push_back(std::move(settlement));
  return {};
}

Result<Settlement> settle_return(App& app, const SettleAsk& ask) {
  Settlement settlement;
  const WriteRequest request{ask.key, fmt::format("settle {} {}{}", ask.returned.text(), ask.reference,
                                                  ask.paid_on ? fmt::format(" on {}", to_string(*ask.paid_on)) : "")};
  const Committed committed = TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const ReturnState state = TRY(load_return(snapshot, ask.returned));
    const ReturnRecord& record = state.returned;
    TRY(authorize_for(app, snapshot, record.customer));
    const std::optional<ReturnNote> on = TRY(snapshot.return_note(record.id));

    Changes changes;
    TRY(add_settlement(app, moment.now, ask, state, on ? on->note : std::string(), changes));
    settlement = changes.settlements.back();
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "settle.pay",
                     .customer = record.customer.text(),
                     .subject = record.id.text(),
                     .before = "open",
                     .after = fmt::format("{} {} by {}, {}", to_string(settlement.amount), settlement.amount.currency.code(), ask.method,
                                          ask.reference)};
    if (on) changes.return_notes.push_back(*on);  // so that nobody reverses its note meanwhile
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{request.key, request.request, record.id.text()};
    return changes;
  }));
  if (!committed.replayed) return settlement;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return *TRY(load_return(*snapshot, ask.returned)).settlement;
}

Result<Money> receive_credit(App& app, const CreditAsk& ask) {
  // One credit for each return: the key is the return itself, so the second time is a replay or says which invoice it stood on.
  const WriteRequest request{"credit " + ask.returned.text(), fmt::format("credit {} on {}", ask.returned.text(), ask.invoice)};
  TRY(write(app.store, request, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const ReturnRecord record = TRY(load_return(snapshot, ask.returned)).returned;
    TRY(authorize_for(app, snapshot, record.customer));
    CreditMatch match = TRY(snapshot.credit_match(record.id)).value_or(CreditMatch{.returned = record.id, .customer = record.customer});
    if (match.state == CreditState::arrived)
      return fail(Code::key_reused, fmt::format("the credit of return {} arrived on invoice {}", record.id.text(), match.invoice));
    match.state = CreditState::arrived;
    match.invoice = ask.invoice;
    match.line.clear();
    match.lines.clear();
    match.amount = -record.refund;
    match.difference = Money::zero(record.refund.currency);
    match.at = moment.now;
    match.actor = app.actor;
    Changes changes;
    changes.outbox.push_back(credit_word("credit.matched", record, match, record.refund));
    changes.credit_matches.push_back(std::move(match));
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "books.credit",
                     .customer = record.customer.text(),
                     .subject = record.id.text(),
                     .after = fmt::format("{} {} on {}", to_string(record.refund), record.refund.currency.code(), ask.invoice)};
    changes.entries = books::write_provider_credit(event_of(record, moment.now, "provider credit received", ask.invoice), record.refund,
                                                   ask.to_bank ? books::ProviderCreditTo::bank : books::ProviderCreditTo::provider_payable,
                                                   entry_ids(app));
    return changes;
  }));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  return TRY(load_return(*snapshot, ask.returned)).returned.refund;
}

}  // namespace prorata
