// Every standing x every right x every place a role can be held, through the HTTP face where Azure has an operation for the right and
// through the use case where it has none, compared with the table of the desk's rules, which stands here a second time.
#include <array>
#include <map>

#include "app/accounts.h"
#include "app/authorize.h"
#include "app/decide_request.h"
#include "app/draft_request.h"
#include "app/submit_request.h"
#include "arm/all_routes.h"
#include "capacity_desk.h"

namespace prorata::testing {
namespace {

using access::Right;
using access::Standing;

// Columns: admin agent, global admin, helpdesk agent, sales agent, user management admin, assignee, customer's own user. The rows of the
// desk's rules, before them what everybody may look up, behind them the customer's ask.
const std::map<Right, std::string> kTable = {
    {Right::look_up, "AAAAAAA"},         {Right::list_customers, "AAAARER"},
    {Right::open_record, "AAEERER"},     {Right::change_scope, "AAEE-E-"},
    {Right::manage_access, "AA---E-"},   {Right::buy, "AA-A-EP"},
    {Right::quote, "AAEE-E-"},           {Right::submit_request, "AAEE-E-"},
    {Right::approve_request, "AA-----"}, {Right::let_customer_buy, "ARRR---"},
    {Right::settle, "AARR---"},          {Right::manage_users, "-A--A--"},
    {Right::configure, "-A-----"},       {Right::ask, "AAAA--A"},
};

enum class Held { nowhere, on_reservation, on_order, on_subscription, on_everything };
constexpr std::array kPlaces = {Held::nowhere, Held::on_reservation, Held::on_order, Held::on_subscription, Held::on_everything};

// Where Owner has to be held for the right to be had: refunds on the order, buying at the subscription that pays.
bool reaches(Right right, Held held) {
  switch (right) {
    case Right::buy: return held == Held::on_subscription;
    case Right::quote:
    case Right::submit_request:
    case Right::manage_access: return held != Held::nowhere && held != Held::on_reservation;
    default: return held != Held::nowhere;
  }
}

class RoleMatrix : public CapacityDesk {
 protected:
  void SetUp() override {
    CapacityDesk::SetUp();
    everything_ = std::make_unique<FaceClient>(desk(), arm::all_routes());
    web_ = buy();
    payer_ = *SubscriptionId::parse(subscription(desk().nordvik));
    must(change_request_rules(desk().app, {.approval_above = std::optional(usd(1)), .automatic_approval = {}}));
  }

  access::Principal principal(Standing standing) {
    access::Principal out{.id = PrincipalId::trusted(desk().ids->next()), .name = std::string(to_string(standing))};
    if (standing < Standing::assignee) out.roles = {standing};
    if (standing == Standing::customer_user) {
      out.of_customer = true;
      out.customer = desk().nordvik;
    }
    return out;
  }

  std::vector<access::RoleAssignment> owner(const access::Principal& who, Held held) {
    if (held == Held::nowhere) return {};
    access::Scope scope = access::capacity_scope();
    if (held == Held::on_reservation) scope = access::scope_of(web_.order, web_.id);
    if (held == Held::on_order) scope = access::scope_of(web_.order);
    if (held == Held::on_subscription) scope = access::scope_of(payer_);
    return {{.id = RoleAssignmentId::trusted(desk().ids->next()),
             .scope = scope,
             .role = RoleDefinitionId::trusted(std::string(access::find_role_named("Owner")->id)),
             .principal = who.id}};
  }

  // Whether whoever acts may read, or do in full, what the right is about. Through HTTP where ARM has an operation for it.
  bool may(const Acting& who, Right right, access::Access access) {
    everything_->caller.principal = who.principal;
    everything_->caller.assignments = who.assignments;
    const bool reading = access == access::Access::read;
    const std::string order = "/providers/Microsoft.Capacity/reservationOrders/" + web_.order.text();
    switch (right) {
      case Right::look_up: return answered(everything_->get("/providers/Microsoft.Capacity/operations?api-version=2022-11-01"));
      case Right::list_customers:
        return everything_->get("/providers/Microsoft.Capacity/reservations?api-version=2022-11-01").response.body.find(web_.id.text()) !=
               std::string::npos;
      case Right::open_record:
        return answered(everything_->get("/providers/Microsoft.Capacity" + path_of(web_) + "?api-version=2022-11-01"));
      case Right::change_scope:
        return answered(everything_->patch("/providers/Microsoft.Capacity" + path_of(web_) + "?api-version=2022-11-01",
                                           fmt::format(R"({{"properties":{{"name":"web {}"}}}})", ++count_)));
      case Right::manage_access:
        if (reading)
          return answered(everything_->get(order + "/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01")) &&
                 full(who, right, access);
        return answered(
            everything_->put(order + "/providers/Microsoft.Authorization/roleAssignments/" + desk().ids->next() + "?api-version=2022-04-01",
                             fmt::format(R"({{"properties":{{"roleDefinitionId":"{}","principalId":"{}"}}}})",
                                         access::find_role_named("Reader")->id, desk().ids->next())));
      case Right::buy:  // a subscription not to be known of is a bad word of the body, not a path that leads nowhere
        return everything_->post("/providers/Microsoft.Capacity/calculatePrice?api-version=2022-11-01", body_for(desk().nordvik))
                   .status() == 200;
      case Right::quote: return answered(everything_->post(order + "/calculateRefund?api-version=2022-11-01", return_body(web_, 1)));
      case Right::submit_request:  // with a session that nobody gave: who may do it is told so, others are told that they may not
        return answered(everything_->post(order + "/return?api-version=2022-11-01", return_body(web_, 1, desk().ids->next())));
      default: return by_use_case(who, right, access);
    }
  }

