// Consumption: what is asked about usage is checked as the service checks it and answered with nothing known; transactions are the books.
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {
namespace {

const std::string kVersion = "api-version=2021-10-01";

class Consumption : public OnEveryStore {
 protected:
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::consumption_routes());
    return *client_;
  }
  std::string subscription() { return "/subscriptions/5ab5c" + desk().nordvik.text().substr(5); }
  std::string account() { return "/providers/Microsoft.Billing/billingAccounts/" + desk().nordvik.text(); }
  Reply ask(const std::string& scope, const std::string& what, const std::string& query = {}) {
    return client().get(scope + "/providers/Microsoft.Consumption/" + what + "?" + kVersion + query);
  }

 private:
  std::unique_ptr<FaceClient> client_;
};
PRORATA_ON_EVERY_STORE(Consumption);

const std::string kSpan = "&$filter=properties/usageDate+ge+2024-01-01+AND+properties/usageDate+le+2024-01-31";

TEST_P(Consumption, UsageIsCheckedAndEmpty) {
  const Reservation bought = desk().buy({.customer = desk().nordvik});
  const std::string order = "/providers/Microsoft.Capacity/reservationorders/" + bought.order.text();
  const std::string reservation = order + "/reservations/" + bought.id.text();
  for (const std::string& scope : {order, reservation, account(), account() + "/billingProfiles/" + desk().nordvik.text()}) {
    EXPECT_EQ(ask(scope, "reservationSummaries", "&grain=daily" + kSpan).response.body, R"({"value":[]})") << scope;
    EXPECT_EQ(ask(scope, "reservationSummaries", "&grain=Monthly").status(), 200);
    EXPECT_EQ(ask(scope, "reservationDetails", kSpan).response.body, R"({"value":[]})");
    EXPECT_EQ(ask(scope, "reservationDetails",
                  "&$filter=properties/UsageDate ge 2024-01-01T00:00:00Z and properties/UsageDate le 2024-01-31T00:00:00Z")
                  .status(),
              200);
    for (const std::string bad : {"", "&grain=hourly", "&grain=daily", "&grain=daily&$filter=properties/usageDate ge 2024-01-01",
                                  "&grain=monthly&$filter=properties/usageDate ge soon", "&grain=monthly&$filter=color eq 'red'",
                                  "&grain=daily&$filter=properties/usageDate ge 2024-02-01 and properties/usageDate le 2024-01-01"}) {
      const Reply reply = ask(scope, "reservationSummaries", bad);
      EXPECT_EQ(reply.status(), 400) << bad;
      EXPECT_EQ(reply.code(), "BadRequest") << bad;
    }
    EXPECT_EQ(ask(scope, "reservationDetails").status(), 400) << "the range of dates is needed";
  }
  EXPECT_EQ(ask(account(), "reservationDetails", "&startDate=2024-01-01&endDate=2024-01-31").status(), 200);
  EXPECT_EQ(ask(account(), "reservationDetails", "&startDate=2024-02-01&endDate=2024-01-31").status(), 400);
  EXPECT_EQ(ask("/providers/Microsoft.Capacity/reservationorders/" + desk().nordvik.text(), "reservationDetails", kSpan).status(), 404);
  EXPECT_EQ(ask("/providers/Microsoft.Capacity/reservationorders/seven", "reservationDetails", kSpan).code(), "InvalidReservationOrderId");
  EXPECT_EQ(ask(order + "/reservations/" + desk().nordvik.text(), "reservationDetails", kSpan).code(), "ReservationNotFound");
}

TEST_P(Consumption, RecommendationsAreCheckedAndEmpty) {
  for (const std::string& scope : {subscription(), account()}) {
    EXPECT_EQ(ask(scope, "reservationRecommendations").response.body, R"({"value":[]})");
    EXPECT_EQ(ask(scope, "reservationRecommendations", "&$filter=properties/scope eq 'Shared' AND properties/lookBackPeriod eq 'Last7Days'")
                  .status(),
              200);
    EXPECT_EQ(ask(scope, "reservationRecommendations", "&$filter=properties/scope eq 'World'").status(), 400);
    EXPECT_EQ(ask(scope, "reservationRecommendations", "&$filter=properties/mood eq 'good'").status(), 400);
    const std::string details = "&scope=Single&region=westus&term=P3Y&lookBackPeriod=Last60Days&product=Standard_DS1_v2";
    EXPECT_EQ(ask(scope, "reservationRecommendationDetails", details).status(), 204);
    EXPECT_EQ(ask(scope, "reservationRecommendationDetails", "&scope=Single").status(), 400);
    EXPECT_EQ(ask(scope, "reservationRecommendationDetails", details + "x").status(), 204) << "any product may be asked about";
  }
  EXPECT_EQ(ask(subscription() + "/resourceGroups/none", "reservationRecommendations").code(), "ResourceGroupNotFound");
}

