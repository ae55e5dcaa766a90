#include "books/balances.h"

namespace prorata::books {

void Balances::add(const ledger::Entry& entry) {
  const ledger::EntryHead& head = entry.head();
  for (const ledger::Posting& posting : entry.postings()) {
    const Money amount{posting.amount_minor, head.currency};
    const auto [at, is_first] = amounts_.try_emplace({head.customer, head.currency, posting.account}, amount);
    if (!is_first) at->second += amount;
  }
}

Money Balances::on(const CustomerId& customer, ledger::Account account, Currency currency) const {
  const auto at = amounts_.find({customer, currency, account});
  return at == amounts_.end() ? Money::zero(currency) : at->second;
}

std::vector<ledger::Balance> Balances::all() const {
  std::vector<ledger::Balance> rows;
  for (const auto& [key, amount] : amounts_) {
    const auto& [customer, currency, account] = key;
    if (!amount.is_zero()) rows.push_back({customer, currency, account, amount.minor});
  }
  return rows;
}

}  // namespace prorata::books
