#include "app/credit_notes.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/customer_terms.h"
#include "app/desk.h"
#include "app/match_invoices.h"
#include "app/settle.h"
#include "app/settlement_profile.h"
#include "app/shared.h"
#include "app/write.h"
#include "books/books.h"

namespace prorata {
namespace {

Result<CreditNote> load_note(Snapshot& snapshot, const std::string& number) {
  std::optional<CreditNote> note = TRY(snapshot.credit_note(number));
  if (!note)
    return fail(Code::not_found, fmt::format("credit note {} is not in this desk; 'prorata credit-note list' shows what is", number));
  return *note;
}

Result<void> authorize_for(const App& app, Snapshot& snapshot, const CustomerId& id, access::Access access = access::Access::full) {
  const std::optional<Customer> customer = TRY(snapshot.customer(id));
  return authorize(app, access::Right::settle, customer ? target_of(*customer) : target_of_desk(), access);
}

std::set<ReturnId> returns_on(const CreditNote& note) {
  std::set<ReturnId> ids;
  for (const NoteLine& line : note.lines) ids.insert(line.returned);
  return ids;
}

// ---- issuing -------------------------------------------------------------------------------------------------------------------------

struct Owed {
  ReturnRecord record;
  ReturnNote note;
  std::string what;  // the reservation in words
};

Result<std::optional<Owed>> owed_without_note(Snapshot& snapshot, const ReturnState& state) {
  Owed owed{.record = state.returned,
            .note = TRY(snapshot.return_note(state.returned.id)).value_or(ReturnNote{.returned = state.returned.id})};
  if (state.settlement || !owed.note.note.empty()) return std::optional<Owed>();
  return std::optional(std::move(owed));
}

Result<Owed> named_return(Snapshot& snapshot, const NoteAsk& ask, const ReturnId& id) {
  const std::optional<ReturnState> state = TRY(snapshot.returned(id));
  if (!state || state->returned.customer != ask.customer)
    return fail(Code::not_found, fmt::format("the customer has no return {}; 'prorata settle list' shows what is owed", id.text()));
  if (state->settlement)
    return fail(Code::refused, fmt::format("return {} was settled on {} with {}", id.text(), to_string(state->settlement->paid_on),
                                           state->settlement->reference));
  const std::optional<ReturnNote> on = TRY(snapshot.return_note(id));
  if (on && !on->note.empty())
    return fail(Code::refused, fmt::format("return {} stands on credit note {}; reverse that one first", id.text(), on->note));
  return Owed{.record = state->returned, .note = on.value_or(ReturnNote{.returned = id})};
}

Result<std::vector<Owed>> what_is_owed(Snapshot& snapshot, const NoteAsk& ask) {
  std::vector<Owed> owed;
  for (const ReturnId& id : std::set<ReturnId>(ask.returns.begin(), ask.returns.end()))
    owed.push_back(TRY(named_return(snapshot, ask, id)));
  if (ask.returns.empty())
    for (const ReturnState& state : TRY(snapshot.returns(ask.customer, true)))
      if (std::optional<Owed> each = TRY(owed_without_note(snapshot, state))) owed.push_back(*std::move(each));
  std::erase_if(owed, [&](const Owed& each) {
    return owed_for(each.record).is_zero() || (ask.currency && each.record.refund.currency != *ask.currency);
  });
  std::ranges::sort(owed, {}, [](const Owed& each) { return std::pair(each.record.at, each.record.id); });
  if (owed.empty()) return fail(Code::refused, "nothing is owed that stands on no credit note; 'prorata settle list' shows what is owed");
  const Currency currency = owed.front().record.refund.currency;
  const auto same = [&](const Owed& each) { return each.record.refund.currency == currency; };
  if (!std::ranges::all_of(owed, same))
    return fail(Code::invalid_argument, "returns of several currencies are owed; say which with --currency: a note has one");
  for (Owed& each : owed) {
    const std::optional<Reservation> reservation = TRY(snapshot.reservation(each.record.reservation));
    if (reservation) each.what = reservation->sku_description.empty() ? reservation->sku : reservation->sku_description;
  }
  return owed;
}

std::string text_of(const Owed& owed, Language language) {
  const std::string day = to_string(day_of(owed.record.at));
  if (language == Language::swedish) return fmt::format("{}, {} {}", owed.what, owed.record.exchange.empty() ? "återlämnad" : "bytt", day);
  return fmt::format("{}, {} {}", owed.what, owed.record.exchange.empty() ? "returned" : "exchanged", day);
}

void add_lines(CreditNote& note, const Owed& owed) {
  note.lines.push_back({owed.record.id, text_of(owed, note.language), owed.record.quantity, owed.record.customer_credit});
  if (owed.record.handling.is_zero()) return;
  note.lines.push_back(
      {owed.record.id, note.language == Language::swedish ? "Hanteringsavgift" : "Handling charge", 0, -owed.record.handling});
}

void add_up(CreditNote& note, Currency currency) {
  note.net = Money::zero(currency);
  for (const NoteLine& line : note.lines) note.net += line.amount;
  note.vat_amount = scale(note.net, note.vat.rate, Rounding::half_away);
  note.total = note.net + note.vat_amount;
}

// What the law and a bookkeeper ask of a note. Errors: refused, naming what is missing and how to set it.
Result<void> check_parties(const CreditNote& note) {
  std::vector<std::string> missing;
  if (note.seller.address.empty()) missing.emplace_back("--address");
  if (note.seller.organisation_number.empty()) missing.emplace_back("--organisation-number");
  const bool taxed = note.vat.reverse_charge || note.vat.rate.part != 0;
  if (taxed && note.seller.vat_number.empty()) missing.emplace_back("--vat-number");
  if (!missing.empty())
    return fail(Code::refused, fmt::format("a credit note must say who issues it; set {} with 'prorata settlement profile set'",
                                           fmt::join(missing, ", ")));
  if (note.vat.reverse_charge && note.buyer.vat_number.empty())
    return fail(Code::refused,
                fmt::format("under reverse charge the note must show the VAT number of {}; set it with 'prorata customer terms set "
                            "{} --vat-number'",
                            note.buyer.name, note.customer.text()));
  return {};
}

// The note that is asked for, but for its number and its paper: what a preview shows and what is issued.
struct Composed {
  CreditNote note;
  std::vector<Owed> owed;
};
Result<Composed> compose(App& app, Snapshot& snapshot, const NoteAsk& ask, access::Access access) {
  const Moment moment = TRY(load_moment(app, snapshot));
  const std::optional<Customer> customer = TRY(snapshot.customer(ask.customer));
  if (!customer)
    return fail(Code::not_found, fmt::format("customer {} is not in this desk; 'prorata customer list' shows them", ask.customer.text()));
  TRY(authorize(app, access::Right::settle, target_of(*customer), access));
  const SettlementProfile profile = TRY(load_profile(snapshot));
  const std::optional<CustomerTerms> terms = TRY(snapshot.customer_terms(ask.customer));
  std::vector<Owed> owed = TRY(what_is_owed(snapshot, ask));

  CreditNote note{.series = profile.series,
                  .customer = ask.customer,
                  .at = moment.now,
                  .actor = app.actor,
                  .language = ask.language.value_or(terms && terms->language ? *terms->language : profile.language),
                  .seller = profile.partner,
                  .buyer = billed_party(*customer, terms),
                  .email = profile.email,
                  .iban = profile.iban,
                  .bic = profile.bic,
                  .bankgiro = profile.bankgiro,
                  .reference = ask.reference};
  const std::optional<VatRule> vat = vat_for(profile, note.buyer.country);
  if (!vat)
    return fail(Code::refused,
                fmt::format("no VAT rule is set for customers in '{0}'; set one with 'prorata settlement profile set --vat {0}=25' "
                            "or --vat '*=0'",
                            note.buyer.country));
  note.vat = *vat;
  TRY(check_parties(note));
  for (const Owed& each : owed) add_lines(note, each);
  add_up(note, owed.front().record.refund.currency);
  return Composed{std::move(note), std::move(owed)};
}

Result<NoteSeries> next_number(Snapshot& snapshot, CreditNote& note) {
  NoteSeries series = TRY(snapshot.note_series(note.series)).value_or(NoteSeries{.id = note.series});
  note.sequence = ++series.last;
  note.number = fmt::format("{}-{}", note.series, note.sequence);
  return series;
}

// The note with its paper, the number it takes, and who says so.
Result<Changes> changes_of(const App& app, CreditNote& note, NoteSeries series, const NoteMaker& make, std::string action) {
  MadeDocument made = TRY(make(note));
  note.document = made.digest;
  Changes changes;
  changes.audit = {.at = note.at,
                   .actor = app.actor,
                   .action = std::move(action),
                   .customer = note.customer.text(),
                   .subject = note.number,
                   .before = note.reverses,
                   .after = fmt::format("{} {}", to_string(note.total), note.total.currency.code())};
  changes.note_series.push_back(std::move(series));
  changes.credit_notes.push_back(note);
  changes.documents.push_back({.digest = std::move(made.digest), .media_type = "application/pdf", .bytes = std::move(made.bytes)});
  return changes;
}

// ---- state ---------------------------------------------------------------------------------------------------------------------------

Result<NoteView> view_of(Snapshot& snapshot, CreditNote note, const std::map<std::string, std::string>& reversed_by) {
  NoteView view{.note = std::move(note)};
  const auto by = reversed_by.find(view.note.number);
  if (by != reversed_by.end()) view.reversed_by = by->second;
  bool all_settled = true;
  for (const ReturnId& id : returns_on(view.note)) {
    const std::optional<ReturnState> state = TRY(snapshot.returned(id));
    const bool settled = state && state->settlement;
    all_settled = all_settled && settled;
    if (settled && (!view.settlement || view.settlement->paid_on < state->settlement->paid_on)) view.settlement = state->settlement;
  }
  if (!view.note.reverses.empty())
    view.state = NoteState::reversal;
  else if (!view.reversed_by.empty())
    view.state = NoteState::reversed;
  else
    view.state = all_settled ? NoteState::settled : NoteState::open;
  if (view.state == NoteState::reversed || view.state == NoteState::reversal) view.settlement.reset();
  return view;
}

std::map<std::string, std::string> reversals_in(const std::vector<CreditNote>& notes) {
  std::map<std::string, std::string> out;
  for (const CreditNote& note : notes)
    if (!note.reverses.empty()) out[note.reverses] = note.number;
  return out;
}

Result<NoteView> view_named(Snapshot& snapshot, const std::string& number) {
  CreditNote note = TRY(load_note(snapshot, number));
  const auto reversed_by = reversals_in(TRY(snapshot.credit_notes(note.customer)));
  return view_of(snapshot, std::move(note), reversed_by);
}

Result<CreditNote> first_answer(App& app, const std::string& number) { return load_note(*TRY(app.store.snapshot()), number); }

}  // namespace

Result<CreditNote> issue_credit_note(App& app, const NoteAsk& ask, const NoteMaker& make) {
  CreditNote note;
  std::string asked = fmt::format("credit note {} {} {}", ask.customer.text(), ask.currency ? ask.currency->code() : "", ask.reference);
  for (const ReturnId& id : ask.returns) asked += ' ' + id.text();
  const Committed committed = TRY(write(app.store, {ask.key, asked}, [&](Snapshot& snapshot) -> Result<Changes> {
    // Load and decide.
    Composed composed = TRY(compose(app, snapshot, ask, access::Access::full));
    note = std::move(composed.note);
    if (ask.agreed_total && *ask.agreed_total != note.total)
      return fail(Code::stale_quote,
                  fmt::format("the note is of {} {} now, and {} {} were seen; look at it again", to_string(note.total),
                              note.total.currency.code(), to_string(*ask.agreed_total), ask.agreed_total->currency.code()));
    NoteSeries series = TRY(next_number(snapshot, note));

    // Commit.
    Changes changes = TRY(changes_of(app, note, std::move(series), make, "credit_note.issue"));
    for (Owed& each : composed.owed) {
      each.note.note = note.number;
      changes.return_notes.push_back(std::move(each.note));
    }
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{ask.key, asked, note.number};
    return changes;
  }));
  return committed.replayed ? first_answer(app, committed.answer) : note;
}

Result<NotePreview> preview_credit_note(App& app, const NoteAsk& ask) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Composed composed = TRY(compose(app, *snapshot, ask, access::Access::read));
  NotePreview out{.note = std::move(composed.note), .from_provider = Money::zero(composed.owed.front().record.refund.currency)};
  for (const Owed& each : composed.owed) {
    out.from_provider += each.record.refund;
    const std::optional<CreditMatch> match = TRY(snapshot->credit_match(each.record.id));
    const bool here = match ? match->state == CreditState::arrived : TRY(credit_was_booked(*snapshot, each.record.id));
    if (!here && !each.record.refund.is_zero()) out.not_arrived.push_back(each.record.id);
  }
  return out;
}

