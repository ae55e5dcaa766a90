// Finds the provider's credits on its invoices and books what is found: each credit once, in the commit that says where it stands
// (specs/invoices.md; the rules are books/matching.h).
//
//   const MatchCounts counts = TRY(match_invoice(app, "G000773581"));
//   TRY(note_missing(app));                                            // what should have come by now
//   TRY(assign_line(app, {.line = "G000773581/12", .returned = id}));  // where a person decides
//
// A line that is matched stays so. All others are looked at again by each run, which changes nothing where nothing has moved. Every change
// of a credit's state leaves a word in the outbox: "credit.matched", "credit.different", "credit.missing".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"
#include "app/write.h"

namespace prorata {

struct MatchCounts {
  std::int64_t looked_at = 0;  // credits and charges of reservations
  std::int64_t matched = 0;
  std::int64_t different = 0;
  std::int64_t ambiguous = 0;
  std::int64_t unexpected = 0;
  std::int64_t booked = 0;  // credits that arrived by this run
};

// In commits of about a thousand lines; a killed run is taken up by the next. Errors: not_found; forbidden; those of Store::commit.
Result<MatchCounts> match_invoice(App& app, const std::string& number);

// The expected credits that have not come for too long become missing, once. Returns how many did.
Result<std::int64_t> note_missing(App& app);

struct AssignLineAsk {
  std::string line;  // "INVOICE/NUMBER"
  ReturnId returned;
  bool accept_difference = false;
  WriteRequest request{};  // absent: without an idempotency key
};

struct Assigned {
  InvoiceLine line;
  ReturnRecord returned;
  Money booked;
  std::optional<Money> difference;
};

// A person's word that a line is the credit of a return. The same word again changes nothing. With another amount than expected it must be
// accepted: what came is booked, and the difference goes to margin. Errors: not_found; forbidden; refused where line or return are
// matched already, the line is no credit, or of another customer; invalid_argument where the difference is not accepted.
Result<Assigned> assign_line(App& app, const AssignLineAsk& ask);

// One return as the provider's credit for it stands.
struct CreditView {
  ReturnRecord returned;
  CreditState state = CreditState::expected;
  std::optional<CreditMatch> match;
  Day missing_from;  // the first day on which it is missed
};

struct CreditsQuery {
  std::optional<CustomerId> customer;
  bool all = false;  // those that arrived too
};
// Oldest first. What is too old is missing, whether or not a run has noted it.
Result<std::vector<CreditView>> expected_credits(App& app, const CreditsQuery& query);

// A line by what people call it, "INVOICE/NUMBER", of the revision that counts. Errors: not_found; invalid_argument.
Result<InvoiceLine> line_named(Snapshot& snapshot, const std::string& name);
std::string line_name(const InvoiceLine& line);

// The word that an arriving, differing or missing credit leaves.
OutboxItem credit_word(std::string kind, const ReturnRecord& record, const CreditMatch& match, Money amount);

// Whether a credit was booked by hand before lines were matched at this desk.
Result<bool> credit_was_booked(Snapshot& snapshot, const ReturnId& id);

}  // namespace prorata
