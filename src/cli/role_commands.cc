// role check, assign, list, remove.
#include <fmt/format.h>

#include "app/role_assignments.h"
#include "app/shared.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/shared.h"

namespace prorata::cli {
namespace {

// A path, or a reservation's id.
Result<access::Scope> scope_in(App& app, const std::string& text) {
  if (const Result<ReservationId> id = ReservationId::parse(text)) {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    const Reservation reservation = TRY(load_reservation(*snapshot, *id));
    return access::scope_of(reservation.order, reservation.id);
  }
  return access::parse_scope(text);
}

Result<User> user_called(App& app, const std::string& name) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<User> user = TRY(snapshot->user_named(name));
  if (!user) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows them", name));
  return *std::move(user);
}

std::string role_name(const access::RoleAssignment& a) {
  const access::RoleDefinition* role = access::find_role(a.role);
  return role == nullptr ? a.role.text() : std::string(role->name);
}

}  // namespace

Result<int> role_check(Session& session, const RoleOptions& options) {
  App& app = *TRY(session.app());
  RoleCheckAsk ask{.user = options.user, .action = options.action, .scope = TRY(scope_in(app, options.scope))};
  if (!options.customer.empty()) ask.customer = TRY(customer_named(app, options.customer));
  const RoleCheck check = TRY(check_role(app, ask));
  Record record;
  record.add("User", "user", check.user.name);
  record.add("Action", "action", std::string(check.action->name));
  record.add("Right", "right", std::string(to_string(check.action->right)));
  record.add("Scope", "scope", access::to_string(check.target.scope));
  record.add_flag("Allowed", "allowed", check.decision.allowed);
  record.add(check.decision.allowed ? "Because of" : "Missing", "because", check.decision.why);
  record.print(stdout, session.globals().format);
  return check.decision.allowed ? 0 : 1;
}

Result<int> role_assign(Session& session, const RoleOptions& options) {
  App& app = *TRY(session.app());
  const User user = TRY(user_called(app, options.user));
  const access::RoleDefinition* role = access::find_role_named(options.role);
  if (role == nullptr)
    return fail(Code::not_found, fmt::format("there is no role '{}'; write Owner, Contributor, Reader, Reservations Administrator, "
                                             "Reservations Contributor or Reservations Reader",
                                             options.role));
  const access::Scope scope = TRY(scope_in(app, options.scope));
  std::optional<CustomerId> customer;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    customer = TRY(target_of_scope(*snapshot, scope)).customer;
  }
  const access::RoleAssignment given = TRY(assign_role(app, {.id = RoleAssignmentId::trusted(app.ids.next()),
                                                             .scope = scope,
                                                             .role = RoleDefinitionId::trusted(std::string(role->id)),
                                                             .principal = user.id,
                                                             .by = app.acting == nullptr ? PrincipalId() : app.acting->principal.id,
                                                             .customer = customer}));
  Record record;
  record.add("Assignment", "id", given.id.text());
  record.add("User", "user", user.name);
  record.add("Role", "role", std::string(role->name));
  record.add("Scope", "scope", access::to_string(given.scope));
  record.print(stdout, session.globals().format);
  return 0;
}

Result<int> role_list(Session& session, const RoleOptions& options) {
  App& app = *TRY(session.app());
  std::optional<PrincipalId> of;
  if (!options.user.empty()) of = TRY(user_called(app, options.user)).id;
  const std::vector<access::RoleAssignment> assignments = TRY(list_role_assignments(app, of));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  Table table({{"Assignment", "id"}, {"User", "user"}, {"Role", "role"}, {"Scope", "scope"}});
  for (const access::RoleAssignment& each : assignments) {
    const std::optional<User> user = TRY(snapshot->user(each.principal));
    table.add({each.id.text(), user ? user->name : each.principal.text(), role_name(each), access::to_string(each.scope)});
  }
  table.print(stdout, session.globals().format, "Nobody has been given a role anywhere; 'prorata role assign' gives one.");
  return 0;
}

Result<int> role_remove(Session& session, const RoleOptions& options) {
  App& app = *TRY(session.app());
  const auto id = TRY(RoleAssignmentId::parse(options.id));
  access::Scope scope;
  std::optional<CustomerId> customer;
  {
    const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
    const std::optional<access::RoleAssignment> present = TRY(snapshot->role_assignment(id));
    if (!present) return fail(Code::not_found, fmt::format("there is no role assignment {}; 'prorata role list' shows them", id.text()));
    scope = present->scope;
    if (const Result<access::Target> target = target_of_scope(*snapshot, scope)) customer = target->customer;
  }
  TRY(remove_role_assignment(app, id, scope, customer));
  Record record;
  record.add("Assignment", "id", id.text());
  record.add("State", "state", "removed");
  record.print(stdout, session.globals().format);
  return 0;
}

}  // namespace prorata::cli
