// An invoice of the provider that a desk stands in for, as a PDF: the paper behind Partner Center's pdfDownloadLink.
#pragma once

#include <string>
#include <vector>

#include "app/provider_invoices.h"
#include "app/settlement_records.h"

namespace prorata::documents {

// More lines than these are counted and not printed; all of them are to be had as line items.
inline constexpr std::size_t kPrintedLinesMax = 5'000;

// `lines` are the first ones of the invoice, by day. Errors: those of draw().
Result<std::string> provider_invoice_pdf(const ProviderInvoice& invoice, const std::vector<BilledLine>& lines, const BilledParty& partner,
                                         Language language);

}  // namespace prorata::documents
