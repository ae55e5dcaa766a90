// What the portal's requests about people and rules hold. Members are those of docs/specs/portal-api.yaml and no others.
// Errors of all readers: invalid_data, with the JSON pointer of what is wrong as its place.
#pragma once

#include <string_view>

#include "app/accounts.h"
#include "app/submit_request.h"
#include "wire/json.h"

namespace prorata::wire {

Result<NewUser> read_portal_new_user(JsonReader& reader, std::string_view body);        // but for the password
Result<UserChange> read_portal_user_change(JsonReader& reader, std::string_view body);  // but for the name
// {"above":{"amount":"5000.00","currency":"USD"}}; a null takes the limit away.
Result<RulesChange> read_portal_approval(JsonReader& reader, std::string_view body);

}  // namespace prorata::wire
