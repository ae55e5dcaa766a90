#include "app/role_assignments.h"

#include <fmt/format.h>

#include "app/authorize.h"
#include "app/desk.h"
#include "app/shared.h"
#include "app/write.h"
#include "base/check.h"

namespace prorata {
namespace {

using access::RoleAssignment;

RoleAssignment assignment_of(const AssignAsk& ask, Instant now) {
  return {.id = ask.id,
          .scope = ask.scope,
          .role = ask.role,
          .principal = ask.principal,
          .principal_type = ask.type,
          .description = ask.description,
          .created = now,
          .updated = now,
          .created_by = ask.by.text(),
          .updated_by = ask.by.text()};
}

// Who holds what where is fixed by the id; only its words may change.
Result<RoleAssignment> reworded(const RoleAssignment& present, RoleAssignment wanted) {
  const bool same = present.scope == wanted.scope && present.role == wanted.role && present.principal == wanted.principal;
  if (!same) return fail(Code::refused, "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
  wanted.version = present.version;
  wanted.created = present.created;
  wanted.created_by = present.created_by;
  return wanted;
}

Result<access::Target> target_at(Snapshot& snapshot, const access::Scope& scope, const std::optional<CustomerId>& id) {
  access::Target target{.scope = scope};
  const std::optional<Customer> customer = id ? TRY(snapshot.customer(*id)) : std::nullopt;
  if (!customer) return target;
  if (!scope.order.empty()) {
    const std::vector<Reservation> of_order = TRY(snapshot.reservations_of(scope.order));
    if (!of_order.empty()) target = target_of(*customer, of_order.front());
  }
  target.customer = customer->id;
  target.reseller = customer->reseller;
  target.scope = scope;
  return target;
}

std::string line_of(const RoleAssignment& a) {
  const access::RoleDefinition* role = access::find_role(a.role);
  return fmt::format("{} for {} on {}", role != nullptr ? role->name : a.role.text(), a.principal.text(), access::to_string(a.scope));
}

AuditNote note_of(const App& app, std::string action, const RoleAssignment& about, const std::optional<CustomerId>& customer, Instant now) {
  return {
      .at = now, .actor = app.actor, .action = std::move(action), .customer = customer ? customer->text() : "", .subject = about.id.text()};
}

}  // namespace

Result<access::Target> target_of_scope(Snapshot& snapshot, const access::Scope& scope) {
  if (!scope.subscription.empty()) {
    CustomerQuery query{.limit = 500};
    do {
      const Page<Customer> page = TRY(snapshot.customers(query));
      for (const Customer& each : page.items)
        for (const Subscription& its : each.subscriptions)
          if (its.id == scope.subscription) return prorata::target_at(each, scope);
      query.after = page.next;
    } while (!query.after.empty());
    return access::Target{.scope = scope};
  }
  if (scope.order.empty()) return access::Target{.scope = scope};
  const std::optional<Order> order = TRY(snapshot.order(scope.order));
  if (!order) return fail(Code::not_found, fmt::format("reservation order {} is not in this desk", scope.order.text()));
  if (!scope.reservation.empty()) TRY(load_reservation(snapshot, scope.reservation));
  return target_at(snapshot, scope, order->customer);
}

Result<RoleCheck> check_role(App& app, const RoleCheckAsk& ask) {
  TRY(authorize(app, access::Right::manage_users, target_of_desk(), access::Access::read));
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::optional<User> user = TRY(snapshot->user_named(ask.user));
  if (!user) return fail(Code::not_found, fmt::format("there is no user '{}'; 'prorata user list' shows them", ask.user));
  RoleCheck check{.user = *std::move(user), .target = TRY(target_of_scope(*snapshot, ask.scope))};
  if (ask.customer) {
    const std::optional<Customer> customer = TRY(snapshot->customer(*ask.customer));
    if (customer) check.target = prorata::target_at(*customer, ask.scope);
  }
  check.action = access::find_action(ask.action);
  if (const auto right = parse_word<access::Right>(ask.action, "a right")) check.action = &access::action_of(*right);
  if (check.action == nullptr)
    return fail(Code::invalid_argument,
                fmt::format("'{}' is neither an action nor a right of this desk; write for example quote, submit_request or "
                            "Microsoft.Capacity/reservationorders/return/action",
                            ask.action.substr(0, 120)));
  const std::vector<RoleAssignment> assignments = TRY(snapshot->role_assignments_of(check.user.id));
  check.decision = access::decide(principal_of(check.user), assignments, *check.action, check.target);
  if (check.user.disabled) check.decision = {.why = fmt::format("{} is disabled and cannot sign in", check.user.name)};
  return check;
}

Result<std::vector<RoleAssignment>> list_role_assignments(App& app, const std::optional<PrincipalId>& of) {
  const std::unique_ptr<Snapshot> snapshot = TRY(app.store.snapshot());
  std::vector<RoleAssignment> out;
  for (RoleAssignment& each : of ? TRY(snapshot->role_assignments_of(*of)) : TRY(snapshot->role_assignments())) {
    const Result<access::Target> target = target_of_scope(*snapshot, each.scope);
    const access::Target at = target ? *target : access::Target{.scope = each.scope};
    if (authorize(app, "Microsoft.Authorization/roleAssignments/read", at)) out.push_back(std::move(each));
  }
  return out;
}

Result<RoleAssignment> assign_role(App& app, const AssignAsk& ask) {
  RoleAssignment given;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const std::optional<Desk> desk = TRY(snapshot.desk());
    CHECK(desk.has_value(), "a store that is open has its desk");
    TRY(authorize(app, "Microsoft.Authorization/roleAssignments/write", TRY(target_at(snapshot, ask.scope, ask.customer))));
    const std::optional<RoleAssignment> present = TRY(snapshot.role_assignment(ask.id));
    const std::vector<RoleAssignment> there = TRY(snapshot.role_assignments_at(ask.scope));

    const Instant now = desk_now(*desk, app.clock.now());
    given = assignment_of(ask, now);
    TRY(access::check_new(given, there));
    if (present) given = TRY(reworded(*present, std::move(given)));

    Changes changes{.audit = note_of(app, "access.assign", given, ask.customer, now), .role_assignments = {given}};
    changes.audit.after = line_of(given);
    return changes;
  }));
  ++given.version;
  return given;
}

Result<std::optional<RoleAssignment>> remove_role_assignment(App& app, const RoleAssignmentId& id, const access::Scope& scope,
                                                             const std::optional<CustomerId>& customer) {
  std::optional<RoleAssignment> present;
  const Result<Committed> done = write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const std::optional<Desk> desk = TRY(snapshot.desk());
    CHECK(desk.has_value(), "a store that is open has its desk");
    TRY(authorize(app, "Microsoft.Authorization/roleAssignments/delete", TRY(target_at(snapshot, scope, customer))));
    present = TRY(snapshot.role_assignment(id));
    if (!present || present->scope != scope) return fail(Code::not_found, "nothing to take away");

    const Instant now = desk_now(*desk, app.clock.now());
    Changes changes{.audit = note_of(app, "access.remove", *present, customer, now),
                    .removed = {{Seen::Kind::role_assignment, id.text(), present->version}}};
    changes.audit.before = line_of(*present);
    return changes;
  });
  if (!done && done.error().code == Code::not_found) return std::optional<RoleAssignment>();
  if (!done) return std::unexpected(done.error());
  return present;
}

}  // namespace prorata