Result<CreditNote> reverse_credit_note(App& app, const ReverseAsk& ask, const NoteMaker& make) {
  CreditNote note;
  const std::string asked = fmt::format("reverse {}", ask.number);
  const Committed committed = TRY(write(app.store, {ask.key, asked}, [&](Snapshot& snapshot) -> Result<Changes> {
    const Moment moment = TRY(load_moment(app, snapshot));
    const NoteView before = TRY(view_named(snapshot, ask.number));
    TRY(authorize_for(app, snapshot, before.note.customer));
    if (before.state == NoteState::reversal)
      return fail(Code::refused,
                  fmt::format("{} takes {} back itself; issue a new note instead", before.note.number, before.note.reverses));
    if (before.state == NoteState::reversed)
      return fail(Code::refused, fmt::format("{} was reversed by {}", before.note.number, before.reversed_by));
    if (before.settlement)
      return fail(Code::refused, fmt::format("{} was settled on {} with {}; money that has moved is not undone by a paper",
                                             before.note.number, to_string(before.settlement->paid_on), before.settlement->reference));

    note = before.note;
    note.at = moment.now;
    note.actor = app.actor;
    note.reverses = before.note.number;
    note.reason = ask.reason;
    note.document.clear();
    for (NoteLine& line : note.lines) line.amount = -line.amount;
    note.net = -note.net;
    note.vat_amount = -note.vat_amount;
    note.total = -note.total;
    NoteSeries series = TRY(next_number(snapshot, note));

    Changes changes = TRY(changes_of(app, note, std::move(series), make, "credit_note.reverse"));
    for (const ReturnId& id : returns_on(note)) {
      ReturnNote on = TRY(snapshot.return_note(id)).value_or(ReturnNote{.returned = id});
      on.note.clear();
      changes.return_notes.push_back(std::move(on));
    }
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{ask.key, asked, note.number};
    return changes;
  }));
  return committed.replayed ? first_answer(app, committed.answer) : note;
}

