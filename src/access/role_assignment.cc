#include "access/role_assignment.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace prorata::access {
namespace {

using std::string_view;

constexpr auto kEverything = std::to_array<string_view>({"*"});
constexpr auto kReadEverything = std::to_array<string_view>({"*/read"});
constexpr auto kNotAccess = std::to_array<string_view>(
    {"Microsoft.Authorization/*/delete", "Microsoft.Authorization/*/write", "Microsoft.Authorization/elevateAccess/action"});
constexpr auto kAccessOnly = std::to_array<string_view>({"*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"});
constexpr auto kReservationsAdministrator =
    std::to_array<string_view>({"Microsoft.Capacity/*/read", "Microsoft.Capacity/*/action", "Microsoft.Capacity/*/write",
                                "Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleDefinitions/read",
                                "Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"});
constexpr auto kReservationsContributor =
    std::to_array<string_view>({"Microsoft.Capacity/*/read", "Microsoft.Capacity/*/action", "Microsoft.Capacity/*/write",
                                "Microsoft.Authorization/roleAssignments/read", "Microsoft.Authorization/roleDefinitions/read"});
constexpr auto kReservationsReader =
    std::to_array<string_view>({"Microsoft.Capacity/*/read", "Microsoft.Authorization/roleAssignments/read"});
// Azure decides about the price and the order itself by the ownership of the subscription; here the role has to say it.
constexpr auto kReservationPurchaser =
    std::to_array<string_view>({"Microsoft.Authorization/roleAssignments/read", "Microsoft.Capacity/catalogs/read",
                                "Microsoft.Capacity/register/action", "Microsoft.Capacity/calculateprice/action",
                                "Microsoft.Capacity/reservationorders/write", "Microsoft.Consumption/reservationRecommendationDetails/read",
                                "Microsoft.Consumption/reservationRecommendations/read", "Microsoft.Resources/subscriptions/read",
                                "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/supportTickets/write"});
constexpr auto kSupport = std::to_array<string_view>(
    {"Microsoft.Authorization/*/read", "Microsoft.Resources/subscriptions/resourceGroups/read", "Microsoft.Support/*"});

constexpr string_view kCapacity = "/providers/Microsoft.Capacity";

constexpr auto kRoles = std::to_array<RoleDefinition>({
    {"8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", "Full access, and the right to give access to others", kEverything, {}, "/"},
    {"b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", "Full access, but not to give access to others", kEverything, kNotAccess, "/"},
    {"acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "Sees everything and changes nothing", kReadEverything, {}, "/"},
    {"18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "User Access Administrator", "Gives access to others", kAccessOnly, {}, "/"},
    {"a8889054-8d42-49c9-bc1c-52486c10e7cd",
     "Reservations Administrator",
     "Manages reservations and the access to them",
     kReservationsAdministrator,
     {},
     kCapacity},
    // Azure publishes no id for this role; this one is ours.
    {"5f0ad2a6-51c8-4a0c-8d0e-6d7f4c1be9a3",
     "Reservations Contributor",
     "Manages reservations, but not the access to them",
     kReservationsContributor,
     {},
     kCapacity},
    {"582fc458-8989-419f-a480-75249bc5db7e", "Reservations Reader", "Sees reservations", kReservationsReader, {}, kCapacity},
    {"f7b75c60-3036-4b75-91c3-6b41c27c1689", "Reservation Purchaser", "Buys reservations", kReservationPurchaser, {}, "/"},
    {"cfd33db0-3dd1-45e3-aa9d-cdbdf3b6f24e", "Support Request Contributor", "Files and follows support requests", kSupport, {}, "/"},
});

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

std::span<const RoleDefinition> built_in_roles() { return kRoles; }

const RoleDefinition* find_role(const RoleDefinitionId& id) {
  const auto* found = std::ranges::find(kRoles, string_view(id.text()), &RoleDefinition::id);
  return found == kRoles.end() ? nullptr : found;
}

const RoleDefinition* find_role_named(string_view name) {
  const auto* found = std::ranges::find_if(kRoles, [&](const RoleDefinition& role) { return equal_ignoring_case(role.name, name); });
  return found == kRoles.end() ? nullptr : found;
}

bool allows(const RoleDefinition& role, string_view action) {
  const auto fits = [&](string_view pattern) { return matches(pattern, action); };
  return std::ranges::any_of(role.actions, fits) && std::ranges::none_of(role.not_actions, fits);
}

// Each '*' first stands for nothing; where the text then stops fitting, the last one takes in a character more. Earlier ones never need
// to: whatever they could give up, the last one can take.
bool matches(string_view pattern, string_view action) {
  std::size_t p = 0;
  std::size_t a = 0;
  std::size_t star = string_view::npos;
  std::size_t resume = 0;
  while (a < action.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = a;
    } else if (p < pattern.size() && lower(pattern[p]) == lower(action[a])) {
      ++p;
      ++a;
    } else if (star != string_view::npos) {
      p = star + 1;
      a = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == string_view::npos;
}

Result<RoleDefinitionId> parse_role_definition(string_view text) {
  constexpr string_view kFolder = "/providers/Microsoft.Authorization/roleDefinitions/";
  const std::size_t slash = text.rfind('/');
  if (slash == string_view::npos) return RoleDefinitionId::parse(text);
  const string_view folder = text.substr(0, slash + 1);
  if (folder.size() < kFolder.size() || !equal_ignoring_case(folder.substr(folder.size() - kFolder.size()), kFolder))
    return fail(Code::invalid_argument, fmt::format("'{}' is not the id of a role definition; write {}GUID", text.substr(0, 120), kFolder));
  return RoleDefinitionId::parse(text.substr(slash + 1));
}

std::string to_string(const RoleDefinitionId& role) { return "/providers/Microsoft.Authorization/roleDefinitions/" + role.text(); }

Result<void> check_new(const RoleAssignment& wanted, std::span<const RoleAssignment> present) {
  const RoleDefinition* role = find_role(wanted.role);
  if (role == nullptr)
    return fail(Code::not_found,
                fmt::format("there is no role definition {}; the list of role definitions has those of this desk", wanted.role.text()));
  if (!contains(TRY(parse_scope(role->assignable)), wanted.scope))
    return fail(Code::invalid_argument,
                fmt::format("{} can be assigned at {} and below, not at {}", role->name, role->assignable, to_string(wanted.scope)));
  for (const RoleAssignment& each : present)
    if (each.id != wanted.id && each.scope == wanted.scope && each.role == wanted.role && each.principal == wanted.principal)
      return fail(Code::already_exists, "The role assignment already exists.");
  return {};
}

}  // namespace prorata::access
