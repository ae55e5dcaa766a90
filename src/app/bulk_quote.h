// What every reservation of a list would give back today, one line at a time, whatever their number.
//
//   TRY(bulk_quote(app, {.query = {.customer = id}}, {}, print));                    // a dry run: nothing is written
//   TRY(bulk_quote(app, {.query = {.customer = id}}, store_quotes(app), print));    // and a quote for each that can be returned
//
// Each line is decided as `refund quote` decides it, by itself: the allowance is not shared out between them. `act` is what is done with a
// line that may be returned, and names what came of it: a quote, or a request that is filed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/quote_refund.h"

namespace prorata {

struct BulkAsk {
  ReservationQuery query;  // its limit and cursor are not looked at
  std::string approved;    // as when executing this approved support request
};

struct BulkLine {
  std::string customer;  // its name
  Reservation reservation;
  std::optional<policy::RefundDecision> decision;  // absent: it cannot be said, and `problem` says why
  std::string problem;
  std::string made;  // what `act` made of it
};

struct BulkSum {
  Currency currency = Currency::usd();
  std::int64_t lines = 0;  // that may be returned
  std::int64_t refund_minor = 0;
};
struct BulkReport {
  std::int64_t lines = 0;
  std::int64_t refused = 0;
  std::int64_t undecided = 0;
  std::int64_t failed = 0;    // acts; their lines say why
  std::vector<BulkSum> sums;  // by currency
};

using Act = std::function<Result<std::string>(const BulkLine&)>;
using EachLine = std::function<Result<void>(const BulkLine&)>;

// Goes through living reservations by page, so that memory stays flat. An act that fails leaves its problem on the line, and the others go
// on; what `each` fails with ends it. Errors: forbidden.
Result<BulkReport> bulk_quote(App& app, const BulkAsk& ask, const Act& act, const EachLine& each);

Act store_quotes(App& app, const std::string& approved);

}  // namespace prorata
