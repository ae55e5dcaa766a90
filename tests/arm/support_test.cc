// Support tickets and their messages, in both trees and both ages, from the request to the store and back.
#include "app/desk.h"
#include "app/write.h"
#include "support/classification.h"
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kNew = "api-version=2024-04-01";
const std::string kOld = "api-version=2020-04-01";
const std::string kSupport = "/providers/Microsoft.Support";
const std::string kService = kSupport + "/services/" + std::string(support::kBilling);
const std::string kProblem = kService + "/problemClassifications/" + std::string(support::kExchangesAndRefunds);

std::string contact() {
  return R"({"firstName":"Anna","lastName":"Berg","preferredContactMethod":"email","primaryEmailAddress":"anna@partner.example",)"
         R"("preferredTimeZone":"W. Europe Standard Time","country":"SWE","preferredSupportLanguage":"sv-se"})";
}

// A body with some of its fields replaced: {"severity", "\"high\""}; an empty text leaves the field out.
std::string ticket(const std::vector<std::pair<std::string, std::string>>& changes = {}) {
  std::vector<std::pair<std::string, std::string>> fields = {{"title", R"("Refund of 2 units")"},
                                                             {"description", R"("Order and reservation are named below.")"},
                                                             {"severity", R"("moderate")"},
                                                             {"serviceId", "\"" + kService + "\""},
                                                             {"problemClassificationId", "\"" + kProblem + "\""},
                                                             {"advancedDiagnosticConsent", R"("No")"},
                                                             {"problemStartTime", R"("2026-03-01T08:00:00Z")"},
                                                             {"contactDetails", contact()}};
  for (const auto& [name, value] : changes)
    for (auto& [field, text] : fields)
      if (field == name) text = value;
  std::string out;
  for (const auto& [field, text] : fields)
    if (!text.empty()) out += (out.empty() ? "\"" : ",\"") + field + "\":" + text;
  return R"({"properties":{)" + out + "}}";
}

std::string message(const std::string& subject = "Hello", const std::string& body = "More <to> say") {
  return R"({"properties":{"sender":"anna@partner.example","subject":")" + subject + R"(","body":")" + body + R"("}})";
}

class SupportFace : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::support_routes());
    return *client_;
  }
  std::string subscription(const CustomerId& customer) { return "/subscriptions/5ab5c" + customer.text().substr(5); }
  std::string own() { return subscription(desk().nordvik); }
  std::string tickets(const std::string& prefix) { return prefix + kSupport + "/supportTickets"; }
  Reply file(const std::string& name, const std::string& body = ticket()) {
    return client().put(tickets(own()) + "/" + name + "?" + kNew, body);
  }
  void set_lag(std::int64_t seconds) {
    must(write(desk().app.store, {}, [&](Snapshot& snapshot) -> Result<Changes> {
      Desk changed = *TRY(snapshot.desk());
      changed.lag_seconds = seconds;
      return Changes{.audit = {.actor = "test", .action = "test"}, .desk = changed};
    }));
  }
  std::vector<std::string> listed(const std::string& filter) {
    const Reply list = client().get(tickets(own()) + "?" + kNew + "&$filter=" + http::percent_encode(filter));
    EXPECT_EQ(list.status(), 200) << filter << list.response.body;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < list.count("/value"); ++i) names.push_back(list.at("/value/" + std::to_string(i) + "/name"));
    return names;
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(SupportFace);

using Names = std::vector<std::string>;

TEST_P(SupportFace, ListsWhatARequestCanBeAbout) {
  for (const std::string& version : {kNew, kOld}) {
    const Reply services = client().get(kSupport + "/services?" + version);
    EXPECT_EQ(services.count("/value"), support::services().size());
    EXPECT_EQ(services.at("/value/0/id"), kService);
    EXPECT_EQ(services.at("/value/0/properties/displayName"), "Billing");
    EXPECT_EQ(client().get(kService + "?" + version).at("/name"), support::kBilling);
    EXPECT_EQ(client().get(kService + "/problemClassifications?" + version).at("/value/0/id"), kProblem);
    EXPECT_EQ(client().get(kProblem + "?" + version).at("/properties/displayName"), "Reservation Management / Exchanges and Refunds");
    EXPECT_GT(client().get(kSupport + "/operations?" + version).count("/value"), 0U);
  }
  EXPECT_EQ(client().get(kSupport + "/services/none?" + kNew).code(), "ResourceNotFound");
  EXPECT_EQ(client().get(kService + "/problemClassifications/none?" + kNew).status(), 404);
}

