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
  std::int64_t seen_version = 0;  // of what is taken up; 0: whatever is there
};
struct DraftedRequest {
  request::Request request;
  RequestQuote quote;
};
Result<DraftedRequest> draft_request(App& app, const DraftAsk& ask);
// A new one and its quote, not written yet: for a commit that does more with it.
Result<DraftedRequest> new_draft(App& app, Snapshot& snapshot, const RequestId& id, const AskFor& ask, Instant now);

// The draft that this would be, quoted, and what was there before it; nothing is written. `id` is for a new one.
struct Drafting {
  std::optional<request::Request> before;
  request::Request draft;
  RequestQuote quote;
};
Result<Drafting> drafted(App& app, Snapshot& snapshot, const DraftAsk& ask, const RequestId& id, Instant now);
// What is asked, in words that are the same for the same.
std::string canonical(const AskFor& ask);

// The same figures again, at the desk's present time: of a draft they are kept as its quote, of a later one only shown.
Result<DraftedRequest> quote_again(App& app, std::int64_t number);

// What it would bring now, for whoever may quote it; nothing is kept.
Result<RequestQuote> quote_now(App& app, Snapshot& snapshot, const request::Request& request);

}  // namespace prorata
