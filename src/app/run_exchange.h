// Runs an exchange: one unit of work in stages, each stage one commit.
//
//   Pending           accepted; every returned reservation is held by it, so nothing else can touch them
//   PendingRefunds    the returns come next
//   PendingPurchases  the returns are done; the purchases come next, at the agreed prices
//   Succeeded | Failed
//
// A crash between two commits leaves one of these states, and resume_exchanges() goes on from it. Until the returns are done an exchange
// that can no longer be kept (its day has passed, or its figures moved) is undone: its reservations are free again and it is Failed. Once
// they are done only the purchases are left, whose prices and ids were fixed when it was accepted, so it is always finished.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/quote_exchange.h"

namespace prorata {

struct ExchangeRun {
  std::optional<ExchangeId> quote;  // do exactly what it promised
  ExchangeAsk ask;                  // without a quote: these lines. With one only `approved` counts.
  std::string key;                  // idempotency key; empty: none
  // Adds what else the commit that accepts it shall write, and may stand against it.
  std::function<Result<void>(const Exchange&, Snapshot&, Changes&)> within;
};

struct ExchangeOutcome {
  Exchange exchange;      // Succeeded, or Failed with its reason
  bool replayed = false;  // it was accepted before; this is how it ended
};

// The commit that ends it ends the request that it executes too (app/request_record.h).
//
// Accepts it and runs it to its end. A quote runs once: asked again, the exchange that it became is finished and shown.
// Errors, in this order: not_found; expired_quote (older than ten minutes, or of another UTC day); stale_quote (the facts moved);
// refused (the headline refusal, and how to go on); key_reused; and those of Store::commit.
Result<ExchangeOutcome> run_exchange(App& app, const ExchangeRun& run);

// Finishes or undoes what a crash left between two stages; returns what became of each.
Result<std::vector<Exchange>> resume_exchanges(App& app);

// One stage of an exchange that is not finished. Errors: not_found, those of Store::commit.
Result<Exchange> advance_exchange(App& app, const ExchangeId& id);

Result<Exchange> load_exchange(App& app, const ExchangeId& id);

}  // namespace prorata
