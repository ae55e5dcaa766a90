// What else the reservations that somebody owns could do: a wider scope, machines of another size, units to give back. Every piece of
// advice is a question put to the engine ("what if this version had that scope?") and the difference between its two answers.
//
//   for (const RescopeAdvice& each : TRY(advise_rescoping(history, prices))) ...
//   for (const ResizeAdvice& each : TRY(advise_resizing(history, prices, sizes))) ...
//   for (const ReturnAdvice& each : TRY(advise_returning(history))) ...
//
// A saving is the pay-as-you-go price of what is uncovered now less that of what would be, over all of the customer's usage, so what one
// reservation takes from another is in it. Advice rules sections 5 to 7.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "advice/history.h"
#include "advice/prices.h"
#include "base/error.h"

namespace prorata::advice {

// Uncovered without and with the change, of the sizes in which the two differ. Money is there where nothing is missing.
struct Difference {
  std::vector<LeftPart> before;
  std::vector<LeftPart> after;
  Money price_before;
  Money price_after;
  std::vector<std::string> missing;
  Money saving() const { return price_before - price_after; }
};
Difference difference_of(std::span<const LeftPart> before, std::span<const LeftPart> after, const Prices& prices);

// Of one version: how much of it was used, in micro-hours of the reserved size, without and with the change.
struct UsedChange {
  std::string reservation;
  std::string size;
  std::int64_t quantity = 0;
  std::int32_t active_hours = 0;
  std::int64_t reserved_uh = 0;
  std::int64_t used_before_uh = 0;
  std::int64_t used_after_uh = 0;
};

struct RescopeAdvice {
  UsedChange change;
  utilization::CoverScope from;
  utilization::CoverScope to;
  Difference difference;
};
// Each version that is active at the end of the history, has idle hours and is not shared, with each wider scope (its subscription, shared)
// under which less stays uncovered. The largest saving first, then by id. Errors: those of the engine.
Result<std::vector<RescopeAdvice>> advise_rescoping(const History& history, const Prices& prices);

struct ResizeAdvice {
  UsedChange change;
  utilization::Identity machine;  // as it is
  std::string to_size;
  Difference difference;
};
// Machines that ran uncovered and would find room in an idle reservation of another flexibility group (or of another exact size), if they
// had a size of that group with as many processors. `sizes` are the ones there are; the number of processors is read off the
// name ("standard_d4s_v5": 4). Only changes that leave less uncovered by price and let the reservation cover at least a micro-hour more.
// The largest saving first, then by machine. Errors: those of the engine.
Result<std::vector<ResizeAdvice>> advise_resizing(const History& history, const Prices& prices, std::span<const std::string> sizes);

struct ReturnAdvice {
  std::string reservation;
  std::string size;
  std::int64_t quantity = 0;     // to give back
  std::int64_t of_quantity = 0;  // of the version
  std::int32_t active_hours = 0;
  std::int64_t reserved_uh = 0;
  std::int64_t used_uh = 0;
};
// Versions that are active at the end of the history with units that nobody needed in any hour of it. Giving them back leaves exactly as
// much uncovered: the engine has been asked about each. By id. Errors: those of the engine.
Result<std::vector<ReturnAdvice>> advise_returning(const History& history);

// As its name says: 4 of "standard_d4s_v5"; 0 where it says nothing.
std::int64_t processors_of(std::string_view size);

}  // namespace prorata::advice