TEST_P(SupportFace, NamesAreCheckedBeforehand) {
  const auto check = [&](const std::string& prefix, const std::string& name) {
    return client().post(prefix + kSupport + "/checkNameAvailability?" + kNew,
                         R"({"name":")" + name + R"(","type":"Microsoft.Support/supportTickets"})");
  };
  EXPECT_EQ(check(own(), "refund-17").at("/nameAvailable"), "true");
  EXPECT_EQ(check("", "refund-17").response.body, R"({"nameAvailable":true})");
  const Reply digits = check(own(), "12345");
  EXPECT_EQ(digits.at("/nameAvailable"), "false");
  EXPECT_EQ(digits.at("/reason"), "Invalid");
  ASSERT_EQ(file("refund-17").status(), 202);
  const Reply taken = check(own(), "REFUND-17");
  EXPECT_EQ(taken.at("/nameAvailable"), "false");
  EXPECT_EQ(taken.at("/reason"), "Name is already in use");
  EXPECT_EQ(client().post(own() + kSupport + "/checkNameAvailability?" + kNew, R"({"name":"a","type":"Microsoft.Compute/disks"})").status(),
            400);
}

TEST_P(SupportFace, ATicketIsFiledAsLongRunningWork) {
  set_lag(30);
  const Reply filed = file("refund-17");
  EXPECT_EQ(filed.status(), 202);
  EXPECT_TRUE(filed.response.body.empty());
  EXPECT_EQ(filed.header("Retry-After"), "1");
  const std::string status_link = filed.header("Azure-AsyncOperation");
  const std::string result_link = filed.header("Location");
  EXPECT_TRUE(status_link.starts_with("https://desk.test:8443" + own() + kSupport + "/operationsStatus/")) << status_link;
  EXPECT_TRUE(status_link.ends_with("?api-version=2024-04-01"));

  const Reply running = client().follow(status_link);
  EXPECT_EQ(running.at("/status"), "InProgress");
  EXPECT_EQ(running.header("Retry-After"), "1");
  EXPECT_EQ(client().follow(result_link).status(), 202);

  desk().clock.pass_seconds(30);
  const Reply done = client().follow(status_link);
  EXPECT_EQ(done.status(), 200);
  EXPECT_EQ(done.at("/status"), "Succeeded");
  EXPECT_EQ(done.at("/properties/supportTicketId"), "2603020010000001");
  const Reply result = client().follow(result_link);
  EXPECT_EQ(result.status(), 200);
  const Reply read = client().get(tickets(own()) + "/Refund-17?" + kNew);
  EXPECT_EQ(result.response.body, read.response.body);

  EXPECT_EQ(read.at("/id"), tickets(own()) + "/refund-17");
  EXPECT_EQ(read.at("/properties/supportTicketId"), "2603020010000001");
  EXPECT_EQ(read.at("/properties/severity"), "Moderate");
  EXPECT_EQ(read.at("/properties/status"), "Open");
  EXPECT_EQ(read.at("/properties/serviceDisplayName"), "Billing");
  EXPECT_EQ(read.at("/properties/problemClassificationDisplayName"), "Reservation Management / Exchanges and Refunds");
  EXPECT_EQ(read.at("/properties/contactDetails/preferredContactMethod"), "Email");
  EXPECT_EQ(read.at("/properties/contactDetails/preferredSupportLanguage"), "sv-SE");
  EXPECT_EQ(read.at("/properties/serviceLevelAgreement/slaMinutes"), "240");
  EXPECT_EQ(read.at("/properties/createdDate"), "2026-03-02T10:00:00Z");
  EXPECT_EQ(read.at("/properties/problemStartTime"), "2026-03-01T08:00:00Z");
  EXPECT_EQ(read.at("/properties/fileWorkspaceName"), "2603020010000001");
}

