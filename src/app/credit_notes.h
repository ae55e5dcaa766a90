// Credit notes: the paper on which a customer reads what it gets for its returns (specs/settlement.md).
//
//   const CreditNote note = TRY(issue_credit_note(app, {.customer = id}, documents::credit_note_pdf));
//   const Document pdf = TRY(note_document(app, note.number));
//
// A note and the number it takes are one commit, so the numbers of a series have no gaps, whoever else issues. A note never changes: its
// bytes are kept by their digest, and a mistake is answered by a reversing note, after which the returns can stand on another one. Each
// return stands on at most one note that is not reversed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

struct MadeDocument {
  std::string digest;  // SHA-256, 64 hexadecimal digits
  std::string bytes;
};
// The same note always gives the same bytes; its `document` is still empty. It runs within the commit's decision, and must be quick.
using NoteMaker = std::function<Result<MadeDocument>(const CreditNote&)>;

struct NoteAsk {
  CustomerId customer;
  std::vector<ReturnId> returns;      // none: all that are owed and stand on no note
  std::optional<Currency> currency;   // of these only; needed where they are of several
  std::string reference;              // the customer's own
  std::optional<Language> language;   // absent: the customer's, else the partner's
  std::optional<Money> agreed_total;  // what a person saw before; another one now is refused
  std::string key;
};

// Errors: not_found; forbidden; refused where nothing is owed, a return is settled, of another customer or on a note already, or where the
// partner's settings lack what a note must say; invalid_argument for returns of several currencies; stale_quote where the total moved.
Result<CreditNote> issue_credit_note(App& app, const NoteAsk& ask, const NoteMaker& make);

// The same note before it is issued: without number and paper, and no number is taken.
struct NotePreview {
  CreditNote note;
  Money from_provider;                // what the provider refunds for the same returns
  std::vector<ReturnId> not_arrived;  // of these its credit has not come
};
// Errors: those of issue_credit_note.
Result<NotePreview> preview_credit_note(App& app, const NoteAsk& ask);

struct ReverseAsk {
  std::string number;
  std::string reason;
  std::string key;
};
// Errors: not_found; forbidden; refused for a note that is reversed, is a reversal itself, or has been settled.
Result<CreditNote> reverse_credit_note(App& app, const ReverseAsk& ask, const NoteMaker& make);

struct SettleNoteAsk {
  std::string number;
  std::optional<Day> paid_on;   // absent: today
  std::string method = "bank";  // or "receivable"
  std::string reference;
  std::string key;
};
// Every return on the note that is not settled yet, in one commit: a note is settled as a whole. Errors: as settle_return.
Result<std::vector<Settlement>> settle_credit_note(App& app, const SettleNoteAsk& ask);

enum class NoteState : std::uint8_t { open, settled, reversed, reversal };
template <>
inline constexpr auto kWords<NoteState> = std::to_array<Word<NoteState>>(
    {{NoteState::open, "open"}, {NoteState::settled, "settled"}, {NoteState::reversed, "reversed"}, {NoteState::reversal, "reversal"}});
struct NoteView {
  CreditNote note;
  NoteState state = NoteState::open;
  std::string reversed_by;
  std::optional<Settlement> settlement;  // the last one of its returns
};
Result<NoteView> show_credit_note(App& app, const std::string& number);
Result<std::vector<NoteView>> credit_notes(App& app, const std::optional<CustomerId>& customer);  // by series and number

// Errors: not_found; storage_corrupt where the bytes are not those of the note's digest.
Result<Document> note_document(App& app, const std::string& number, const std::function<std::string(std::string_view)>& digest);

}  // namespace prorata
