// Many refunds at once, and what needs the caller today.
#include "app/draft_request.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalBulk : public PortalDesk {
 protected:
  void strict() { make({{make_day(2020, 1, 1), "azure-2022", ""}}); }
  Reservation buy(std::int64_t quantity) {
    const Reservation r = desk().buy({.customer = desk().prairie, .years = 3, .quantity = quantity});  // 7,300 USD a unit
    desk().set_usage(r.id, Usage::used);
    return r;
  }
  static std::string lines(const std::vector<std::string>& each) { return fmt::format(R"({{"lines":[{}]}})", fmt::join(each, ",")); }
  static std::string line(const Reservation& r, std::string_view more = {}) {
    return fmt::format(R"({{"reservation":"{}"{}}})", r.id.text(), more);
  }
  static std::string with_contact(const std::string& body) {
    return body.substr(0, body.size() - 1) +
           R"(,"policy":"azure-2022","contact":{"firstName":"Anna","lastName":"Lind","method":"Email","email":"anna@partner.example",)"
           R"("timeZone":"W. Europe Standard Time","country":"SWE","language":"sv-SE"}})";
  }
};
PRORATA_ON_EVERY_STORE(PortalBulk);

TEST_P(PortalBulk, a_dry_run_says_all_and_writes_nothing) {
  strict();
  const Reservation first = buy(5);
  const Reservation second = buy(3);
  const std::int64_t before = desk().commits();
  const Reply reply = client().post("/bulk/dry-run?lang=sv", lines({line(first), line(second)}));
  ASSERT_EQ(reply.status(), 200) << reply.response.body;
  EXPECT_EQ(desk().commits(), before);
  EXPECT_EQ(reply.at("/makeable"), "1");
  EXPECT_EQ(reply.at("/rows/0/state"), "fits");
  EXPECT_EQ(reply.at("/rows/1/state"), "refused");
  EXPECT_EQ(reply.at("/rows/1/fits"), "1");
  EXPECT_NE(reply.at("/rows/1/fitsAllFrom"), "(absent)");
  EXPECT_EQ(reply.at("/rows/1/reasons/0/text"), std::string(policy::sentence(policy::Refusal::refund_limit_exceeded, true)));
  EXPECT_EQ(reply.at("/rows/1/taken/amount"), "0.00");
  EXPECT_EQ(reply.at("/rows/0/leftAfter/amount"), reply.at("/rows/1/leftAfter/amount"));
  EXPECT_EQ(reply.at("/customers/0/taken/amount"), reply.at("/rows/0/taken/amount"));
  EXPECT_EQ(reply.at("/totals/0/refund/amount"), reply.at("/rows/0/refund/amount"));
  const Reply fitted = client().post("/bulk/dry-run", fmt::format(R"({{"fit":true,"lines":[{},{}]}})", line(first), line(second)));
  EXPECT_EQ(fitted.at("/makeable"), "2");
  EXPECT_EQ(fitted.at("/rows/1/quantity"), "1");
}

TEST_P(PortalBulk, requests_are_made_once_by_what_was_seen) {
  strict();
  const Reservation first = buy(5);
  const Reservation second = buy(1);
  const Reply seen = client().post("/bulk/dry-run", lines({line(first), line(second)}));
  const auto refund = [&](int row) {
    return fmt::format(R"(,"refund":{{"amount":"{}","currency":"USD"}})", seen.at(fmt::format("/rows/{}/refund/amount", row)));
  };
  const std::string body = with_contact(lines({line(first, refund(0)), line(second, R"(,"refund":{"amount":"1.00","currency":"USD"})")}));
  expect_problem(client().post("/bulk/requests", body, {{"Idempotency-Key", ""}}), 428, "key_needed");
  const Reply made = client().post("/bulk/requests", body, {{"Idempotency-Key", "k1"}});
  ASSERT_EQ(made.status(), 200) << made.response.body;
  EXPECT_EQ(made.at("/made"), "1");
  EXPECT_EQ(made.at("/failed"), "1");
  EXPECT_EQ(made.at("/rows/0/request/number"), "R-1001");
  EXPECT_EQ(made.at("/rows/1/problem/code"), "stale_quote");
  const Reply again = client().post("/bulk/requests", body, {{"Idempotency-Key", "k1"}});
  EXPECT_EQ(again.at("/rows/0/request/number"), "R-1001");
  EXPECT_EQ(again.at("/rows/0/taken/amount"), made.at("/rows/0/taken/amount"));
  EXPECT_EQ(must(desk().look()->requests({.limit = 10})).items.size(), 1U);
  expect_problem(client().post("/bulk/requests", with_contact(lines({line(first)})), {{"Idempotency-Key", "k1"}}), 409, "key_reused");
}