TEST_P(SupportFace, TheEarlierAgeHasItsOwnWords) {
  const std::string one = tickets(own()) + "/az1";
  EXPECT_EQ(client().put(one + "?" + kOld, ticket({{"advancedDiagnosticConsent", ""}})).status(), 202) << "the consent is not asked for";
  const Reply read = client().get(one + "?" + kOld);
  EXPECT_EQ(read.at("/properties/severity"), "moderate");
  EXPECT_EQ(read.at("/properties/contactDetails/preferredContactMethod"), "email");
  EXPECT_EQ(read.at("/properties/status"), "Open");
  EXPECT_EQ(read.at("/properties/advancedDiagnosticConsent"), "(absent)");
  EXPECT_EQ(client().patch(one + "?" + kOld, R"({"severity":"minimal"})").at("/properties/severity"), "minimal");
  EXPECT_EQ(client().put(one + "/communications/c1?" + kOld, message()).status(), 202);
  const Reply said = client().get(one + "/communications/c1?" + kOld);
  EXPECT_EQ(said.at("/properties/subject"), "Hello") << "without the tracking id";
  EXPECT_EQ(said.at("/properties/body"), "More <to> say");
  EXPECT_EQ(said.at("/properties/communicationType"), "web");
  EXPECT_EQ(client().get(kSupport + "/supportTickets?" + kOld).code(), "InvalidResourceType") << "no tree of the tenant";
}

TEST_P(SupportFace, AChangeIsAnsweredAtOnce) {
  ASSERT_EQ(file("t").status(), 202);
  const std::string one = tickets(own()) + "/t?" + kNew;
  const Reply changed =
      client().patch(one, R"({"severity":"critical","contactDetails":{"preferredContactMethod":"phone","phoneNumber":"+46 8 123 45 67"}})");
  EXPECT_EQ(changed.status(), 200);
  EXPECT_EQ(changed.at("/properties/severity"), "Critical");
  EXPECT_EQ(changed.at("/properties/contactDetails/phoneNumber"), "+46 8 123 45 67");
  EXPECT_EQ(changed.at("/properties/contactDetails/firstName"), "Anna") << "what is not sent stays";
  EXPECT_EQ(client().patch(one, R"({"advancedDiagnosticConsent":"Yes"})").at("/properties/advancedDiagnosticConsent"), "Yes");
  EXPECT_EQ(client().patch(one, R"({"status":"closed"})").at("/properties/status"), "closed") << "as the client spelled it";
  EXPECT_EQ(client().get(one).at("/properties/status"), "Closed");
  const Reply late = client().patch(one, R"({"severity":"minimal"})");
  EXPECT_EQ(late.status(), 409);
  EXPECT_EQ(late.code(), "Conflict");
  EXPECT_EQ(client().patch(one, R"({"status":"open"})").status(), 200);
  EXPECT_EQ(client().get(one).at("/properties/status"), "Open");
}

TEST_P(SupportFace, MessagesFollowEachOther) {
  ASSERT_EQ(file("t").status(), 202);
  const std::string thread = tickets(own()) + "/t/communications";
  const Reply first = client().get(thread + "?" + kNew);
  ASSERT_EQ(first.count("/value"), 1U) << "the operator confirms";
  EXPECT_EQ(first.at("/value/0/properties/communicationDirection"), "Inbound");
  desk().clock.pass_seconds(60);
  const Reply sent = client().put(thread + "/c1?" + kNew, message("Both ids of the reservation that is to be returned in March"));
  EXPECT_EQ(sent.status(), 202);
  EXPECT_EQ(client().follow(sent.header("Azure-AsyncOperation")).at("/properties/supportTicketId"), "2603020010000001");
  const Reply read = client().get(thread + "/C1?" + kNew);
  EXPECT_EQ(read.response.body, client().follow(sent.header("Location")).response.body);
  EXPECT_EQ(read.at("/properties/subject"), "Both ids of the reservation that is to be retur... - TrackingID#2603020010000001");
  EXPECT_EQ(read.at("/properties/body"), "<pre>More &lt;to&gt; say</pre>");
  EXPECT_EQ(read.at("/properties/communicationDirection"), "Outbound");

  const Reply both = client().get(thread + "?" + kNew);
  ASSERT_EQ(both.count("/value"), 2U);
  EXPECT_EQ(both.at("/value/0/name"), "c1") << "newest first";
  const auto count = [&](const std::string& filter) {
    return client().get(thread + "?" + kNew + "&$filter=" + http::percent_encode(filter)).count("/value");
  };
  EXPECT_EQ(count("communicationType eq 'web'"), 2U);
  EXPECT_EQ(count("communicationType eq 'phone'"), 0U);
  EXPECT_EQ(count("communicationType eq 'web' and createdDate gt 2026-03-02T10:00:00Z"), 1U);
  EXPECT_EQ(client().get(thread + "?" + kNew + "&$top=1").count("/value"), 1U);
  EXPECT_EQ(client().follow(client().get(thread + "?" + kNew + "&$top=1").at("/nextLink")).at("/value/0/properties/communicationDirection"),
            "Inbound");
  EXPECT_EQ(client().put(thread + "/c1?" + kNew, message()).status(), 409);
  EXPECT_EQ(client().get(thread + "/c2?" + kNew).code(), "ResourceNotFound");
  EXPECT_EQ(client().get(tickets(own()) + "/t/chatTranscripts?" + kNew).at("/value"), "[]");
  EXPECT_EQ(client().get(tickets(own()) + "/t/chatTranscripts/x?" + kNew).status(), 404);
}

