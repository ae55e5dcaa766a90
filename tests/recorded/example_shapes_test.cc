// Every example of the public descriptions of Microsoft.Support, .Authorization, .Consumption, asked of our faces: the answer has one of
// the statuses of the example, and every member that the example has. What we leave out is named here, with the reason.
#include <algorithm>
#include <regex>
#include <set>

#include "face_shapes.h"
#include "recordings.h"
#include "store/open.h"
#include "support/classification.h"

namespace prorata::testing {
namespace {

const std::set<std::string> kLeftOut = {
    "emailAddress",  // of an engineer that nobody has named
    "quotaTicketDetails",
    "technicalTicketDetails",
    "secondaryConsent",         // of requests that are about other things than reservations
    "secondaryConsentEnabled",  // likewise
    "nextLink",                 // of lists that are whole
    "problemScopingQuestions",  // the description says it
    "purchasingEnrollment",
    "accountName",
    "accountOwnerEmail",
    "departmentName",
    "costCenter",
    "currentEnrollment",
    "monetaryCommitment",
    "overage",  // of an enterprise agreement
    "productCode",
    "key1",
    "key2",  // the desk keeps no tags, and no codes of Azure's products
    "billingAccountId",
    "billingProfileId",  // of orders that were imported with them
    "renewProperties",
    "appliedScopeProperties",
    "appliedScopes",
    "reviewDateTime",
    "mergeProperties",
    "splitProperties",
    "swapProperties",
    "renewSource",
    "extendedStatusInfo",  // of reservations that have them
    "invoice",
    "invoiceId",
    "invoiceSectionId",
    "invoiceSectionName",  // the books know references, not Azure's invoices
};

struct Example {
  std::string name;
  std::string text;
};

std::vector<Example> examples(const std::string& provider, const std::string& pattern) {
  std::vector<Example> out;
  const std::filesystem::path folder = wire::reference() / "azure-specs/specification" / provider / "examples";
  for (const auto& file : std::filesystem::directory_iterator(folder))
    if (std::regex_match(file.path().stem().string(), std::regex(pattern)))
      out.push_back({file.path().stem().string(), text_of_file(file.path())});
  std::ranges::sort(out, {}, &Example::name);
  return out;
}

class ExampleShapes : public wire::Recorded {
 protected:
  void SetUp() override {
    Recorded::SetUp();
    if (IsSkipped()) return;
    store_ = store::memory_store();
    desk_ = std::make_unique<MadeDesk>(*store_, std::vector<PolicyChoice>{{make_day(2026, 1, 1), "azure-2026", ""}});
  }
  FaceClient client(std::vector<arm::Route> routes) { return {*desk_, std::move(routes)}; }
  std::string subscription() const { return "/subscriptions/5ab5c" + desk_->nordvik.text().substr(5); }

  // The member of an example's parameters that is its body; "" where it has none.
  static std::string body_in(const Example& example, const std::string& parameter) {
    wire::JsonReader reader;
    const auto root = must(reader.read(example.text));
    const auto found = root.find("parameters")->find(parameter);
    return found ? written(*found) : "";
  }

  static void compare(const Example& example, const Reply& reply) {
    wire::JsonReader reader;
    wire::JsonReader own;
    const auto root = must(reader.read(example.text));
    const std::string status = std::to_string(reply.status());
    const auto answer = root.find("responses")->find(status);
    ASSERT_TRUE(answer) << example.name << " has no answer " << status << "; ours: " << reply.response.body;
    const auto body = answer->find("body");
    if (!body) return;
    std::vector<std::string> lacking;
    find_lacking(*body, must(own.read(reply.response.body)), "", lacking);
    for (const std::string& each : lacking)
      EXPECT_TRUE(kLeftOut.contains(each.substr(each.rfind('/') + 1))) << example.name << " lacks " << each << "\n" << reply.response.body;
  }

