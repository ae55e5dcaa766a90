// How each event of the desk is written in the books. Pure: what happened goes in, balanced entries come out, and the use case
// commits them beside the change that they tell of.
//
//   std::vector<Entry> entries = write_return({.at = now, .customer = id, ...}, {.refund = refund, .customer_credit = credit}, next_id);
//
// A debit is positive, a credit negative (ledger/entry.h). What each account holds, seen from the partner:
//
//   customer_receivable         debit   customers owe us for what they bought
//   provider_payable            credit  we owe the provider for the same, at cost
//   margin                      credit  our part of prices; a refund takes its share back out
//   provider_credit_receivable  debit   refunds that the provider owes us, until an invoice brings them
//   customer_credit_payable     credit  refunds that we owe customers, until they are settled
//   handling_income             credit  our own charge on returns
//   bank                        either  money that really moved
//
// A year of one customer that pays 110 for what costs 100, returns with 40 left, and is charged 2 % for the handling:
//
//   event            customer   provider  margin   provider credit  customer credit  handling  bank
//                    receivable payable            receivable       payable          income
//   purchase           +110       -100      -10
//   return                                   +4         +40             -44
//   handling                                                             +0.88         -0.88
//   provider credit               +40                   -40
//   settlement         -43.12                                           +43.12
//   stands at           66.88     -60        -6           0                0            -0.88     0
//
// so the customer still owes for the time it used and for the handling, the provider is still owed for that time, and 6.88 are earned.
//
// A monthly reservation is charged instalment by instalment, each on its day; a commitment that a return cancels was never charged
// and therefore needs no entry. An exchange is return lines and purchase lines under one group: the credits stand on the two
// credit accounts like those of any return and are settled like them, as a rule by setting them off against what the new purchase
// made receivable. Nothing is ever edited: a mistake is answered by reversal().
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/money.h"
#include "base/text.h"
#include "base/time.h"
#include "ledger/entry.h"
#include "reservation/payment.h"

namespace prorata::books {

using ledger::Entry;
using NextId = std::function<EntryId()>;  // a new entry id at each call

// What all entries of one event have in common.
struct Event {
  Instant at;
  CustomerId customer;
  std::string group;        // ties the entries of one event together: a return id, an exchange id
  std::string reservation;  // id, where one is concerned
  std::string memo;         // one line for a person; empty: the writer's own words
  std::string reference;    // invoice, payment or support request outside the desk
};

// A price as the partner pays it and as the customer does.
struct Charge {
  Money cost;
  Money customer;
};

// What a return gives back, from the provider to the partner and from the partner to its customer.
struct Credit {
  Money refund;
  Money customer_credit;
};

// A bought reservation as of the day of the event: what of its schedule has succeeded is charged now.
struct Purchase {
  Schedule schedule;  // at cost
  Money customer_lifetime;
};

// Dr customer receivable, Cr provider payable, Cr margin. Upfront: the whole price. Monthly: what has fallen due by then, as a rule
// instalment 0; nothing where the first one is still to come.
std::vector<Entry> write_purchase(const Event& event, const Purchase& bought, const NextId& next_id);

// One instalment, the same way.
std::vector<Entry> write_instalment(const Event& event, const Charge& charge, const NextId& next_id);

// Every payment that has succeeded in `after` and had not in `before`: the same schedule, some days later. Each is dated on its due day.
std::vector<Entry> write_instalments(const Event& event, const Schedule& before, const Schedule& after, Money customer_lifetime,
                                     const NextId& next_id);

// Dr provider credit receivable (refund), Cr customer credit payable (customer credit), the difference to margin.
std::vector<Entry> write_return(const Event& event, const Credit& credit, const NextId& next_id);

// Dr customer credit payable, Cr handling income. No charge, no entry.
std::vector<Entry> write_handling(const Event& event, Money charge, const NextId& next_id);

// Where the provider's credit went: off the invoice, or to the bank.
enum class ProviderCreditTo { provider_payable, bank };

// The credit arrives on an invoice (the event's reference). Dr provider payable or bank, Cr provider credit receivable.
std::vector<Entry> write_provider_credit(const Event& event, Money amount, ProviderCreditTo to, const NextId& next_id);

// The same where what came is not what was expected, and is taken as the whole: the difference is the partner's, on margin.
std::vector<Entry> write_provider_credit(const Event& event, Money came, Money expected, ProviderCreditTo to, const NextId& next_id);

// How a customer got its credit: set off against what it owes, or paid out.
enum class SettledBy { receivable, bank };

// Dr customer credit payable, Cr customer receivable or bank.
std::vector<Entry> write_settlement(const Event& event, Money amount, SettledBy by, const NextId& next_id);

struct ExchangeReturn {
  std::string reservation;
  Credit credit;
};
struct ExchangePurchase {
  std::string reservation;
  Purchase bought;
};
// Return lines, then purchase lines, all under the event's group, each with its own reservation.
std::vector<Entry> write_exchange(const Event& event, std::span<const ExchangeReturn> returns, std::span<const ExchangePurchase> purchases,
                                  const NextId& next_id);

// The opposite of an entry that should not have been: the same postings with their signs turned. It keeps the group, the reservation and
// the customer, and its reference is the id of what it undoes.
Entry reversal(const Entry& mistake, Instant at, std::string memo, const NextId& next_id);

}  // namespace prorata::books

namespace prorata {
template <>
inline constexpr auto kWords<books::ProviderCreditTo> = std::to_array<Word<books::ProviderCreditTo>>(
    {{books::ProviderCreditTo::provider_payable, "provider_payable"}, {books::ProviderCreditTo::bank, "bank"}});
template <>
inline constexpr auto kWords<books::SettledBy> =
    std::to_array<Word<books::SettledBy>>({{books::SettledBy::receivable, "receivable"}, {books::SettledBy::bank, "bank"}});
}  // namespace prorata
