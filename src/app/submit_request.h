// The article's wizard as one command: 1 Basics, 2 Problem, 3 Contact information, 4 Review and create. What it makes is one commit: the
// request submitted, its hold on the allowance, and its support request, which is the same request to any client of the support API.
//
//   const request::Request filed = TRY(submit_request(app, {.number = 1017, .contact = {.first_name = "Anna", ...}}));
//
// It then waits for a second person where the desk's rules say so, else for the operator; where the rules approve by themselves it is
// executed right away.
#pragma once

#include <optional>
#include <string>

#include "app/app.h"
#include "app/draft_request.h"
#include "request/request.h"

namespace prorata {

// What was agreed to: of a refund what comes back, of an exchange what is left to pay; and the quote that showed it, where one was kept.
struct RequestConsent {
  Money amount;
  std::string policy;
  std::optional<QuoteId> quote;
};

struct SubmitAsk {
  std::int64_t number = 0;
  std::string issue_type = "Billing";                   // step 1
  std::string problem_type = "Reservation management";  // step 2
  std::string category = "Exchanges and refunds";
  support::ContactChange contact;  // step 3: a person of the partner's
  std::optional<support::Severity> severity;
  bool accept_clip = false;  // step 4: go on even where the allowance cuts the refund
  std::string key;
  std::optional<RequestConsent> consent;  // absent: to the figures that the draft shows
  std::int64_t seen_version = 0;          // 0: whatever is there
};

// Errors, in this order: not_found; conflict where another version is there than was seen; forbidden; refused where it is no draft;
// invalid_argument with the wizard's field in `place`; stale_quote where a figure has changed since it was quoted or is not the one that
// was agreed to; expired_quote; refused for the policy's headline reason, or for want of consent to a clip; key_reused; those of
// Store::commit. Those of its execution, where the rules approve by themselves, are no errors of this: it is submitted, and how it went
// stands in it.
Result<request::Request> submit_request(App& app, const SubmitAsk& ask);
// The same for a commit that does more with the draft: the hold, the ticket and the word for the audit trail go into the changes, the
// request that comes of it is the caller's to put. The number and the key of the ask are not looked at.
Result<request::Request> submit_into(Changes& changes, App& app, Snapshot& snapshot, const SubmitAsk& ask, const request::Request& draft,
                                     const Desk& desk, Instant now);

// The same in one go for what is no draft yet, or for what a customer asked: drafted, quoted and submitted in one commit, or nothing.
struct WholeAsk {
  DraftAsk draft;
  SubmitAsk form;  // but for its number and what was seen; its key is that of the whole
};
Result<request::Request> submit_whole(App& app, const WholeAsk& ask);

// An amount in USD above which a second person must approve, and whether the rules stand for the operator.
struct RequestRules {
  std::optional<Money> approval_above;
  bool automatic_approval = false;
};
struct RulesChange {
  std::optional<std::optional<Money>> approval_above;  // absent: as it is
  std::optional<bool> automatic_approval;
};
// Errors: forbidden; invalid_argument for an amount that is negative or not in USD.
Result<RequestRules> change_request_rules(App& app, const RulesChange& change);
Result<RequestRules> request_rules(App& app);

}  // namespace prorata
