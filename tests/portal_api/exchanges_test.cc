// Exchanges that are being put together: the balance, every rule with what would help, the proposal; the catalogue; one that was run.
#include "app/decide_request.h"
#include "app/run_exchange.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

class PortalExchanges : public PortalDesk {
 protected:
  // 10 units for a year, 365,000 SEK, of which a fifth has passed.
  const Reservation& web() {
    if (!web_) {
      web_ = desk().buy({.customer = desk().nordvik, .quantity = 10});
      desk().set_usage(web_->id, Usage::used);
      desk().move_days(73);
    }
    return *web_;
  }
  Reply ask(std::string_view returns, std::string_view bought, std::string_view more = {}) {
    return client().get(fmt::format("/quotes/exchange?returns={}&bought={}{}", returns, bought, more));
  }
  // The place of a rule in the answer.
  static std::string check(const Reply& reply, std::string_view rule, std::string_view what) {
    for (std::size_t i = 0; i < reply.count("/checks"); ++i)
      if (reply.at(fmt::format("/checks/{}/rule", i)) == rule) return reply.at(fmt::format("/checks/{}/{}", i, what));
    return "(no check)";
  }

 private:
  std::optional<Reservation> web_;
};
PRORATA_ON_EVERY_STORE(PortalExchanges);

TEST_P(PortalExchanges, the_balance_is_that_of_the_engine_and_nothing_is_kept) {
  web();
  const std::int64_t before = desk().commits();
  const Reply reply = ask(web().id.text() + "~5", "2~Standard_D2s_v5~westeurope~P3Y~Upfront~Shared");
  ASSERT_EQ(reply.status(), 200) << reply.response.body;
  EXPECT_EQ(reply.at("/ok"), "true") << reply.response.body;
  EXPECT_EQ(reply.at("/approvalNeeded"), "true");
  EXPECT_EQ(reply.at("/returned/0/quantity"), "5");
  EXPECT_EQ(reply.at("/returned/0/ofQuantity"), "10");
  EXPECT_EQ(reply.at("/balance/returned/amount"), "146000.00");  // four fifths of 182,500
  EXPECT_EQ(reply.at("/balance/bought/amount"), "146000.00");
  EXPECT_EQ(reply.at("/balance/netPayable/amount"), "0.00");
  EXPECT_EQ(reply.at("/balance/surplus/amount"), "0.00");
  EXPECT_EQ(reply.at("/balance/missing"), "(absent)");
  EXPECT_EQ(reply.at("/bought/0/unitPrice/amount"), "73000.00");
  EXPECT_EQ(reply.at("/bought/0/scopeCopied"), "false");
  EXPECT_EQ(reply.at("/proposal"), "(absent)");
  EXPECT_EQ(desk().commits(), before);
  const Reply again = ask(web().id.text() + "~5", "2~Standard_D2s_v5~westeurope~P3Y~Monthly");
  EXPECT_EQ(again.at("/bought/0/scopeCopied"), "true");
  EXPECT_EQ(again.at("/bought/0/scope/type"), "Shared");
  EXPECT_EQ(again.at("/balance/netPayable/amount"), "0.00");
  EXPECT_TRUE(again.at("/balance/dueToday/amount").starts_with('-'));  // a thirty-sixth is due, the credit comes at once
}

TEST_P(PortalExchanges, too_little_is_refused_with_what_passes) {
  web();
  const std::string all = web().id.text();
  const Reply none = ask(all, "");
  EXPECT_EQ(none.at("/ok"), "false");
  EXPECT_EQ(none.at("/balance/missing/amount"), "292000.00");
  EXPECT_EQ(check(none, "exchange.no_payout", "met"), "false");
  EXPECT_NE(check(none, "exchange.no_payout", "fix"), "(absent)");
  EXPECT_EQ(check(none, "exchange.one_family", "met"), "true");
  ASSERT_EQ(none.at("/proposal/sku"), "Standard_D2s_v5") << none.response.body;
  EXPECT_EQ(none.at("/proposal/line"), "(absent)");
  EXPECT_EQ(none.at("/proposal/quantity"), "8");  // eight for a year cost just as much

  const Reply some = ask(all, "1~Standard_D2s_v5~westeurope~P3Y~Upfront,1~Standard_D2s_v5~westeurope~P1Y~Upfront");
  EXPECT_EQ(some.at("/balance/missing/amount"), "182500.00");
  EXPECT_EQ(some.at("/proposal/line"), "1");
  EXPECT_EQ(some.at("/proposal/units"), "5");
  EXPECT_EQ(some.at("/proposal/quantity"), "6");
  EXPECT_EQ(some.at("/proposal/surplus/amount"), "0.00");
  EXPECT_EQ(ask(all, "1~Standard_D2s_v5~westeurope~P3Y~Upfront,6~Standard_D2s_v5~westeurope~P1Y~Upfront").at("/ok"), "true");
  EXPECT_EQ(ask(all, "1~Standard_D2s_v5~westeurope~P3Y~Upfront,5~Standard_D2s_v5~westeurope~P1Y~Upfront").at("/ok"), "false");
}

