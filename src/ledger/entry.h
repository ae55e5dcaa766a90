// Double entry: an entry is a set of postings in one currency that sums to zero. It knows no business (books/ does), and once made
// it is never changed: undoing is another entry.
//
//   Entry entry = Entry::make({.id = id, .at = now, .event = "return", .customer = customer, .currency = sek, ...},
//                             {{Account::provider_credit_receivable, 264'000}, {Account::customer_credit_payable, -264'000}});
//
// A debit is positive, a credit negative. make() CHECKs the balance; the store checks it again when it writes.
#pragma once

#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata::ledger {

enum class Account {
  customer_receivable,         // what customers owe for what was bought
  provider_payable,            // what the partner owes the provider
  margin,                      // the partner's part of a price
  provider_credit_receivable,  // refunds that the provider owes the partner
  customer_credit_payable,     // refunds that the partner owes customers
  handling_income,             // the partner's own charge on a return
  bank,
};

struct Posting {
  Account account;
  std::int64_t amount_minor = 0;
  friend bool operator==(const Posting&, const Posting&) = default;
};

struct EntryHead {
  EntryId id;
  Instant at;
  std::string event;  // "purchase", "instalment", "return", "handling", "provider_credit", "settlement", "exchange"
  CustomerId customer;
  Currency currency;
  std::string group;        // entries of one event share it: an exchange's returns and purchases
  std::string reservation;  // id, where one is concerned
  std::string memo;         // one line for a person
  std::string reference;    // outside reference: invoice, payment, support request
  friend bool operator==(const EntryHead&, const EntryHead&) = default;
};

class Entry {
 public:
  // Postings of zero are left out. CHECKs that what is left sums to zero.
  static Entry make(EntryHead head, std::vector<Posting> postings);
  // For what a store read back: an unbalanced one is storage_corrupt.
  static Result<Entry> restore(EntryHead head, std::vector<Posting> postings);

  const EntryHead& head() const { return head_; }
  const std::vector<Posting>& postings() const { return postings_; }
  friend bool operator==(const Entry&, const Entry&) = default;

 private:
  Entry(EntryHead head, std::vector<Posting> postings) : head_(std::move(head)), postings_(std::move(postings)) {}
  EntryHead head_;
  std::vector<Posting> postings_;
};

// What stands on one account for one customer in one currency.
struct Balance {
  CustomerId customer;
  Currency currency;
  Account account;
  std::int64_t amount_minor = 0;
  friend bool operator==(const Balance&, const Balance&) = default;
};

}  // namespace prorata::ledger

namespace prorata {
template <>
inline constexpr auto kWords<ledger::Account> =
    std::to_array<Word<ledger::Account>>({{ledger::Account::customer_receivable, "customer_receivable"},
                                          {ledger::Account::provider_payable, "provider_payable"},
                                          {ledger::Account::margin, "margin"},
                                          {ledger::Account::provider_credit_receivable, "provider_credit_receivable"},
                                          {ledger::Account::customer_credit_payable, "customer_credit_payable"},
                                          {ledger::Account::handling_income, "handling_income"},
                                          {ledger::Account::bank, "bank"}});
}  // namespace prorata
