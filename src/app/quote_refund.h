// What a return would give back now: the decision, what would fit if it does not, and a quote to execute within ten minutes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/refund_facts.h"

namespace prorata {

inline constexpr std::int64_t kQuoteValidSeconds = 600;

struct RefundAsk {
  ReservationId reservation;
  std::int64_t quantity = 0;   // 0: all units
  std::string approved;        // the approved support request being executed; empty: none
  std::optional<HoldId> hold;  // that request's hold on the allowance: it makes room for this return, which uses it up
  bool every_policy = false;   // also under every other pack, side by side
};

// What would fit where the whole does not.
struct Fitting {
  std::int64_t quantity_now = 0;      // 0: not even one unit
  std::optional<Instant> whole_from;  // absent: never within the term
};

struct RefundQuote {
  Quote quote;
  RefundFacts facts;
  const policy::Pack* pack = nullptr;
  policy::RefundDecision decision;
  policy::AllowanceState allowance;
  std::optional<Fitting> fitting;  // where the allowance refuses it
  std::vector<policy::RefundDecision> others;
};

// The hold that a return is to use up. Errors: not_found, refused where it holds nothing any more.
Result<Hold> load_own_hold(Snapshot& snapshot, const RefundFacts& facts, const HoldId& id);

// Decides under the desk's pack at a moment; shared by quote and return, so they can never differ.
struct GoverningDecision {
  const policy::Pack* pack = nullptr;
  policy::Meter meter = policy::Meter::refund;
  policy::RefundDecision decision;
};
Result<GoverningDecision> decide_under_governing_pack(App& app, const RefundFacts& facts, const RefundAsk& ask, Instant as_of);

// What fits the allowance now and later, of as many units as are asked for. Other refusals do not matter here.
Fitting what_fits(const RefundFacts& facts, const GoverningDecision& governing, const RefundAsk& ask);

// What a return would give under any pack, without keeping a quote: for a screen that asks at every change of a number.
struct RefundPreview {
  RefundFacts facts;
  GoverningDecision governing;  // under the pack that was asked for
  bool governs = false;         // it is the desk's own today
  policy::AllowanceState allowance;
  Fitting fitting;                             // of all units
  std::vector<policy::RefundDecision> others;  // under the other packs
};
struct PreviewAsk {
  ReservationId reservation;
  std::int64_t quantity = 0;  // 0: all units
  std::string pack;           // empty: the one that governs
};
// Errors: not_found for the reservation or the pack.
Result<RefundPreview> preview_refund(App& app, Snapshot& snapshot, const PreviewAsk& ask);
// The same of facts already loaded.
Result<RefundPreview> preview_refund(App& app, RefundFacts facts, const PreviewAsk& ask);

// Every figure of a decision in one line: two decisions are the same when these are.
std::string fingerprint(const policy::RefundDecision& decision);

// A quote is kept for ten minutes of its UTC day. Errors: expired_quote, naming it.
Result<void> check_quote_age(const std::string& id, Instant as_of, Instant now);

// The error of a write that the headline refusal stands against, and how to go on.
std::unexpected<Error> refused_by(policy::Refusal headline, const Customer& customer);

// Stores the quote. A refused case is quoted too (data, not an error); its return will be an error.
Result<RefundQuote> quote_refund(App& app, const RefundAsk& ask);

}  // namespace prorata