Result<std::vector<Settlement>> settle_credit_note(App& app, const SettleNoteAsk& ask) {
  std::vector<Settlement> settled;
  const std::string asked =
      fmt::format("settle note {} {}{}", ask.number, ask.reference, ask.paid_on ? fmt::format(" on {}", to_string(*ask.paid_on)) : "");
  const Committed committed = TRY(write(app.store, {ask.key, asked}, [&](Snapshot& snapshot) -> Result<Changes> {
    settled.clear();
    const Moment moment = TRY(load_moment(app, snapshot));
    const NoteView view = TRY(view_named(snapshot, ask.number));
    TRY(authorize_for(app, snapshot, view.note.customer));
    if (view.state != NoteState::open)
      return fail(Code::refused, fmt::format("credit note {} is {}, not open", view.note.number, to_string(view.state)));
    Changes changes;
    Money paid = Money::zero(view.note.total.currency);
    for (const ReturnId& id : returns_on(view.note)) {
      const std::optional<ReturnState> state = TRY(snapshot.returned(id));
      if (!state || state->settlement) continue;
      TRY(add_settlement(app, moment.now, {.returned = id, .paid_on = ask.paid_on, .method = ask.method, .reference = ask.reference},
                         *state, view.note.number, changes));
      changes.return_notes.push_back(*TRY(snapshot.return_note(id)));  // so that nobody reverses the note meanwhile
      paid += changes.settlements.back().amount;
    }
    settled = changes.settlements;
    changes.audit = {.at = moment.now,
                     .actor = app.actor,
                     .action = "credit_note.settle",
                     .customer = view.note.customer.text(),
                     .subject = view.note.number,
                     .before = "open",
                     .after = fmt::format("{} {} by {}, {}", to_string(paid), paid.currency.code(), ask.method, ask.reference)};
    if (!ask.key.empty()) changes.idempotency = IdempotencyRecord{ask.key, asked, view.note.number};
    return changes;
  }));
  if (!committed.replayed) return settled;
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const CreditNote note = TRY(load_note(*snapshot, committed.answer));
  for (const ReturnId& id : returns_on(note))
    if (const std::optional<ReturnState> state = TRY(snapshot->returned(id));
        state && state->settlement && state->settlement->note == note.number)
      settled.push_back(*state->settlement);
  return settled;
}

