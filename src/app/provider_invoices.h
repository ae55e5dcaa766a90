// What the provider has invoiced to the partner, read from the books: a desk that stands in for the provider has no other source. An
// invoice is a calendar month in one currency: what was booked in that month by the desk's clock, purchases and instalments as charges,
// returns as credits. It is there once the month is over, and stays as it is: entries are only ever added, and belong to the month of their
// commit.
//
//   for (const ProviderInvoice& each : TRY(provider_invoices(snapshot, now))) ...
//   const InvoiceLines page = TRY(invoice_lines(snapshot, invoice, {.limit = 200}));
//
// The credit that arrives on an imported invoice ("provider_credit") is no line: it says that a credit was seen, and is not one itself.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/app.h"

namespace prorata {

struct ProviderInvoice {
  Day month;  // its first day
  Currency currency;
  Money total;
  std::int64_t lines = 0;
  std::int64_t from = 0;  // commits [from, until)
  std::int64_t until = 0;
};

// "G202603SEK".
std::string invoice_name(const ProviderInvoice& invoice);

// Oldest first. Goes through every entry of the months.
Result<std::vector<ProviderInvoice>> provider_invoices(Snapshot& snapshot, Instant now);
// Of that name, in any letter case, with the entries of its month gone through once; absent where there is none.
Result<std::optional<ProviderInvoice>> provider_invoice(Snapshot& snapshot, std::string_view name, Instant now);

enum class LineKind { purchase, instalment, credit };

struct BilledLine {
  ledger::EntryHead entry;
  LineKind kind = LineKind::purchase;
  Money amount;  // a credit is negative
  std::int64_t quantity = 1;
  std::optional<Reservation> reservation;
  std::optional<Customer> customer;
};

struct InvoiceLinesAsk {
  std::size_t limit = 200;
  std::size_t skip = 0;  // lines of the invoice to pass over
  std::string after;     // of the page before, instead
};
Result<Page<BilledLine>> invoice_lines(Snapshot& snapshot, const ProviderInvoice& invoice, const InvoiceLinesAsk& ask);

}  // namespace prorata
