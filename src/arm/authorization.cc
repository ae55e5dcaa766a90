// Microsoft.Authorization: who holds which role where.
#include <algorithm>

#include <fmt/format.h>

#include "app/role_assignments.h"
#include "arm/answer.h"
#include "arm/outcome.h"
#include "arm/paging.h"
#include "arm/places.h"
#include "wire/arm_access.h"
#include "wire/odata.h"

namespace prorata::arm {
namespace {

using access::RoleAssignment;
using access::RoleDefinition;
using http::Method;
using wire::Filter;
using wire::JsonWriter;

const std::vector<std::string_view> kVersions = {"2022-04-01", "2020-04-01-preview", "2018-01-01-preview", "2015-07-01"};
// az asks for the definitions of roles with other ages of the same answer.
const std::vector<std::string_view> kDefinitionVersions = {"2022-04-01",         "2022-05-01-preview", "2020-04-01-preview", "2018-07-01",
                                                           "2018-01-01-preview", "2017-10-01-preview", "2015-07-01",         "2015-06-01"};
constexpr PageSizes kPages{.usual = 500, .most = 1'000};
constexpr std::string_view kReadAssignments = "Microsoft.Authorization/roleAssignments/read";
constexpr std::string_view kReadDefinitions = "Microsoft.Authorization/roleDefinitions/read";

// ---------------------------------------------------------------------------------------------------------------------------- scopes

// A resource within a subscription inherits from its resource group or its subscription; the desk knows nothing below these.
std::string_view known_part(std::string_view text) {
  constexpr std::string_view kSubscriptions = "/subscriptions/";
  if (!equal_ignoring_case(text.substr(0, kSubscriptions.size()), kSubscriptions)) return text;
  return text.substr(0, to_lower(text).find("/providers/"));
}

enum class Depth { exact, inherited };

struct Place {
  access::Scope scope;
  access::Target target;
};

Outcome<Place> place_of(Call& call, Snapshot& snapshot, Depth depth) {
  const std::string& text = call.path.at("scope");
  const Result<access::Scope> scope = access::parse_scope(depth == Depth::inherited ? known_part(text) : text);
  if (!scope) return refuse(400, "InvalidScope", scope.error().message);
  access::Target target = TRY(scope_target(call.caller, snapshot, *scope));
  return Place{*scope, std::move(target)};
}

// ----------------------------------------------------------------------------------------------------------------------- assignments

struct AssignmentFilter {
  bool at_scope = false;  // at the scope and above, not below
  std::optional<std::string> principal;
};

Result<AssignmentFilter> read_assignment_filter(std::string_view text) {
  constexpr std::string_view kKnown = "atScope(), principalId eq 'GUID' and assignedTo('GUID')";
  AssignmentFilter out;
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(text))));
  for (const Filter& part : parts) {
    const bool call = part.kind == Filter::Kind::call;
    if (call && equal_ignoring_case(part.name, "atScope") && part.value.empty()) {
      out.at_scope = true;
    } else if (call && equal_ignoring_case(part.name, "assignedTo") && !part.value.empty()) {
      out.principal = to_lower(part.value);
    } else if (wire::names(part, "principalId")) {
      out.principal = to_lower(TRY(wire::text_in(part)));
    } else {
      return wire::unknown_in_filter(part, kKnown);
    }
  }
  return out;
}

// Whether the caller may know of an assignment at another place than the one asked about.
Outcome<bool> may_know(Call& call, Snapshot& snapshot, const RoleAssignment& assignment) {
  const Outcome<access::Target> target = scope_target(call.caller, snapshot, assignment.scope);
  if (!target && target.error().response.status >= 500) return std::unexpected(target.error());
  return target && call.allows(kReadAssignments, *target);
}

bool wanted(const RoleAssignment& a, const Place& place, const AssignmentFilter& filter) {
  if (filter.principal && a.principal.text() != *filter.principal) return false;
  return access::contains(a.scope, place.scope) || (!filter.at_scope && access::contains(place.scope, a.scope));
}

Outcome<http::Response> list_assignments(Call& call) {
  const PageAsk ask = TRY(page_ask(call.request, kPages));
  const AssignmentFilter filter = TRY(read_assignment_filter(call.request.query.get("$filter")));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::inherited));
  TRY(allow(call, kReadAssignments, place.target));

  const Result<PrincipalId> principal = PrincipalId::parse(filter.principal.value_or(""));
  const std::vector<RoleAssignment> all = TRY(principal ? snapshot->role_assignments_of(*principal) : snapshot->role_assignments());
  std::vector<const RoleAssignment*> found;
  for (const RoleAssignment& each : all) {
    if (!wanted(each, place, filter)) continue;
    if (each.scope == place.scope || TRY(may_know(call, *snapshot, each))) found.push_back(&each);
  }
  const Slice slice = TRY(slice_of(ask, found.size()));
  return listed(call.request, slice.next, [&](JsonWriter& w) {
    for (std::size_t i = slice.from; i < slice.until; ++i) wire::write_role_assignment(w, *found[i]);
  });
}