TEST_P(SupportFace, AGuidIsNoNameOfAMessage) {
  const std::string guid = "12345678-1234-1234-1234-123412341234";
  ASSERT_EQ(file("t").status(), 202);
  const std::string check = R"({"name":")" + guid + R"(","type":"Microsoft.Support/communications"})";
  const Reply answer = client().post(tickets(own()) + "/t/checkNameAvailability?" + kNew, check);
  EXPECT_EQ(answer.at("/nameAvailable"), "false");
  EXPECT_NE(answer.at("/message").find("It cannot be a Guid."), std::string::npos);
  const Reply refused = client().put(tickets(own()) + "/t/communications/" + guid + "?" + kNew, message());
  EXPECT_EQ(refused.status(), 400);
  EXPECT_EQ(refused.response.body,
            R"({"error":{"code":"ResourceNameInvalid","message":"Resource name is invalid. Please provide a valid name","details":[]}})");
  ASSERT_EQ(client().put(tickets("") + "/t2?" + kNew, ticket()).status(), 202);
  EXPECT_EQ(client().post(tickets("") + "/t2/checkNameAvailability?" + kNew, check).at("/nameAvailable"), "true") << "as the service does";
}

TEST_P(SupportFace, ListsAreNarrowedAndComeInPages) {
  for (int i = 0; i < 5; ++i) {
    const std::string problem = i % 2 == 0 ? kProblem : kProblem.substr(0, kProblem.size() - 1) + "1";
    ASSERT_EQ(file("t" + std::to_string(i), ticket({{"problemClassificationId", "\"" + problem + "\""}})).status(), 202);
    desk().clock.pass_seconds(3600);
  }
  ASSERT_EQ(client().patch(tickets(own()) + "/t3?" + kNew, R"({"status":"closed"})").status(), 200);
  EXPECT_EQ(listed(""), (Names{"t4", "t3", "t2", "t1", "t0"})) << "newest first";
  EXPECT_EQ(listed("status eq 'Open'"), (Names{"t4", "t2", "t1", "t0"}));
  EXPECT_EQ(listed("STATUS eq 'closed'"), Names{"t3"});
  EXPECT_EQ(listed("createdDate ge 2026-03-02T12:00:00Z and status eq 'Open'"), (Names{"t4", "t2"}));
  EXPECT_EQ(listed("createdDate gt 2026-03-02T12:00:00Z"), (Names{"t4", "t3"}));
  EXPECT_EQ(listed("ServiceId eq '" + std::string(support::kBilling) + "'").size(), 5U);
  EXPECT_EQ(listed("ProblemClassificationId eq '" + std::string(support::kExchangesAndRefunds) + "'"), (Names{"t4", "t2", "t0"}));
  EXPECT_EQ(listed("serviceId eq 'none'"), Names{});

  Names walked;
  std::string link = "https://desk.test:8443" + tickets(own()) + "?$top=2&" + kNew +
                     "&$filter=" + http::percent_encode("problemClassificationId eq '" + std::string(support::kExchangesAndRefunds) + "'");
  for (int pages = 0; link != "(absent)" && pages < 9; ++pages) {
    const Reply page = client().follow(link);
    for (std::size_t i = 0; i < page.count("/value"); ++i) walked.push_back(page.at("/value/" + std::to_string(i) + "/name"));
    link = page.at("/nextLink");
  }
  EXPECT_EQ(walked, (Names{"t4", "t2", "t0"}));
  for (const std::string bad :
       {"status gt 'Open'", "createdDate le 2026-01-01", "createdDate ge soon", "title eq 'x'", "status eq 'Lost'", "("})
    EXPECT_EQ(client().get(tickets(own()) + "?" + kNew + "&$filter=" + http::percent_encode(bad)).status(), 400) << bad;
  EXPECT_EQ(client().get(tickets(own()) + "?" + kNew + "&$top=101").status(), 400);
}

