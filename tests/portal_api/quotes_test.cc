// Quotes in the asked language, kept or not; customers with their allowance; the sandbox's clock.
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalQuotes : public PortalDesk {
 protected:
  const Reservation& web() {
    if (!web_) {
      web_ = desk().buy({.customer = desk().nordvik, .quantity = 10});
      desk().set_usage(web_->id, Usage::used);
    }
    return *web_;
  }
  std::string quote(std::string_view more = {}) { return fmt::format("/quotes/refund?reservation={}{}", web().id.text(), more); }

 private:
  std::optional<Reservation> web_;
};
PRORATA_ON_EVERY_STORE(PortalQuotes);

TEST_P(PortalQuotes, a_preview_is_worked_out_and_not_kept) {
  web();
  desk().move_days(73);
  const std::int64_t before = desk().commits();
  const Reply reply = client().get(quote("&quantity=2"));
  EXPECT_EQ(reply.status(), 200) << reply.response.body;
  EXPECT_EQ(reply.at("/ok"), "true");
  EXPECT_EQ(reply.at("/approvalNeeded"), "true");
  EXPECT_EQ(reply.at("/quoteId"), "(absent)");
  EXPECT_EQ(reply.at("/quantity"), "2");
  EXPECT_EQ(reply.at("/ofQuantity"), "10");
  EXPECT_EQ(reply.at("/policy"), "csp-2020");
  EXPECT_EQ(reply.at("/credit/amount"), "58400.00");
  EXPECT_EQ(reply.at("/fits"), "10");
  EXPECT_EQ(reply.at("/reasons"), "[]");
  EXPECT_NE(reply.count("/lines"), 0U);
  EXPECT_EQ(reply.at("/validUntil"), "2026-05-14T10:10:00Z");
  EXPECT_EQ(reply.at("/allowance/leftAfter/currency"), "USD");
  EXPECT_EQ(desk().commits(), before);
}

TEST_P(PortalQuotes, it_says_the_same_in_both_languages) {
  web();
  desk().move_days(73);
  const Reply english = client().get(quote("&quantity=2"));
  const Reply swedish = client().get(quote("&quantity=2&lang=sv"));
  ASSERT_EQ(english.count("/lines"), swedish.count("/lines"));
  EXPECT_EQ(english.at("/refund/amount"), swedish.at("/refund/amount"));
  EXPECT_NE(english.at("/lines/0/text"), swedish.at("/lines/0/text"));
  EXPECT_EQ(client().get(quote("&quantity=11&lang=sv")).at("/reasons/0/text"),
            std::string(policy::sentence(policy::Refusal::invalid_quantity, true)));
}

TEST_P(PortalQuotes, what_does_not_fit_says_what_does_and_when) {
  make({{make_day(2020, 1, 1), "azure-2022", ""}});  // which refuses what is over the limit; csp-2020 cuts it off
  const Reservation big = desk().buy({.customer = desk().nordvik, .years = 3, .quantity = 10});  // 73,000 USD
  desk().set_usage(big.id, Usage::used);
  desk().move_days(10);
  const Reply reply = client().get(fmt::format("/quotes/refund?reservation={}", big.id.text()));
  EXPECT_EQ(reply.at("/ok"), "false");
  EXPECT_EQ(reply.at("/reasons/0/code"), "refund_limit_exceeded");
  EXPECT_EQ(reply.at("/reasons/0/armCode"), std::string(policy::arm_code(policy::Refusal::refund_limit_exceeded)));
  const std::int64_t fits = std::stoll(reply.at("/fits"));
  EXPECT_GT(fits, 0);
  EXPECT_LT(fits, 10);
  EXPECT_NE(reply.at("/fitsAllFrom"), "(absent)");
  const auto ask = [&](std::int64_t quantity) {
    return client().get(fmt::format("/quotes/refund?reservation={}&quantity={}", big.id.text(), quantity)).at("/ok");
  };
  EXPECT_EQ(ask(fits), "true");
  EXPECT_EQ(ask(fits + 1), "false");
}

