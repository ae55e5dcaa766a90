// People and the four-eyes limit through the portal's face: who may, and that nobody lifts themselves up.
#include "app/submit_request.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

using access::Standing;

class PortalSettings : public PortalDesk {};
PRORATA_ON_EVERY_STORE(PortalSettings);

TEST_P(PortalSettings, somebody_is_added_given_roles_and_shut_out) {
  client().with_roles({Standing::user_management_admin});
  const Reply added = client().post("/settings/users", R"({"name":"bo@partner.example","display":"Bo","roles":["helpdesk_agent"]})");
  EXPECT_EQ(added.status(), 201) << added.response.body;
  EXPECT_GE(added.at("/password").size(), 20U);
  const User bo = *must(desk().look()->user_named("bo@partner.example"));
  EXPECT_FALSE(bo.password_hash.contains(added.at("/password")));
  const Reply list = client().get("/settings/users");
  EXPECT_EQ(list.count("/rows"), 1U);
  EXPECT_EQ(list.at("/rows/0/roles/0"), "helpdesk_agent");
  EXPECT_EQ(list.response.body.find("password"), std::string::npos) << "no list ever tells one";
  EXPECT_EQ(client().patch("/settings/users/BO@partner.example", R"({"roles":["sales_agent"]})").at("/roles/0"), "sales_agent");
  EXPECT_EQ(client().patch("/settings/users/bo@partner.example", R"({"disabled":true})").at("/disabled"), "true");
  EXPECT_TRUE(must(desk().look()->user_named("bo@partner.example"))->disabled);
  expect_problem(client().post("/settings/users", R"({"name":"bo@partner.example","roles":[]})"), 409, "already_exists");
  EXPECT_EQ(client().post("/settings/users", R"({"name":"x@y.example","roles":["customer_user"]})").at("/pointer"), "/roles/0");
  expect_problem(client().patch("/settings/users/nobody@partner.example", "{}"), 404, "not_found");
}

TEST_P(PortalSettings, nobody_lifts_themselves_or_others_above_their_own) {
  const User own = must(add_user(desk().app, {.name = "uma@partner.example", .roles = {Standing::user_management_admin}}));
  must(add_user(desk().app, {.name = "greta@partner.example", .roles = {Standing::global_admin}}));
  client().caller.principal.id = own.id;
  client().with_roles({Standing::user_management_admin});
  expect_problem(client().patch("/settings/users/uma@partner.example", R"({"roles":["admin_agent"]})"), 409, "refused", "their own");
  expect_problem(client().patch("/settings/users/greta@partner.example", R"({"disabled":true})"), 409, "refused", "global admin");
  expect_problem(client().post("/settings/users", R"({"name":"eve@partner.example","roles":["global_admin"]})"), 409, "refused",
                 "global admin");
  EXPECT_FALSE(must(desk().look()->user_named("eve@partner.example")));
  client().caller.principal.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000009");
  client().with_roles({Standing::global_admin});
  EXPECT_EQ(client().patch("/settings/users/uma@partner.example", R"({"roles":["global_admin"]})").status(), 200);
  client().with_roles({Standing::admin_agent});
  expect_problem(client().get("/settings/users"), 403, "forbidden");
  expect_problem(client().post("/settings/users", R"({"name":"a@b.example","roles":[]})"), 403, "forbidden");
  expect_problem(client().patch("/settings/users/uma@partner.example", R"({"roles":[]})"), 403, "forbidden");
}

TEST_P(PortalSettings, the_limit_of_four_eyes_is_a_global_admins) {
  expect_problem(client().put("/settings/approval", R"({"above":{"amount":"5000.00","currency":"USD"}})"), 403, "forbidden");
  client().with_roles({Standing::global_admin});
  EXPECT_EQ(client().put("/settings/approval", R"({"above":{"amount":"5000.00","currency":"USD"}})").at("/above/amount"), "5000.00");
  EXPECT_EQ(must(request_rules(desk().app)).approval_above, usd(5'000));
  expect_problem(client().put("/settings/approval", R"({"above":{"amount":"-1.00","currency":"USD"}})"), 400, "invalid_argument");
  expect_problem(client().put("/settings/approval", R"({"above":{"amount":"1.00","currency":"SEK"}})"), 400, "invalid_argument");
  EXPECT_EQ(client().put("/settings/approval", "{}").at("/above"), "(absent)");
  EXPECT_FALSE(must(request_rules(desk().app)).approval_above);
}

}  // namespace
}  // namespace prorata::testing