TEST_P(SupportFace, TreesAndTenantsAreApart) {
  ASSERT_EQ(file("below-subscription").status(), 202);
  const Reply filed = client().put(tickets("") + "/of-tenant?" + kNew, ticket());
  ASSERT_EQ(filed.status(), 202);
  EXPECT_TRUE(filed.header("Location").starts_with("https://desk.test:8443" + kSupport + "/operationResults/"));
  EXPECT_EQ(client().follow(filed.header("Location")).at("/id"), tickets("") + "/of-tenant");
  EXPECT_EQ(client().get(tickets("") + "?" + kNew).count("/value"), 1U);
  EXPECT_EQ(client().get(tickets("") + "/below-subscription?" + kNew).status(), 404);
  EXPECT_EQ(client().get(tickets(own()) + "/of-tenant?" + kNew).status(), 404);

  client().caller.tenant = desk().prairie.text();
  EXPECT_EQ(client().get(tickets("") + "?" + kNew).at("/value"), "[]");
  EXPECT_EQ(client().get(tickets("") + "/of-tenant?" + kNew).status(), 404);
  EXPECT_EQ(client().get(tickets(own()) + "/below-subscription?" + kNew).code(), "SubscriptionNotFound");
  EXPECT_EQ(client().follow(filed.header("Azure-AsyncOperation")).status(), 404);

  client().caller.principal.customer = desk().nordvik;
  EXPECT_EQ(client().get(tickets("") + "?" + kNew).at("/value"), "[]") << "whoever holds the token, it is of that tenant";
  EXPECT_EQ(client().get(tickets("") + "/of-tenant?" + kNew).status(), 404);
  EXPECT_EQ(client().follow(filed.header("Location")).status(), 404);
  client().caller.principal.customer.reset();

  client().at_own_tenant();
  EXPECT_EQ(client().get(tickets("") + "?" + kNew).count("/value"), 1U);
  EXPECT_EQ(client().get(tickets("") + "/of-tenant?" + kNew).status(), 200);
  EXPECT_EQ(client().put(tickets("") + "/whose?" + kNew, ticket()).status(), 400) << "it must be about a customer";
  client().caller.principal.reseller = ResellerId::trusted("5e110000-0000-4000-8000-000000000001");
  EXPECT_EQ(client().get(tickets("") + "?" + kNew).at("/value"), "[]");
  EXPECT_EQ(client().get(tickets("") + "/of-tenant?" + kNew).status(), 404);
}

TEST_P(SupportFace, RolesDecide) {
  ASSERT_EQ(file("t").status(), 202);
  client().with_roles({access::Standing::user_management_admin});
  EXPECT_EQ(client().get(tickets(own()) + "/t?" + kNew).status(), 200) << "may look";
  for (const Reply& refused : {file("t2"), client().patch(tickets(own()) + "/t?" + kNew, R"({"status":"closed"})"),
                               client().put(tickets(own()) + "/t/communications/c?" + kNew, message())}) {
    EXPECT_EQ(refused.status(), 403);
    EXPECT_EQ(refused.code(), "AuthorizationFailed");
  }
  client().with_roles({access::Standing::helpdesk_agent});
  EXPECT_EQ(client().get(tickets(own()) + "/t?" + kNew).status(), 403) << "only with a role assignment";
  client().caller.principal.of_customer = true;
  client().caller.principal.customer = desk().nordvik;
  EXPECT_EQ(file("t3").status(), 403) << "a customer's own people ask their partner";
}