TEST_P(PortalQuotes, another_policy_can_be_asked) {
  web();
  desk().move_days(73);
  const Reply list = client().get("/policies");
  EXPECT_EQ(list.at("/governing"), "csp-2020");
  std::size_t governing = 0;
  for (std::size_t i = 0; i < list.count("/rows"); ++i) {
    const std::string id = list.at(fmt::format("/rows/{}/id", i));
    const Reply reply = client().get(quote("&pack=" + id));
    EXPECT_EQ(reply.at("/policy"), id);
    governing += reply.at("/governing") == "true" ? 1 : 0;
  }
  EXPECT_EQ(governing, 1U);
  expect_problem(client().get(quote("&pack=nothing")), 404, "not_found");
  expect_problem(client().get("/quotes/refund"), 400, "invalid_argument", "which reservation");
}

TEST_P(PortalQuotes, a_kept_one_goes_into_a_support_request) {
  web();
  desk().move_days(73);
  const Reply quoted = client().post("/quotes/refund", fmt::format(R"({{"reservation":"{}","quantity":2}})", web().id.text()));
  EXPECT_EQ(quoted.status(), 201) << quoted.response.body;
  ASSERT_TRUE(must(desk().look()->quote(*QuoteId::parse(quoted.at("/quoteId")))));
  const auto ask = [&](std::string_view quote_id, std::string_view more) {
    return fmt::format(R"({{"customer":"{}","title":"Refund of 2 units","description":"The customer needs less.","contact":{{)"
                       R"("firstName":"Anna","lastName":"Berg","method":"Email","email":"anna@partner.example",)"
                       R"("timeZone":"W. Europe Standard Time","country":"SWE","language":"en-US"}},)"
                       R"("reservation":"{}","quoteId":"{}"{}}})",
                       desk().nordvik.text(), web().id.text(), quote_id, more);
  };
  const PortalHeaders once = {{"Idempotency-Key", "file it"}};
  const Reply filed = client().post("/support-requests", ask(quoted.at("/quoteId"), R"(,"quantity":2)"), once);
  EXPECT_EQ(filed.status(), 201) << filed.response.body;
  EXPECT_EQ(filed.at("/service/name"), "Billing");
  EXPECT_EQ(filed.at("/classification/name"), "Reservation Management / Exchanges and Refunds");
  EXPECT_NE(filed.at("/description").find(web().order.text()), std::string::npos);
  EXPECT_NE(filed.at("/description").find("Refund: " + quoted.at("/refund/amount") + " SEK for 2 units"), std::string::npos);
  EXPECT_EQ(filed.at("/filedBy"), "anna@partner.example");
  EXPECT_EQ(client().post("/support-requests", ask(quoted.at("/quoteId"), R"(,"quantity":2)"), once).at("/number"), filed.at("/number"));
  const Reply other_units = client().post("/support-requests", ask(quoted.at("/quoteId"), R"(,"quantity":3)"));
  expect_problem(other_units, 400, "invalid_argument", "2 units");
  EXPECT_EQ(other_units.at("/pointer"), "/quantity");
  desk().clock.pass_seconds(700);
  EXPECT_EQ(client().post("/support-requests", ask(quoted.at("/quoteId"), "")).at("/code"), "expired_quote");

  const std::string one = "/support-requests/" + filed.at("/name");
  const Reply said = client().post(one + "/messages", R"({"subject":"More","body":"The customer confirmed."})");
  EXPECT_EQ(said.status(), 201) << said.response.body;
  EXPECT_EQ(said.count("/thread"), 2U);
  EXPECT_EQ(said.at("/thread/1/sender"), "anna@partner.example");
  EXPECT_EQ(client().patch(one, R"({"status":"Closed"})").at("/status"), "Closed");
  const Reply list = client().get(fmt::format("/support-requests?reservation={}&status=Closed", web().id.text()));
  EXPECT_EQ(list.count("/rows"), 1U);
  EXPECT_EQ(list.at("/rows/0/messages"), "2");
  EXPECT_EQ(client().get("/search?q=" + filed.at("/number")).at("/hits/0/kind"), "supportRequest");
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get(one), 404, "not_found");
}

TEST_P(PortalQuotes, a_contact_that_is_wrong_is_said_with_the_forms_field) {
  const std::string body =
      fmt::format(R"({{"customer":"{}","title":"T","description":"D","contact":{{"firstName":"Anna","lastName":"Berg","method":"Phone",)"
                  R"("email":"anna@partner.example","timeZone":"W. Europe Standard Time","country":"SWE","language":"en-US"}}}})",
                  desk().nordvik.text());
  const Reply reply = client().post("/support-requests", body);
  expect_problem(reply, 400, "invalid_argument");
  EXPECT_EQ(reply.at("/pointer"), "/contact/phone");
}

