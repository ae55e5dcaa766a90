#include "access/access.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::access {
namespace {

constexpr Cell A = Cell::allowed;
constexpr Cell E = Cell::assigned;
constexpr Cell R = Cell::read;
constexpr Cell P = Cell::permitted;
constexpr Cell N = Cell::refused;

struct MatrixRow {
  Right right;
  std::array<Cell, kStandingCount> cells;
};

// The one table. Columns as in Standing: admin agent, global admin, helpdesk agent, sales agent, user management admin; then the assignee
// and the customer's own people.
constexpr auto kMatrix = std::to_array<MatrixRow>({
    {Right::look_up, {A, A, A, A, A, A, A}},
    {Right::list_customers, {A, A, A, A, R, E, R}},
    {Right::open_record, {A, A, E, E, R, E, R}},
    {Right::change_scope, {A, A, E, E, N, E, N}},
    {Right::manage_access, {A, A, N, N, N, E, N}},
    {Right::buy, {A, A, N, A, N, E, P}},
    {Right::quote, {A, A, E, E, N, E, N}},
    {Right::submit_request, {A, A, E, E, N, E, N}},
    {Right::approve_request, {A, A, N, N, N, N, N}},
    {Right::let_customer_buy, {A, R, R, R, N, N, N}},
    {Right::settle, {A, A, R, R, N, N, N}},
    {Right::manage_users, {N, A, N, N, A, N, N}},
    {Right::configure, {N, A, N, N, N, N, N}},
    {Right::ask, {A, A, A, A, N, N, A}},
});

static_assert(kMatrix.size() == kRightCount);
static_assert(
    [] {
      for (std::size_t i = 0; i < kMatrix.size(); ++i)
        if (kMatrix[i].right != static_cast<Right>(i)) return false;
      return true;
    }(),
    "the rows stand in the order of Right");

constexpr Access kRead = Access::read;
constexpr Access kFull = Access::full;
constexpr bool kOnOrder = true;

// By row of the matrix; the first of a row, for reading or in full, is the one that the desk itself asks by.
constexpr auto kActions = std::to_array<Action>({
    {"Microsoft.Capacity/operations/read", Right::look_up, kRead},
    {"Microsoft.Capacity/catalogs/read", Right::look_up, kRead},
    {"Microsoft.Authorization/roleDefinitions/read", Right::look_up, kRead},
    {"Microsoft.Authorization/permissions/read", Right::look_up, kRead},
    {"Microsoft.Resources/tenants/read", Right::look_up, kRead},
    {"Microsoft.Support/operations/read", Right::look_up, kRead},
    {"Microsoft.Support/services/read", Right::look_up, kRead},
    {"Microsoft.Support/services/problemClassifications/read", Right::look_up, kRead},

    {"Microsoft.Capacity/reservations/read", Right::list_customers, kRead},
    {"Microsoft.Capacity/appliedreservations/read", Right::list_customers, kRead},
    {"Microsoft.Billing/billingAccounts/reservations/read", Right::list_customers, kRead},
    {"Microsoft.Resources/subscriptions/read", Right::list_customers, kRead},
    {"Microsoft.Resources/subscriptions/resourceGroups/read", Right::list_customers, kRead},

    {"Microsoft.Capacity/reservationorders/reservations/read", Right::open_record, kRead},
    {"Microsoft.Capacity/reservationorders/read", Right::open_record, kRead},
    {"Microsoft.Capacity/reservationorders/reservations/revisions/read", Right::open_record, kRead},
    {"Microsoft.Capacity/reservationorders/splitoperationresults/read", Right::open_record, kRead},
    {"Microsoft.Capacity/reservationorders/mergeoperationresults/read", Right::open_record, kRead},
    {"Microsoft.Capacity/operationresults/read", Right::open_record, kRead},
    {"Microsoft.Consumption/reservationSummaries/read", Right::open_record, kRead},
    {"Microsoft.Consumption/reservationDetails/read", Right::open_record, kRead},
    {"Microsoft.Consumption/reservationRecommendations/read", Right::open_record, kRead},
    {"Microsoft.Consumption/reservationRecommendationDetails/read", Right::open_record, kRead},
    {"Microsoft.Billing/billingAccounts/reservationOrders/read", Right::open_record, kRead},
    {"Microsoft.Billing/billingAccounts/reservationOrders/reservations/read", Right::open_record, kRead},
    {"Microsoft.Support/supportTickets/read", Right::open_record, kRead},
    {"Microsoft.Support/supportTickets/communications/read", Right::open_record, kRead},
    {"Microsoft.Support/fileWorkspaces/read", Right::open_record, kRead},
    {"Microsoft.Support/fileWorkspaces/files/read", Right::open_record, kRead},
    {"Microsoft.Support/operationsStatus/read", Right::open_record, kRead},
    {"Microsoft.Support/operationResults/read", Right::open_record, kRead},

    {"Microsoft.Capacity/reservationorders/reservations/write", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/reservations/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/reservations/availablescopes/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/reservations/archive/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/reservations/unarchive/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/availablescopes/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/split/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/merge/action", Right::change_scope, kFull},
    {"Microsoft.Capacity/reservationorders/changedirectory/action", Right::change_scope, kFull, kOnOrder},

    {"Microsoft.Authorization/roleAssignments/read", Right::manage_access, kRead},
    {"Microsoft.Authorization/roleAssignments/write", Right::manage_access, kFull},
    {"Microsoft.Authorization/roleAssignments/delete", Right::manage_access, kFull},

    {"Microsoft.Capacity/reservationorders/write", Right::buy, kFull},
    {"Microsoft.Capacity/calculateprice/action", Right::buy, kFull},
    {"Microsoft.Capacity/register/action", Right::buy, kFull},

    {"Microsoft.Capacity/reservationorders/calculaterefund/action", Right::quote, kFull, kOnOrder},
    {"Microsoft.Capacity/calculateexchange/action", Right::quote, kFull, kOnOrder},

    {"Microsoft.Capacity/reservationorders/return/action", Right::submit_request, kFull, kOnOrder},
    {"Microsoft.Capacity/exchange/action", Right::submit_request, kFull, kOnOrder},
    {"Microsoft.Capacity/reservationorders/swap/action", Right::submit_request, kFull, kOnOrder},
    {"Microsoft.Capacity/reservationorders/delete", Right::submit_request, kFull, kOnOrder},
    {"Microsoft.Capacity/reservationorders/reservations/delete", Right::submit_request, kFull, kOnOrder},
    {"Microsoft.Support/supportTickets/write", Right::submit_request, kFull},
    {"Microsoft.Support/supportTickets/communications/write", Right::submit_request, kFull},
    {"Microsoft.Support/fileWorkspaces/write", Right::submit_request, kFull},
    {"Microsoft.Support/fileWorkspaces/files/write", Right::submit_request, kFull},
    {"Microsoft.Support/checkNameAvailability/action", Right::submit_request, kFull},
    {"Microsoft.Support/supportTickets/checkNameAvailability/action", Right::submit_request, kFull},

    {"Prorata/requests/approve/action", Right::approve_request, kFull},
    {"Prorata/requests/decide/action", Right::approve_request, kFull},

    {"Prorata/customers/buying/read", Right::let_customer_buy, kRead},
    {"Prorata/customers/buying/write", Right::let_customer_buy, kFull},

    {"Prorata/books/read", Right::settle, kRead},
    {"Microsoft.Consumption/reservationTransactions/read", Right::settle, kRead},
    {"Prorata/books/write", Right::settle, kFull},

    {"Prorata/users/read", Right::manage_users, kRead},
    {"Prorata/users/write", Right::manage_users, kFull},

    {"Prorata/settings/read", Right::configure, kRead},
    {"Prorata/settings/write", Right::configure, kFull},

    {"Prorata/requests/ask/action", Right::ask, kFull},
});

// The standings under which the principal asks. Roles of the desk mean nothing on a customer's side.
std::vector<Standing> standings_of(const Principal& principal) {
  if (principal.of_customer) return {Standing::customer_user};
  std::vector<Standing> out;
  for (const Standing role : principal.roles)
    if (role < Standing::assignee) out.push_back(role);
  if (out.empty()) out.push_back(Standing::assignee);
  return out;
}

// A part of the desk is all that somebody limited may touch. Of the desk as a whole it may see the lists, which are then filtered.
bool within_limits(const Principal& principal, const Action& action, const Target& target) {
  if (!principal.reseller && !principal.customer && !principal.of_customer) return true;
  if (target.customer) return sees(principal, *target.customer, target.reseller);
  if (target.reseller) return !principal.customer && !principal.of_customer && principal.reseller == target.reseller;
  return action.right == Right::look_up || action.right == Right::list_customers;
}

// What an assignment must reach: where the right is needed on the order, a reservation stands for its order.
Scope needed_at(const Action& action, const Target& target) {
  const bool lift = action.on_order && target.scope.kind == ScopeKind::reservation;
  return lift ? scope_of(target.scope.order) : target.scope;
}

bool reaches(const RoleAssignment& assignment, const Scope& needed, const Target& target) {
  if (contains(assignment.scope, needed)) return true;
  const bool of_order = needed.kind == ScopeKind::order || needed.kind == ScopeKind::reservation;
  return of_order && target.subscription && contains(assignment.scope, scope_of(*target.subscription));
}

const RoleAssignment* find_grant(const Principal& principal, std::span<const RoleAssignment> assignments, const Action& action,
                                 const Target& target) {
  const Scope needed = needed_at(action, target);
  for (const RoleAssignment& each : assignments) {
    if (each.principal != principal.id || !reaches(each, needed, target)) continue;
    const RoleDefinition* role = find_role(each.role);
    if (role != nullptr && allows(*role, action.name)) return &each;
  }
  return nullptr;
}

Decision granted_by(const RoleAssignment& assignment) {
  return {.allowed = true,
          .why = fmt::format("{} on {}", find_role(assignment.role)->name, to_string(assignment.scope)),
          .assignment = assignment.id};
}

Decision missing(const Action& action, const Target& target, std::string_view because) {
  return {.why = fmt::format("{} at {}: {}", action.name, to_string(needed_at(action, target)), because)};
}

}  // namespace

Cell cell(Right right, Standing standing) { return kMatrix[static_cast<std::size_t>(right)].cells[static_cast<std::size_t>(standing)]; }

std::span<const Action> actions() { return kActions; }

const Action* find_action(std::string_view name) {
  const auto* found = std::ranges::find_if(kActions, [&](const Action& each) { return equal_ignoring_case(each.name, name); });
  return found == kActions.end() ? nullptr : found;
}

const Action& action_of(Right right, Access access) {
  const Action* other = nullptr;
  for (const Action& each : kActions) {
    if (each.right != right) continue;
    if (each.access == access) return each;
    if (other == nullptr) other = &each;
  }
  CHECK(other != nullptr, "every right has an action");
  return *other;
}

bool sees(const Principal& principal, const CustomerId& customer, const std::optional<ResellerId>& reseller) {
  if (principal.of_customer && !principal.customer) return false;
  if (principal.customer && *principal.customer != customer) return false;
  return !principal.reseller || principal.reseller == reseller;
}

Decision decide(const Principal& principal, std::span<const RoleAssignment> assignments, const Action& action, const Target& target) {
  if (!within_limits(principal, action, target)) return missing(action, target, "it is not this principal's part of the desk");
  if (action.right == Right::approve_request && target.asked_by == principal.id)
    return missing(action, target, "nobody approves a request of their own");
  bool assignable = false;
  for (const Standing standing : standings_of(principal)) {
    const Cell given = cell(action.right, standing);
    const bool may_buy = principal.may_buy && target.customer_may_buy;
    const bool enough =
        given == Cell::allowed || (given == Cell::read && action.access == Access::read) || (given == Cell::permitted && may_buy);
    if (enough) return {.allowed = true, .why = std::string(prorata::to_string(standing))};
    assignable |= given == Cell::assigned;
  }
  if (!assignable) return missing(action, target, "no role of this principal has it");
  if (const RoleAssignment* grant = find_grant(principal, assignments, action, target)) return granted_by(*grant);
  return missing(action, target, "no role assignment there or above gives it");
}

std::string refusal_text(const Principal& principal, std::string_view action, const Scope& scope) {
  return fmt::format(
      "The client '{}' with object id '{}' does not have authorization to perform action '{}' over scope '{}' or the scope is invalid. If "
      "access was recently granted, please refresh your credentials.",
      principal.name, principal.id.text(), action, to_string(scope));
}

}  // namespace prorata::access
