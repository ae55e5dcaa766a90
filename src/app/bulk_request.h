// Refunds of many reservations, asked for together: all results first, then a request for each that can be made.
//
//   const BulkPlan plan = TRY(plan_requests(app, {.lines = lines}));                             // the dry run: nothing is written
//   const BulkMade made = TRY(request_many(app, {.lines = lines, .contact = anna, .key = key}));  // a commit for each request
//
// The allowance of a customer is shared out in the order of the lines: each line is decided with what those before it will have taken. A
// line that cannot be made stays, with its reasons and with what would make it fit, and takes nothing.
// docs/specs/requests.md, "Many at once".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/quote_refund.h"
#include "request/request.h"

namespace prorata {

inline constexpr std::size_t kBulkLinesMax = 500;

struct BulkLineAsk {
  ReservationId reservation;
  std::int64_t quantity = 0;  // 0: all units
  bool accept_clip = false;   // go on even where the allowance cuts the refund
  std::optional<Money> seen;  // the refund that was seen; absent: whatever it is
};
struct BulkRequestAsk {
  std::vector<BulkLineAsk> lines;
  std::string reason;
  std::optional<support::Severity> severity;
  support::ContactChange contact;  // one for all: a person of the partner's
  std::string policy;              // under which the refunds were seen
  bool fit = false;                // dry run: of a line that the allowance refuses or cuts, as many units as fit
  std::string key;
};

enum class BulkState {
  fits,     // can be made
  cut,      // the allowance cuts the refund, and nobody has agreed to that
  refused,  // by the policy; its decision has the reasons
  unknown,  // it cannot be said: no price, no rate, not here, not theirs
  made,     // there is a request
  failed,   // could be made, and was not: `problem` says why
};
template <>
inline constexpr auto kWords<BulkState> = std::to_array<Word<BulkState>>({{BulkState::fits, "fits"},
                                                                          {BulkState::cut, "cut"},
                                                                          {BulkState::refused, "refused"},
                                                                          {BulkState::unknown, "unknown"},
                                                                          {BulkState::made, "made"},
                                                                          {BulkState::failed, "failed"}});

struct BulkRow {
  BulkLineAsk ask;  // with fewer units where it was made to fit
  BulkState state = BulkState::unknown;
  std::optional<Customer> customer;
  std::optional<Reservation> reservation;  // as it stands today
  std::optional<policy::RefundDecision> decision;
  std::int64_t free_before = 0;  // USD minor, on the meter that binds: left by the lines before it
  std::int64_t taken = 0;        // by this line; 0 where it is not made
  std::optional<Fitting> fix;    // where the allowance refuses it or cuts it: beside the lines before it
  std::optional<Error> problem;  // unknown, failed
  std::optional<request::Request> made;
};

// What the lines of one customer come to.
struct BulkCustomer {
  Customer customer;
  std::int64_t limit = 0;  // USD minor, on the meter that binds, as are the next four
  std::int64_t used = 0;
  std::int64_t held = 0;
  std::int64_t taken = 0;
  std::int64_t left = 0;
  std::int64_t lines = 0;         // that can be made, or are
  std::int64_t others = 0;        // the rest
  std::int64_t refund_minor = 0;  // of the former, in the customer's currency
};
struct BulkTotal {
  Currency currency = Currency::usd();
  std::int64_t lines = 0;
  std::int64_t refund_minor = 0;
};
struct BulkPlan {
  Instant now;
  std::string policy;
  policy::Meter meter = policy::Meter::refund;
  std::vector<BulkRow> rows;            // in the order of the ask
  std::vector<BulkCustomer> customers;  // in the order in which the rows name them
  std::vector<BulkTotal> totals;        // by currency
  std::int64_t makeable = 0;
};

// Errors: invalid_argument for no lines, too many, or a reservation named twice.
Result<BulkPlan> plan_requests(App& app, const BulkRequestAsk& ask);

struct BulkMade {
  BulkPlan plan;  // its rows are made, failed, or as they were left out
  std::int64_t made = 0;
  std::int64_t failed = 0;
};

// Under one key for the whole: which lines are to be made is settled by the first call, and each request has a key of its own that comes of
// both. So the same call again goes on where a crash stopped, makes nothing twice, and answers the same when it is through.
// Errors besides those of the plan: invalid_argument for a contact that no request is filed with, which may be mended under the same key;
// key_reused; busy, unavailable, outcome_unknown and the like, after which the same call may be made again. What stands against one line
// alone stands in its row.
Result<BulkMade> request_many(App& app, const BulkRequestAsk& ask);

}  // namespace prorata
