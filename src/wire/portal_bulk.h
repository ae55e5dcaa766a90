// What the portal says about refunds of many reservations. Members are those of docs/specs/portal-api.yaml and no others.
//
//   JsonReader reader;
//   const BulkRequestAsk asked = TRY(read_portal_bulk(reader, request.body, PortalBulk::dry_run));
//
// Errors: invalid_data, with the JSON pointer of what is wrong as its place.
#pragma once

#include <string_view>

#include "app/bulk_request.h"
#include "wire/json.h"

namespace prorata::wire {

// For a dry run only the lines; for the requests also the contact and whatever else goes with each.
enum class PortalBulk { dry_run, requests };
Result<BulkRequestAsk> read_portal_bulk(JsonReader& reader, std::string_view body, PortalBulk which);

}  // namespace prorata::wire