Result<NoteView> show_credit_note(App& app, const std::string& number) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  NoteView view = TRY(view_named(*snapshot, number));
  TRY(authorize_for(app, *snapshot, view.note.customer, access::Access::read));
  return view;
}

Result<std::vector<NoteView>> credit_notes(App& app, const std::optional<CustomerId>& customer) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  if (customer)
    TRY(authorize_for(app, *snapshot, *customer, access::Access::read));
  else
    TRY(authorize(app, access::Right::settle, target_of_desk(), access::Access::read));
  std::vector<CreditNote> notes = TRY(snapshot->credit_notes(customer));
  const std::map<std::string, std::string> reversed_by = reversals_in(notes);
  std::vector<NoteView> views;
  for (CreditNote& note : notes) views.push_back(TRY(view_of(*snapshot, std::move(note), reversed_by)));
  return views;
}

Result<Document> note_document(App& app, const std::string& number, const std::function<std::string(std::string_view)>& digest) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  const CreditNote note = TRY(load_note(*snapshot, number));
  TRY(authorize_for(app, *snapshot, note.customer, access::Access::read));
  std::optional<Document> document = TRY(snapshot->document(note.document));
  if (!document || digest(document->bytes) != note.document)
    return fail(Code::storage_corrupt,
                fmt::format("the paper of credit note {} is not what was issued; run 'prorata audit verify'", note.number));
  return *document;
}

}  // namespace prorata
