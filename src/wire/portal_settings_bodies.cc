#include "wire/portal_settings_bodies.h"

namespace prorata::wire {
namespace {

Result<JsonValue> object_in(JsonReader& reader, std::string_view body, std::initializer_list<std::string_view> known) {
  const JsonValue root = TRY(reader.read(body));
  if (!root.is_object()) return bad_value(root, "an object is expected here");
  TRY(only_members(root, known));
  return root;
}

// Roles of the desk; what a customer's own people are is no role.
Result<std::vector<access::Standing>> roles_in(const JsonValue& list) {
  if (!list.is_array()) return bad_value(list, "a list of roles is expected here");
  std::vector<access::Standing> roles;
  for (auto each = list.first(); each; each = each->next()) {
    const Result<access::Standing> role = parse_word<access::Standing>(TRY(text_of(*each)), "a role");
    if (!role) return bad_value(*each, role.error().message);
    if (*role >= access::Standing::assignee) return bad_value(*each, "this is no role that can be given");
    roles.push_back(*role);
  }
  return roles;
}

}  // namespace

Result<NewUser> read_portal_new_user(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"name", "display", "roles"}));
  return NewUser{.name = std::string(TRY(text_at(root, "name"))),
                 .display = std::string(text_if(root, "display")),
                 .roles = TRY(roles_in(TRY(member(root, "roles"))))};
}

Result<UserChange> read_portal_user_change(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"roles", "disabled"}));
  UserChange change;
  if (const std::optional<JsonValue> roles = member_if(root, "roles")) change.roles = TRY(roles_in(*roles));
  if (member_if(root, "disabled")) change.disabled = TRY(boolean_at(root, "disabled"));
  return change;
}

Result<RulesChange> read_portal_approval(JsonReader& reader, std::string_view body) {
  const JsonValue root = TRY(object_in(reader, body, {"above"}));
  const std::optional<JsonValue> above = member_if(root, "above");
  if (!above) return RulesChange{.approval_above = std::optional<Money>()};
  if (!above->is_object()) return bad_value(*above, "an amount with its currency is expected here");
  TRY(only_members(*above, {"amount", "currency"}));
  const Result<Currency> currency = Currency::parse(TRY(text_at(*above, "currency")));
  if (!currency) return bad_value(*above, currency.error().message);
  return RulesChange{.approval_above = std::optional(TRY(money_at(*above, "amount", *currency)))};
}

}  // namespace prorata::wire