TEST_P(PortalBulk, what_is_wrong_is_named) {
  const Reservation web = buy(1);
  expect_problem(client().post("/bulk/dry-run", R"({"lines":[]})"), 400, "invalid_data", "1 to 500");
  const Reply unknown = client().post("/bulk/dry-run", lines({line(web, R"(,"units":2)")}));
  EXPECT_EQ(unknown.status(), 400) << unknown.response.body;
  expect_problem(client().post("/bulk/dry-run", lines({line(web), line(web)})), 400, "invalid_argument", "named twice");
  std::string nobody = with_contact(lines({line(web)}));
  nobody.replace(nobody.find("anna@partner.example"), 20, "nobody");
  const Reply wrong = client().post("/bulk/requests", nobody, {{"Idempotency-Key", "k2"}});
  expect_problem(wrong, 400, "invalid_argument");
  EXPECT_EQ(wrong.at("/pointer"), "/contact/email");
}

TEST_P(PortalBulk, today_shows_what_waits_and_what_ends) {
  const Reservation web = buy(2);
  must(ask_for(desk().app, {.kind = request::Kind::refund,
                            .returns = {{.order = {}, .reservation = web.id, .quantity = 1, .sku = {}}},
                            .purchases = {},
                            .reason = "the project ended",
                            .key = {}}));
  const Reply waiting = client().get("/today/waiting");
  ASSERT_EQ(waiting.status(), 200) << waiting.response.body;
  EXPECT_EQ(waiting.at("/total"), "1");
  EXPECT_EQ(waiting.at("/rows/0/kind"), "take_up");
  EXPECT_EQ(waiting.at("/rows/0/request"), "R-1001");
  EXPECT_EQ(client().get("/today/deadlines").at("/rows/0/kind"), "first_days_end");
  EXPECT_EQ(client().get("/today/money").at("/rows"), "[]");
  EXPECT_EQ(client().get("/today/waste").at("/rows"), "[]");
  EXPECT_EQ(client().get("/today/allowance").at("/rows"), "[]");
  expect_problem(client().get("/today/tomorrow"), 404, "not_found");
  desk().move_days(10);
  EXPECT_EQ(client().get("/today/deadlines").at("/rows"), "[]") << "the first days are over";
}

TEST_P(PortalBulk, today_knows_a_refund_on_its_way_and_what_it_gives_back_to_the_allowance) {
  const Reservation web = buy(2);
  desk().move_days(10);
  must(return_reservation(desk().app, MadeDesk::returning(web.id, 1)));
  const Reply money = client().get("/today/money");
  ASSERT_EQ(money.at("/total"), "1") << money.response.body;
  EXPECT_EQ(money.at("/rows/0/kind"), "credit_customer");
  EXPECT_EQ(money.at("/rows/0/late"), "false");
  EXPECT_EQ(money.at("/amounts/0/amount"), money.at("/rows/0/amount/amount"));
  desk().move_days(360);
  EXPECT_EQ(client().get("/today/money").at("/rows/0/late"), "true");
  const Reply back = client().get("/today/allowance");
  EXPECT_EQ(back.at("/total"), "1") << back.response.body;
  desk().move_days(6);
  EXPECT_EQ(client().get("/today/allowance").at("/total"), "0") << "it came back";
}

}  // namespace
}  // namespace prorata::testing
