// What is told of past things: invoices of the provider, service requests, the trail; and a customer's people.
#include "app/support_requests.h"
#include "partner_desk.h"

namespace prorata::testing {
namespace {

class PartnerRecords : public PartnerDesk {
 protected:
  User person(const std::string& name, bool may_buy = false) {
    return must(
        add_user(desk().app, {.name = name, .customer = desk().nordvik, .of_customer = true, .may_buy = may_buy, .password_hash = "x"}));
  }
  std::string request_body(std::string_view title = "Refund of two units") {
    return fmt::format(
        R"({{"Title":"{}","Description":"Order and reservation are named below.","Severity":"moderate","SupportTopicId":"{}","CountryCode":"SE",)"
        R"("Organization":{{"Id":"{}"}},"PrimaryContact":{{"FirstName":"Anna","LastName":"Berg","Email":"anna@partner.example"}}}})",
        title, support::kExchangesAndRefunds, desk().nordvik.text());
  }
};
PRORATA_ON_EVERY_STORE(PartnerRecords);

TEST_P(PartnerRecords, PeopleAndTheirDirectoryRoles) {
  const User eva = person("eva@nordvik.example");
  must(add_user(desk().app, {.name = "otto@prairie.example", .customer = desk().prairie, .of_customer = true, .password_hash = "x"}));
  must(add_user(
      desk().app,
      {.name = "ben@partner.example", .roles = {access::Standing::helpdesk_agent}, .customer = desk().nordvik, .password_hash = "x"}));
  const Reply users = client().get(nordvik("/users"));
  EXPECT_EQ(users.at("/totalCount"), "1") << "the customer's own, not the partner's people who look after it";
  EXPECT_EQ(users.at("/items/0/userPrincipalName"), "eva@nordvik.example");
  EXPECT_EQ(client().get(users.at("/items/0/links/self/uri")).at("/id"), eva.id.text());
  const std::string helpdesk = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
  const Reply roles = client().get(nordvik("/directoryroles"));
  EXPECT_EQ(roles.at("/items/0/id"), helpdesk);
  EXPECT_EQ(roles.at("/items/1/name"), "User Account Administrator");

  const std::string members = nordvik("/directoryroles/" + helpdesk + "/usermembers");
  const std::string body = fmt::format(R"({{"DisplayName":"Eva","Id":"{}"}})", eva.id.text());
  expect_refused(client().post(members, body), 403, "800069", "Prorata/users/write");
  client().with_roles({access::Standing::user_management_admin});
  const Reply member = client().post(members, body);
  EXPECT_EQ(member.status(), 201) << member.response.body;
  EXPECT_EQ(member.at("/roleId"), helpdesk);
  EXPECT_EQ(member.at("/attributes/objectType"), "UserMember");
  EXPECT_EQ(client().post(members, body).status(), 201) << "again: the same";
  EXPECT_EQ(client().get(members).at("/totalCount"), "1");
  EXPECT_EQ(client().get(nordvik("/users/" + eva.id.text() + "/directoryroles")).at("/items/0/id"), helpdesk);
  expect_refused(client().post(members, R"({"id":"11111111-1111-4111-8111-111111111111"})"), 404, "60002");
  expect_refused(client().post(members, R"({"id":"eva"})"), 400, "800002", "/id");
  expect_refused(client().get(nordvik("/directoryroles/x/usermembers")), 404, "1000");
  expect_refused(client().get(nordvik("/users/x")), 404, "60002");
  const Reply gone = client().remove(members + "/" + eva.id.text());
  EXPECT_EQ(gone.status(), 204);
  EXPECT_EQ(gone.response.body, "");
  EXPECT_EQ(client().get(members).at("/totalCount"), "0");
  expect_refused(client().remove(members + "/x"), 404, "60002");
}

TEST_P(PartnerRecords, AnInvoiceIsAMonthInACurrency) {
  const Reservation web = desk().buy({.customer = desk().nordvik, .quantity = 5});
  const Reservation app = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly, .quantity = 1});
  desk().buy({.customer = desk().prairie, .quantity = 1});
  EXPECT_EQ(client().get("/invoices").at("/totalCount"), "0") << "the month is not over";
  desk().move_to(*parse_instant("2026-04-15T09:00:00Z"));
  const ReturnRecord back = desk().give_back(web.id, 2);
  const Reply march = client().get("/invoices?size=200&offset=0");
  EXPECT_EQ(march.at("/totalCount"), "2");
  const Reply sek = client().get("/invoices/G202603SEK");
  EXPECT_EQ(sek.at("/invoiceDate"), "2026-04-01T00:00:00Z");
  EXPECT_EQ(sek.at("/totalCharges"), "185541.67") << "5 x 36,500.00, and the first twelfth of another";
  EXPECT_EQ(sek.at("/currencySymbol"), "kr");
  EXPECT_EQ(sek.at("/invoiceType"), "OneTime");
  EXPECT_EQ(client().get("/invoices/onetime-g202603usd").at("/totalCharges"), "3650.00");

