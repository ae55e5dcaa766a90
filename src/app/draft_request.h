// A request begins: a customer asks or an agent notes it, an agent drafts one from the record or from what was asked, and it is quoted.
//
//   const request::Request asked = TRY(ask_for(app, {.kind = Kind::refund, .returns = {{.reservation = web, .quantity = 2}}}));
//   const DraftedRequest draft = TRY(draft_request(app, {.from = asked.number}));            // quoted, with its derivation's facts
//
// Errors of all besides those of the rules and of Store::commit: not_found, forbidden, refused for a customer that cannot be served here,
// saying where it can.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/request_quote.h"

namespace prorata {

struct AskFor {
  request::Kind kind = request::Kind::refund;
  std::vector<request::ReturnLine> returns;  // reservation and quantity; the order is looked up
  std::vector<request::PurchaseWish> purchases;
  std::string reason;
  support::Severity severity = support::Severity::minimal;
  std::string key;
};
// By the customer's own user, or by an agent for it. It decides nothing and shows no figures: an agent takes it up.
Result<request::Request> ask_for(App& app, const AskFor& ask);

struct DraftAsk {
  std::optional<std::int64_t> from;  // what was asked, or a draft that is changed; its lines unless others are given
  AskFor lines;
};
struct DraftedRequest {
  request::Request request;
  RequestQuote quote;
};
Result<DraftedRequest> draft_request(App& app, const DraftAsk& ask);
// A new one and its quote, not written yet: for a commit that does more with it.
Result<DraftedRequest> new_draft(App& app, Snapshot& snapshot, const RequestId& id, const AskFor& ask, Instant now);

// The same figures again, at the desk's present time: of a draft they are kept as its quote, of a later one only shown.
Result<DraftedRequest> quote_again(App& app, std::int64_t number);

}  // namespace prorata