TEST_P(Consumption, TransactionsAreTheBooks) {
  make({{make_day(2026, 1, 1), "azure-2026", ""}});
  const Reservation upfront = desk().buy({.customer = desk().nordvik, .quantity = 2});
  desk().buy({.customer = desk().prairie, .quantity = 7});
  desk().clock.pass_days(1);
  const Reservation monthly = desk().buy({.customer = desk().nordvik, .plan = BillingPlan::monthly});
  desk().clock.pass_days(1);
  const ReturnRecord returned = desk().give_back(upfront.id, 1);

  const Reply list = ask(account(), "reservationTransactions");
  ASSERT_EQ(list.count("/value"), 3U) << list.response.body;
  EXPECT_EQ(list.at("/value/0/properties/eventType"), "Purchase");
  EXPECT_EQ(list.at("/value/0/properties/amount"), "73000.0");
  EXPECT_EQ(list.at("/value/0/properties/currency"), "SEK");
  EXPECT_EQ(list.at("/value/0/properties/quantity"), "2");
  EXPECT_EQ(list.at("/value/0/properties/reservationOrderId"), upfront.order.text());
  EXPECT_EQ(list.at("/value/0/properties/billingFrequency"), "onetime");
  EXPECT_EQ(list.at("/value/0/properties/billingMonth"), "20260301");
  EXPECT_EQ(list.at("/value/0/properties/description"), "Standard_D2s_v5 westeurope 1 Year");
  EXPECT_EQ(list.at("/value/1/properties/billingFrequency"), "recurring");
  EXPECT_EQ(list.at("/value/1/properties/reservationOrderId"), monthly.order.text());
  EXPECT_EQ(list.at("/value/2/properties/eventType"), "Refund");
  EXPECT_EQ(list.at("/value/2/properties/quantity"), "1");
  const Money back = returned.refund;
  EXPECT_EQ(list.at("/value/2/properties/amount").substr(0, 1), "-") << "negative for a refund";
  EXPECT_EQ("-" + to_string(back).substr(0, to_string(back).find('.')),
            list.at("/value/2/properties/amount").substr(0, list.at("/value/2/properties/amount").find('.')));

  EXPECT_EQ(ask(account(), "reservationTransactions", "&$filter=properties/eventDate+ge+2026-03-03+AND+properties/eventDate+le+2026-03-03")
                .count("/value"),
            1U);
  EXPECT_EQ(ask(account(), "reservationTransactions", "&useMarkupIfPartner=true").at("/value/0/properties/amount"), "80300.0")
      << "the customer's price";
  const Reply profile = ask(account() + "/billingProfiles/" + desk().nordvik.text(), "reservationTransactions");
  EXPECT_EQ(profile.at("/value/0/properties/billingProfileName"), "Nordvik");
  EXPECT_EQ(profile.at("/value/0/properties/billingMonth"), "(absent)");
  for (const std::string bad :
       {"&useMarkupIfPartner=perhaps", "&previewMarkupPercentage=15.5", "&$filter=properties/eventDate ne 2026-01-01"})
    EXPECT_EQ(ask(account(), "reservationTransactions", bad).status(), 400) << bad;
}

TEST_P(Consumption, IsForThoseWhoMayKnow) {
  const std::string theirs = "/providers/Microsoft.Billing/billingAccounts/" + desk().prairie.text();
  EXPECT_EQ(ask(theirs, "reservationTransactions").status(), 404) << "at another tenant";
  EXPECT_EQ(ask(account() + "/billingProfiles/other", "reservationTransactions").status(), 404);
  EXPECT_EQ(ask("/providers/Microsoft.Billing/billingAccounts/x", "reservationTransactions").status(), 404);
  client().at_own_tenant();
  EXPECT_EQ(ask(theirs, "reservationTransactions").status(), 200);
  client().with_roles({access::Standing::user_management_admin});
  EXPECT_EQ(ask(theirs, "reservationTransactions").status(), 403);
}

}  // namespace
}  // namespace prorata::testing
