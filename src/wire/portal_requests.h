// What the portal says about requests for a refund or an exchange. Members are those of docs/specs/portal-api.yaml and no others.
//
//   JsonReader reader;
//   const WholeAsk asked = TRY(read_portal_new_request(reader, request.body));
//
// Errors of all readers: invalid_data, with the JSON pointer of what is wrong as its place.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/draft_request.h"
#include "app/submit_request.h"
#include "wire/json.h"

namespace prorata::wire {

// The wizard: lines, or what is taken up; contact and consent.
Result<WholeAsk> read_portal_new_request(JsonReader& reader, std::string_view body);
// What is asked or drafted.
Result<AskFor> read_portal_request_lines(JsonReader& reader, std::string_view body);
// Other lines of a draft; none: those that are there.
Result<AskFor> read_portal_request_change(JsonReader& reader, std::string_view body);
// Contact and consent of a draft.
Result<SubmitAsk> read_portal_request_form(JsonReader& reader, std::string_view body);
// {"consent":{...}}, or {}.
Result<std::optional<RequestConsent>> read_portal_consent(JsonReader& reader, std::string_view body);
// {"note":"..."}, or {}: one member, a text that may be left out.
Result<std::string> read_portal_note(JsonReader& reader, std::string_view body, std::string_view name);

struct PortalSaying {
  std::string text;
  bool as_operator = false;
};
Result<PortalSaying> read_portal_saying(JsonReader& reader, std::string_view body);

}  // namespace prorata::wire
