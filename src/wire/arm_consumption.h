// Reservation transactions as Microsoft.Consumption prints them: what the books say a reservation cost and gave back.
#pragma once

#include <optional>
#include <string>

#include "ledger/entry.h"
#include "party/party.h"
#include "reservation/reservation.h"
#include "wire/json.h"

namespace prorata::wire {

struct Transaction {
  EntryId entry;
  Instant at;
  bool refund = false;
  Money amount;  // negative for a refund
  std::int64_t quantity = 0;
  const Reservation* reservation = nullptr;
  const Subscription* paying = nullptr;  // absent: none is known
};

struct TransactionView {
  std::string account;  // "/providers/Microsoft.Billing/billingAccounts/A"
  std::string profile;  // its billing profile's name; empty: the older shape, by account
  std::string profile_name;
};

// Absent where an entry is neither a purchase nor a refund. `customer_side`: what the customer pays instead of what the partner pays.
std::optional<Transaction> transaction_of(const ledger::Entry& entry, bool customer_side);

void write_transaction(JsonWriter& w, const Transaction& transaction, const TransactionView& view);

}  // namespace prorata::wire