Outcome<RoleAssignmentId> assignment_id(const Call& call) {
  const std::string& name = call.path.at("name");
  const Result<RoleAssignmentId> id = RoleAssignmentId::parse(name);
  if (!id)
    return refuse(400, "InvalidRoleAssignmentId",
                  fmt::format("The role assignment ID '{}' is not valid. The role assignment ID must be a GUID.", name));
  return *id;
}

http::Response answer_with(int status, const RoleAssignment& assignment) {
  return written(status, [&](JsonWriter& w) { wire::write_role_assignment(w, assignment); });
}

Outcome<http::Response> get_assignment(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::exact));
  TRY(allow(call, kReadAssignments, place.target));
  const RoleAssignmentId id = TRY(assignment_id(call));
  const std::optional<RoleAssignment> found = TRY(snapshot->role_assignment(id));
  if (!found || found->scope != place.scope)
    return refuse(404, "RoleAssignmentNotFound", fmt::format("The role assignment '{}' is not found.", id.text()));
  return answer_with(200, *found);
}

struct Wanted {
  RoleDefinitionId role;
  PrincipalId principal;
  wire::RoleAssignmentBody body;
};

Outcome<Wanted> read_wanted(const Call& call) {
  wire::JsonReader reader;
  Result<wire::RoleAssignmentBody> body = wire::read_role_assignment(reader, call.request.body);
  if (!body)
    return refuse(400, "InvalidRequestContent",
                  fmt::format("The request content was invalid and could not be deserialized: '{}'.", body.error().text()));
  if (!body->condition.empty())
    return refuse(400, "ConditionsNotSupported", "Role assignments with a condition are not supported here; leave 'condition' out.");
  if (!body->delegated_identity.empty())
    return refuse(
        400, "DelegatedManagedIdentityNotSupported",
        "Role assignments on behalf of a managed identity are not supported here; leave 'delegatedManagedIdentityResourceId' out.");
  const Result<RoleDefinitionId> role = access::parse_role_definition(body->role);
  if (!role) return refuse(400, "InvalidRoleDefinitionId", role.error().message);
  const Result<PrincipalId> principal = PrincipalId::parse(body->principal);
  if (!principal) return refuse(400, "InvalidPrincipalId", "A valid principal ID must be provided for role assignment.");
  return Wanted{*role, *principal, *std::move(body)};
}

// The service's words for what the use case refuses.
http::Response assign_error(const Error& why, const RoleDefinitionId& role) {
  switch (why.code) {
    case Code::not_found:
      return error(404, "RoleDefinitionDoesNotExist",
                   fmt::format("The specified role definition with ID '{}' does not exist.", role.text()));
    case Code::invalid_argument: return error(400, "InvalidRoleDefinition", why.message);
    case Code::already_exists: return error(409, "RoleAssignmentExists", why.message);
    case Code::refused: return error(400, "RoleAssignmentUpdateNotPermitted", why.message);
    default: return error(why);
  }
}

Outcome<http::Response> put_assignment(Call& call) {
  Place place;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    place = TRY(place_of(call, *snapshot, Depth::exact));
  }
  TRY(allow(call, "Microsoft.Authorization/roleAssignments/write", place.target));
  const RoleAssignmentId id = TRY(assignment_id(call));
  const Wanted wanted = TRY(read_wanted(call));
  const Result<RoleAssignment> given = assign_role(call.app, {.id = id,
                                                              .scope = place.scope,
                                                              .role = wanted.role,
                                                              .principal = wanted.principal,
                                                              .type = wanted.body.type,
                                                              .description = wanted.body.description,
                                                              .by = call.caller.principal.id,
                                                              .customer = place.target.customer});
  if (!given) return std::unexpected(Refused(assign_error(given.error(), wanted.role)));
  return answer_with(201, *given);  // also where it was there: clients of 2020-04-01-preview know no other
}

Outcome<http::Response> delete_assignment(Call& call) {
  Place place;
  {
    const auto snapshot = TRY(call.app.store.snapshot());
    place = TRY(place_of(call, *snapshot, Depth::exact));
  }
  TRY(allow(call, "Microsoft.Authorization/roleAssignments/delete", place.target));
  const RoleAssignmentId id = TRY(assignment_id(call));
  const std::optional<RoleAssignment> taken = TRY(remove_role_assignment(call.app, id, place.scope, place.target.customer));
  return taken ? answer_with(200, *taken) : http::empty(204);
}

// ----------------------------------------------------------------------------------------------------------------------- definitions

struct DefinitionFilter {
  std::optional<std::string> name;
  std::optional<std::string> type;
};

