#include "books/books.h"

#include <fmt/format.h>

#include "base/check.h"
#include "books/customer_price.h"

namespace prorata::books {
namespace {

using ledger::Account;
using ledger::EntryHead;
using ledger::Posting;

EntryHead head_of(const Event& event, std::string_view name, Currency currency, const NextId& next_id) {
  return {.id = next_id(),
          .at = event.at,
          .event = std::string(name),
          .customer = event.customer,
          .currency = currency,
          .group = event.group,
          .reservation = event.reservation,
          .memo = event.memo,
          .reference = event.reference};
}

Event saying(Event event, std::string memo) {
  if (event.memo.empty()) event.memo = std::move(memo);
  return event;
}

// An event that moves nothing is no entry.
std::vector<Entry> entry_of(EntryHead head, std::vector<Posting> postings) {
  std::vector<Entry> entries;
  Entry entry = Entry::make(std::move(head), std::move(postings));
  if (!entry.postings().empty()) entries.push_back(std::move(entry));
  return entries;
}

void append(std::vector<Entry>& all, std::vector<Entry> more) { std::ranges::move(more, std::back_inserter(all)); }

std::vector<Entry> move_amount(const Event& event, std::string_view name, Account debit, Account credit, Money amount,
                               const NextId& next_id) {
  CHECK(!amount.is_negative(), "an amount that moves is not negative; turn the accounts around");
  return entry_of(head_of(event, name, amount.currency, next_id), {{debit, amount.minor}, {credit, -amount.minor}});
}

std::vector<Entry> charge_of(const Event& event, std::string_view name, const Charge& charge, const NextId& next_id) {
  const Money margin = charge.customer - charge.cost;
  return entry_of(head_of(event, name, charge.cost.currency, next_id), {{Account::customer_receivable, charge.customer.minor},
                                                                        {Account::provider_payable, -charge.cost.minor},
                                                                        {Account::margin, -margin.minor}});
}

std::vector<Entry> credit_of(const Event& event, std::string_view name, const Credit& credit, const NextId& next_id) {
  const Money margin = credit.customer_credit - credit.refund;
  return entry_of(head_of(event, name, credit.refund.currency, next_id), {{Account::provider_credit_receivable, credit.refund.minor},
                                                                          {Account::customer_credit_payable, -credit.customer_credit.minor},
                                                                          {Account::margin, margin.minor}});
}

std::string instalment_memo(const Schedule& schedule, std::size_t index) {
  return fmt::format("instalment {} of {}", index + 1, schedule.payments.size());
}

Charge charge_at(const Schedule& schedule, Money customer_lifetime, std::size_t index) {
  return {schedule.payments[index].billing, customer_part_of(schedule, customer_lifetime, index)};
}

bool succeeded(const Schedule& schedule, std::size_t index) { return schedule.payments[index].status == PaymentStatus::succeeded; }

std::vector<Entry> purchase_of(const Event& event, std::string_view name, const Purchase& bought, const NextId& next_id) {
  std::vector<Entry> entries;
  const bool upfront = bought.schedule.payments.size() == 1;
  for (std::size_t i = 0; i < bought.schedule.payments.size(); ++i) {
    if (!succeeded(bought.schedule, i)) continue;
    const Event said = saying(event, upfront ? "purchase" : "purchase, " + instalment_memo(bought.schedule, i));
    append(entries, charge_of(said, name, charge_at(bought.schedule, bought.customer_lifetime, i), next_id));
  }
  return entries;
}

}  // namespace

std::vector<Entry> write_purchase(const Event& event, const Purchase& bought, const NextId& next_id) {
  return purchase_of(event, "purchase", bought, next_id);
}

std::vector<Entry> write_instalment(const Event& event, const Charge& charge, const NextId& next_id) {
  return charge_of(saying(event, "instalment"), "instalment", charge, next_id);
}

std::vector<Entry> write_instalments(const Event& event, const Schedule& before, const Schedule& after, Money customer_lifetime,
                                     const NextId& next_id) {
  CHECK(before.payments.size() == after.payments.size(), "the same schedule, some days later");
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < after.payments.size(); ++i) {
    const bool fell_due = succeeded(after, i) && !succeeded(before, i);
    if (!fell_due) continue;
    Event said = saying(event, instalment_memo(after, i));
    said.at = start_of(after.payments[i].due);
    append(entries, write_instalment(said, charge_at(after, customer_lifetime, i), next_id));
  }
  return entries;
}

std::vector<Entry> write_return(const Event& event, const Credit& credit, const NextId& next_id) {
  return credit_of(saying(event, "return"), "return", credit, next_id);
}

std::vector<Entry> write_handling(const Event& event, Money charge, const NextId& next_id) {
  return move_amount(saying(event, "handling of a return"), "handling", Account::customer_credit_payable, Account::handling_income, charge,
                     next_id);
}

std::vector<Entry> write_provider_credit(const Event& event, Money amount, ProviderCreditTo to, const NextId& next_id) {
  const Account debit = to == ProviderCreditTo::bank ? Account::bank : Account::provider_payable;
  return move_amount(saying(event, "credit from the provider"), "provider_credit", debit, Account::provider_credit_receivable, amount,
                     next_id);
}

std::vector<Entry> write_provider_credit(const Event& event, Money came, Money expected, ProviderCreditTo to, const NextId& next_id) {
  const Account debit = to == ProviderCreditTo::bank ? Account::bank : Account::provider_payable;
  return entry_of(
      head_of(saying(event, "credit from the provider"), "provider_credit", expected.currency, next_id),
      {{debit, came.minor}, {Account::provider_credit_receivable, -expected.minor}, {Account::margin, (expected - came).minor}});
}

std::vector<Entry> write_settlement(const Event& event, Money amount, SettledBy by, const NextId& next_id) {
  const Account credit = by == SettledBy::bank ? Account::bank : Account::customer_receivable;
  return move_amount(saying(event, "settled with the customer"), "settlement", Account::customer_credit_payable, credit, amount, next_id);
}

std::vector<Entry> write_exchange(const Event& event, std::span<const ExchangeReturn> returns, std::span<const ExchangePurchase> purchases,
                                  const NextId& next_id) {
  CHECK(!event.group.empty(), "the lines of an exchange share a group");
  std::vector<Entry> entries;
  for (const ExchangeReturn& line : returns) {
    Event said = saying(event, "returned in an exchange");
    said.reservation = line.reservation;
    append(entries, credit_of(said, "exchange", line.credit, next_id));
  }
  for (const ExchangePurchase& line : purchases) {
    Event said = saying(event, "bought in an exchange");
    said.reservation = line.reservation;
    append(entries, purchase_of(said, "exchange", line.bought, next_id));
  }
  return entries;
}

Entry reversal(const Entry& mistake, Instant at, std::string memo, const NextId& next_id) {
  EntryHead head = mistake.head();
  head.reference = head.id.text();
  head.id = next_id();
  head.at = at;
  head.event = "reversal";
  head.memo = std::move(memo);
  std::vector<Posting> postings = mistake.postings();
  for (Posting& posting : postings) posting.amount_minor = -posting.amount_minor;
  return Entry::make(std::move(head), std::move(postings));
}

}  // namespace prorata::books
