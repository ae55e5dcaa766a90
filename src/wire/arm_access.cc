#include "wire/arm_access.h"

#include <fmt/format.h>

#include "wire/arm_reservation.h"

namespace prorata::wire {
namespace {

// Absent and null are the same; anything else must be a text.
Result<std::string> text_or_nothing(const JsonValue& object, std::string_view key) {
  const std::optional<JsonValue> value = member_if(object, key);
  if (!value) return std::string();
  return std::string(TRY(text_of(*value)));
}

std::string below(const access::Scope& scope, std::string_view rest) {
  const std::string at = to_string(scope);
  return (at == "/" ? "" : at) + "/providers/Microsoft.Authorization/" + std::string(rest);
}

void write_texts(JsonWriter& w, std::string_view name, std::span<const std::string_view> texts) {
  w.key(name).begin_array();
  for (const std::string_view text : texts) w.text(text);
  w.end_array();
}

}  // namespace

Result<RoleAssignmentBody> read_role_assignment(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(reader.read(body));
  const JsonValue properties = TRY(member(root, "properties"));
  RoleAssignmentBody out{.role = std::string(TRY(text_at(properties, "roleDefinitionId"))),
                         .principal = std::string(TRY(text_at(properties, "principalId"))),
                         .description = TRY(text_or_nothing(properties, "description")),
                         .condition = TRY(text_or_nothing(properties, "condition")),
                         .delegated_identity = TRY(text_or_nothing(properties, "delegatedManagedIdentityResourceId"))};
  if (member_if(properties, "principalType"))
    out.type = TRY(word_at<access::PrincipalType>(properties, "principalType", "a type of principal"));
  return out;
}

std::string role_assignment_path(const access::RoleAssignment& assignment) {
  return below(assignment.scope, "roleAssignments/" + assignment.id.text());
}

void write_role_assignment(JsonWriter& w, const access::RoleAssignment& a) {
  w.begin_object().key("properties").begin_object();
  w.field("roleDefinitionId", access::to_string(a.role))
      .field("principalId", a.principal.text())
      .field("principalType", to_string(a.principal_type));
  w.field("scope", to_string(a.scope));
  w.key("condition").null().key("conditionVersion").null();
  w.field("createdOn", arm_instant(a.created)).field("updatedOn", arm_instant(a.updated));
  w.field("createdBy", a.created_by).field("updatedBy", a.updated_by);
  w.key("delegatedManagedIdentityResourceId").null();
  if (a.description.empty())
    w.key("description").null();
  else
    w.field("description", a.description);
  w.end_object();
  w.field("id", role_assignment_path(a)).field("type", "Microsoft.Authorization/roleAssignments").field("name", a.id.text()).end_object();
}

void write_role_definition(JsonWriter& w, const access::RoleDefinition& role, const access::Scope& scope) {
  const access::Scope at = scope.subscription.empty() ? access::root_scope() : access::scope_of(scope.subscription);
  w.begin_object().key("properties").begin_object();
  w.field("roleName", role.name).field("type", "BuiltInRole").field("description", role.description);
  w.key("assignableScopes").begin_array().text(role.assignable).end_array();
  w.key("permissions").begin_array().begin_object();
  write_texts(w, "actions", role.actions);
  write_texts(w, "notActions", role.not_actions);
  write_texts(w, "dataActions", {});
  write_texts(w, "notDataActions", {});
  w.end_object().end_array().end_object();
  w.field("id", below(at, fmt::format("roleDefinitions/{}", role.id))).field("type", "Microsoft.Authorization/roleDefinitions");
  w.field("name", role.id).end_object();
}

}  // namespace prorata::wire