  desk().move_to(*parse_instant("2026-05-03T09:00:00Z"));
  EXPECT_EQ(client().get("/invoices/G202603SEK").response.body, sek.response.body) << "an invoice stays as it is";
  const Reply lines = client().get(client().get("/invoices/G202604SEK").at("/invoiceDetails/0/links/self/uri"));
  EXPECT_EQ(lines.at("/totalCount"), "2");
  EXPECT_EQ(lines.at("/items/0/chargeType"), "cycleCharge");
  EXPECT_EQ(lines.at("/items/0/reservationOrderId"), app.order.text());
  EXPECT_EQ(lines.at("/items/0/subtotal"), "3041.67");
  EXPECT_EQ(lines.at("/items/1/chargeType"), "cancel");
  EXPECT_EQ(lines.at("/items/1/reservationOrderId"), web.order.text());
  EXPECT_EQ(lines.at("/items/1/totalForCustomer"), "-" + to_string(back.refund)) << "what the provider owes for it";
  EXPECT_EQ(lines.at("/items/1/customerName"), "Nordvik");
  EXPECT_EQ(lines.at("/items/1/quantity"), "2") << "of the five, those that were given back";
  EXPECT_EQ(lines.at("/items/1/billingProvider"), "one_time");

  const std::string by_query = "/invoices/G202603SEK/lineitems?provider=onetime&invoicelineitemtype=billinglineitems";
  const Reply one = client().get(by_query + "&size=1");
  EXPECT_EQ(one.at("/items/0/chargeType"), "new");
  EXPECT_EQ(one.at("/items/0/subtotal"), "182500.00");
  EXPECT_EQ(one.at("/items/0/unitPrice"), "36500.00");
  EXPECT_EQ(client().next(one).at("/items/0/reservationOrderId"), app.order.text());
  EXPECT_EQ(client().next(client().next(one)).at("/totalCount"), "0") << "what follows is in another currency";
  EXPECT_EQ(client().get(by_query + "&size=1&offset=1").at("/items/0/reservationOrderId"), app.order.text());
  EXPECT_EQ(client().get(by_query + "&offset=2").at("/totalCount"), "0");
  EXPECT_EQ(client().get("/invoices/G202603SEK/lineitems/Office/BillingLineItems").at("/totalCount"), "0");
  expect_refused(client().get("/invoices/G202603SEK/lineitems"), 400, "3000", "provider=onetime");

  const Reply page = client().get("/invoices?size=2");
  EXPECT_EQ(page.at("/items/0/id"), "G202604SEK") << "newest first";
  EXPECT_EQ(page.at("/links/next/uri"), "/invoices?size=2&offset=2");
  EXPECT_EQ(client().get(page.at("/links/next/uri")).at("/totalCount"), "1");
  const Reply summary = client().get("/invoices/summary");
  EXPECT_EQ(summary.at("/totalCount"), "2");
  EXPECT_EQ(summary.at("/items/1/currencyCode"), "USD");
  EXPECT_EQ(summary.at("/items/1/balanceAmount"), "3650.00");
  for (const char* name : {"G202605SEK", "G202613SEK", "G202603EUR", "D0001", "x"})
    expect_refused(client().get(std::string("/invoices/") + name), 404, "1000");
  const Reply paper = client().get("/invoices/OneTime-G202603SEK/documents/statement");
  EXPECT_EQ(paper.response.content_type, "application/pdf");
  EXPECT_TRUE(paper.response.body.starts_with("%PDF")) << paper.response.body.substr(0, 200);
  EXPECT_EQ(paper.response.body, client().get("/invoices/G202603SEK/documents/statement").response.body) << "the same bytes each time";
  expect_refused(client().get("/invoices/G202603EUR/documents/statement"), 404, "1000");
  client().with_roles({access::Standing::user_management_admin});
  expect_refused(client().get("/invoices"), 403, "800069", "Prorata/books/read");
  expect_refused(client().get("/invoices/G202603SEK/documents/statement"), 403, "800069", "Prorata/books/read");
}

