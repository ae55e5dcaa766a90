// Requests through the portal: the inbox, one with all that belongs to it, and every write with its key, its version and its roles.
#include "app/decide_request.h"
#include "app/submit_request.h"
#include "portal_desk.h"

namespace prorata::testing {
namespace {

constexpr std::string_view kContact = R"("contact":{"firstName":"Anna","lastName":"Berg","method":"Email","email":"anna@partner.example",)"
                                      R"("timeZone":"W. Europe Standard Time","country":"SWE","language":"en-US"})";

class PortalRequests : public PortalDesk {
 protected:
  // Five units, sixty days old.
  const Reservation& web() {
    if (!web_) {
      web_ = desk().buy({.customer = desk().nordvik, .quantity = 5});
      desk().set_usage(web_->id, Usage::used);
      desk().clock.pass_days(60);
    }
    return *web_;
  }
  std::string lines(std::int64_t quantity, std::string_view more = {}) {
    return fmt::format(R"({{"returns":[{{"reservation":"{}","quantity":{}}}],"reason":"the project ended"{}}})", web().id.text(), quantity,
                       more);
  }
  Reply kept_quote(std::int64_t quantity) {
    return client().post("/quotes/refund", fmt::format(R"({{"reservation":"{}","quantity":{}}})", web().id.text(), quantity));
  }
  static std::string consent(const Reply& quote, std::string_view prefix = {}) {
    return fmt::format(R"("consent":{{"quoteId":"{}","amount":"{}","currency":"{}","policy":"{}"}})", quote.at("/quoteId"),
                       quote.at(fmt::format("{}/refund/amount", prefix)), quote.at(fmt::format("{}/refund/currency", prefix)),
                       quote.at(fmt::format("{}/policy", prefix)));
  }
  std::string whole(std::int64_t quantity, const Reply& quote, std::string_view more = {}) {
    return lines(quantity, fmt::format(",{},{}{}", kContact, consent(quote), more));
  }
  // Files two units as anna, and says its number.
  std::string filed(std::int64_t quantity = 2) {
    web();
    const Reply reply = client().post("/requests", whole(quantity, kept_quote(quantity)));
    EXPECT_EQ(reply.status(), 201) << reply.response.body;
    return reply.at("/request/number");
  }
  void as(int who, std::vector<access::Standing> roles = {access::Standing::admin_agent}) {
    client().caller.principal = {.id = PrincipalId::trusted(fmt::format("aaaaaaaa-0000-4000-8000-{:012}", who)),
                                 .name = who == 1 ? "anna@partner.example" : "berta@partner.example",
                                 .roles = std::move(roles)};
  }
  static std::string one(const std::string& number, std::string_view rest = {}) { return fmt::format("/requests/{}{}", number, rest); }
  std::string stages(const std::string& number) {
    const Reply reply = client().get(one(number));
    std::string out;
    for (std::size_t i = 0; i < reply.count("/stages"); ++i)
      out += fmt::format("{}{}:{}", i == 0 ? "" : " ", reply.at(fmt::format("/stages/{}/stage", i)),
                         reply.at(fmt::format("/stages/{}/standing", i)));
    return out;
  }
  std::string view(std::string_view name) { return client().get(fmt::format("/requests?view={}", name)).at("/total"); }
  void second_person_above(std::int64_t dollars) {
    must(change_request_rules(desk().app, {.approval_above = std::optional(std::optional(usd(dollars)))}));
  }

