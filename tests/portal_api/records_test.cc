// The record: what it shows, what can be changed on it, who may.
#include "app/role_assignments.h"
#include "app/usage_records.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalRecords : public PortalDesk {
 protected:
  const Reservation& web() {
    if (!web_) web_ = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 2});
    return *web_;
  }

 private:
  std::optional<Reservation> web_;
};
PRORATA_ON_EVERY_STORE(PortalRecords);

TEST_P(PortalRecords, me_says_who_and_what_is_allowed_and_who_could) {
  const Reply me = client().get("/me");
  EXPECT_EQ(me.at("/user/name"), "anna@partner.example");
  EXPECT_EQ(me.at("/roles/0"), "admin_agent");
  EXPECT_EQ(me.at("/partner"), "Partner");
  EXPECT_EQ(me.at("/sandbox"), "true");
  EXPECT_EQ(me.at("/now"), to_string(desk().now()));
  EXPECT_EQ(me.at("/actions/submitRequest/allowed"), "true");
  EXPECT_EQ(me.at("/actions/configure/allowed"), "false");
  EXPECT_EQ(me.at("/actions/configure/why"), "Your role (Admin agent) may not do this. Ask Global admin.");
  EXPECT_EQ(me.at("/actions/configure/whoCan/0"), "global_admin");
  client().with_roles({access::Standing::helpdesk_agent});
  const Reply svenska = client().get("/me", {{"Accept-Language", "sv-SE, en;q=0.5"}});
  EXPECT_EQ(svenska.at("/language"), "sv");
  EXPECT_EQ(svenska.at("/actions/quote/allowed"), "false");
  EXPECT_EQ(svenska.at("/actions/quote/perRecord"), "true");
  EXPECT_EQ(
      svenska.at("/actions/quote/why"),
      "Din roll (Supportagent) behöver en rolltilldelning på beställningen eller reservationen. Fråga Administratörsagent eller Global "
      "administratör.");
}

TEST_P(PortalRecords, the_record_has_everything_of_one_reservation) {
  desk().clock.pass_days(10);
  const Reply reply = client().get(at(web()));
  desk().clock.pass_days(20);
  const Reply later = client().get(at(web()));
  EXPECT_EQ(later.status(), 200) << later.response.body;
  EXPECT_EQ(later.at("/id"), web().id.text());
  EXPECT_EQ(later.at("/customer/name"), "Nordvik");
  EXPECT_EQ(later.at("/termDays"), "365");
  EXPECT_EQ(later.at("/provisioningState"), "Succeeded");
  EXPECT_EQ(later.at("/scope/type"), "Shared");
  EXPECT_EQ(later.at("/price/amount"), "73000.00");
  EXPECT_EQ(later.at("/unitPrice/amount"), "36500.00");
  EXPECT_EQ(later.at("/orderRecord/reservations/0"), web().id.text());
  EXPECT_EQ(later.at("/actions/changeScope/allowed"), "true");
  EXPECT_EQ(later.header("ETag"), fmt::format("\"{}\"", later.at("/etag")));
  EXPECT_EQ(std::stoi(later.at("/daysLeft")) + std::stoi(later.at("/daysElapsed")), 365);
  EXPECT_EQ(client().get(fmt::format("/reservations/-/{}", web().id.text())).at("/order"), web().order.text());
  expect_problem(client().get(fmt::format("/reservations/{}/{}", web().id.text(), web().id.text())), 404, "not_found", "in the order");
  expect_problem(client().get("/reservations/-/01970000-0000-7000-8000-0000000000ff"), 404, "not_found");
  expect_problem(client().get("/reservations/-/web"), 404, "not_found");
}

TEST_P(PortalRecords, payments_add_up) {
  web();
  desk().move_days(65);
  const Reply reply = client().get(at(web(), "/payments"));
  EXPECT_EQ(reply.at("/plan"), "Monthly");
  EXPECT_EQ(reply.at("/total"), "12");
  EXPECT_EQ(reply.at("/succeeded"), "3");
  EXPECT_EQ(reply.count("/rows"), 12U);
  EXPECT_EQ(reply.at("/rows/2/paidSoFar/amount"), reply.at("/paid/amount"));
  EXPECT_EQ(reply.at("/rows/3/status"), "Scheduled");
  EXPECT_EQ(reply.at("/rows/3/paidSoFar"), "(absent)");
}