// Every line of every invoice, added up, is what the books say the provider is owed less what it owes.
TEST_P(PartnerRecords, InvoicesAddUpToTheBooks) {
  for (int n = 0; n < 3; ++n) {
    const Reservation r =
        desk().buy({.customer = desk().nordvik, .plan = n == 1 ? BillingPlan::monthly : BillingPlan::upfront, .quantity = 3});
    desk().move_days(20);
    desk().give_back(r.id, 1);
  }
  for (int n = 0; n < 3; ++n) desk().move_days(20);
  desk().move_to(*parse_instant("2026-07-02T00:00:00Z"));  // June is over, and nothing was booked in July
  std::int64_t sum = 0;
  const Reply list = client().get("/invoices");
  for (std::size_t i = 0; i < list.count("/items"); ++i)
    sum += must(parse_money(list.at(fmt::format("/items/{}/totalCharges", i)), *Currency::parse("SEK"))).minor;
  EXPECT_GT(list.count("/items"), 2U);
  EXPECT_EQ(sum, -desk().balance(desk().nordvik, ledger::Account::provider_payable) -
                     desk().balance(desk().nordvik, ledger::Account::provider_credit_receivable));
}

TEST_P(PartnerRecords, AServiceRequestIsATicketOfMicrosoftSupport) {
  const Reply topics = client().get("/servicerequests/supporttopics");
  EXPECT_NE(topics.response.body.find("Reservation Management / Exchanges and Refunds"), std::string::npos);
  const Reply made = client().post("/servicerequests/en-US", request_body(), request_id(1));
  ASSERT_EQ(made.status(), 201) << made.response.body;
  EXPECT_EQ(made.at("/status"), "open");
  EXPECT_EQ(made.at("/severity"), "moderate");
  EXPECT_EQ(made.at("/organization/name"), "Nordvik");
  EXPECT_EQ(made.at("/supportTopicName"), "Reservation Management / Exchanges and Refunds");
  EXPECT_EQ(made.at("/lastClosedDate"), "0001-01-01T00:00:00");
  EXPECT_EQ(made.at("/countryCode"), "SWE");
  EXPECT_EQ(client().post("/servicerequests/en-US", request_body(), request_id(1)).response.body, made.response.body) << "filed once";
  expect_refused(client().post("/servicerequests/en-US", request_body("Another"), request_id(1)), 409, "3000", "another service request");
  EXPECT_EQ(client().get("/servicerequests").at("/totalCount"), "1");

  FaceClient azure(desk(), arm::support_routes());
  const Reply tickets = azure.get("/providers/Microsoft.Support/supportTickets?api-version=2024-04-01");
  EXPECT_EQ(tickets.at("/value/0/properties/supportTicketId"), made.at("/id")) << "the same request";
  EXPECT_EQ(tickets.at("/value/0/properties/title"), "Refund of two units");

  const std::string at = "/servicerequests/" + made.at("/id");
  const Reply noted = client().patch(at, R"({"Status":"none","NewNote":{"Text":"The order is the one of March."}})", request_id(2));
  EXPECT_EQ(noted.status(), 200) << noted.response.body;
  EXPECT_EQ(noted.count("/notes"), made.count("/notes") + 1);
  EXPECT_EQ(client().patch(at, R"({"NewNote":{"Text":"The order is the one of March."}})", request_id(2)).count("/notes"),
            noted.count("/notes"))
      << "said once";
  const Reply closed = client().patch(at, R"({"status":"closed"})");
  EXPECT_EQ(closed.at("/status"), "closed");
  EXPECT_NE(closed.at("/lastClosedDate"), "0001-01-01T00:00:00");
  EXPECT_EQ(client().get(nordvik("/servicerequests")).at("/items/0/status"), "closed");
  EXPECT_EQ(client().get(prairie("/servicerequests")).at("/totalCount"), "0");
  expect_refused(client().patch(at, "{}"), 400, "800002", "nothing to change");
  expect_refused(client().patch(at, R"({"status":"lost"})"), 400, "800002", "open or closed");
  for (const char* id : {"2603020010999999", "9999990010000001", "x"})
    expect_refused(client().get(std::string("/servicerequests/") + id), 404, "1000");
}

