// What stands on each account: entries folded one by one.
//
//   Balances balances;
//   balances.add(entry);
//   Money owed = -balances.on(customer, Account::customer_credit_payable, sek);
//
// Memory grows with customers, currencies and accounts, never with entries.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "ledger/entry.h"

namespace prorata::books {

class Balances {
 public:
  void add(const ledger::Entry& entry);

  // Zero where nothing was ever posted.
  Money on(const CustomerId& customer, ledger::Account account, Currency currency) const;

  // By customer, currency and account; accounts that came back to zero are left out.
  std::vector<ledger::Balance> all() const;

 private:
  using Key = std::tuple<CustomerId, Currency, ledger::Account>;
  std::map<Key, Money> amounts_;
};

}  // namespace prorata::books
