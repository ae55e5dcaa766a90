// What a request would bring if it were executed now: the one decision behind its draft, its submission, its approval and its execution.
#pragma once

#include <memory>
#include <optional>

#include "app/quote_exchange.h"
#include "app/quote_refund.h"
#include "request/request.h"

namespace prorata {

struct RequestQuote {
  request::Quoted quoted;
  Customer customer;
  std::vector<request::ReturnLine> returns;      // as they were resolved: no "all units" is left
  std::vector<request::PurchaseWish> purchases;  // the same: region, product, name and scope of each
  std::optional<RefundQuote> refund;             // with its derivation's facts; of a refund
  std::optional<ExchangeQuote> exchange;         // of an exchange
  bool refused() const { return !quoted.refusals.empty(); }
};

// Decided as an approved support request's would be, with the request's own hold out of its own way. Nothing is written.
// Errors: not_found; invalid_argument of the lines; refused with the reason "customer_moved" where a reservation belongs to another
// customer by now.
Result<RequestQuote> quote_request(App& app, Snapshot& snapshot, const request::Request& request);

// The mark of every figure that is agreed to: two are the same when these are. Unlike that of a quote (app/quote_refund.h) it lets a
// reservation have fewer units by now, and more of its period have passed, as long as nothing else comes of it.
std::string figures_mark(const policy::RefundDecision& decision);
std::string figures_mark(const Exchange& exchange);

// The error of a write that a refusal of this quote stands against.
std::unexpected<Error> refused_by(const RequestQuote& quote);

ExchangeAsk exchange_ask_of(const request::Request& request);
RefundAsk refund_ask_of(const request::Request& request);

}  // namespace prorata
