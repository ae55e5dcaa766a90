// May these units be returned, and for how much? The whole decision, from a reservation's facts to amounts in two currencies.
//
//   RefundDecision decision = TRY(decide_refund(refund_case, {.quantity = 1, .as_of = now}, pack));
//   if (decision.amounts.refusals.any()) ...            // data, not an error: all reasons, in order
//   decision.refund                                      // Money, billing currency, the fee taken off
//
// Quote, return, exchange, batch and what-if all call this one function; it calls decide_return() once. Source: refund rules
// sections 1 to 5.
#pragma once

#include <optional>
#include <string>

#include "base/money.h"
#include "base/time.h"
#include "party/party.h"
#include "policy/pack.h"
#include "policy/refusal.h"
#include "policy/return_decision.h"
#include "reservation/payment.h"
#include "reservation/reservation.h"

namespace prorata::policy {

// Everything the rules need to know of a reservation and its customer.
struct RefundCase {
  Day start;  // benefit start
  Term term;
  std::optional<Day> expiry;  // absent: start plus the term
  BillingPlan plan = BillingPlan::upfront;
  std::int64_t quantity = 0;
  Schedule schedule;  // all units, every payment with both amounts
  std::string product;
  Usage usage = Usage::unknown;
  std::optional<Money> current_unit_price;  // lifetime, one unit, billing; absent: unknown
  OfferType offer = OfferType::csp;
  bool authorized = true;  // for refunds on the order
  bool active = true;      // the state is Succeeded
  bool operation_in_progress = false;
  bool transferred_in = false;
  std::int64_t allowance_used = 0;  // USD minor, on the meter that binds
  std::int64_t allowance_held = 0;
};

struct RefundRequest {
  std::int64_t quantity = 0;
  Instant as_of;
  std::optional<Meter> meter;      // where the pack leaves a choice; absent: the pack's
  bool channel_approved = false;   // an approved support request is being executed
  std::optional<Channel> channel;  // a sandbox's own; absent: the pack's
};

// What `paid` was paid for, before it was shared out to the returned units. A derivation starts from it (policy/derivation.h).
struct PaidPeriod {
  Day from;                      // the start of the term, or the due day of the current instalment
  Day until;                     // where it ends, that day not included
  int instalment = -1;           // the current one, from 0; -1: paid upfront
  bool succeeded = true;         // the current instalment is paid
  std::int64_t billing_all = 0;  // what was paid for all units, minor units
  std::int64_t pricing_all = 0;
};

struct RefundDecision {
  std::string policy;
  Day today;  // the UTC date of the moment asked about
  PaidPeriod period;
  ReturnFacts facts;
  ReturnAmounts amounts;
  std::string row;    // its name; empty where no row was asked
  Currency currency;  // billing
  std::int64_t quantity = 0;
  std::int64_t of_quantity = 0;
  int completed_payments = 0;  // Succeeded
  int total_payments = 0;
  Money total_paid;  // all Succeeded payments, all units
  Money kept;        // total_paid - refund: what the wire calls prorated; the fee is in it
  Money refund;

  Money billing(std::int64_t minor) const { return {minor, currency}; }
  static Money pricing(std::int64_t minor) { return {minor, Currency::usd()}; }
  // A clipped return may only be executed when the caller says so.
  bool needs_consent() const { return amounts.warnings.has(Warning::clipped); }
  bool refused() const { return amounts.refusals.any(); }
};

// An instalment that a return cancels: neither paid nor cancelled before.
inline bool is_unpaid(const Payment& payment) {
  return payment.status == PaymentStatus::scheduled || payment.status == PaymentStatus::failed;
}

// Errors: invalid_argument where the pack does not allow the asked meter, or where the case cannot be priced at all: no payments, or
// a payment without a pricing amount (resolve it with catalog::convert before).
Result<RefundDecision> decide_refund(const RefundCase& facts, const RefundRequest& request, const Pack& pack);
// The same with a pack already compiled: for many cases in a row.
Result<RefundDecision> decide_refund(const RefundCase& facts, const RefundRequest& request, const Pack& pack, const CompiledPack& compiled);

}  // namespace prorata::policy