TEST_P(PortalRecords, a_change_is_made_once_and_told_in_the_history) {
  const std::string etag = client().get(at(web())).at("/etag");
  const PortalHeaders once = {{"Idempotency-Key", "a key"}, {"If-Match", fmt::format("\"{}\"", etag)}};
  const Reply renamed = client().put(at(web(), "/name"), R"({"name":"Web två"})", once);
  EXPECT_EQ(renamed.status(), 200) << renamed.response.body;
  EXPECT_EQ(renamed.at("/name"), "Web två");
  EXPECT_EQ(client().put(at(web(), "/name"), R"({"name":"Web två"})", once).at("/etag"), renamed.at("/etag"));  // the same again
  expect_problem(client().put(at(web(), "/name"), R"({"name":"Other"})", once), 409, "key_reused");
  expect_problem(client().put(at(web(), "/name"), R"({"name":"Other"})", {{"If-Match", "\"99\""}}), 412, "changed_meanwhile");
  const Reply history = client().get(at(web(), "/history"));
  EXPECT_EQ(history.at("/rows/0/action"), "rename");
  EXPECT_EQ(history.at("/rows/0/by"), "anna@partner.example");
  EXPECT_EQ(history.at("/rows/0/changes/0/field"), "name");
  EXPECT_EQ(history.at("/rows/0/changes/0/after"), "Web två");
}

TEST_P(PortalRecords, scopes_are_checked_before_they_are_chosen) {
  const Reply scopes = client().get(at(web(), "/scopes"));
  EXPECT_EQ(scopes.at("/candidates/0/type"), "Shared");
  EXPECT_EQ(scopes.at("/candidates/0/current"), "true");
  EXPECT_EQ(scopes.at("/candidates/2/type"), "Single");
  EXPECT_EQ(scopes.at("/candidates/2/name"), "Production");
  EXPECT_EQ(scopes.at("/candidates/2/ok"), "true");
  const std::string single = fmt::format(R"({{"type":"Single","id":"{}"}})", scopes.at("/candidates/2/id"));
  const Reply changed = client().put(at(web(), "/scope"), single);
  EXPECT_EQ(changed.at("/scope/name"), "Production") << changed.response.body;
  const Reply foreign =
      client().put(at(web(), "/scope"), R"({"type":"Single","id":"/subscriptions/01970000-0000-7000-8000-0000000000ff"})");
  expect_problem(foreign, 400, "invalid_argument", "nothing of that id");
  EXPECT_EQ(foreign.at("/pointer"), "/id");
  expect_problem(client().put(at(web(), "/scope"), R"({"type":"Shared","id":"x"})"), 400, "invalid_argument");
  desk().give_back(web().id, 2);
  EXPECT_EQ(client().get(at(web(), "/scopes?lang=sv")).at("/candidates/0/why"),
            "Reservationen är Cancelled; bara en aktiv kan få ett annat omfång.");
  expect_problem(client().put(at(web(), "/scope"), R"({"type":"Shared"})"), 409, "refused");
}

TEST_P(PortalRecords, renewal_flexibility_and_archive_are_changed) {
  const Reply renewing = client().put(at(web(), "/renewal"), R"({"on":true,"quantity":1,"years":3,"plan":"Upfront"})");
  EXPECT_EQ(renewing.at("/renewal/quantity"), "1") << renewing.response.body;
  EXPECT_EQ(renewing.at("/renewal/term"), "P3Y");
  EXPECT_EQ(renewing.at("/renewState"), "On");
  EXPECT_EQ(client().put(at(web(), "/renewal"), R"({"on":false})").at("/renew"), "false");
  EXPECT_EQ(client().put(at(web(), "/flexibility"), R"({"on":false})").at("/instanceFlexibility"), "false");
  expect_problem(client().put(at(web(), "/archived"), R"({"archived":true})"), 409, "refused");
  desk().give_back(web().id, 2);
  EXPECT_EQ(client().put(at(web(), "/archived"), R"({"archived":true})").at("/archived"), "true");
}

TEST_P(PortalRecords, a_body_that_is_wrong_is_said_with_its_pointer) {
  const Reply renewal = client().put(at(web(), "/renewal"), R"({"on":true,"years":2})");
  expect_problem(renewal, 400, "invalid_data");
  EXPECT_EQ(renewal.at("/pointer"), "/years");
  expect_problem(client().put(at(web(), "/name"), R"({"name":"a","nome":"b"})"), 400, "invalid_data", "not a field");
  expect_problem(client().put(at(web(), "/name"), "[]"), 400, "invalid_data");
  expect_problem(client().put(at(web(), "/name"), "{"), 400, "invalid_data");
  expect_problem(client().put(at(web(), "/name"), R"({"name":""})"), 400, "invalid_argument");
  const Reply no_key = client().put(at(web(), "/name"), R"({"name":"a"})", {{"Idempotency-Key", ""}});
  expect_problem(no_key, 428, "key_needed");
}

