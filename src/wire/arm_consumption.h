// Microsoft.Consumption as it prints reservations: transactions, which are what the books say a reservation cost and gave back; summaries
// of a day or a month; and the details of a day, a machine each.
#pragma once

#include <optional>
#include <string>

#include "app/usage_details.h"
#include "app/utilization_view.h"
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

void write_usage_summary(JsonWriter& w, const Reservation& reservation, const GrainFigures& figures);
// `ratio`: that of the reserved size; absent: it is in no table.
void write_usage_detail(JsonWriter& w, const Reservation& reservation, const UsageDetail& detail,
                        const std::optional<FlexibilityRatio>& ratio);

}  // namespace prorata::wire