Result<DefinitionFilter> read_definition_filter(std::string_view text) {
  DefinitionFilter out;
  const std::vector<Filter> parts = TRY(wire::conjunction(TRY(wire::parse_filter(text))));
  for (const Filter& part : parts) {
    const bool call = part.kind == Filter::Kind::call && part.value.empty();
    if (wire::names(part, "roleName")) {
      out.name = TRY(wire::text_in(part));
    } else if (wire::names(part, "type")) {
      out.type = TRY(wire::text_in(part));
    } else if (!call || (!equal_ignoring_case(part.name, "atScope") && !equal_ignoring_case(part.name, "atScopeAndBelow"))) {
      return wire::unknown_in_filter(part, "roleName eq 'NAME', type eq 'BuiltInRole', atScope() and atScopeAndBelow()");
    }
  }
  return out;
}

// A role is known where it can be assigned.
bool known_at(const RoleDefinition& role, const access::Scope& scope) {
  const Result<access::Scope> assignable = access::parse_scope(role.assignable);
  return assignable && (access::contains(*assignable, scope) || scope.kind == access::ScopeKind::root);
}

bool wanted(const RoleDefinition& role, const access::Scope& scope, const DefinitionFilter& filter) {
  if (filter.name && !equal_ignoring_case(role.name, *filter.name)) return false;
  if (filter.type && !equal_ignoring_case("BuiltInRole", *filter.type)) return false;
  return known_at(role, scope);
}

Outcome<http::Response> list_definitions(Call& call) {
  const DefinitionFilter filter = TRY(read_definition_filter(call.request.query.get("$filter")));
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::inherited));
  TRY(allow(call, kReadDefinitions, place.target));
  return listed(access::built_in_roles(), [&](JsonWriter& w, const RoleDefinition& role) {
    if (wanted(role, place.scope, filter)) wire::write_role_definition(w, role, place.scope);
  });
}

Outcome<http::Response> get_definition(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::inherited));
  TRY(allow(call, kReadDefinitions, place.target));
  const std::string& name = call.path.at("name");
  const Result<RoleDefinitionId> id = RoleDefinitionId::parse(name);
  const RoleDefinition* role = id ? access::find_role(*id) : nullptr;
  if (role == nullptr)
    return refuse(404, "RoleDefinitionDoesNotExist", fmt::format("The specified role definition with ID '{}' does not exist.", name));
  return written(200, [&](JsonWriter& w) { wire::write_role_definition(w, *role, place.scope); });
}

// ----------------------------------------------------------------------------------------------------------------------- permissions

// Every action of the role table that the caller may do there.
Outcome<http::Response> list_permissions(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::inherited));
  TRY(allow(call, "Microsoft.Authorization/permissions/read", place.target));
  return written(200, [&](JsonWriter& w) {
    w.begin_object().key("value").begin_array().begin_object().key("actions").begin_array();
    for (const access::Action& each : access::actions())
      if (call.allows(each.name, place.target)) w.text(each.name);
    w.end_array();
    for (const std::string_view nothing : {"notActions", "dataActions", "notDataActions"}) w.key(nothing).begin_array().end_array();
    w.end_object().end_array().end_object();
  });
}

// This desk denies nobody by an assignment.
Outcome<http::Response> list_deny_assignments(Call& call) {
  const auto snapshot = TRY(call.app.store.snapshot());
  const Place place = TRY(place_of(call, *snapshot, Depth::inherited));
  TRY(allow(call, kReadAssignments, place.target));
  return http::json(200, R"({"value":[]})");
}

}  // namespace

// An assignment "by id" is the same address: its id begins with its scope.
std::vector<Route> authorization_routes() {
  std::vector<Route> routes;
  const std::string folder = "/{scope...}/providers/Microsoft.Authorization/";
  const auto add = [&](Method method, std::string_view path, const std::vector<std::string_view>& versions,
                       Outcome<http::Response> (*handler)(Call&), http::Kind kind = http::Kind::reads) {
    routes.push_back(
        {.method = method, .pattern = folder + std::string(path), .versions = versions, .handler = answering(handler), .kind = kind});
  };
  add(Method::get, "roleAssignments", kVersions, list_assignments);
  add(Method::get, "roleAssignments/{name}", kVersions, get_assignment);
  add(Method::put, "roleAssignments/{name}", kVersions, put_assignment, http::Kind::writes);
  add(Method::delete_, "roleAssignments/{name}", kVersions, delete_assignment, http::Kind::writes);
  add(Method::get, "roleDefinitions", kDefinitionVersions, list_definitions);
  add(Method::get, "roleDefinitions/{name}", kDefinitionVersions, get_definition);
  add(Method::get, "permissions", kDefinitionVersions, list_permissions);
  add(Method::get, "denyAssignments", kDefinitionVersions, list_deny_assignments);
  return routes;
}

}  // namespace prorata::arm
