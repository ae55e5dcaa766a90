#include "app/provider_invoices.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <fmt/format.h>

namespace prorata {
namespace {

using ledger::Account;
using ledger::Entry;

constexpr std::size_t kEntriesAtOnce = 1'000;

// What the entry charges or credits; absent for one that the provider has no part in.
std::optional<Money> amount_of(const Entry& entry) {
  if (entry.head().event == "provider_credit") return std::nullopt;
  std::int64_t sum = 0;
  bool ours = false;
  for (const ledger::Posting& posting : entry.postings()) {
    if (posting.account != Account::provider_payable && posting.account != Account::provider_credit_receivable) continue;
    sum -= posting.amount_minor;
    ours = true;
  }
  if (!ours) return std::nullopt;
  return Money{sum, entry.head().currency};
}

LineKind kind_of(const Entry& entry, Money amount) {
  if (amount.is_negative()) return LineKind::credit;
  return entry.head().event == "instalment" ? LineKind::instalment : LineKind::purchase;
}

// The number of the first commit at or after a moment; where there is none, one more than the last.
Result<std::int64_t> first_commit(Snapshot& snapshot, Instant from) {
  const Page<AuditRecord> first = TRY(snapshot.audit_records({.from = from, .limit = 1}));
  if (!first.items.empty()) return first.items.front().number;
  return TRY(snapshot.counts()).commits + 1;
}

Result<void> each_entry(Snapshot& snapshot, std::int64_t from, std::int64_t until, const std::function<void(const Entry&)>& visit) {
  EntrySpan span{.from = from, .until = until, .limit = kEntriesAtOnce};
  do {
    const Page<Entry> page = TRY(snapshot.entries_of(span));
    for (const Entry& each : page.items) visit(each);
    span.after = page.next;
  } while (!span.after.empty());
  return {};
}

Result<std::vector<ProviderInvoice>> invoices_of(Snapshot& snapshot, Day month) {
  const std::int64_t from = TRY(first_commit(snapshot, start_of(month)));
  const std::int64_t until = TRY(first_commit(snapshot, start_of(add_months(month, 1))));
  std::map<Currency, ProviderInvoice> by_currency;
  TRY(each_entry(snapshot, from, until, [&](const Entry& entry) {
    const std::optional<Money> amount = amount_of(entry);
    if (!amount) return;
    ProviderInvoice& invoice =
        by_currency
            .try_emplace(
                amount->currency,
                ProviderInvoice{
                    .month = month, .currency = amount->currency, .total = Money::zero(amount->currency), .from = from, .until = until})
            .first->second;
    invoice.total += *amount;
    ++invoice.lines;
  }));
  std::vector<ProviderInvoice> out;
  for (auto& [currency, invoice] : by_currency) out.push_back(invoice);
  return out;
}

// How many units a line is about: of a credit those that went back, by the return or the exchange that its entries are grouped by.
Result<std::int64_t> quantity_of(Snapshot& snapshot, const BilledLine& line) {
  if (!line.reservation) return 1;
  if (line.kind == LineKind::purchase) return line.reservation->original_quantity;
  if (line.kind == LineKind::instalment) return line.reservation->quantity;
  if (const Result<ReturnId> id = ReturnId::parse(line.entry.group))
    if (const std::optional<ReturnState> state = TRY(snapshot.returned(*id))) return state->returned.quantity;
  if (const Result<ExchangeId> id = ExchangeId::parse(line.entry.group))
    if (const std::optional<Exchange> exchange = TRY(snapshot.exchange(*id)))
      for (const ExchangeReturnLine& each : exchange->returns)
        if (each.reservation == line.reservation->id) return each.quantity;
  return line.reservation->original_quantity;
}

// The first day of the month that "G202603SEK" says, and its currency.
struct Named {
  Day month;
  Currency currency;
};
std::optional<Named> named(std::string_view name) {
  constexpr std::size_t kLength = 10;
  if (name.size() != kLength || to_lower(name.substr(0, 1)) != "g") return std::nullopt;
  const Result<Day> month = parse_day(fmt::format("{}-{}-01", name.substr(1, 4), name.substr(5, 2)));
  const Result<Currency> currency = Currency::parse(name.substr(7));
  if (!month || !currency) return std::nullopt;
  return Named{*month, *currency};
}

}  // namespace

std::string invoice_name(const ProviderInvoice& invoice) {
  const std::string day = to_string(invoice.month);
  return fmt::format("G{}{}{}", day.substr(0, 4), day.substr(5, 2), invoice.currency.code());
}

Result<std::vector<ProviderInvoice>> provider_invoices(Snapshot& snapshot, Instant now) {
  std::vector<ProviderInvoice> out;
  const Page<AuditRecord> first = TRY(snapshot.audit_records({.limit = 1}));
  if (first.items.empty()) return out;
  for (Day month = month_of(day_of(first.items.front().note.at)); add_months(month, 1) <= day_of(now); month = add_months(month, 1))
    std::ranges::move(TRY(invoices_of(snapshot, month)), std::back_inserter(out));
  return out;
}

Result<std::optional<ProviderInvoice>> provider_invoice(Snapshot& snapshot, std::string_view name, Instant now) {
  const std::optional<Named> wanted = named(name);
  if (!wanted || day_of(now) < add_months(wanted->month, 1)) return std::optional<ProviderInvoice>();
  for (ProviderInvoice& each : TRY(invoices_of(snapshot, wanted->month)))
    if (each.currency == wanted->currency) return std::optional(each);
  return std::optional<ProviderInvoice>();
}

Result<Page<BilledLine>> invoice_lines(Snapshot& snapshot, const ProviderInvoice& invoice, const InvoiceLinesAsk& ask) {
  Page<BilledLine> out;
  std::size_t skip = ask.after.empty() ? ask.skip : 0;
  EntrySpan span{.from = invoice.from, .until = invoice.until, .limit = kEntriesAtOnce, .after = ask.after};
  do {
    // Never more entries than lines are to be passed over or still wanted, so that the next page begins right behind the last line.
    span.limit = skip > 0 ? std::min(skip, kEntriesAtOnce) : ask.limit - out.items.size();
    const Page<Entry> page = TRY(snapshot.entries_of(span));
    for (const Entry& each : page.items) {
      const std::optional<Money> amount = amount_of(each);
      if (!amount || amount->currency != invoice.currency) continue;
      if (skip > 0) {
        --skip;
        continue;
      }
      out.items.push_back({.entry = each.head(), .kind = kind_of(each, *amount), .amount = *amount});
    }
    span.after = page.next;
  } while (!span.after.empty() && out.items.size() < ask.limit);
  out.next = span.after;

  std::vector<ReservationId> reservations;
  std::vector<CustomerId> customers;
  for (const BilledLine& each : out.items) {
    if (Result<ReservationId> id = ReservationId::parse(each.entry.reservation)) reservations.push_back(*std::move(id));
    customers.push_back(each.entry.customer);
  }
  std::ranges::sort(reservations);
  reservations.erase(std::ranges::unique(reservations).begin(), reservations.end());
  std::ranges::sort(customers);
  customers.erase(std::ranges::unique(customers).begin(), customers.end());
  std::unordered_map<std::string, Reservation> reservation_by_id;
  for (Reservation& each : TRY(snapshot.reservations_by_id(reservations))) reservation_by_id.emplace(each.id.text(), std::move(each));
  std::unordered_map<std::string, Customer> customer_by_id;
  for (Customer& each : TRY(snapshot.customers_by_id(customers))) customer_by_id.emplace(each.id.text(), std::move(each));
  for (BilledLine& each : out.items) {
    if (const auto found = reservation_by_id.find(each.entry.reservation); found != reservation_by_id.end())
      each.reservation = found->second;
    if (const auto found = customer_by_id.find(each.entry.customer.text()); found != customer_by_id.end()) each.customer = found->second;
    each.quantity = TRY(quantity_of(snapshot, each));
  }
  return out;
}

}  // namespace prorata
