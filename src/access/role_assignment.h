// Role assignments: somebody holds a role at a scope. The roles are Azure's built-in ones that matter to reservations, under their real
// ids.
//
//   const RoleDefinition* role = find_role(assignment.role);
//   allows(*role, "Microsoft.Capacity/reservationOrders/read")       // wildcards, any letter case, less what the role excepts
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/scope.h"
#include "base/error.h"
#include "base/id.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata {
struct PrincipalTag {
  static constexpr std::string_view kName = "object id";
};
struct RoleAssignmentTag {
  static constexpr std::string_view kName = "role assignment id";
};
struct RoleDefinitionTag {
  static constexpr std::string_view kName = "role definition id";
};
using PrincipalId = Id<PrincipalTag>;  // Azure's object id of a user or a program
using RoleAssignmentId = Id<RoleAssignmentTag>;
using RoleDefinitionId = Id<RoleDefinitionTag>;
}  // namespace prorata

namespace prorata::access {

struct RoleDefinition {
  std::string_view id;
  std::string_view name;
  std::string_view description;
  std::span<const std::string_view> actions;
  std::span<const std::string_view> not_actions;
  std::string_view assignable;  // the scope at or below which it may be assigned
};

std::span<const RoleDefinition> built_in_roles();
const RoleDefinition* find_role(const RoleDefinitionId& id);   // nullptr where there is none
const RoleDefinition* find_role_named(std::string_view name);  // "Reader", any letter case
bool allows(const RoleDefinition& role, std::string_view action);
bool matches(std::string_view pattern, std::string_view action);  // '*' stands for any text, slashes too; any letter case

// "/providers/Microsoft.Authorization/roleDefinitions/{guid}", the same below a subscription, or the bare GUID.
Result<RoleDefinitionId> parse_role_definition(std::string_view text);
std::string to_string(const RoleDefinitionId& role);  // "/providers/Microsoft.Authorization/roleDefinitions/{guid}"

enum class PrincipalType { user, group, service_principal, foreign_group, device };

struct RoleAssignment {
  RoleAssignmentId id;
  std::int64_t version = 0;
  Scope scope;
  RoleDefinitionId role;
  PrincipalId principal;
  PrincipalType principal_type = PrincipalType::user;
  std::string description;
  Instant created;
  Instant updated;
  std::string created_by;  // object id
  std::string updated_by;
  friend bool operator==(const RoleAssignment&, const RoleAssignment&) = default;
};

// Whether `wanted` may stand beside what is there: a role of this desk, assignable at that scope, and no other assignment says the same.
// One of the same id is what it replaces. Errors, in this order: not_found (no such role), invalid_argument (not assignable there),
// already_exists.
Result<void> check_new(const RoleAssignment& wanted, std::span<const RoleAssignment> present);

}  // namespace prorata::access

namespace prorata {
template <>
inline constexpr auto kWords<access::PrincipalType> =
    std::to_array<Word<access::PrincipalType>>({{access::PrincipalType::user, "User"},
                                                {access::PrincipalType::group, "Group"},
                                                {access::PrincipalType::service_principal, "ServicePrincipal"},
                                                {access::PrincipalType::foreign_group, "ForeignGroup"},
                                                {access::PrincipalType::device, "Device"}});
}  // namespace prorata
