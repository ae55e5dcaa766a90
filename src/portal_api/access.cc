// Who has a role at a reservation, at its order or above; giving one and taking it away; whom one can be given to.
#include <fmt/format.h>

#include "app/role_assignments.h"
#include "portal_api/answer.h"
#include "wire/portal_bodies.h"

namespace prorata::portal_api {
namespace {

using access::RoleAssignment;
using http::Method;
using http::Response;

constexpr std::size_t kReadAtOnce = 200;

struct Person {
  PrincipalId id;
  std::string name;
  std::string display;
  bool program = false;
};

void write_person(JsonWriter& w, const Person& person) {
  w.field("id", std::string_view(person.id.text())).field("name", std::string_view(person.name));
  w.field("display", std::string_view(person.display)).field("kind", person.program ? "application" : "user");
}

// The programs of the desk, by object id. There are few.
Result<std::vector<Client>> programs(Snapshot& snapshot) {
  std::vector<Client> out;
  NameQuery query{.limit = kReadAtOnce};
  do {
    Page<Client> page = TRY(snapshot.clients(query));
    for (Client& each : page.items) out.push_back(std::move(each));
    query.after = page.next;
  } while (!query.after.empty());
  return out;
}

// Somebody whom nobody here knows has their id as name.
Result<Person> person_of(Snapshot& snapshot, const std::vector<Client>& clients, const PrincipalId& id) {
  if (const std::optional<User> user = TRY(snapshot.user(id)))
    return Person{.id = id, .name = user->name, .display = user->display.empty() ? user->name : user->display};
  for (const Client& each : clients)
    if (each.object == id) return Person{.id = id, .name = each.name, .display = each.name, .program = true};
  return Person{.id = id, .name = id.text(), .display = id.text()};
}

std::string_view place_of(const RoleAssignment& assignment) {
  switch (assignment.scope.kind) {
    case access::ScopeKind::reservation: return "reservation";
    case access::ScopeKind::order: return "order";
    default: return "above";
  }
}

void write_assignment(JsonWriter& w, const RoleAssignment& assignment, const Person& person, bool removable) {
  const access::RoleDefinition* role = access::find_role(assignment.role);
  w.begin_object().field("id", std::string_view(assignment.id.text())).field("at", place_of(assignment));
  w.field("scope", std::string_view(access::to_string(assignment.scope))).field("role", std::string_view(assignment.role.text()));
  w.field("roleName", role == nullptr ? std::string_view(assignment.role.text()) : role->name).key("principal").begin_object();
  write_person(w, person);
  w.end_object().field_if("description", assignment.description);
  write_instant(w, "created", assignment.created);
  w.field("removable", removable).end_object();
}

// The places that reach the reservation, the nearest first.
std::vector<access::Scope> scopes_above(const Record& record) {
  std::vector<access::Scope> out = {record.target.scope, access::scope_of(record.reservation.order)};
  if (record.target.subscription) out.push_back(access::scope_of(*record.target.subscription));
  out.push_back(access::capacity_scope());
  out.push_back(access::root_scope());
  return out;
}

Outcome<Response> list_assignments(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Record record = TRY(record_of(call, *snapshot, Right::open_record));
  const std::vector<Client> clients = TRY(programs(*snapshot));
  const bool may = call.allows(Right::manage_access, Access::full, record.target);
  std::string body;
  JsonWriter w(body);
  w.begin_object().key("rows").begin_array();
  for (const access::Scope& scope : scopes_above(record))
    for (const RoleAssignment& each : TRY(snapshot->role_assignments_at(scope)))
      write_assignment(w, each, TRY(person_of(*snapshot, clients, each.principal)), may && place_of(each) != "above");
  w.end_array().key("roles").begin_array();
  for (const access::RoleDefinition& each : access::built_in_roles()) {
    const Result<access::Scope> assignable = access::parse_scope(each.assignable);
    if (!assignable || !access::contains(*assignable, record.target.scope)) continue;
    w.begin_object().field("id", each.id).field("name", each.name).field("description", each.description).end_object();
  }
  w.end_array().end_object();
  return http::json(200, std::move(body));
}

Outcome<RoleDefinitionId> role_of(const std::string& text) {
  if (const access::RoleDefinition* role = access::find_role_named(text)) return RoleDefinitionId::trusted(std::string(role->id));
  const Result<RoleDefinitionId> id = access::parse_role_definition(text);
  if (!id || access::find_role(*id) == nullptr)
    return refuse(400, "invalid_argument", fmt::format("there is no role '{}'; `roles` lists them", text.substr(0, 80)), "/role");
  return *id;
}

Outcome<Person> principal_of(Call& call, const std::string& text) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Result<PrincipalId> id = PrincipalId::parse(text);
  const std::optional<User> user = id ? TRY(snapshot->user(*id)) : TRY(snapshot->user_named(text));
  if (user) return Person{.id = user->id, .name = user->name, .display = user->display.empty() ? user->name : user->display};
  for (const Client& each : TRY(programs(*snapshot)))
    if ((id && each.object == *id) || (!id && equal_ignoring_case(each.name, text)))
      return Person{.id = each.object, .name = each.name, .display = each.name, .program = true};
  return refuse(400, "invalid_argument", fmt::format("nobody here is called '{}'", text.substr(0, 120)), "/principal");
}

// The id that the same asking under the same key has again.
RoleAssignmentId assignment_id(const Call& call) {
  const std::string digits = call.key_digits();
  return RoleAssignmentId::trusted(fmt::format("{}-{}-4{}-8{}-{}", digits.substr(0, 8), digits.substr(8, 4), digits.substr(13, 3),
                                               digits.substr(17, 3), digits.substr(20, 12)));
}

Outcome<Response> add_assignment(Call& call) {
  const Record record = TRY(record_to_change(call, Right::manage_access));
  wire::JsonReader reader;
  const wire::PortalAssignment asked = TRY(wire::read_portal_assignment(reader, call.request.body));
  const RoleDefinitionId role = TRY(role_of(asked.role));
  const Person person = TRY(principal_of(call, asked.principal));
  const access::Scope scope = asked.on_order ? access::scope_of(record.reservation.order) : record.target.scope;
  access::Target target = record.target;
  target.scope = scope;
  TRY(allow(call, Right::manage_access, Access::full, target));
  const Result<RoleAssignment> given =
      assign_role(call.app, {.id = assignment_id(call),
                             .scope = scope,
                             .role = role,
                             .principal = person.id,
                             .type = person.program ? access::PrincipalType::service_principal : access::PrincipalType::user,
                             .description = asked.description,
                             .by = call.caller.principal.id,
                             .customer = record.customer.id});
  if (!given && given.error().code == Code::refused)
    return refuse(409, "key_reused", "this Idempotency-Key was used for another assignment; choose a new one");
  if (!given) return std::unexpected(given.error());
  return written(201, [&](JsonWriter& w) { write_assignment(w, *given, person, true); });
}

Outcome<Response> remove_assignment(Call& call) {
  const Record record = TRY(record_to_change(call, Right::manage_access));
  const Result<RoleAssignmentId> id = RoleAssignmentId::parse(call.path.at("assignment"));
  if (!id) return http::empty(204);
  std::optional<RoleAssignment> present;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    present = TRY(snapshot->role_assignment(*id));
  }
  if (!present) return http::empty(204);
  const bool here = present->scope == record.target.scope || present->scope == access::scope_of(record.reservation.order);
  if (!here) return refuse(409, "refused", "this role was given above the order; take it away there");
  access::Target target = record.target;
  target.scope = present->scope;
  TRY(allow(call, Right::manage_access, Access::full, target));
  TRY(remove_role_assignment(call.app, *id, present->scope, record.customer.id));
  return http::empty(204);
}