TEST_P(SupportFace, BadBodiesAreNamedAndWriteNothing) {
  const std::int64_t before = desk().commits();
  struct Row {
    std::string name;
    std::string body;
    int status;
    std::string code;
    std::string target;
  };
  const auto with = [](const std::string& field, const std::string& value) { return ticket({{field, value}}); };
  const auto reached = [](const std::string& how) { return ticket({{"contactDetails", how}}); };
  const Row rows[] = {
      {"t", "", 400, "InvalidRequestContent", "(absent)"},
      {"t", "[1,2", 400, "InvalidRequestContent", "(absent)"},
      {"t", R"({"properties":[]})", 400, "InvalidRequestContent", "(absent)"},
      {"t", with("title", ""), 400, "InvalidRequestContent", "(absent)"},
      {"t", with("title", "7"), 400, "InvalidRequestContent", "(absent)"},
      {"t", with("title", R"(" ")"), 400, "BadRequest", "title"},
      {"t", with("title", "\"" + std::string(251, 'x') + "\""), 400, "BadRequest", "title"},
      {"t", with("severity", R"("high")"), 400, "InvalidRequestContent", "(absent)"},
      {"t", with("advancedDiagnosticConsent", ""), 400, "InvalidRequestContent", "(absent)"},
      {"t", with("serviceId", R"("none")"), 400, "BadRequest", "serviceId"},
      {"t", with("problemClassificationId", R"("none")"), 400, "BadRequest", "problemClassificationId"},
      {"t", with("problemStartTime", R"("yesterday")"), 400, "InvalidRequestContent", "(absent)"},
      {"t", reached("{}"), 400, "BadRequest", "contactDetails.firstName"},
      {"t", reached("[]"), 400, "InvalidRequestContent", "(absent)"},
      {"t", reached(R"({"firstName":"A","lastName":"B","primaryEmailAddress":"nobody"})"), 400, "BadRequest",
       "contactDetails.primaryEmailAddress"},
      {"12345", ticket(), 400, "ResourceNameInvalid", "(absent)"},
      {"tmp-x", ticket(), 400, "ResourceNameInvalid", "(absent)"},
      {std::string(256, 'x'), ticket(), 400, "ResourceNameInvalid", "(absent)"},
  };
  for (const Row& row : rows) {
    const Reply reply = file(row.name, row.body);
    EXPECT_EQ(reply.status(), row.status) << row.name << row.body << "\n" << reply.response.body;
    EXPECT_EQ(reply.code(), row.code) << row.name << row.body << "\n" << reply.response.body;
    EXPECT_EQ(reply.at("/error/target"), row.target) << row.body;
  }
  EXPECT_EQ(desk().commits(), before);
  ASSERT_EQ(file("t").status(), 202);
  EXPECT_EQ(file("T").status(), 409) << "one name in any letter case";
  for (const std::string bad : {"", "[]", R"({"severity":"high"})", R"({"status":"updating"})", R"({"contactDetails":{"country":"XXX"}})"})
    EXPECT_EQ(client().patch(tickets(own()) + "/t?" + kNew, bad).status(), 400) << bad;
  for (const std::string bad : {"", "{}", R"({"properties":{"subject":"x"}})", R"({"properties":{"subject":"x","body":"y","sender":"z"}})"})
    EXPECT_EQ(client().put(tickets(own()) + "/t/communications/c?" + kNew, bad).status(), 400) << bad;
  EXPECT_EQ(desk().commits(), before + 1);
  EXPECT_EQ(client().patch(tickets(own()) + "/none?" + kNew, R"({"status":"closed"})").code(), "ResourceNotFound");
  EXPECT_EQ(client().get(own() + kSupport + "/operationsStatus/nothing?" + kNew).status(), 404);
}

TEST_P(SupportFace, NumbersRunByDayAndWritesAreForWorkers) {
  ASSERT_EQ(file("a").status(), 202);
  ASSERT_EQ(file("b").status(), 202);
  desk().clock.pass_days(1);
  ASSERT_EQ(file("c").status(), 202);
  const auto number = [&](const std::string& name) {
    return client().get(tickets(own()) + "/" + name + "?" + kNew).at("/properties/supportTicketId");
  };
  EXPECT_EQ(number("a"), "2603020010000001");
  EXPECT_EQ(number("b"), "2603020010000002");
  EXPECT_EQ(number("c"), "2603030010000001");
  EXPECT_EQ(client().kind_of(http::Method::put, tickets(own()) + "/a"), http::Kind::writes);
  EXPECT_EQ(client().kind_of(http::Method::get, tickets(own()) + "/a"), http::Kind::reads);
}

}  // namespace
}  // namespace prorata::testing
