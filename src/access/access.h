// Who may do what to which customer, order or reservation. Pure: the principal, its role assignments, an action and what it is done to go
// in; a decision that names its reason comes out.
//
//   const Action* action = find_action("Microsoft.Capacity/reservationOrders/calculateRefund/action");   // any letter case
//   Decision decision = decide(principal, assignments, *action, {.scope = of(order), .customer = customer});
//   if (!decision.allowed) answer(403, {.code = kAuthorizationFailed, .message = refusal_text(principal, *action, scope)});
//
// One table (`cell`) says what a standing may do: the roles of the desk, and beside them a customer's own people and those who hold role
// assignments only. docs/specs/access.md prints it. Where a cell says `assigned`, a role assignment at the scope or above it decides.
// Nobody is ever given more than the part of the desk it is limited to: a reseller its own customers, a customer's people their tenant.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/role_assignment.h"
#include "access/scope.h"
#include "base/id.h"
#include "base/text.h"

namespace prorata::access {

// The columns of the matrix: five roles of the desk, then two standings that are no role.
enum class Standing : std::uint8_t {
  admin_agent,
  global_admin,
  helpdesk_agent,
  sales_agent,
  user_management_admin,
  assignee,       // on the partner's side without a role of the desk: what its role assignments give it, and no more
  customer_user,  // belongs to a customer's own tenant
};
inline constexpr std::size_t kStandingCount = 7;

// The rows.
enum class Right : std::uint8_t {
  look_up,         // what everybody who is signed in may know: operations, catalog, role definitions, support services
  list_customers,  // customers and their reservations
  open_record,     // overview, utilization, properties, ids
  change_scope,    // scope, subscription, name, renewal, split, merge, archive
  manage_access,   // role assignments
  buy,
  quote,            // a refund or an exchange
  submit_request,   // for a refund or an exchange, or execute one where the policy's channel is self-service
  approve_request,  // inside the partner; never one's own
  let_customer_buy,
  settle,        // settlement and books
  manage_users,  // partner users and their roles
  configure,     // policies, exchange rates, catalog, API clients
  ask,           // for a cancellation or an exchange: decides nothing, an agent takes it from there
};
inline constexpr std::size_t kRightCount = 14;

enum class Cell : std::uint8_t {
  refused,
  read,       // may look, not change
  assigned,   // only with a role assignment on the subscription, the order or the reservation, or above
  permitted,  // only where the partner lets this customer buy, and this person of it
  allowed,
};

// The matrix.
Cell cell(Right right, Standing standing);

enum class Access : std::uint8_t { read, full };

// What can be asked: the actions of Azure's role model, and the desk's own for what Azure has no word for ("Prorata/books/read"); each with
// its row.
struct Action {
  std::string_view name;
  Right right;
  Access access = Access::full;
  bool on_order = false;  // refund and exchange: the right must be held on the order; on one reservation of it is not enough
};
std::span<const Action> actions();
const Action* find_action(std::string_view name);  // any letter case; nullptr where there is none
// The action by which the desk itself asks for a row; a row that has but one form gives that.
const Action& action_of(Right right, Access access = Access::full);

enum class PrincipalKind { user, application };

// Who is asking. `roles` are those of the desk and only count on the partner's side.
struct Principal {
  PrincipalId id;
  std::string name;  // "anna@partner.example", or the display name of a program
  PrincipalKind kind = PrincipalKind::user;
  std::vector<Standing> roles;
  std::optional<ResellerId> reseller;  // sees that reseller's customers only
  std::optional<CustomerId> customer;  // sees that customer only
  bool of_customer = false;            // belongs to that customer itself, not to its partner
  bool may_buy = false;                // of a customer's own people: they buy, where the partner lets their company
};

// What it is done to. Without customer and reseller it is the desk as a whole.
struct Target {
  Scope scope;
  std::optional<CustomerId> customer;
  std::optional<ResellerId> reseller;          // the customer's reseller
  bool customer_may_buy = false;               // the partner lets this customer's own people buy
  std::optional<SubscriptionId> subscription;  // that pays for the order: role assignments on it reach the order
  std::optional<PrincipalId> asked_by;         // who made the request that is to be approved
};

struct Decision {
  bool allowed = false;
  std::string why;                             // "admin_agent"; "Reservations Reader on /providers/..."; or what is missing and where
  std::optional<RoleAssignmentId> assignment;  // that gave it
};

// Checks, in this order: the part of the desk the principal is limited to, one's own request, then each standing for the row. A list is
// decided element by element: what somebody may not know of is left out, and the list is never refused.
Decision decide(const Principal& principal, std::span<const RoleAssignment> assignments, const Action& action, const Target& target);

// May the principal know of this customer at all? For filtering lists.
bool sees(const Principal& principal, const CustomerId& customer, const std::optional<ResellerId>& reseller);

// What an ARM client reads when it is refused, with HTTP status 403.
inline constexpr std::string_view kAuthorizationFailed = "AuthorizationFailed";
std::string refusal_text(const Principal& principal, std::string_view action, const Scope& scope);

}  // namespace prorata::access

namespace prorata {
template <>
inline constexpr auto kWords<access::Standing> =
    std::to_array<Word<access::Standing>>({{access::Standing::admin_agent, "admin_agent"},
                                           {access::Standing::global_admin, "global_admin"},
                                           {access::Standing::helpdesk_agent, "helpdesk_agent"},
                                           {access::Standing::sales_agent, "sales_agent"},
                                           {access::Standing::user_management_admin, "user_management_admin"},
                                           {access::Standing::assignee, "assignee"},
                                           {access::Standing::customer_user, "customer_user"}});
template <>
inline constexpr auto kWords<access::Right> = std::to_array<Word<access::Right>>({{access::Right::look_up, "look_up"},
                                                                                  {access::Right::list_customers, "list_customers"},
                                                                                  {access::Right::open_record, "open_record"},
                                                                                  {access::Right::change_scope, "change_scope"},
                                                                                  {access::Right::manage_access, "manage_access"},
                                                                                  {access::Right::buy, "buy"},
                                                                                  {access::Right::quote, "quote"},
                                                                                  {access::Right::submit_request, "submit_request"},
                                                                                  {access::Right::approve_request, "approve_request"},
                                                                                  {access::Right::let_customer_buy, "let_customer_buy"},
                                                                                  {access::Right::settle, "settle"},
                                                                                  {access::Right::manage_users, "manage_users"},
                                                                                  {access::Right::configure, "configure"},
                                                                                  {access::Right::ask, "ask"}});
template <>
inline constexpr auto kWords<access::PrincipalKind> = std::to_array<Word<access::PrincipalKind>>(
    {{access::PrincipalKind::user, "user"}, {access::PrincipalKind::application, "application"}});
}  // namespace prorata
