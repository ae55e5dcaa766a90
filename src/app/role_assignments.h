// Use case: give somebody a role at a scope, and take it away again.
//
//   const access::RoleAssignment given = TRY(assign_role(app, {.id = id, .scope = order, .role = reader, .principal = anna, .by = me}));
//   const auto taken = TRY(remove_role_assignment(app, id, order));     // absent: there was none
#pragma once

#include <optional>
#include <string>

#include "access/role_assignment.h"
#include "app/app.h"

namespace prorata {

struct AssignAsk {
  RoleAssignmentId id;
  access::Scope scope;
  RoleDefinitionId role;
  PrincipalId principal;
  access::PrincipalType type = access::PrincipalType::user;
  std::string description;
  PrincipalId by;
  std::optional<CustomerId> customer;  // that the scope belongs to, for the log
};

// The same id again changes the description only. Errors, in this order: those of access::check_new (not_found: no such role;
// invalid_argument: not assignable there; already_exists), refused where the id stands for another principal, role or scope.
Result<access::RoleAssignment> assign_role(App& app, const AssignAsk& ask);

Result<std::optional<access::RoleAssignment>> remove_role_assignment(App& app, const RoleAssignmentId& id, const access::Scope& scope,
                                                                     const std::optional<CustomerId>& customer);

// What somebody may do somewhere, and why.
struct RoleCheckAsk {
  std::string user;    // any letter case
  std::string action;  // an action's name, or a row of the matrix: "quote", "Prorata/books/read"
  access::Scope scope;
  std::optional<CustomerId> customer;  // whose; where the scope itself does not say
};
struct RoleCheck {
  User user;
  const access::Action* action = nullptr;
  access::Target target;
  access::Decision decision;
};
// Errors: not_found for the user, the order or the reservation; invalid_argument for no such action.
Result<RoleCheck> check_role(App& app, const RoleCheckAsk& ask);

// All that are there, or those of a user. What whoever acts may not manage is left out.
Result<std::vector<access::RoleAssignment>> list_role_assignments(App& app, const std::optional<PrincipalId>& of);

// Whose a scope is, with what leads to it; as far as the desk knows it. Errors: not_found for an order or a reservation that is not here.
Result<access::Target> target_of_scope(Snapshot& snapshot, const access::Scope& scope);

}  // namespace prorata
