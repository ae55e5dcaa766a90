// An exchange that was put together and agreed to becomes a request: drafted with its quote, and submitted.
//
//   const request::Request filed = TRY(file_exchange(app, {.lines = lines, .net_payable = agreed, .policy = "azure-2026", .contact =
//   anna}));
#pragma once

#include <string>

#include "app/draft_request.h"
#include "app/submit_request.h"

namespace prorata {

struct FileExchangeAsk {
  AskFor lines;       // of kind exchange; its key is that of the whole
  Money net_payable;  // what was agreed to, and under which policy
  std::string policy;
  support::ContactChange contact;
};

// Two commits, the draft and its submission; under the same key the second goes on where the first was left. Nothing is drafted where
// another figure comes out than was agreed to.
// Errors: those of draft_request and submit_request; stale_quote.
Result<request::Request> file_exchange(App& app, const FileExchangeAsk& ask);

}  // namespace prorata
