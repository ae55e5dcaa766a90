#include "app/role_assignments.h"

#include <fmt/format.h>

#include "app/desk.h"
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

std::string line_of(const RoleAssignment& a) {
  const access::RoleDefinition* role = access::find_role(a.role);
  return fmt::format("{} for {} on {}", role != nullptr ? role->name : a.role.text(), a.principal.text(), access::to_string(a.scope));
}

AuditNote note_of(const App& app, std::string action, const RoleAssignment& about, const std::optional<CustomerId>& customer, Instant now) {
  return {
      .at = now, .actor = app.actor, .action = std::move(action), .customer = customer ? customer->text() : "", .subject = about.id.text()};
}

}  // namespace

Result<RoleAssignment> assign_role(App& app, const AssignAsk& ask) {
  RoleAssignment given;
  TRY(write(app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
    const std::optional<Desk> desk = TRY(snapshot.desk());
    CHECK(desk.has_value(), "a store that is open has its desk");
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