 private:
  std::optional<Reservation> web_;
};
PRORATA_ON_EVERY_STORE(PortalRequests);

TEST_P(PortalRequests, the_wizard_is_one_command_and_a_second_person_brings_the_money) {
  web();
  const Reply quote = kept_quote(2);
  const std::int64_t before = desk().commits();
  const PortalHeaders once = {{"Idempotency-Key", "the wizard"}};
  const Reply made = client().post("/requests", whole(2, quote), once);
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(desk().commits(), before + 1) << "drafted, quoted and submitted in one";
  EXPECT_EQ(made.at("/ok"), "true");
  EXPECT_EQ(made.at("/request/state"), "with_operator");
  EXPECT_EQ(made.at("/request/quoted/refund/amount"), quote.at("/refund/amount"));
  EXPECT_EQ(made.at("/request/quoted/quoteId"), quote.at("/quoteId"));
  EXPECT_EQ(made.at("/request/hold/refund/currency"), "USD");
  EXPECT_EQ(made.at("/request/returns/0/order"), web().order.text());
  EXPECT_EQ(made.at("/request/submittedBy"), "anna@partner.example");
  const std::string number = made.at("/request/number");
  EXPECT_EQ(stages(number), "draft:done held:done sent:done answered:now done:next credited:next");

  const Reply again = client().post("/requests", whole(2, quote), once);
  EXPECT_EQ(again.status(), 201);
  EXPECT_EQ(again.at("/request/number"), number) << "the same key is the same request";
  EXPECT_EQ(desk().commits(), before + 1);
  EXPECT_EQ(client().post("/requests", whole(3, kept_quote(3)), once).at("/code"), "key_reused");

  // Nobody decides a request of their own.
  const Reply own = client().post(one(number, "/approve"), "{}");
  expect_problem(own, 403, "forbidden", "A second person must agree");
  EXPECT_EQ(own.at("/reason"), "four_eyes");
  EXPECT_EQ(own.at("/whoCan/0"), "admin_agent");
  EXPECT_EQ(client().get(one(number)).at("/actions/approve/fourEyes"), "true");

  as(2);
  const Reply seen = client().get(one(number));
  EXPECT_EQ(seen.at("/actions/approve/allowed"), "true");
  const PortalHeaders yes = {{"Idempotency-Key", "yes"}, {"If-Match", seen.at("/etag")}};
  const Reply approved = client().post(one(number, "/approve"), "{}", yes);
  EXPECT_EQ(approved.status(), 200) << approved.response.body;
  EXPECT_EQ(approved.at("/request/state"), "completed");
  EXPECT_EQ(approved.at("/request/decidedBy"), "berta@partner.example");
  EXPECT_EQ(stages(number), "draft:done held:done sent:done answered:done done:done credited:now");
  EXPECT_EQ(desk().read(web().id).quantity, 3);
  EXPECT_EQ(client().post(one(number, "/approve"), "{}", yes).at("/request/state"), "completed") << "a lost answer is asked for again";
  EXPECT_EQ(must(desk().look()->returns(std::nullopt, false)).size(), 1U);
  EXPECT_EQ(client().post(one(number, "/withdraw"), "{}").at("/reasons/0/code"), "not_in_this_state");
}

TEST_P(PortalRequests, what_was_agreed_to_is_what_is_filed) {
  web();
  const Reply quote = kept_quote(2);
  const std::int64_t before = desk().commits();
  std::string dearer = whole(2, quote);
  const std::string amount = quote.at("/refund/amount");
  dearer.replace(dearer.find(amount), amount.size(), "999999.00");
  const Reply moved = client().post("/requests", dearer);
  expect_problem(moved, 409, "stale_quote", amount);
  EXPECT_EQ(moved.at("/reason"), "amount_moved");
  const Reply other = client().post("/requests", whole(3, quote));
  expect_problem(other, 400, "invalid_argument", "no quote of");
  EXPECT_EQ(other.at("/pointer"), "/consent/quoteId");
  desk().clock.pass_seconds(700);
  EXPECT_EQ(client().post("/requests", whole(2, quote)).at("/code"), "expired_quote");
  desk().clock.pass_days(1);
  const std::string tomorrow = fmt::format(R"("consent":{{"amount":"{}","currency":"SEK","policy":"csp-2020"}})", amount);
  EXPECT_EQ(client().post("/requests", lines(2, fmt::format(",{},{}", kContact, tomorrow))).at("/reason"), "amount_moved");
  EXPECT_EQ(desk().commits(), before) << "no draft is left behind";
  EXPECT_EQ(client().get("/requests").at("/total"), "0");
}

TEST_P(PortalRequests, a_refusal_is_an_answer_with_every_reason_in_the_asked_language) {
  make({{make_day(2020, 1, 1), "azure-2022", ""}});  // which refuses what is over the limit
  const Reservation big = desk().buy({.customer = desk().nordvik, .years = 3, .quantity = 10});
  desk().set_usage(big.id, Usage::used);
  desk().clock.pass_days(10);
  const Reply quote = client().post("/quotes/refund", fmt::format(R"({{"reservation":"{}","quantity":10}})", big.id.text()));
  const std::string body =
      fmt::format(R"({{"returns":[{{"reservation":"{}","quantity":10}}],{},{}}})", big.id.text(), kContact, consent(quote));
  const std::int64_t before = desk().commits();
  const Reply english = client().post("/requests", body);
  EXPECT_EQ(english.status(), 200) << english.response.body;
  EXPECT_EQ(english.at("/ok"), "false");
  EXPECT_EQ(english.at("/reasons/0/code"), "refund_limit_exceeded");
  EXPECT_EQ(english.at("/request"), "(absent)");
  EXPECT_EQ(client().post("/requests?lang=sv", body).at("/reasons/0/text"),
            std::string(policy::sentence(policy::Refusal::refund_limit_exceeded, true)));
  EXPECT_EQ(desk().commits(), before);
  // As a draft it is there, with its reasons.
  const Reply draft = client().post("/requests/drafts", fmt::format(R"({{"returns":[{{"reservation":"{}"}}]}})", big.id.text()));
  EXPECT_EQ(draft.status(), 201) << draft.response.body;
  EXPECT_EQ(draft.at("/ok"), "false");
  EXPECT_EQ(draft.at("/reasons/0/code"), "refund_limit_exceeded");
  EXPECT_EQ(draft.at("/request/state"), "draft");
  const Reply submitted = client().post(one(draft.at("/request/number"), "/submit"),
                                        fmt::format(R"({{{},{}}})", kContact, consent(draft, "/request/quoted")).replace(0, 0, ""));
  EXPECT_EQ(submitted.at("/ok") == "false" || submitted.at("/pointer") == "/consent/quoteId", true) << submitted.response.body;
}

TEST_P(PortalRequests, roles_without_the_right_are_told_who_could) {
  web();
  const Reply quote = kept_quote(2);
  const std::string number = filed();
  as(2, {access::Standing::sales_agent});
  const Reply file = client().post("/requests", whole(2, quote));
  expect_problem(file, 403, "forbidden", "Sales agent");
  EXPECT_NE(file.response.body.find("admin_agent"), std::string::npos);
  for (const auto& [rest, body] : std::vector<std::pair<std::string, std::string>>{
           {"/approve", "{}"}, {"/decline", R"({"reason":"no"})"}, {"/withdraw", "{}"}, {"/messages", R"({"text":"hello"})"}}) {
    const Reply reply = client().post(one(number, rest), body);
    expect_problem(reply, 403, "forbidden");
    EXPECT_NE(reply.at("/whoCan/0"), "(absent)") << rest;
  }
  expect_problem(client().put(one(number, "/owner"), R"({"user":"berta@partner.example"})"), 403, "forbidden");
  expect_problem(client().get(one(number)), 403, "forbidden");
  EXPECT_EQ(client().get("/requests").at("/rows/0/amount"), "(absent)") << "amounts are for who may quote";
  // The customer's own user sees how far it is, and no figures.
  client().caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000009"),
                               .name = "kim@nordvik.example",
                               .roles = {},
                               .customer = desk().nordvik,
                               .of_customer = true};
  const Reply shown = client().get(one(number));
  EXPECT_EQ(shown.status(), 200) << shown.response.body;
  EXPECT_EQ(shown.at("/quoted"), "(absent)");
  EXPECT_EQ(shown.at("/today"), "(absent)");
  EXPECT_EQ(shown.at("/hold"), "(absent)");
  EXPECT_EQ(shown.count("/messages"), 0U) << "what the desk and the operator say to each other is theirs";
  EXPECT_EQ(shown.at("/actions/withdraw/allowed"), "false");
  as(2);
  client().caller.principal.customer = desk().prairie;
  expect_problem(client().get(one(number)), 404, "not_found");
  expect_problem(client().post(one(number, "/approve"), "{}"), 404, "not_found");
  EXPECT_EQ(client().get("/requests").at("/total"), "0");
  EXPECT_EQ(client().get("/requests").at("/views/all"), "0");
}

TEST_P(PortalRequests, what_was_changed_meanwhile_is_not_changed_again) {
  const std::string number = filed();
  const std::string seen = client().get(one(number)).at("/etag");
  EXPECT_EQ(client().post(one(number, "/messages"), R"({"text":"The customer confirmed."})").status(), 200);
  as(2);
  for (const auto& [rest, body] :
       std::vector<std::pair<std::string, std::string>>{{"/approve", "{}"}, {"/decline", R"({"reason":"no"})"}, {"/withdraw", "{}"}}) {
    expect_problem(client().post(one(number, rest), body, {{"If-Match", seen}}), 412, "changed_meanwhile");
    expect_problem(client().post(one(number, rest), body, {{"If-Match", "\"nonsense\""}}), 412, "changed_meanwhile");
  }
  expect_problem(client().put(one(number, "/owner"), R"({"user":""})", {{"If-Match", seen}}), 412, "changed_meanwhile");
  EXPECT_EQ(client().get(one(number)).at("/state"), "with_operator");
  const std::string now = client().get(one(number)).at("/etag");
  EXPECT_EQ(
      client().post(one(number, "/decline"), R"({"reason":"used elsewhere"})", {{"If-Match", "\"" + now + "\""}}).at("/request/state"),
      "rejected");
}

TEST_P(PortalRequests, above_an_amount_two_people_and_then_the_operator) {
  second_person_above(100);
  const std::string number = filed();
  EXPECT_EQ(stages(number), "draft:done held:done approval:now sent:next answered:next done:next credited:next");
  EXPECT_EQ(view("approve"), "1");
  expect_problem(client().post(one(number, "/approve"), "{}"), 403, "forbidden", "second person");
  expect_problem(client().post(one(number, "/decline"), R"({"reason":"mine"})"), 403, "forbidden", "second person");
  as(2);
  const PortalHeaders key = {{"Idempotency-Key", "inside"}};
  EXPECT_EQ(client().post(one(number, "/approve"), R"({"note":"checked"})", key).at("/request/state"), "with_operator");
  EXPECT_EQ(client().post(one(number, "/approve"), R"({"note":"checked"})", key).at("/request/state"), "with_operator")
      << "the same click again is no second yes";
  EXPECT_EQ(client().post(one(number, "/approve"), R"({"note":"other"})", key).at("/code"), "key_reused");
  EXPECT_EQ(view("approve"), "0");
  EXPECT_EQ(view("sent"), "1");
  EXPECT_EQ(client().post(one(number, "/approve"), "{}").at("/request/state"), "completed");
  EXPECT_EQ(client().get(one(number)).at("/approvedBy"), "berta@partner.example");
  EXPECT_EQ(view("done"), "1");
  EXPECT_EQ(client().post(one(number, "/decline"), R"({"reason":"too late"})").at("/ok"), "false");
  EXPECT_EQ(client().post(one(number, "/decline") + "?lang=sv", R"({"reason":"too late"})").at("/reasons/0/text"), number + " är klar.");
}

TEST_P(PortalRequests, figures_that_moved_wait_for_the_agent_to_agree_again) {
  const std::string number = filed();
  const std::string agreed = client().get(one(number)).at("/quoted/refund/amount");
  desk().clock.pass_days(1);
  const Reply dawn = client().get(one(number));
  EXPECT_EQ(dawn.at("/quoted/refund/amount"), agreed) << "frozen";
  EXPECT_NE(dawn.at("/today/refund/amount"), agreed);
  as(2);
  EXPECT_EQ(client().post(one(number, "/approve"), "{}").at("/request/agreeAgain"), "true");
  EXPECT_EQ(view("approve"), "1");
  expect_problem(client().post(one(number, "/send"), "{}"), 409, "stale_quote");
  const auto send = [&](const std::string& amount, const PortalHeaders& headers) {
    return client().post(one(number, "/send"),
                         fmt::format(R"({{"consent":{{"amount":"{}","currency":"SEK","policy":"csp-2020"}}}})", amount), headers);
  };
  expect_problem(send(agreed, {}), 409, "stale_quote", "it is now");
  const PortalHeaders key = {{"Idempotency-Key", "agree"}};
  const std::string now = client().get(one(number)).at("/quoted/refund/amount");
  EXPECT_EQ(send(now, key).at("/request/state"), "completed");
  EXPECT_EQ(send(now, key).at("/request/state"), "completed");
  EXPECT_EQ(must(desk().look()->returns(std::nullopt, false)).size(), 1U);
}

TEST_P(PortalRequests, a_customer_asks_an_agent_takes_it_up_and_files_it_under_its_number) {
  web();
  client().caller.principal = {.id = PrincipalId::trusted("aaaaaaaa-0000-4000-8000-000000000009"),
                               .name = "kim@nordvik.example",
                               .roles = {},
                               .customer = desk().nordvik,
                               .of_customer = true};
  const PortalHeaders once = {{"Idempotency-Key", "ask"}};
  const Reply asked = client().post("/requests/asks", lines(2), once);
  ASSERT_EQ(asked.status(), 201) << asked.response.body;
  const std::string number = asked.at("/request/number");
  EXPECT_EQ(client().post("/requests/asks", lines(2), once).at("/request/number"), number);
  EXPECT_EQ(asked.at("/request/quoted"), "(absent)");
  EXPECT_EQ(asked.at("/request/messages/0/text"), "the project ended");
  expect_problem(client().post("/requests/drafts", lines(2)), 403, "forbidden");
  as(1);
  EXPECT_EQ(view("fresh"), "1");
  EXPECT_EQ(view("mine"), "0");
  const Reply taken = client().post(one(number, "/draft"), "{}", {{"If-Match", client().get(one(number)).at("/etag")}});
  EXPECT_EQ(taken.at("/ok"), "true") << taken.response.body;
  EXPECT_EQ(view("fresh"), "0");
  EXPECT_EQ(view("mine"), "1");
  EXPECT_EQ(client().post(one(number, "/quote"), "").at("/request/quoted/refund/amount"), taken.at("/request/quoted/refund/amount"));
  expect_problem(
      client().post("/requests", fmt::format(R"({{"from":"{}",{},"consent":{{"amount":"1.00","currency":"SEK","policy":"csp-2020"}}}})",
                                             number, kContact)),
      409, "stale_quote");
  const Reply filed =
      client().post("/requests", fmt::format(R"({{"from":"{}",{},"consent":{{"amount":"{}","currency":"SEK","policy":"csp-2020"}}}})",
                                             number, kContact, taken.at("/request/quoted/refund/amount")));
  EXPECT_EQ(filed.status(), 201) << filed.response.body;
  EXPECT_EQ(filed.at("/request/number"), number);
  EXPECT_EQ(filed.at("/request/stages/0/stage"), "asked");
  EXPECT_EQ(
      client()
          .post(one(number, "/submit"), fmt::format(R"({{{},"consent":{{"amount":"1.00","currency":"SEK","policy":"x"}}}})", kContact))
          .at("/reasons/0/code"),
      "not_in_this_state");
}

TEST_P(PortalRequests, a_contact_of_the_customers_is_refused_by_its_field) {
  web();
  std::string body = whole(2, kept_quote(2));
  const std::string mail = "anna@partner.example";
  body.replace(body.find(mail), mail.size(), "not an address");
  const Reply reply = client().post("/requests", body);
  expect_problem(reply, 400, "invalid_argument");
  EXPECT_EQ(reply.at("/pointer"), "/contact/email");
  expect_problem(client().post("/requests", "{}"), 400, "invalid_data");
  expect_problem(client().post("/requests", lines(2, R"(,"colour":"red")")), 400, "invalid_data");
  expect_problem(client().send(http::Method::post, "/requests/drafts", lines(2), {{"Idempotency-Key", ""}}), 428, "key_needed");
}

TEST_P(PortalRequests, conversation_files_and_owner) {
  const std::string number = filed();
  const PortalHeaders once = {{"Idempotency-Key", "say"}};
  const std::string text = R"({"text":"<b>Is</b> it enough?"})";
  EXPECT_EQ(client().post(one(number, "/messages"), text, once).status(), 200);
  const Reply said = client().post(one(number, "/messages"), text, once);
  const std::size_t count = said.count("/request/messages");
  const std::string last = fmt::format("/request/messages/{}", count - 1);
  EXPECT_EQ(said.at(last + "/text"), "<b>Is</b> it enough?");
  EXPECT_EQ(said.at(last + "/from"), "desk");
  EXPECT_EQ(said.at(last + "/seenBy"), "operator");
  EXPECT_EQ(client().get(one(number)).count("/messages"), count) << "once";
  expect_problem(client().post(one(number, "/messages"), R"({"text":"  "})"), 400, "invalid_data");
  expect_problem(client().post(one(number, "/messages"), R"({"text":"as them","asOperator":true})"), 403, "forbidden", "second person");
  as(2);
  EXPECT_EQ(client().post(one(number, "/messages"), R"({"text":"Send the log.","asOperator":true})").status(), 200);
  EXPECT_EQ(client().get("/requests").at("/rows/0/lastWord/from"), "operator");

  const Reply kept = client().put(one(number, "/files/log.txt"), "one\ntwo\n");
  EXPECT_EQ(kept.at("/request/files/0/size"), "8") << kept.response.body;
  EXPECT_EQ(client().put(one(number, "/files/log.txt"), "one\ntwo\n").count("/request/files"), 1U);
  expect_problem(client().put(one(number, "/files/log.txt"), "three"), 409, "already_exists");
  expect_problem(client().put(one(number, "/files/page.html"), "<script>"), 400, "invalid_argument");
  const Reply content = client().get(one(number, "/files/log.txt"));
  EXPECT_EQ(content.response.body, "one\ntwo\n");
  EXPECT_EQ(content.response.headers.get("Content-Disposition"), "attachment; filename*=UTF-8''log.txt");
  EXPECT_EQ(content.response.content_type, "application/octet-stream");
  expect_problem(client().get(one(number, "/files/none.txt")), 404, "not_found");

  must(add_user(desk().app, {.name = "berta@partner.example", .roles = {access::Standing::admin_agent}}));
  EXPECT_EQ(view("mine"), "0");
  EXPECT_EQ(client().put(one(number, "/owner"), R"({"user":"berta@partner.example"})").at("/request/owner"), "berta@partner.example");
  EXPECT_EQ(view("mine"), "1");
  expect_problem(client().put(one(number, "/owner"), R"({"user":"nobody@partner.example"})"), 404, "not_found");
}

TEST_P(PortalRequests, the_inbox_has_views_words_and_windows) {
  const std::string first = filed(1);
  const std::string second = filed(2);
  as(2);
  client().post(one(first, "/decline"), R"({"reason":"no"})");
  EXPECT_EQ(view("refused"), "1");
  EXPECT_EQ(view("open"), "1");
  EXPECT_EQ(view("all"), "2");
  // It came to its end after the list was first read; so did the next one, by another hand than the portal's.
  must(withdraw_request(desk().app, {.number = *request::parse_number(second), .reason = "the customer keeps them"}));
  EXPECT_EQ(view("refused"), "2");
  EXPECT_EQ(view("open"), "0");
  as(1);
  const std::string third = filed(3);
  const Reply window = client().get("/requests?sort=number&dir=desc&limit=1&offset=1");
  EXPECT_EQ(window.at("/total"), "3");
  EXPECT_EQ(window.at("/rows/0/number"), second);
  EXPECT_EQ(client().get("/requests?sort=due&view=all").at("/rows/0/number"), third) << "what is at its end presses nobody";
  EXPECT_EQ(client().get("/requests?q=nordv+" + to_lower(third)).at("/total"), "1");
  EXPECT_EQ(client().get("/requests?q=" + web().order.text() + "&view=open").at("/views/refused"), "2");
  EXPECT_EQ(client().get("/requests?q=zzzz").at("/total"), "0");
  EXPECT_EQ(client().get("/requests?kind=exchange").at("/total"), "0");
  EXPECT_EQ(client().get("/requests?reservation=" + web().id.text()).at("/total"), "3");
  EXPECT_EQ(client().get("/requests?customer=" + desk().prairie.text()).at("/total"), "0");
  expect_problem(client().get("/requests?view=nothing"), 400, "invalid_argument");
  expect_problem(client().get("/requests/R-9999"), 404, "not_found");
  expect_problem(client().get("/requests/nonsense"), 404, "not_found");
}

}  // namespace
}  // namespace prorata::testing
