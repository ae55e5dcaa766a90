// What needs whoever acts, now: short queues over the whole desk, each asked by itself.
//
//   const TodayList list = TRY(today(app, TodayQueue::waiting));
//   for (const TodayRow& row : list.rows) ...          // the most pressing first, kTodayRows at most
//
// What whoever acts may not know of is left out; a queue of another role is forbidden. docs/specs/desk-overview.md, "Today".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

inline constexpr std::size_t kTodayRows = 12;

enum class TodayQueue {
  waiting,    // requests that wait for whoever acts
  deadlines,  // first days that run out, terms that end, answers that are due, holds that run out
  money,      // refunded, and not yet credited to the customer
  waste,      // reservations that are badly used
  allowance,  // what stops counting within a week
};
template <>
inline constexpr auto kWords<TodayQueue> = std::to_array<Word<TodayQueue>>({{TodayQueue::waiting, "waiting"},
                                                                            {TodayQueue::deadlines, "deadlines"},
                                                                            {TodayQueue::money, "money"},
                                                                            {TodayQueue::waste, "waste"},
                                                                            {TodayQueue::allowance, "allowance"}});

enum class TodayKind {
  approve,          // as the second person
  decide,           // as the operator
  take_up,          // a customer asked
  agree,            // its figures have changed
  look_after,       // nobody knows whether it was done
  first_days_end,   // until then all of it goes back
  term_ends,        // and is not renewed
  answer_due,       // of a request
  hold_ends,        // and its request expires
  credit_customer,  // is owed
  badly_used,
  comes_back,  // to the allowance
};
template <>
inline constexpr auto kWords<TodayKind> = std::to_array<Word<TodayKind>>({{TodayKind::approve, "approve"},
                                                                          {TodayKind::decide, "decide"},
                                                                          {TodayKind::take_up, "take_up"},
                                                                          {TodayKind::agree, "agree"},
                                                                          {TodayKind::look_after, "look_after"},
                                                                          {TodayKind::first_days_end, "first_days_end"},
                                                                          {TodayKind::term_ends, "term_ends"},
                                                                          {TodayKind::answer_due, "answer_due"},
                                                                          {TodayKind::hold_ends, "hold_ends"},
                                                                          {TodayKind::credit_customer, "credit_customer"},
                                                                          {TodayKind::badly_used, "badly_used"},
                                                                          {TodayKind::comes_back, "comes_back"}});

struct TodayRow {
  TodayKind kind = TodayKind::take_up;
  CustomerId customer;
  std::string customer_name;
  std::string title;
  std::string request;  // R-1017; empty: none
  std::optional<ReservationId> reservation;
  Instant at;                   // since when it waits, or by when it must be done
  std::optional<Money> amount;  // what it is about
  std::optional<utilization::Percent> used;
  bool late = false;  // past its time; of money, older than an invoice
  bool mine = false;  // assigned to whoever acts
};

struct TodayList {
  Instant now;
  std::vector<TodayRow> rows;
  std::int64_t total = 0;      // that were found
  bool complete = true;        // false: the desk has more than was looked at
  std::vector<Money> amounts;  // of all that were found, by currency
};

// Errors: forbidden.
Result<TodayList> today(App& app, TodayQueue queue);

}  // namespace prorata
