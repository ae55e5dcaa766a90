// Returns units of a reservation: reservation, allowance, books, audit and key in one commit, exactly once.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/quote_refund.h"

namespace prorata {

struct ReturnAsk {
  RefundAsk refund;
  std::optional<QuoteId> quote;  // do exactly what it promised
  bool accept_clip = false;      // go on even where the allowance cuts the refund
  std::string key;               // idempotency key; empty: none
  // Adds what else the same commit shall write; hears the decision as a quote.
  std::function<void(const RefundQuote&, Changes&)> beside;
  // The same for what has to be read first and may stand against it.
  std::function<Result<void>(const RefundQuote&, const ReturnRecord&, Snapshot&, Changes&)> within;
};

struct ReturnOutcome {
  ReturnRecord record;
  bool replayed = false;  // the key was used before; this is its first answer
};

// A hold that the ask names is used up in the same commit.
// Errors, in this order: not_found; expired_quote (older than ten minutes, or of another UTC day); stale_quote (the facts moved);
// refused (the headline refusal, and how to go on); key_reused; and those of Store::commit.
Result<ReturnOutcome> return_reservation(App& app, const ReturnAsk& ask);

}  // namespace prorata
