// Reads the lifetime prices of reservations: the retail price API's answers in JSON, catalog lists, or CSV.
//
//   TRY(import_prices(file, {.undated = today}, sink, report));
//
// JSON: {"Items": [...]}, {"pricePoints": [...]}, {"value": [...]}, a bare array, JSON lines, or an object of rows by key. CSV: the
// catalog's (name, locations, resourceType, msrp_p1y, msrp_p3y, msrp_currency) or one's own (sku, region, term, from, currency, price,
// product). A reservation's price is for the whole term of one unit, whatever the unit of measure beside it says. Rows that are no
// reservation price (by the hour, spot, low priority, terms that are not sold as reservations, sizes without a price) are skipped and
// counted.
#pragma once

#include <variant>

#include "catalog/catalog.h"
#include "catalog/hourly_price.h"
#include "wire/import_rows.h"

namespace prorata::wire {

struct PriceDefaults {
  Day undated;  // in force from this day where a row does not say
};

// Either kind of row of a price list.
using ListedPrice = std::variant<PriceRow, HourlyPrice>;

// Both kinds in one pass: what a desk keeps. Errors: as below.
Result<void> import_listed_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<ListedPrice>& sink,
                                  ImportReport& report);

// Errors: invalid_data for a CSV that is neither list; those of the source and of the sink.
Result<void> import_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<PriceRow>& sink, ImportReport& report);

// The other rows of the same files: what an hour costs without a reservation. JSON: "type": "Consumption" or "purchaseOption": "PAYG" with
// "unitOfMeasure": "1 Hour"; one's own CSV: rows whose term is payg. Left out are spot and low priority, Windows (a reservation covers the
// machine and not its licence), and rows that are not of the first region of their meter. Prices are exact to nine decimals; more are
// refused. Errors: as above; a catalog list has no such rows.
Result<void> import_hourly_prices(ByteSource& source, const PriceDefaults& defaults, const ImportSink<HourlyPrice>& sink,
                                  ImportReport& report);

}  // namespace prorata::wire
