// What the desk remembers beside customers, orders, reservations and entries: its settings, quotes, returns, holds, exchanges and
// settlements. Plain values; the store writes them as they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "policy/pack.h"
#include "reservation/reservation.h"

namespace prorata {

// Which pack governs from which day on. The first row applies to all days before it too.
struct PolicyChoice {
  Day from;
  std::string pack;   // "csp-2020"
  std::string meter;  // where the pack leaves a choice: "refund" or "cancelled_commitment"; empty: the pack's default
  friend bool operator==(const PolicyChoice&, const PolicyChoice&) = default;
};

// The desk itself: one row.
struct Desk {
  std::int64_t version = 0;
  std::string partner;  // the partner's name
  std::vector<PolicyChoice> policies;
  bool sandbox = false;
  std::optional<Instant> frozen_at;        // a sandbox's clock stands still here ...
  std::int64_t clock_offset_ticks = 0;     // ... or runs this far from real time
  std::int64_t hold_days = 14;             // how long a hold waits for its request
  std::optional<policy::Channel> channel;  // a sandbox's; absent: as the policy says
  std::int64_t lag_seconds = 0;            // how long a sandbox's operations show as running
  std::optional<Money> approval_above;     // USD: a request for more waits for a second person's approval; absent: none does
  bool automatic_approval = false;         // the policy's "no refusal" is the operator's "approved"
  friend bool operator==(const Desk&, const Desk&) = default;
};

// What a quote promised: valid for ten minutes of the same UTC day, and only while the facts stand still.
struct Quote {
  QuoteId id;
  CustomerId customer;
  ReservationId reservation;
  std::int64_t quantity = 0;
  Instant as_of;
  std::string policy;
  std::string fingerprint;  // of every figure of the decision; a return must decide the same
  friend bool operator==(const Quote&, const Quote&) = default;
};

// An executed return. It counts to the allowance from `at` until 365 x 24 h later, unless it belongs to an exchange.
struct ReturnRecord {
  ReturnId id;
  CustomerId customer;
  OrderId order;
  ReservationId reservation;
  std::int64_t quantity = 0;
  Instant at;
  std::string actor;
  std::string policy;
  std::string row;  // of the pack's table: "later_used"
  Money paid;       // all of these: billing currency, for the returned units
  Money consumed;
  Money credit;
  Money fee;
  Money refund;
  Money forfeited;
  Money remaining_commitment;
  Money pricing_refund;  // USD: the two meters
  Money pricing_cancelled;
  Money customer_credit;  // what the partner owes the customer for it, before its own charge
  Money handling;         // the partner's own charge
  bool counts = true;     // to the allowance
  std::string exchange;   // the exchange it belongs to; empty otherwise
  std::string reference;  // the approved support request it executed
  friend bool operator==(const ReturnRecord&, const ReturnRecord&) = default;
};

// Allowance set aside for a request in flight.
enum class HoldState { held, released, used };
template <>
inline constexpr auto kWords<HoldState> =
    std::to_array<Word<HoldState>>({{HoldState::held, "held"}, {HoldState::released, "released"}, {HoldState::used, "used"}});

struct Hold {
  HoldId id;
  std::int64_t version = 0;
  CustomerId customer;
  Instant placed;
  Instant expires;  // from this moment it no longer holds anything
  Money refund;     // USD, on the refund meter
  Money cancelled;  // USD, on the cancelled commitment meter
  HoldState state = HoldState::held;
  std::string reference;  // of the request in flight
  std::string actor;
  friend bool operator==(const Hold&, const Hold&) = default;
};

// The customer's credit of a return, paid out or set off. At most one for each return.
struct Settlement {
  ReturnId returned;
  CustomerId customer;
  Instant at;
  Day paid_on;
  Money amount;
  std::string method;     // "bank" or "receivable": paid out, or set off against what the customer owes
  std::string reference;  // credit note or payment reference
  std::string actor;
  std::string note;  // the credit note that it was settled with; empty: none
  friend bool operator==(const Settlement&, const Settlement&) = default;
};

// Quoted: calculated, and nothing asked for yet. Pending: accepted, its reservations are held. PendingRefunds and PendingPurchases: the one
// or the other comes next. The words from Pending on are those of the reservation API.
enum class ExchangeState { quoted, pending, pending_refunds, pending_purchases, succeeded, failed };
template <>
inline constexpr auto kWords<ExchangeState> = std::to_array<Word<ExchangeState>>({{ExchangeState::quoted, "Quoted"},
                                                                                  {ExchangeState::pending, "Pending"},
                                                                                  {ExchangeState::pending_refunds, "PendingRefunds"},
                                                                                  {ExchangeState::pending_purchases, "PendingPurchases"},
                                                                                  {ExchangeState::succeeded, "Succeeded"},
                                                                                  {ExchangeState::failed, "Failed"}});

struct ExchangeReturnLine {
  ReservationId reservation;
  std::int64_t quantity = 0;
  Money credit;
  Money remaining_commitment;
  OrderId order;
  BillingPlan plan = BillingPlan::upfront;
  std::int64_t completed_payments = 0;
  std::int64_t total_payments = 0;
  Money total_paid;  // all Succeeded payments, all units
  friend bool operator==(const ExchangeReturnLine&, const ExchangeReturnLine&) = default;
};

struct ExchangePurchaseLine {
  OrderId order;  // made when the exchange begins, so that a resumed one buys the same
  ReservationId reservation;
  std::string product;
  std::string sku;
  std::string region;
  Term term;
  BillingPlan plan = BillingPlan::upfront;
  std::int64_t quantity = 0;
  Money price;          // lifetime, all units, billing
  Money pricing_price;  // the same in USD
  Scope scope;
  std::string name;
  std::string billing_scope;
  friend bool operator==(const ExchangePurchaseLine&, const ExchangePurchaseLine&) = default;
};

struct Exchange {
  ExchangeId id;
  std::int64_t version = 0;
  CustomerId customer;
  ExchangeState state = ExchangeState::pending;
  Instant as_of;    // the moment of the decision
  Instant updated;  // of the last change of state; in PendingPurchases the moment of the returns, at which the new terms start
  std::string actor;
  std::string policy;
  std::string reference;  // the approved support request it executes
  std::vector<ExchangeReturnLine> returns;
  std::vector<ExchangePurchaseLine> purchases;
  Money refunds_total;
  Money purchases_total;
  Money net_payable;
  std::string failure;  // why it failed; empty otherwise
  friend bool operator==(const Exchange&, const Exchange&) = default;
};

}  // namespace prorata
