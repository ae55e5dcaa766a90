// What the portal's requests about money hold. Members are those of docs/specs/portal-api.yaml and no others; a null says nothing.
// Errors of all readers: invalid_data, with the JSON pointer of what is wrong as its place.
#pragma once

#include <string_view>

#include "app/credit_notes.h"
#include "app/match_invoices.h"
#include "wire/json.h"

namespace prorata::wire {

// {"line":"G0007/12","return":"...","acceptDifference":true}
Result<AssignLineAsk> read_portal_match(JsonReader& reader, std::string_view body);

struct PortalSettled {
  std::optional<Day> paid_on;
  std::string method;  // "bank" unless it says "receivable"
  std::string reference;
};
Result<PortalSettled> read_portal_settled(JsonReader& reader, std::string_view body);

Result<NoteAsk> read_portal_note(JsonReader& reader, std::string_view body);  // but for its key

}  // namespace prorata::wire
