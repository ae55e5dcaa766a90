// Receiving the provider's money and paying the customer's: what is owed to whom, since when, and marking it paid.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

// What the partner owes the customer for a return: its credit less the partner's own charge.
Money owed_for(const ReturnRecord& record);

struct SettleAsk {
  ReturnId returned;
  std::optional<Day> paid_on;   // absent: today
  std::string method = "bank";  // or "receivable"
  std::string reference;
  std::string key;
};

// Errors: not_found; refused where it is settled already; invalid_argument for a day before the return or after today. What an exchange
// gave back is settled like any return, as a rule by "receivable": set off against what was bought.
Result<Settlement> settle_return(App& app, const SettleAsk& ask);

// The same, as a part of a larger change. Errors: the same.
Result<void> add_settlement(App& app, Instant now, const SettleAsk& ask, const ReturnState& state, std::string note, Changes& changes);

struct CreditAsk {
  ReturnId returned;
  std::string invoice;
  bool to_bank = false;  // else it lowers what is owed to the provider
};

// The provider's credit for a return has arrived: once for each return. Errors: not_found, key_reused where it arrived on another invoice.
Result<Money> receive_credit(App& app, const CreditAsk& ask);

}  // namespace prorata
