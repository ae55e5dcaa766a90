#include "access/access.h"

#include <gtest/gtest.h>

#include <map>

namespace prorata::access {
namespace {

const OrderId kOrder = *OrderId::parse("73e60000-0000-4000-8000-000000000001");
const OrderId kOtherOrder = *OrderId::parse("73e60000-0000-4000-8000-000000000002");
const ReservationId kReservation = *ReservationId::parse("ab970000-0000-4000-8000-000000000001");
const SubscriptionId kSubscription = *SubscriptionId::parse("5b000000-0000-4000-8000-000000000001");
const CustomerId kCustomer = *CustomerId::parse("c0000000-0000-4000-8000-000000000001");
const CustomerId kOtherCustomer = *CustomerId::parse("c0000000-0000-4000-8000-000000000002");
const ResellerId kReseller = *ResellerId::parse("e0000000-0000-4000-8000-000000000001");
const ResellerId kOtherReseller = *ResellerId::parse("e0000000-0000-4000-8000-000000000002");
const PrincipalId kAnna = *PrincipalId::parse("a0000000-0000-4000-8000-000000000001");
const PrincipalId kBo = *PrincipalId::parse("a0000000-0000-4000-8000-000000000002");

constexpr std::size_t kDeskRoles = 5;

Principal somebody(Standing standing) {
  Principal out{.id = kAnna, .name = "anna@partner.example"};
  if (standing == Standing::customer_user) {
    out.of_customer = true;
    out.customer = kCustomer;
  } else if (standing != Standing::assignee) {
    out.roles = {standing};
  }
  return out;
}

Target on_reservation() { return {.scope = scope_of(kOrder, kReservation), .customer = kCustomer, .subscription = kSubscription}; }

RoleAssignment holds(std::string_view role, Scope scope, PrincipalId who = kAnna) {
  return {.id = *RoleAssignmentId::parse("f0000000-0000-4000-8000-000000000001"),
          .scope = std::move(scope),
          .role = RoleDefinitionId::trusted(std::string(find_role_named(role)->id)),
          .principal = std::move(who)};
}

Decision decide_on_reservation(Standing standing, Right right, Access access, std::vector<RoleAssignment> assignments = {}) {
  return decide(somebody(standing), assignments, action_of(right, access), on_reservation());
}

// The matrix once more, as the desk rules print it. A change of either has to be a change of both.
TEST(Matrix, IsTheOneOfTheDeskRules) {
  struct Row {
    Right right;
    std::string_view cells;  // A allowed, E assigned, R read, P permitted, - refused
  };
  const std::vector<Row> rows = {
      {Right::look_up, "AAAAAAA"},         {Right::list_customers, "AAAARER"},
      {Right::open_record, "AAEERER"},     {Right::change_scope, "AAEE-E-"},
      {Right::manage_access, "AA---E-"},   {Right::buy, "AA-A-EP"},
      {Right::quote, "AAEE-E-"},           {Right::submit_request, "AAEE-E-"},
      {Right::approve_request, "AA-----"}, {Right::let_customer_buy, "ARRR---"},
      {Right::settle, "AARR---"},          {Right::manage_users, "-A--A--"},
      {Right::configure, "-A-----"},       {Right::ask, "AAAA--A"},
  };
  ASSERT_EQ(rows.size(), kRightCount);
  const std::map<char, Cell> words = {
      {'A', Cell::allowed}, {'E', Cell::assigned}, {'R', Cell::read}, {'P', Cell::permitted}, {'-', Cell::refused}};
  for (const Row& row : rows)
    for (std::size_t i = 0; i < kStandingCount; ++i)
      EXPECT_EQ(cell(row.right, static_cast<Standing>(i)), words.at(row.cells[i])) << prorata::to_string(row.right) << ", column " << i;
}

// Every role x action, without an assignment, with one that reaches, and with one that only reads.
TEST(Matrix, IsWhatDecideGives) {
  const std::vector<RoleAssignment> owner = {holds("Owner", scope_of(kOrder))};
  const std::vector<RoleAssignment> reader = {holds("Reader", scope_of(kOrder))};
  int decided = 0;
  for (std::size_t r = 0; r < kRightCount; ++r)
    for (std::size_t s = 0; s < kStandingCount; ++s)
      for (const Action& action : actions()) {
        const auto right = static_cast<Right>(r);
        const auto standing = static_cast<Standing>(s);
        if (action.right != right) continue;
        const bool reading = action.access == Access::read;
        const Cell given = cell(right, standing);
        const bool alone = given == Cell::allowed || (given == Cell::read && reading);
        const auto asked = [&](const std::vector<RoleAssignment>& assignments) {
          ++decided;
          return decide(somebody(standing), assignments, action, on_reservation()).allowed;
        };
        EXPECT_EQ(asked({}), alone) << action.name << " as " << prorata::to_string(standing);
        EXPECT_EQ(asked(owner), alone || given == Cell::assigned) << action.name << " as " << prorata::to_string(standing) << " and Owner";
        EXPECT_EQ(asked(reader), alone || (given == Cell::assigned && reading)) << action.name << " as Reader";
      }
  EXPECT_EQ(decided, static_cast<int>(actions().size() * kStandingCount * 3));
}

TEST(Matrix, ADashIsNotLiftedByAnAssignment) {
  const std::vector<RoleAssignment> owner = {holds("Owner", root_scope())};
  EXPECT_FALSE(decide_on_reservation(Standing::helpdesk_agent, Right::manage_access, Access::full, owner).allowed);
  EXPECT_FALSE(decide_on_reservation(Standing::user_management_admin, Right::quote, Access::full, owner).allowed);
  EXPECT_FALSE(decide_on_reservation(Standing::assignee, Right::settle, Access::read, owner).allowed);
}

TEST(Matrix, SeveralRolesGiveTheMostOfEach) {
  Principal both{.id = kAnna, .name = "anna", .roles = {Standing::user_management_admin, Standing::helpdesk_agent}};
  EXPECT_TRUE(decide(both, {}, action_of(Right::manage_users), {}).allowed);
  EXPECT_TRUE(decide(both, {}, action_of(Right::settle, Access::read), {}).allowed);
  EXPECT_FALSE(decide(both, {}, action_of(Right::settle), {}).allowed);
  EXPECT_FALSE(decide(both, {}, action_of(Right::configure), {}).allowed);
}

TEST(Decide, SaysWhatGaveIt) {
  EXPECT_EQ(decide_on_reservation(Standing::admin_agent, Right::quote, Access::full).why, "admin_agent");
  const Decision by_assignment =
      decide_on_reservation(Standing::helpdesk_agent, Right::open_record, Access::read, {holds("Reservations Reader", scope_of(kOrder))});
  EXPECT_EQ(by_assignment.why,
            "Reservations Reader on /providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001");
  ASSERT_TRUE(by_assignment.assignment);
}

TEST(Decide, SaysWhatIsMissingAndWhere) {
  const Decision refused = decide_on_reservation(Standing::sales_agent, Right::submit_request, Access::full);
  EXPECT_EQ(refused.why,
            "Microsoft.Capacity/reservationorders/return/action at "
            "/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001: no role assignment there or above "
            "gives it");
  EXPECT_NE(decide_on_reservation(Standing::sales_agent, Right::configure, Access::full).why.find("no role of this principal has it"),
            std::string::npos);
}

TEST(Decide, AnAssignmentIsInheritedDownwards) {
  const std::vector<std::pair<Scope, bool>> rows = {
      {root_scope(), true},
      {capacity_scope(), true},
      {scope_of(kOrder), true},
      {scope_of(kOrder, kReservation), true},
      {scope_of(kSubscription), true},
      {scope_of(kOtherOrder), false},
      {scope_of(kOtherOrder, kReservation), false},
      {scope_of(*SubscriptionId::parse("5b000000-0000-4000-8000-000000000009")), false},
      {*parse_scope("/subscriptions/5b000000-0000-4000-8000-000000000001/resourceGroups/g"), false},
  };
  for (const auto& [scope, reaches] : rows)
    EXPECT_EQ(decide_on_reservation(Standing::helpdesk_agent, Right::change_scope, Access::full, {holds("Contributor", scope)}).allowed,
              reaches)
        << to_string(scope);
}

TEST(Decide, RefundAndExchangeNeedTheRightOnTheOrder) {
  const std::vector<RoleAssignment> on_reservation_only = {holds("Owner", scope_of(kOrder, kReservation))};
  const std::vector<RoleAssignment> on_the_order = {holds("Owner", scope_of(kOrder))};
  for (const Right right : {Right::quote, Right::submit_request}) {
    EXPECT_FALSE(decide_on_reservation(Standing::sales_agent, right, Access::full, on_reservation_only).allowed);
    EXPECT_TRUE(decide_on_reservation(Standing::sales_agent, right, Access::full, on_the_order).allowed);
  }
  EXPECT_TRUE(decide_on_reservation(Standing::sales_agent, Right::change_scope, Access::full, on_reservation_only).allowed);
}

TEST(Decide, OnlyOnesOwnAssignmentsCount) {
  EXPECT_FALSE(decide_on_reservation(Standing::sales_agent, Right::quote, Access::full, {holds("Owner", scope_of(kOrder), kBo)}).allowed);
}

TEST(Decide, AnUnknownRoleGivesNothing) {
  RoleAssignment foreign = holds("Owner", root_scope());
  foreign.role = *RoleDefinitionId::parse("00000000-1111-4222-8333-444444444444");
  EXPECT_FALSE(decide_on_reservation(Standing::sales_agent, Right::quote, Access::full, {foreign}).allowed);
}

TEST(Decide, NobodyApprovesTheirOwnRequest) {
  Target target = on_reservation();
  target.asked_by = kAnna;
  EXPECT_FALSE(decide(somebody(Standing::global_admin), {}, action_of(Right::approve_request), target).allowed);
  target.asked_by = kBo;
  EXPECT_TRUE(decide(somebody(Standing::global_admin), {}, action_of(Right::approve_request), target).allowed);
  target.asked_by = kAnna;
  EXPECT_TRUE(decide(somebody(Standing::global_admin), {}, action_of(Right::quote), target).allowed) << "only approving is closed";
}

TEST(Decide, AResellerSeesOnlyItsCustomers) {
  Principal agent = somebody(Standing::global_admin);
  agent.reseller = kReseller;
  Target target = on_reservation();
  for (const auto& [of, allowed] :
       std::vector<std::pair<std::optional<ResellerId>, bool>>{{kReseller, true}, {kOtherReseller, false}, {std::nullopt, false}}) {
    target.reseller = of;
    EXPECT_EQ(decide(agent, {}, action_of(Right::open_record, Access::read), target).allowed, allowed);
    EXPECT_EQ(sees(agent, kCustomer, of), allowed);
  }
  EXPECT_FALSE(decide(agent, {}, action_of(Right::configure), {}).allowed) << "the desk as a whole is not a reseller's";
  EXPECT_TRUE(decide(agent, {}, action_of(Right::manage_users), {.reseller = kReseller}).allowed) << "its own users are";
  EXPECT_FALSE(decide(agent, {}, action_of(Right::manage_users), {.reseller = kOtherReseller}).allowed);
  EXPECT_TRUE(decide(agent, {}, action_of(Right::look_up, Access::read), {}).allowed);
}

TEST(Decide, AnOwnerLimitedToACustomerOwnsNothingElse) {
  Principal program = somebody(Standing::assignee);
  program.kind = PrincipalKind::application;
  program.customer = kCustomer;
  const std::vector<RoleAssignment> owner = {holds("Owner", root_scope())};
  Target target = on_reservation();
  EXPECT_TRUE(decide(program, owner, action_of(Right::submit_request), target).allowed);
  target.customer = kOtherCustomer;
  EXPECT_FALSE(decide(program, owner, action_of(Right::submit_request), target).allowed);
}

TEST(Decide, ACustomersOwnPeopleAskAndNeverExecute) {
  Principal user = somebody(Standing::customer_user);
  user.roles = {Standing::global_admin};  // means nothing on a customer's side
  const std::vector<RoleAssignment> owner = {holds("Owner", root_scope())};
  bool company_may_buy = true;
  const auto may = [&](Right right, Access access, CustomerId of) {
    Target target = on_reservation();
    target.customer = std::move(of);
    target.customer_may_buy = company_may_buy;
    return decide(user, owner, action_of(right, access), target).allowed;
  };
  EXPECT_TRUE(may(Right::open_record, Access::read, kCustomer));
  EXPECT_TRUE(may(Right::ask, Access::full, kCustomer));
  for (const Right never : {Right::quote, Right::submit_request, Right::approve_request, Right::change_scope, Right::manage_access,
                            Right::settle, Right::let_customer_buy, Right::manage_users, Right::configure})
    EXPECT_FALSE(may(never, Access::full, kCustomer)) << prorata::to_string(never);
  EXPECT_FALSE(may(Right::open_record, Access::read, kOtherCustomer));
  EXPECT_FALSE(may(Right::ask, Access::full, kOtherCustomer));

  EXPECT_FALSE(may(Right::buy, Access::full, kCustomer)) << "off unless the partner says so";
  user.may_buy = true;
  EXPECT_TRUE(may(Right::buy, Access::full, kCustomer));
  EXPECT_FALSE(may(Right::buy, Access::full, kOtherCustomer));
  company_may_buy = false;
  EXPECT_FALSE(may(Right::buy, Access::full, kCustomer)) << "both must be on";
}

TEST(Decide, ACustomersUserWithoutATenantSeesNothing) {
  Principal user = somebody(Standing::customer_user);
  user.customer.reset();
  EXPECT_FALSE(decide(user, {}, action_of(Right::open_record, Access::read), on_reservation()).allowed);
  EXPECT_FALSE(sees(user, kCustomer, std::nullopt));
}

TEST(Actions, AreFoundInAnyLetterCaseAndCoverEveryRow) {
  const Action* refund = find_action("microsoft.capacity/RESERVATIONORDERS/calculateRefund/Action");
  ASSERT_NE(refund, nullptr);
  EXPECT_EQ(refund->right, Right::quote);
  EXPECT_TRUE(refund->on_order);
  EXPECT_EQ(find_action("Microsoft.Capacity/everything/action"), nullptr);
  for (std::size_t i = 0; i < kRightCount; ++i) {
    const auto right = static_cast<Right>(i);
    EXPECT_EQ(action_of(right).right, right);
    EXPECT_FALSE(prorata::to_string(right).empty());
  }
  for (const Action& each : actions()) {
    EXPECT_EQ(find_action(each.name), &each) << each.name << " stands twice";
    EXPECT_EQ(each.access == Access::read, each.name.ends_with("/read")) << each.name;
  }
}

TEST(Actions, AssignmentsCanGiveWhateverTheMatrixLeavesToThem) {
  for (std::size_t i = 0; i < kRightCount; ++i)
    for (std::size_t s = 0; s < kDeskRoles; ++s)
      if (cell(static_cast<Right>(i), static_cast<Standing>(s)) == Cell::assigned) {
        EXPECT_TRUE(action_of(static_cast<Right>(i)).name.starts_with("Microsoft."))
            << "no role definition speaks of the desk's own actions";
      }
}

TEST(Refusal, ReadsAsArmWritesIt) {
  EXPECT_EQ(refusal_text(somebody(Standing::sales_agent), "Microsoft.Capacity/reservationorders/return/action", scope_of(kOrder)),
            "The client 'anna@partner.example' with object id 'a0000000-0000-4000-8000-000000000001' does not have authorization to "
            "perform action 'Microsoft.Capacity/reservationorders/return/action' over scope "
            "'/providers/Microsoft.Capacity/reservationOrders/73e60000-0000-4000-8000-000000000001' or the scope is invalid. If access was "
            "recently granted, please refresh your credentials.");
}

}  // namespace
}  // namespace prorata::access