 private:
  static bool answered(const Reply& reply) {
    if (reply.status() == 403) EXPECT_EQ(reply.code(), "AuthorizationFailed");
    return reply.status() != 403 && reply.status() != 404;
  }
  bool full(const Acting& who, Right right, access::Access access) {
    App app = desk().app;
    app.acting = &who;
    return allowed(app, right, target_of(*must(desk().look()->customer(desk().nordvik)), web_), access);
  }

  template <class T>
  static bool went(const Result<T>& result) {
    if (result) return true;
    EXPECT_EQ(to_string(result.error().code), to_string(Code::forbidden)) << result.error().text();
    return false;
  }

  bool by_use_case(const Acting& who, Right right, access::Access access) {
    App app = desk().app;
    app.acting = &who;
    if (access == access::Access::read) return full(who, right, access);
    const Customer nordvik = *must(desk().look()->customer(desk().nordvik));
    switch (right) {
      case Right::approve_request: {
        const std::int64_t number = waiting();
        const bool approved = went(approve_inside(app, {.number = number}));
        must(withdraw_request(desk().app, {.number = number}));  // lets its hold go: there are many to come
        return approved;
      }
      case Right::manage_users: return went(add_user(app, {.name = fmt::format("user{}@partner.example", ++count_)}));
      case Right::configure: return went(change_request_rules(app, {.approval_above = std::optional(usd(1)), .automatic_approval = {}}));
      case Right::ask:
        return went(
            ask_for(app, {.kind = request::Kind::refund, .returns = {{.order = {}, .reservation = web_.id, .quantity = 1, .sku = {}}}}));
      default: return went(authorize(app, right, target_of(nordvik)));  // letting a customer buy, settlement and books
    }
  }

  // A request that waits for a second person.
  std::int64_t waiting() {
    const auto drafted = must(
        draft_request(desk().app, {.from = {}, .lines = {.returns = {{.order = {}, .reservation = web_.id, .quantity = 1, .sku = {}}}}}));
    return must(submit_request(desk().app, {.number = drafted.request.number,
                                            .contact = {.first_name = "Anna",
                                                        .last_name = "Lind",
                                                        .method = support::ContactMethod::email,
                                                        .email = "anna@partner.example",
                                                        .additional_emails = {},
                                                        .phone = {},
                                                        .time_zone = "W. Europe Standard Time",
                                                        .country = "SWE",
                                                        .language = "sv-SE"}}))
        .number;
  }

  std::unique_ptr<FaceClient> everything_;
  Reservation web_;
  SubscriptionId payer_;
  int count_ = 0;
};
INSTANTIATE_TEST_SUITE_P(, RoleMatrix, ::testing::Values(Where::memory), [](const auto& parameter) { return name_of(parameter.param); });

TEST_P(RoleMatrix, IsWhatEveryFaceAndEveryUseCaseDoes) {
  ASSERT_EQ(kTable.size(), access::kRightCount);
  int walked = 0;
  for (const auto& [right, row] : kTable)
    for (std::size_t column = 0; column < access::kStandingCount; ++column)
      for (const Held held : kPlaces)
        for (const access::Access access : {access::Access::read, access::Access::full}) {
          const bool reads_only = right == Right::look_up || right == Right::list_customers || right == Right::open_record;
          const bool has_reading = reads_only || right == Right::manage_access || right == Right::let_customer_buy ||
                                   right == Right::settle || right == Right::manage_users || right == Right::configure;
          if (access == access::Access::full ? reads_only : !has_reading) continue;
          const auto standing = static_cast<Standing>(column);
          const access::Principal who = principal(standing);
          const char cell = row[column];
          const bool expected = cell == 'A' || (cell == 'R' && access == access::Access::read) || (cell == 'E' && reaches(right, held));
          EXPECT_EQ(may({who, owner(who, held)}, right, access), expected)
              << to_string(right) << (access == access::Access::read ? ", reading" : "") << ": " << to_string(standing)
              << ", Owner held at place " << static_cast<int>(held);
          ++walked;
        }
  EXPECT_GT(walked, 500);
}

TEST_P(RoleMatrix, EndsAtTheLimitsOfAResellerAndATenant) {
  for (const auto& [right, row] : kTable) {
    if (right == Right::look_up || right == Right::manage_users || right == Right::configure) continue;
    access::Principal other = principal(Standing::admin_agent);
    other.reseller = *ResellerId::parse("0e5e11e2-0000-4000-8000-00000000000f");
    access::Principal neighbour = principal(Standing::customer_user);
    neighbour.customer = desk().prairie;
    const bool reads = right == Right::list_customers || right == Right::open_record;
    for (const access::Principal& who : {other, neighbour})
      EXPECT_FALSE(may({who, owner(who, Held::on_everything)}, right, reads ? access::Access::read : access::Access::full))
          << to_string(right) << ": " << who.name;
  }
}

}  // namespace
}  // namespace prorata::testing