TEST_P(PortalExchanges, a_rule_says_in_both_languages_which_line_and_what_to_do) {
  web();
  const Reservation theirs = desk().buy({.customer = desk().prairie});
  const std::string both = fmt::format("{}~1,{}~1", web().id.text(), theirs.id.text());
  const Reply english = ask(both, "1~Standard_D2s_v5~westeurope~P3Y~Upfront");
  const Reply swedish = ask(both, "1~Standard_D2s_v5~westeurope~P3Y~Upfront", "&lang=sv");
  EXPECT_EQ(english.at("/ok"), "false");
  EXPECT_EQ(check(english, "exchange.one_customer", "returned/0"), "1");
  EXPECT_EQ(check(english, "exchange.one_customer", "text"), std::string(sentence(policy::ExchangeRefusal::different_customers, false)));
  EXPECT_NE(check(english, "exchange.one_customer", "fix"), check(swedish, "exchange.one_customer", "fix"));
  EXPECT_EQ(english.at("/proposal"), "(absent)");
  const Reply too_many = ask(web().id.text() + "~11", "1~Standard_D2s_v5~westeurope~P3Y~Upfront");
  EXPECT_EQ(check(too_many, "exchange.returned", "code"), "invalid_quantity");
  EXPECT_EQ(check(too_many, "exchange.returned", "returned/0"), "0");
}

TEST_P(PortalExchanges, what_cannot_be_read_is_named) {
  web();
  const std::string all = web().id.text();
  expect_problem(ask("", ""), 400, "invalid_argument", "what is returned");
  expect_problem(ask("nonsense", ""), 400, "invalid_argument");
  EXPECT_EQ(ask(all + "~0", "").at("/pointer"), "?returns");
  EXPECT_EQ(ask(all, "1~~~P1Y~Upfront").at("/pointer"), "?bought");
  EXPECT_EQ(ask(all, "1~Standard_D2s_v5~westeurope~P2Y~Upfront").at("/pointer"), "?bought");
  EXPECT_EQ(ask(all, "1~Standard_D2s_v5~westeurope~P1Y~Sometimes").at("/pointer"), "?bought");
  EXPECT_EQ(ask(all, "1~Standard_D2s_v5~westeurope~P1Y~Upfront~/subscriptions/0a0a0a0a-0000-4000-8000-00000000ffff").at("/pointer"),
            "?bought");
  expect_problem(ask(all + "," + all, ""), 400, "invalid_argument", "named twice");
  expect_problem(ask(all, "1~Standard_None~westeurope~P1Y~Upfront"), 404, "not_found", "no price");
  expect_problem(ask("0a0a0a0a-0000-4000-8000-00000000ffff", ""), 404, "not_found");
}

TEST_P(PortalExchanges, who_may_not_know_of_a_line_gets_none) {
  web();
  client().caller.principal.customer = desk().prairie;
  expect_problem(ask(web().id.text(), ""), 404, "not_found");
  expect_problem(client().get("/catalogue?like=" + web().id.text()), 404, "not_found");
  client().caller.principal.customer = {};
  client().with_roles({access::Standing::user_management_admin});
  expect_problem(ask(web().id.text(), ""), 403, "forbidden");
}