TEST_P(PortalRecords, roles_decide_and_say_what_is_missing) {
  const std::string path = at(web());
  client().with_roles({access::Standing::sales_agent});
  expect_problem(client().get(path), 403, "forbidden", "does not have authorization");
  client().with_roles({access::Standing::user_management_admin});
  EXPECT_EQ(client().get(path).status(), 200);
  expect_problem(client().put(at(web(), "/name"), R"({"name":"a"})"), 403, "forbidden");
  expect_problem(client().post(at(web(), "/iam"), R"({"at":"order","role":"Reader","principal":"x"})"), 403, "forbidden");
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get(path), 404, "not_found");
}

TEST_P(PortalRecords, roles_are_given_and_taken_on_the_order_and_the_reservation) {
  const User bo = must(add_user(desk().app, {.name = "bo@partner.example", .display = "Bo", .roles = {access::Standing::helpdesk_agent}}));
  EXPECT_EQ(client().get("/users?q=BO").at("/rows/0/id"), bo.id.text());
  const std::string body = R"({"at":"order","role":"Owner","principal":"bo@partner.example"})";
  const PortalHeaders once = {{"Idempotency-Key", "give"}};
  const Reply given = client().post(at(web(), "/iam"), body, once);
  EXPECT_EQ(given.status(), 201) << given.response.body;
  EXPECT_EQ(given.at("/at"), "order");
  EXPECT_EQ(given.at("/principal/display"), "Bo");
  EXPECT_EQ(client().post(at(web(), "/iam"), body, once).at("/id"), given.at("/id"));
  expect_problem(client().post(at(web(), "/iam"), body), 409, "already_exists");
  const Reply list = client().get(at(web(), "/iam"));
  EXPECT_EQ(list.count("/rows"), 1U);
  EXPECT_EQ(list.at("/rows/0/removable"), "true");
  EXPECT_NE(list.count("/roles"), 0U);
  PortalClient other(desk());
  other.caller.principal = principal_of(bo);
  EXPECT_EQ(other.get(at(web())).at("/actions/quote/allowed"), "true");
  EXPECT_EQ(client().remove(at(web(), "/iam/" + given.at("/id"))).status(), 204);
  EXPECT_EQ(client().remove(at(web(), "/iam/" + given.at("/id"))).status(), 204);
  expect_problem(other.get(at(web())), 403, "forbidden");
  const Reply nobody = client().post(at(web(), "/iam"), R"({"at":"order","role":"Owner","principal":"nobody@partner.example"})");
  expect_problem(nobody, 400, "invalid_argument");
  EXPECT_EQ(nobody.at("/pointer"), "/principal");
}

TEST_P(PortalRecords, utilization_without_any_is_empty_and_not_zero) {
  const Reply reply = client().get(at(web(), "/utilization?from=2026-03-01&until=2026-04-01&grain=monthly"));
  EXPECT_EQ(reply.at("/rows"), "[]");
  EXPECT_EQ(reply.at("/percent"), "(absent)");
  EXPECT_EQ(reply.at("/from"), "2026-03-01");
  const UtilizationDay day{.day = make_day(2026, 3, 3),
                           .active_hours = 24,
                           .reserved_nu = 48'000'000,
                           .used_nu = 12'000'000,
                           .weight = 1,
                           .least = {0},
                           .average = {2'500},
                           .most = {5'000}};
  Changes changes{.audit = {.at = desk().now(), .actor = "test", .action = "utilization.run"}};
  changes.reservation_months.push_back(
      {.reservation = web().id,
       .customer = web().customer,
       .month = make_day(2026, 3, 1),
       .revision = "r",
       .days = {day},
       .windows = MonthWindows{.watermark = utilization::first_hour(make_day(2026, 3, 4)), .day_1 = utilization::Percent{2'500}}});
  must(desk().app.store.commit(std::move(changes)));
  const Reply used = client().get(at(web(), "/utilization"));
  EXPECT_EQ(used.at("/until"), "2026-03-04");
  EXPECT_EQ(used.at("/percent"), "25.00");
  EXPECT_EQ(used.at("/rows/0/usedHours"), "12.000000");
  EXPECT_EQ(used.at("/rows/0/most"), "50.00");
  EXPECT_EQ(used.at("/windows/day1"), "25.00");
  EXPECT_EQ(client().get(at(web())).at("/utilization/day1"), "25.00");
}

}  // namespace
}  // namespace prorata::testing
