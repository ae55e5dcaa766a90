// Role assignments and role definitions as Microsoft.Authorization reads and prints them.
//
//   const RoleAssignmentBody body = TRY(read_role_assignment(reader, request.body));
//   write_role_assignment(w, assignment);
#pragma once

#include <string>
#include <string_view>

#include "access/role_assignment.h"
#include "wire/json.h"

namespace prorata::wire {

// The body of a PUT. The service knows more than this desk: a condition, or a managed identity on behalf of which one acts, is named so
// that it can be refused.
struct RoleAssignmentBody {
  std::string role;       // as it was sent: a path or a GUID
  std::string principal;  // as it was sent
  access::PrincipalType type = access::PrincipalType::user;
  std::string description;
  std::string condition;
  std::string delegated_identity;
};

// Errors: invalid_data with the place.
Result<RoleAssignmentBody> read_role_assignment(JsonReader& reader, std::string_view body);

std::string role_assignment_path(const access::RoleAssignment& assignment);  // "/subscriptions/S/providers/Microsoft.Authorization/..."
void write_role_assignment(JsonWriter& w, const access::RoleAssignment& assignment);

// At a subscription a definition's id stands below it, everywhere else below the tenant.
void write_role_definition(JsonWriter& w, const access::RoleDefinition& role, const access::Scope& scope);

}  // namespace prorata::wire