// ---- people --------------------------------------------------------------------------------------------------------------------------

Outcome<Response> find_users(Call& call) {
  const std::string text = to_lower(trim(TRY(text_asked(call, "q"))));
  const auto limit = static_cast<std::size_t>(TRY(number_asked(call, "limit", 20, 1, 50)));
  if (call.caller.principal.of_customer || call.caller.principal.customer)
    return refuse(403, "forbidden", "only the partner's own people see who can sign in");
  const auto snapshot = TRY(call.app.store.snapshot());
  const auto fits = [&](const std::string& name, const std::string& display) {
    return to_lower(name).contains(text) || to_lower(display).contains(text);
  };
  std::vector<Person> found;
  NameQuery query{.limit = kReadAtOnce};
  do {
    const Page<User> page = TRY(snapshot->users(query));
    for (const User& each : page.items)
      if (!each.disabled && found.size() < limit && fits(each.name, each.display))
        found.push_back({.id = each.id, .name = each.name, .display = each.display.empty() ? each.name : each.display});
    query.after = page.next;
  } while (!query.after.empty() && found.size() < limit);
  for (const Client& each : TRY(programs(*snapshot)))
    if (!each.revoked && found.size() < limit && fits(each.name, ""))
      found.push_back({.id = each.object, .name = each.name, .display = each.name, .program = true});
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("rows").begin_array();
    for (const Person& each : found) {
      w.begin_object();
      write_person(w, each);
      w.end_object();
    }
    w.end_array().end_object();
  });
}

}  // namespace

std::vector<Route> access_routes() {
  const std::string folder = "/api/reservations/{order}/{reservation}/iam";
  std::vector<Route> routes = {{.pattern = folder, .handler = list_assignments}, {.pattern = "/api/users", .handler = find_users}};
  routes.push_back({.method = Method::post, .pattern = folder, .handler = add_assignment, .kind = http::Kind::writes, .key = Key::needed});
  routes.push_back(
      {.method = Method::delete_, .pattern = folder + "/{assignment}", .handler = remove_assignment, .kind = http::Kind::writes});
  return routes;
}

}  // namespace prorata::portal_api
