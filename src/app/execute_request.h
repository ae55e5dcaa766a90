// An approved request is executed exactly once.
//
//   approved -> executing     one commit: the figures are those that were agreed to, at this moment
//   executing -> completed    one commit with the return: reservation, allowance and its hold, books, ticket, audit and outbox.
//                             An exchange has more stages (app/run_exchange.h); its last one completes the request.
//
// Whatever fails between and within leaves a state from which resume_requests() goes on:
//  - a figure has changed: it is approved and waits for the agent to agree again;
//  - it cannot be done any more (split, moved to another customer, ended, no room): it is failed, and its hold is let go;
//  - the answer of the commit was lost: it is outcome_unknown. The commit that says so writes the request's row, so the lost one, which
//    wants to write it too, has either happened before or never will; looking tells which.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"
#include "request/request.h"

namespace prorata {

// Executes it where it is approved and nobody has to agree again; any other comes back as it is. How it went stands in what comes back.
// Errors: not_found; outcome_unknown where not even that could be noted; busy, unavailable and the like, after which it may be resumed.
Result<request::Request> execute_if_approved(App& app, const request::Request& request);

struct AgreeAsk {
  std::int64_t number = 0;
  std::string key;
  std::int64_t seen_version = 0;  // 0: whatever is there
  std::optional<Money> amount;  // what is agreed to: of a refund what comes back, of an exchange what is left to pay; absent: what it shows
};
// The agent agrees to the figures that the request shows now; an approved one is then executed. Errors: not_found; forbidden; refused where
// there is nothing to agree to; stale_quote where they have changed once more, and are shown anew.
Result<request::Request> agree_again(App& app, const AgreeAsk& ask);

// Goes on with one that a crash left behind: finishes what is executing, looks after what is unknown, executes what is approved. Looking
// and doing are two calls: what was found not to have happened is approved again, and the next call executes it.
Result<request::Request> resume_request(App& app, std::int64_t number);

// What waits and has run out of time expires: its hold is let go, its ticket closed. Part of what time brings (app/move_clock.h).
Result<std::vector<request::Request>> expire_requests(App& app);

// All such, and those whose time has run out, which expire. Returns what became of each; one that fails does not stop the others.
Result<std::vector<request::Request>> resume_requests(App& app);

}  // namespace prorata
