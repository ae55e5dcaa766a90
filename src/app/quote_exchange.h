// What an exchange would give back, cost and leave to pay, and a quote of it to run within ten minutes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/purchase.h"
#include "app/refund_facts.h"
#include "policy/exchange.h"

namespace prorata {

struct ExchangeReturnAsk {
  ReservationId reservation;
  std::int64_t quantity = 0;  // 0: all units
};

struct ExchangePurchaseAsk {
  PurchaseLine line;           // an empty product, region or name: that of the first returned reservation, or a made-up name
  std::optional<Scope> scope;  // absent: copied from the returned reservation where there is exactly one
};

struct ExchangeAsk {
  std::vector<ExchangeReturnAsk> returns;
  std::vector<ExchangePurchaseAsk> purchases;
  std::string approved;  // the approved support request being executed; empty: none
};

// Everything an exchange is decided on, from one snapshot.
struct ExchangeFacts {
  Desk desk;
  Instant now;
  Customer customer;                      // of the first returned reservation
  std::vector<Reservation> stored;        // as they were read, in the order of the returns
  std::vector<Reservation> reservations;  // as they stand today
  std::vector<policy::ExchangeReturnCase> returns;
  std::vector<ExchangePurchaseLine> purchases;  // priced; their ids are new
};

// Whether something must be bought, or may still be missing: of an exchange that is being put together.
enum class Buying { something, perhaps_nothing };

// Errors: not_found (a reservation, a price); invalid_argument for no lines, a reservation named twice, a line of no units, or a scope
// that has to be named.
Result<ExchangeFacts> load_exchange_facts(App& app, Snapshot& snapshot, const ExchangeAsk& ask, Buying buying = Buying::something);

struct GoverningExchange {
  const policy::Pack* pack = nullptr;
  policy::ExchangeDecision decision;
};
// Decides under the desk's pack at a moment; shared by quote and execution, so they can never differ.
Result<GoverningExchange> decide_exchange_under_governing_pack(App& app, const ExchangeFacts& facts, const std::string& approved,
                                                               Instant as_of);

// The record of what was decided: lines, totals, policy.
Exchange exchange_of(App& app, const ExchangeFacts& facts, const GoverningExchange& governing, Instant as_of);

struct ExchangeQuote {
  Exchange exchange;  // state Quoted; its id runs it
  ExchangeFacts facts;
  const policy::Pack* pack = nullptr;
  policy::ExchangeDecision decision;
};

// Stores the quote. A refused case is quoted too (data, not an error); running it will be an error. `beside` adds what else the same
// commit shall write.
using BesideExchangeQuote = std::function<void(const ExchangeQuote&, Changes&)>;
Result<ExchangeQuote> quote_exchange(App& app, const ExchangeAsk& ask, const BesideExchangeQuote& beside = {});

}  // namespace prorata
