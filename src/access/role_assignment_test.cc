#include "access/role_assignment.h"

#include <gtest/gtest.h>

namespace prorata::access {
namespace {

TEST(Matches, AStarStandsForAnyTextAndCaseDoesNotMatter) {
  struct Row {
    std::string_view pattern, action;
    bool expected;
  };
  for (const Row& row :
       {Row{"*", "a/b/read", true}, Row{"*", "", true}, Row{"*/read", "Microsoft.Capacity/x/READ", true},
        Row{"*/read", "Microsoft.Capacity/x/reader", false}, Row{"*/read", "read", false},
        Row{"Microsoft.Capacity/*/action", "microsoft.capacity/reservationorders/return/action", true},
        Row{"Microsoft.Capacity/*/action", "Microsoft.Capacity/exchange/action", true},
        Row{"Microsoft.Capacity/*/action", "Microsoft.Capacity/action", false},
        Row{"Microsoft.Capacity/*", "Microsoft.CapacityX/read", false}, Row{"a*b*c", "aXbYbZc", true}, Row{"a*b*c", "aXbYbZ", false},
        Row{"a**c", "ac", true}, Row{"", "", true}, Row{"", "a", false}, Row{"abc", "abc", true}, Row{"abc", "abcd", false},
        Row{"*a*a*a*a*a*b", std::string_view("aaaaaaaaaaaaaaaaaaaa"), false}})
    EXPECT_EQ(matches(row.pattern, row.action), row.expected) << row.pattern << " against " << row.action;
}

TEST(BuiltInRoles, GiveWhatTheirNamesSay) {
  struct Row {
    std::string_view role, action;
    bool expected;
  };
  constexpr std::string_view kRefund = "Microsoft.Capacity/reservationorders/return/action";
  constexpr std::string_view kRead = "Microsoft.Capacity/reservationorders/reservations/read";
  constexpr std::string_view kGrant = "Microsoft.Authorization/roleAssignments/write";
  constexpr std::string_view kTicket = "Microsoft.Support/supportTickets/write";
  for (const Row& row : {Row{"Owner", kRefund, true},
                         Row{"Owner", kGrant, true},
                         Row{"Contributor", kRefund, true},
                         Row{"Contributor", kGrant, false},
                         Row{"Contributor", "Microsoft.Authorization/roleAssignments/read", true},
                         Row{"Reader", kRead, true},
                         Row{"Reader", kRefund, false},
                         Row{"Reservations Administrator", kRefund, true},
                         Row{"Reservations Administrator", kGrant, true},
                         Row{"Reservations Administrator", kTicket, false},
                         Row{"Reservations Contributor", kRefund, true},
                         Row{"Reservations Contributor", kGrant, false},
                         Row{"Reservations Reader", kRead, true},
                         Row{"Reservations Reader", kRefund, false},
                         Row{"User Access Administrator", kGrant, true},
                         Row{"User Access Administrator", kRefund, false},
                         Row{"Reservation Purchaser", "Microsoft.Capacity/reservationorders/write", true},
                         Row{"Reservation Purchaser", kRefund, false},
                         Row{"Support Request Contributor", kTicket, true},
                         Row{"Support Request Contributor", kRefund, false}}) {
    const RoleDefinition* role = find_role_named(row.role);
    ASSERT_NE(role, nullptr) << row.role;
    EXPECT_EQ(allows(*role, row.action), row.expected) << row.role << ": " << row.action;
  }
}

TEST(BuiltInRoles, HaveProperIds) {
  for (const RoleDefinition& role : built_in_roles()) {
    const Result<RoleDefinitionId> id = RoleDefinitionId::parse(role.id);
    ASSERT_TRUE(id) << role.name;
    EXPECT_EQ(id->text(), role.id) << "ids are compared as they are written";
    EXPECT_EQ(find_role(*id), &role) << "two roles of one id";
    EXPECT_TRUE(parse_scope(role.assignable)) << role.name;
  }
  EXPECT_EQ(find_role_named("reader")->id, "acdd72a7-3385-48ef-bd42-f606fba81ae7");
  EXPECT_EQ(find_role_named("nobody"), nullptr);
}

TEST(ParseRoleDefinition, TakesPathsAndBareIds) {
  const std::string_view id = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
  for (const std::string_view text :
       {"acdd72a7-3385-48ef-bd42-f606fba81ae7", "ACDD72A7-3385-48EF-BD42-F606FBA81AE7",
        "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7",
        "/subscriptions/5b000000-0000-4000-8000-000000000001/providers/microsoft.authorization/roledefinitions/"
        "acdd72a7-3385-48ef-bd42-f606fba81ae7"}) {
    const Result<RoleDefinitionId> parsed = parse_role_definition(text);
    ASSERT_TRUE(parsed) << text;
    EXPECT_EQ(parsed->text(), id);
    EXPECT_EQ(to_string(*parsed), "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7");
  }
  for (const std::string_view text :
       {"", "Reader", "/acdd72a7-3385-48ef-bd42-f606fba81ae7", "/providers/Microsoft.Authorization/roleDefinitions/Reader",
        "/providers/Microsoft.Authorization/roleAssignments/acdd72a7-3385-48ef-bd42-f606fba81ae7"})
    EXPECT_FALSE(parse_role_definition(text)) << text;
}

RoleAssignment assignment(std::string_view id, std::string_view role, std::string_view scope) {
  return {.id = *RoleAssignmentId::parse(id),
          .scope = *parse_scope(scope),
          .role = RoleDefinitionId::trusted(std::string(find_role_named(role)->id)),
          .principal = *PrincipalId::parse("a0000000-0000-4000-8000-000000000001")};
}

TEST(CheckNew, RefusesTheSameTwiceUnknownRolesAndStrangeScopes) {
  constexpr std::string_view kOne = "f0000000-0000-4000-8000-000000000001";
  constexpr std::string_view kTwo = "f0000000-0000-4000-8000-000000000002";
  constexpr std::string_view kOrder = "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001";
  const std::vector<RoleAssignment> present = {assignment(kOne, "Reader", kOrder)};

  EXPECT_TRUE(check_new(assignment(kTwo, "Owner", kOrder), present));
  EXPECT_TRUE(check_new(assignment(kTwo, "Reader", "/"), present));
  EXPECT_TRUE(check_new(assignment(kOne, "Reader", kOrder), present)) << "the same again is the same";
  const Result<void> twice = check_new(assignment(kTwo, "Reader", kOrder), present);
  ASSERT_FALSE(twice);
  EXPECT_EQ(twice.error().code, Code::already_exists);
  EXPECT_EQ(twice.error().message, "The role assignment already exists.");

  const Result<void> strange =
      check_new(assignment(kTwo, "Reservations Reader", "/subscriptions/5b000000-0000-4000-8000-000000000001"), {});
  ASSERT_FALSE(strange);
  EXPECT_EQ(strange.error().code, Code::invalid_argument);

  RoleAssignment unknown = assignment(kTwo, "Reader", kOrder);
  unknown.role = *RoleDefinitionId::parse("00000000-1111-4222-8333-444444444444");
  const Result<void> nobody = check_new(unknown, {});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Code::not_found);
}

}  // namespace
}  // namespace prorata::access
