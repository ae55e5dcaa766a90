// The money side of the desk as a person goes through it: each return as a case, from what was agreed with the customer over what the
// provider did and what stands on its invoice to the customer's paper and payment; and beside them the credits on invoices that nothing of
// ours expects (specs/settlement.md, rules 12 and on).
//
//   const SettlementView view = TRY(settlement_view(app, {.month = make_day(2026, 4, 1)}));
//   for (const SettlementCase& each : view.cases) ...
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

enum class CaseState : std::uint8_t {
  matched,         // the credit came as it was expected, in the month of the return
  off,             // with another amount; of one that has not been taken yet a person decides
  other_month,     // as expected, on the invoice of another month
  other_currency,  // in another currency than the customer's books are kept in
  ambiguous,       // it may be of two lines or more: a person decides
  missing,         // it has not come for too long
  waiting,         // it has not come yet
  unrequested,     // a credit on an invoice that no return of ours expects
};
template <>
inline constexpr auto kWords<CaseState> = std::to_array<Word<CaseState>>({{CaseState::matched, "matched"},
                                                                          {CaseState::off, "off"},
                                                                          {CaseState::other_month, "other_month"},
                                                                          {CaseState::other_currency, "other_currency"},
                                                                          {CaseState::ambiguous, "ambiguous"},
                                                                          {CaseState::missing, "missing"},
                                                                          {CaseState::waiting, "waiting"},
                                                                          {CaseState::unrequested, "unrequested"}});

// What the customer had agreed to before it was done.
struct AgreedRefund {
  std::int64_t request = 0;  // its number
  Money refund;
  Instant as_of;
};

// A return, or a line that is of none; exactly one of `returned` and a single line of state unrequested.
struct SettlementCase {
  std::string id;  // of the return, or "INVOICE/NUMBER"
  CaseState state = CaseState::waiting;
  Instant at;        // of the return; the first moment of the line
  bool open = true;  // the credit has not come, or the customer has not been paid
  std::optional<ReturnRecord> returned;
  std::optional<Customer> customer;
  std::optional<Reservation> reservation;
  std::optional<AgreedRefund> agreed;  // absent: returned without a request
  std::optional<CreditMatch> match;
  std::vector<InvoiceLine> lines;  // that brought it, or that it may be of
  bool in_purchase_month = false;  // other_month: that in which the reservation was bought, where such credits are often posted
  Day missing_from;
  Money owed;        // to the customer
  std::string note;  // the number of the credit note that it stands on; empty: none
  std::optional<Settlement> settlement;
};

// By currency, of all cases that are asked for, whatever the window.
struct SettlementSums {
  Currency currency;
  Money expected;  // from the provider
  Money arrived;
  Money owed;     // to customers
  Money noted;    // of that, what stands on credit notes
  Money settled;  // of that, what was paid
};

struct SettlementAsk {
  std::optional<Day> month;  // its first day; absent: whatever is open, of all months
  std::optional<CustomerId> customer;
  std::optional<CaseState> state;
  std::string only;  // the id of one case
  std::size_t offset = 0;
  std::size_t limit = 100;
};

struct SettlementView {
  Instant now;
  std::int64_t total = 0;                    // of the state that is asked for
  std::map<CaseState, std::int64_t> counts;  // of all states
  std::int64_t to_note = 0;                  // owed and on no credit note
  std::vector<SettlementSums> sums;
  std::vector<ledger::Balance> ledger;  // what was booked in the month, or the balances of today; sums to zero in each currency
  bool whole = true;                    // false: whoever asks sees only some customers, so no ledger is shown
  std::vector<SettlementCase> cases;    // the window; oldest first
};

// Errors: not_found for a customer that is not here; forbidden.
Result<SettlementView> settlement_view(App& app, const SettlementAsk& ask);

}  // namespace prorata