  std::unique_ptr<Store> store_;
  std::unique_ptr<MadeDesk> desk_;
};

// Their services are not ours: a request about any of them is filed about billing.
std::string about_billing(std::string body) {
  const std::string service = "/providers/Microsoft.Support/services/" + std::string(support::kBilling);
  body = std::regex_replace(body, std::regex(R"re("serviceId":"[^"]*")re"), "\"serviceId\":\"" + service + "\"");
  return std::regex_replace(
      body, std::regex(R"re("problemClassificationId":"[^"]*")re"),
      "\"problemClassificationId\":\"" + service + "/problemClassifications/" + std::string(support::kExchangesAndRefunds) + "\"");
}

struct SupportAgeRow {
  std::string version;
  int created;
};

TEST_F(ExampleShapes, Support) {
  for (const SupportAgeRow& age : {SupportAgeRow{"2020-04-01", 15}, SupportAgeRow{"2024-04-01", 17}}) {
    const std::string folder = "support/resource-manager/Microsoft.Support/stable/" + age.version;
    const std::string version = "api-version=" + age.version;
    FaceClient face = client(arm::support_routes());
    const auto tree_of = [&](const Example& example) {
      const bool below =
          example.text.find("\"/subscriptions/") != std::string::npos || example.text.find("\"subscriptionId\"") != std::string::npos;
      return (below ? subscription() : "") + "/providers/Microsoft.Support";
    };

    const auto workspace_of = [&](const Example& example) {
      return std::string("/fileWorkspaces/files") + (tree_of(example).starts_with("/sub") ? "1" : "2");
    };

    int created = 0;
    for (const Example& each : examples(folder, "Create.*(Ticket|ForSubscription|QuotaTicket.*|Request.*)")) {
      if (each.name.find("File") != std::string::npos) continue;
      const std::string one = tree_of(each) + "/supportTickets/" + age.version + each.name;
      const Reply filed = face.put(one + "?" + version, about_billing(body_in(each, "createSupportTicketParameters")));
      EXPECT_EQ(filed.status(), 202) << each.name << filed.response.body;
      compare(each, face.get(one + "?" + version));
      ++created;
    }
    EXPECT_GE(created, age.created);

    for (const Example& each : examples(folder, "Create.*Communication")) {
      const std::string ticket =
          tree_of(each) + "/supportTickets/" + age.version + "talk" + (tree_of(each).starts_with("/sub") ? "1" : "2");
      const std::string body =
          about_billing(body_in(examples(folder, "CreateBillingSupportTicketForSubscription").front(), "createSupportTicketParameters"));
      EXPECT_EQ(face.put(ticket + "?" + version, body).status(), 202);
      EXPECT_EQ(face.put(ticket + "/communications/c?" + version, body_in(each, "createCommunicationParameters")).status(), 202)
          << each.name;
      compare(each, face.get(ticket + "/communications/c?" + version));
    }
    for (const Example& each : examples(folder, "Get.*TicketDetails.*")) {
      if (each.name.find("hat") != std::string::npos) continue;
      compare(each, face.get(tree_of(each) + "/supportTickets/" + age.version + "talk" + (tree_of(each).starts_with("/sub") ? "1" : "2") +
                             "?" + version));
    }
    for (const Example& each : examples(folder, "ListSupportTickets.*")) {
      const std::string filter = replaced(body_in(each, "$filter"), "\"", "");
      compare(each, face.get(tree_of(each) + "/supportTickets?" + version + "&$filter=" + http::percent_encode(filter)));
    }
    for (const Example& each : examples(folder, "List(Web)?Communications.*")) {
      const std::string filter = replaced(body_in(each, "$filter"), "\"", "");
      const std::string ticket =
          tree_of(each) + "/supportTickets/" + age.version + "talk" + (tree_of(each).starts_with("/sub") ? "1" : "2");
      compare(each, face.get(ticket + "/communications?" + version + "&$filter=" + http::percent_encode(filter)));
    }
    for (const Example& each : examples(folder, "Update.*")) {
      const std::string ticket = tree_of(each) + "/supportTickets/" + age.version + "change" + each.name;
      std::string body =
          about_billing(body_in(examples(folder, "CreateBillingSupportTicketForSubscription").front(), "createSupportTicketParameters"));
      body = replaced(std::move(body), R"("contactDetails":{)", R"("contactDetails":{"additionalEmailAddresses":["a@b.example"],)");
      EXPECT_EQ(face.put(ticket + "?" + version, body).status(), 202);
      compare(each, face.patch(ticket + "?" + version, body_in(each, "updateSupportTicket")));
    }
    for (const Example& each : examples(folder, "CheckNameAvailability(WithSubscription)?"))
      compare(each, face.post(tree_of(each) + "/checkNameAvailability?" + version,
                              R"({"name":")" + age.version + R"(talk1","type":"Microsoft.Support/supportTickets"})"));
    for (const Example& each : examples(folder, "CreateFileWorkspace.*"))
      compare(each, face.put(tree_of(each) + workspace_of(each) + "?" + version, ""));
    for (const Example& each : examples(folder, "CreateFile(ForSubscription)?"))
      compare(each, face.put(tree_of(each) + workspace_of(each) + "/files/test.txt?" + version, body_in(each, "createFileParameters")));
    for (const Example& each : examples(folder, "GetFileWorkspaceDetails.*"))
      compare(each, face.get(tree_of(each) + workspace_of(each) + "?" + version));
    for (const Example& each : examples(folder, "GetFileDetails.*"))
      compare(each, face.get(tree_of(each) + workspace_of(each) + "/files/test.txt?" + version));
    for (const Example& each : examples(folder, "ListFiles.*"))
      compare(each, face.get(tree_of(each) + workspace_of(each) + "/files?" + version));
    const std::string root = "/providers/Microsoft.Support/";
    const std::string service = root + "services/" + std::string(support::kBilling);
    compare(examples(folder, "ListServices").front(), face.get(root + "services?" + version));
    compare(examples(folder, "GetService").front(), face.get(service + "?" + version));
    compare(examples(folder, "ListProblemClassifications").front(), face.get(service + "/problemClassifications?" + version));
    compare(examples(folder, "GetProblemClassification").front(),
            face.get(service + "/problemClassifications/" + std::string(support::kExchangesAndRefunds) + "?" + version));
    compare(examples(folder, "ListOperations").front(), face.get(root + "operations?" + version));
  }
}

TEST_F(ExampleShapes, Billing) {
  const Reservation bought = must(purchase(desk_->app, {desk_->nordvik,
                                                        {.sku = "Standard_D2s_v5",
                                                         .region = "westeurope",
                                                         .plan = BillingPlan::monthly,
                                                         .quantity = 2,
                                                         .name = "VM_RI",
                                                         .billing_scope = subscription()},
                                                        ""}));
  desk_->set_usage(bought.id, Usage::unused);
  const std::string folder = "billing/resource-manager/Microsoft.Billing/stable/2024-04-01";
  const std::string version = "?api-version=2024-04-01";
  FaceClient face = client(arm::billing_routes());
  const std::string account = "/providers/Microsoft.Billing/billingAccounts/" + desk_->nordvik.text();
  const std::string order = account + "/reservationOrders/" + bought.order.text();
  for (const Example& each : examples(folder, "reservationsListByBilling(Account|Profile)")) {
    const bool profile = each.name.ends_with("Profile");
    compare(each, face.get(account + (profile ? "/billingProfiles/" + desk_->nordvik.text() : "") + "/reservations" + version +
                           "&refreshSummary=true"));
  }
  compare(examples(folder, "reservationOrdersListByBillingAccount").front(), face.get(account + "/reservationOrders" + version));
  compare(examples(folder, "reservationOrderGetByBillingAccount").front(), face.get(order + version));
  compare(examples(folder, "reservationOrderGetByBillingAccountWithExpandPlanInformation").front(),
          face.get(order + version + "&expand=schedule"));
  compare(examples(folder, "reservationsGetFromOrderByBillingAccount").front(), face.get(order + "/reservations" + version));
  compare(examples(folder, "reservationGetByBillingAccount").front(), face.get(order + "/reservations/" + bought.id.text() + version));
}

TEST_F(ExampleShapes, Authorization) {
  const std::string folder = "authorization/resource-manager/Microsoft.Authorization/stable/2022-04-01";
  const std::string version = "?api-version=2022-04-01";
  Customer customer = *must(desk_->look()->customer(desk_->nordvik));
  customer.subscriptions[0].resource_groups = {"testrg", "rgname"};
  must(import_customers(desk_->app, std::vector{customer}, "test"));
  FaceClient face = client(arm::authorization_routes());
  const std::string roles = "/providers/Microsoft.Authorization/roleAssignments";
  const std::string reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

  int n = 0;
  for (const Example& each : examples(folder, "RoleAssignments_Create(For.*|ById)")) {
    const bool group = each.name == "RoleAssignments_CreateForResourceGroup";
    const std::string one =
        subscription() + (group ? "/resourceGroups/testrg" : "") + roles + "/eeeeeeee-0000-4000-8000-00000000000" + std::to_string(n);
    std::string body = std::regex_replace(body_in(each, "parameters"), std::regex("0b5fe924-9a61-425c-96af-cfe6e287ca2d"), reader);
    body = std::regex_replace(body, std::regex("ce2ce14e-85d7-4629-bdbc-454d0519d987"),
                              "dddddddd-0000-4000-8000-00000000000" + std::to_string(n++));
    compare(each, face.put(one + version, body));
  }
  EXPECT_EQ(n, 4);
  const std::string first = subscription() + roles + "/eeeeeeee-0000-4000-8000-000000000000";
  for (const Example& each : examples(folder, "RoleAssignments_Get(ById)?")) compare(each, face.get(first + version));
  for (const Example& each : examples(folder, "RoleAssignments_ListFor.*")) {
    const std::string below = each.name.ends_with("Resource") ? "/resourceGroups/testrg/providers/Microsoft.DocumentDb/databaseAccounts/a"
                              : each.name.ends_with("ResourceGroup") ? "/resourceGroups/testrg"
                                                                     : "";
    compare(each, face.get(subscription() + below + roles + version));
  }
  for (const Example& each : examples(folder, "RoleAssignments_Delete(ById)?")) compare(each, face.remove(first + version));
  const std::string definitions = "/providers/Microsoft.Authorization/roleDefinitions";
  compare(examples(folder, "GetRoleDefinitionAtScope").front(), face.get(subscription() + definitions + version));
  for (const Example& each : examples(folder, "GetRoleDefinitionBy(Name|Id)"))
    compare(each, face.get(definitions + "/" + reader + version));
  compare(examples(folder, "GetPermissions").front(),
          face.get(subscription() + "/resourceGroups/rgname/providers/Microsoft.Authorization/permissions" + version));
  compare(examples(folder, "GetResourcePermissions").front(),
          face.get(subscription() + "/resourceGroups/rgname/providers/a/b/c/providers/Microsoft.Authorization/permissions" + version));
}

TEST_F(ExampleShapes, Consumption) {
  const Reservation bought = must(
      purchase(desk_->app,
               {desk_->nordvik, {.sku = "Standard_D2s_v5", .region = "westeurope", .quantity = 2, .billing_scope = subscription()}, ""}));
  desk_->give_back(bought.id, 1);
  Customer customer = *must(desk_->look()->customer(desk_->nordvik));
  customer.subscriptions[0].resource_groups = {"testGroup"};
  must(import_customers(desk_->app, std::vector{customer}, "test"));
  FaceClient face = client(arm::consumption_routes());
  const std::string account = "/providers/Microsoft.Billing/billingAccounts/" + desk_->nordvik.text();
  const std::string profile = account + "/billingProfiles/" + desk_->nordvik.text();
  const std::string order = "/providers/Microsoft.Capacity/reservationorders/" + bought.order.text();
  for (const std::string& version : {"2021-10-01", "2023-11-01"}) {
    const std::string folder = "consumption/resource-manager/Microsoft.Consumption/stable/" + version;
    int asked = 0;
    for (const Example& each : examples(folder, "Reservation.*")) {
      const auto says = [&](std::string_view words) { return each.name.find(words) != std::string::npos; };
      const std::string what = says("Summaries")               ? "reservationSummaries"
                               : says("RecommendationDetails") ? "reservationRecommendationDetails"
                               : says("Recommendations")       ? "reservationRecommendations"
                               : says("Transactions")          ? "reservationTransactions"
                                                               : "reservationDetails";
      std::string scope = says("BillingProfile")                               ? profile
                          : says("BillingAccount") || says("EnrollmentNumber") ? account
                          : says("ResourceGroup")                              ? subscription() + "/resourceGroups/testGroup"
                          : says("Subscription")                               ? subscription()
                          : says("WithReservationId")                          ? order + "/reservations/" + bought.id.text()
                                                                               : order;
      std::string query = "?api-version=" + version;
      for (const std::string name : {"$filter", "grain", "startDate", "endDate", "scope", "region", "term", "lookBackPeriod", "product"}) {
        const std::string value = replaced(body_in(each, name), "\"", "");
        if (!value.empty() && what != "reservationTransactions") query += "&" + name + "=" + http::percent_encode(value);
      }
      const Reply reply = face.get(scope + "/providers/Microsoft.Consumption/" + what + query);
      compare(each, reply);
      ++asked;
    }
    EXPECT_GE(asked, 20) << version;
  }
}

}  // namespace
}  // namespace prorata::testing