TEST_P(PartnerRecords, AServiceRequestNeedsWhatATicketNeeds) {
  const auto without = [&](std::string_view what) {
    std::string body = request_body();
    body.replace(body.find(what), what.size(), "Colour");
    return client().post("/servicerequests/en-US", body);
  };
  for (const char* name :
       {"Title", "Description", "SupportTopicId", "Organization", "PrimaryContact", "CountryCode", "FirstName", "Email"}) {
    const Reply reply = without(name);
    EXPECT_EQ(reply.status(), 400) << name << reply.response.body;
    EXPECT_EQ(reply.at("/code"), "800002") << name;
  }
  client().with_roles({access::Standing::helpdesk_agent});
  expect_refused(client().post("/servicerequests/en-US", request_body()), 403, "800069");
  EXPECT_EQ(client().get("/servicerequests").at("/totalCount"), "0");
}

TEST_P(PartnerRecords, TheTrailIsReadByTime) {
  desk().buy({.customer = desk().nordvik, .quantity = 1});
  desk().clock.pass_days(1);
  desk().buy({.customer = desk().prairie, .quantity = 1});
  const auto filter = [](std::string_view field, std::string_view value) {
    return "&filter=" + http::percent_encode(fmt::format(R"({{"Field":"{}","Value":"{}","Operator":"equals"}})", field, value));
  };
  const Reply first = client().get("/auditrecords?startDate=2026-03-02&endDate=2026-03-02" + filter("ResourceType", "reservation"));
  EXPECT_EQ(first.at("/totalCount"), "1");
  EXPECT_EQ(first.at("/items/0/customerName"), "Nordvik");
  EXPECT_EQ(first.at("/items/0/operationType"), "reservation_buy");
  EXPECT_EQ(first.at("/items/0/userPrincipalName"), "anna");
  EXPECT_EQ(first.at("/items/0/operationStatus"), "succeeded");
  EXPECT_NE(first.at("/items/0/resourceNewValue").find("Standard_D2s_v5"), std::string::npos);
  EXPECT_EQ(client().get("/auditrecords?startDate=2026-03-03").at("/totalCount"), "1");
  EXPECT_EQ(client().get("/auditrecords?startDate=2026-03-01" + filter("CustomerId", desk().prairie.text())).at("/totalCount"), "1");
  const Reply page = client().get("/auditrecords?startDate=2026-03-01&size=3");
  EXPECT_EQ(page.at("/totalCount"), "3");
  EXPECT_NE(client().next(page).at("/items/0/id"), page.at("/items/2/id"));
  expect_refused(client().get("/auditrecords"), 400, "3000", "startDate");
  expect_refused(client().get("/auditrecords?startDate=March"), 400, "3000");
  expect_refused(client().get("/auditrecords?startDate=2026-03-02&endDate=2026-03-01"), 400, "3000", "before");
  expect_refused(client().get("/auditrecords?startDate=2020-03-02"), 400, "3000", "90 days");
  expect_refused(client().get("/auditrecords?startDate=2026-03-02" + filter("Colour", "x")), 400, "3000");

  client().with_roles({access::Standing::helpdesk_agent});
  EXPECT_EQ(client().get("/auditrecords?startDate=2026-03-01").at("/totalCount"), "0") << "who did what is for admins";
  client().with_roles({access::Standing::admin_agent});
  client().caller.principal.customer = desk().nordvik;
  const Reply own = client().get("/auditrecords?startDate=2026-03-01");
  EXPECT_EQ(own.at("/totalCount"), "1") << "of its own customer only, and nothing of the desk as a whole";
  EXPECT_EQ(own.at("/items/0/customerId"), desk().nordvik.text());
}

}  // namespace
}  // namespace prorata::testing
