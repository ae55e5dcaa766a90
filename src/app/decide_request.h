// The decisions on a request: the second person of the partner, the operator, and whoever takes it back.
//
//   request::Request after = TRY(approve_inside(app, {.number = 1017}));               // above the desk's amount
//   after = TRY(decide_request(app, {.number = 1017, .approve = true}));               // executes it, exactly once
//
// Nobody approves or decides a request of their own. Errors of all: not_found; forbidden; refused where its state is another, naming who
// brought it there, and where its time has run out; conflict where another version is there than was seen; key_reused; those of
// Store::commit.
#pragma once

#include <string>

#include "app/app.h"
#include "request/request.h"

namespace prorata {

struct ApproveAsk {
  std::int64_t number = 0;
  std::string note;
  std::string key;
  std::int64_t seen_version = 0;  // 0: whatever is there
};
// Hands it over to the operator. Where the rules approve by themselves it is executed right away.
Result<request::Request> approve_inside(App& app, const ApproveAsk& ask);

struct DecideAsk {
  std::int64_t number = 0;
  bool approve = false;
  std::string reason;  // to reject one takes a reason
  std::string key;
  std::int64_t seen_version = 0;  // 0: whatever is there
};
// The operator's decision; a rejection may also be that of the second person. Errors: invalid_argument for a rejection without a reason.
Result<request::Request> decide_request(App& app, const DecideAsk& ask);

struct WithdrawAsk {
  std::int64_t number = 0;
  std::string reason;
  std::string key;
  std::int64_t seen_version = 0;  // 0: whatever is there
};
// By the partner until it is being executed; by the customer's own user who asked, while it is a draft.
Result<request::Request> withdraw_request(App& app, const WithdrawAsk& ask);

// The ticket was closed by a client of the support API: what it stands for is withdrawn in the same commit. Errors: conflict where it is
// being executed or has come to its end otherwise than by what the ticket says.
Result<void> follow_ticket(Changes& changes, App& app, Snapshot& snapshot, const support::SupportRequest& before,
                           support::SupportRequest& after, Instant now);

}  // namespace prorata
