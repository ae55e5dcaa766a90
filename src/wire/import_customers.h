// Reads customers: what Partner Center says of them, in JSON, or a CSV of one's own.
//
//   ImportReport report;
//   TRY(import_customers(file, {.currency = eur}, sink, report));
//
// JSON is Partner Center's (a collection with "items", or one customer) or the same with the CSV's names as members. A customer that buys
// elsewhere (relationshipToPartner is not "reseller") is skipped. CSV columns: id, name, domain, and optionally country, currency,
// offer_type, reseller, subscriptions (ids with spaces between). Partner Center does not say in which currency a customer is billed:
// the default stands in.
#pragma once

#include "party/party.h"
#include "wire/import_rows.h"

namespace prorata::wire {

struct CustomerDefaults {
  Currency currency = Currency::usd();
  OfferType offer = OfferType::csp;
};

// Errors: invalid_data for a CSV without the columns; those of the source and of the sink.
Result<void> import_customers(ByteSource& source, const CustomerDefaults& defaults, const ImportSink<Customer>& sink, ImportReport& report);

}  // namespace prorata::wire