TEST_P(PortalQuotes, roles_without_the_right_are_refused) {
  web();
  client().with_roles({access::Standing::sales_agent});
  expect_problem(client().get(quote()), 403, "forbidden", "calculaterefund");
  client().with_roles({access::Standing::admin_agent});
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get(quote()), 404, "not_found");
}

TEST_P(PortalQuotes, customers_have_their_counts_and_their_allowance) {
  web();
  desk().give_back(web().id, 1);
  const Reply list = client().get("/customers?sort=reservations&dir=desc");
  EXPECT_EQ(list.at("/total"), "2");
  EXPECT_EQ(list.at("/rows/0/name"), "Nordvik");
  EXPECT_EQ(list.at("/rows/0/reservations"), "1");
  EXPECT_EQ(list.at("/rows/0/allowanceLimit/amount"), "50000.00");
  EXPECT_EQ(client().get("/customers?q=prai").at("/rows/0/name"), "Prairie");
  EXPECT_EQ(client().get("/customers?limit=1&offset=1").at("/rows/0/name"), "Prairie");
  const Reply one = client().get(fmt::format("/customers/{}", desk().nordvik.text()));
  EXPECT_EQ(one.at("/states/succeeded"), "1");
  EXPECT_EQ(one.at("/subscriptions/0/name"), "Production");
  const Reply allowance = client().get(fmt::format("/customers/{}/allowance", desk().nordvik.text()));
  EXPECT_EQ(allowance.at("/limit/amount"), "50000.00");
  EXPECT_EQ(allowance.at("/refund/used/amount"), list.at("/rows/0/allowanceFree/amount") == "50000.00" ? "0.00" : "3650.00");
  EXPECT_EQ(allowance.at("/calendar/0/isHold"), "false");
  EXPECT_EQ(client().put(fmt::format("/customers/{}/buying", desk().nordvik.text()), R"({"allowed":true})").at("/mayBuy"), "true");
  expect_problem(client().get("/customers/01970000-0000-7000-8000-0000000000ff"), 404, "not_found");
  client().caller.principal.customer = desk().prairie;
  EXPECT_EQ(client().get("/customers").at("/total"), "1");
  expect_problem(client().get(fmt::format("/customers/{}", desk().nordvik.text())), 404, "not_found");
}

TEST_P(PortalQuotes, search_finds_pasted_links_and_names) {
  const std::string link =
      fmt::format("https://portal.azure.com/%23view/reservationOrders/{}/reservations/{}", web().order.text(), web().id.text());
  const Reply reply = client().get("/search?q=" + link);
  EXPECT_EQ(reply.at("/hits/0/kind"), "order");
  EXPECT_EQ(reply.at("/hits/1/kind"), "reservation");
  EXPECT_EQ(reply.at("/hits/1/path"), fmt::format("/reservations/{}/overview", web().id.text()));
  EXPECT_EQ(client().get("/search?q=nordv").at("/hits/0/kind"), "customer");
  EXPECT_EQ(client().get("/search?q=zzzz").at("/hits"), "[]");
  expect_problem(client().get("/search?q=+"), 400, "invalid_argument");
}

TEST_P(PortalQuotes, the_clock_of_a_sandbox_is_moved_by_who_may_configure) {
  web();
  expect_problem(client().post("/clock/advance", R"({"by":"10d"})"), 403, "forbidden");
  client().with_roles({access::Standing::global_admin});
  const Reply moved = client().post("/clock/advance", R"({"by":"400d"})");
  EXPECT_EQ(moved.at("/expired"), "1") << moved.response.body;
  EXPECT_EQ(client().get("/clock").at("/now"), moved.at("/to"));
  expect_problem(client().post("/clock/advance", R"({"by":"soon"})"), 400, "invalid_argument");
  expect_problem(client().post("/clock/advance", R"({"to":"2020-01-01"})"), 400, "invalid_argument");
  expect_problem(client().post("/clock/advance", R"({})"), 400, "invalid_data");
}

}  // namespace
}  // namespace prorata::testing