TEST_P(PortalExchanges, the_catalogue_has_the_same_group_first_at_todays_price) {
  web();
  const Day from = make_day(2025, 1, 1);
  must(import_prices(desk().app,
                     {{"VirtualMachines", "Standard_A1", "westeurope", Term{1}, from, usd(100)},
                      {"VirtualMachines", "Standard_D4s_v5", "westeurope", Term{1}, from, usd(7'300)},
                      {"VirtualMachines", "Standard_D4s_v5", "westeurope", Term{1}, make_day(2026, 5, 1), usd(7'000)},
                      {"VirtualMachines", "Standard_D4s_v5", "westeurope", Term{1}, make_day(2030, 1, 1), usd(1)},
                      {"VirtualMachines", "Standard_D4s_v5", "northeurope", Term{1}, from, usd(1)},
                      {"SqlDatabases", "SQLDB_GP_Compute_Gen5", "westeurope", Term{1}, from, usd(1'000)}},
                     "test"));
  must(import_ratios(desk().app, {{"DSv5 Series", "Standard_D2s_v5", {1, 1}}, {"DSv5 Series", "Standard_D4s_v5", {2, 1}}}, "test"));
  const Reply all = client().get("/catalogue?like=" + web().id.text());
  ASSERT_EQ(all.status(), 200) << all.response.body;
  EXPECT_EQ(all.at("/total"), "5") << all.response.body;
  EXPECT_EQ(all.at("/region"), "westeurope");
  EXPECT_EQ(all.at("/rows/0/sku"), "Standard_D2s_v5");
  EXPECT_EQ(all.at("/rows/0/group"), "DSv5 Series");
  EXPECT_EQ(all.at("/rows/2/sku"), "Standard_D4s_v5");
  EXPECT_EQ(all.at("/rows/2/unitPrice/amount"), "70000.00");  // of May, in SEK
  EXPECT_EQ(all.at("/rows/2/unitPrice/currency"), "SEK");
  EXPECT_EQ(all.at("/rows/3/sku"), "Standard_A1");
  EXPECT_EQ(all.at("/rows/3/sameGroup"), "false");
  EXPECT_EQ(all.at("/rows/4/sameProduct"), "false");
  EXPECT_EQ(client().get("/catalogue?q=d4s&like=" + web().id.text()).at("/total"), "1");
  EXPECT_EQ(client().get("/catalogue?q=dsv5&term=P3Y&like=" + web().id.text()).at("/total"), "1");
  EXPECT_EQ(client().get("/catalogue?region=northeurope&like=" + web().id.text()).at("/total"), "1");
  EXPECT_EQ(client().get("/catalogue?offset=4&limit=3&like=" + web().id.text()).count("/rows"), 1U);
  expect_problem(client().get("/catalogue"), 400, "invalid_argument");
}

TEST_P(PortalExchanges, one_is_filed_at_the_figure_agreed_to_and_then_run) {
  web();
  const std::string bought = "2~Standard_D2s_v5~westeurope~P3Y~Upfront~Shared";
  const auto body = [&](std::string_view lines, std::string_view net, std::string_view email = "anna@partner.example") {
    return fmt::format(R"({{"returns":"{}~5","bought":"{}","reason":"moved","policy":"csp-2020",)"
                       R"("netPayable":{{"amount":"{}","currency":"SEK"}},"contact":{{"firstName":"Anna","lastName":"Berg",)"
                       R"("method":"Email","email":"{}","timeZone":"W. Europe Standard Time","country":"SWE","language":"en-US"}}}})",
                       web().id.text(), lines, net, email);
  };
  const std::int64_t before = desk().commits();
  expect_problem(client().post("/exchanges", body(bought, "1.00")), 409, "stale_quote", "agreed");
  expect_problem(client().post("/exchanges", body("2~Standard_D2s_v5~westeurope~P3Y~Upfront", "0.00")), 400, "invalid_argument", "scope");
  expect_problem(client().post("/exchanges", body("", "0.00")), 400, "invalid_argument", "buys at least one");
  EXPECT_EQ(desk().commits(), before);

  const PortalHeaders once = {{"Idempotency-Key", "exchange it"}};
  const Reply filed = client().post("/exchanges", body(bought, "0.00"), once);
  ASSERT_EQ(filed.status(), 201) << filed.response.body;
  EXPECT_EQ(filed.at("/number"), "R-1001");
  EXPECT_EQ(filed.at("/state"), "with_operator");
  EXPECT_EQ(filed.at("/run"), "(absent)");
  const Reply again = client().post("/exchanges", body(bought, "0.00"), once);
  EXPECT_EQ(again.at("/number"), "R-1001");
  EXPECT_EQ(must(desk().look()->last_request_number()), 1001);

  must(decide_request(desk().app, {.number = 1001, .approve = true}));
  const Reply done = client().get("/exchanges/R-1001");
  EXPECT_EQ(done.at("/state"), "completed") << done.response.body;
  EXPECT_EQ(done.at("/run/state"), "Succeeded");
  EXPECT_EQ(done.at("/run/returned/0/quantity"), "5");
  EXPECT_EQ(done.at("/run/netPayable/amount"), "0.00");
  const Reservation fresh = desk().read(*ReservationId::parse(done.at("/run/bought/0/reservation")));
  EXPECT_EQ(fresh.quantity, 2);
  EXPECT_EQ(desk().read(web().id).quantity, 5);
  EXPECT_EQ(client().post("/exchanges", body(bought, "0.00"), once).at("/state"), "completed");  // and not again
  EXPECT_EQ(desk().read(web().id).quantity, 5);
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get("/exchanges/R-1001"), 404, "not_found");
}

TEST_P(PortalExchanges, a_contact_that_is_wrong_is_named_as_the_form_has_it) {
  web();
  const Reply reply = client().post(
      "/exchanges", fmt::format(R"({{"returns":"{}~5","bought":"2~Standard_D2s_v5~westeurope~P3Y~Upfront~Shared","policy":"csp-2020",)"
                                R"("netPayable":{{"amount":"0.00","currency":"SEK"}},"contact":{{"firstName":"Anna"}}}})",
                                web().id.text()));
  EXPECT_EQ(reply.status(), 400) << reply.response.body;
  EXPECT_TRUE(reply.at("/pointer").starts_with("/contact/")) << reply.response.body;
}

}  // namespace
}  // namespace prorata::testing
