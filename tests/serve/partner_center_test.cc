// Partner Center's face on the network: tokens in the form its clients ask for, the headers of every answer, faults, and a checkout whose
// answer gets lost.
#include <thread>

#include "served_desk.h"

#include "partner_center/face.h"
#include "support/face_client.h"

namespace prorata::testing {
namespace {

Reply reply(const Answer& answer) {
  Reply out{{.status = answer.status, .body = answer.body}};
  for (const auto& [name, value] : answer.headers) out.response.headers.add(name, value);
  return out;
}

class ServedPartners : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    served_.emplace(place_);
    served_->made().clock.put(served_->clock.now());
    served_->start({.sandbox = true});
    token_ = served_->partner_token(served_->admin);
  }
  Reply ask(std::string_view method, std::string_view path, std::string_view body = {}, std::string_view headers = {}) {
    return reply(served_->ask(method, "/v1" + std::string(path), token_, body, headers));
  }
  std::string customer(std::string_view rest = {}) { return fmt::format("/customers/{}{}", served_->made().nordvik.text(), rest); }
  std::string registered_subscription() {
    const std::string id = ask("GET", customer("/subscriptions")).at("/items/0/id");
    EXPECT_EQ(ask("POST", customer("/subscriptions/" + id + "/registrations")).status(), 202);
    return id;
  }
  std::string cart(std::int64_t quantity) {
    const Reply made = ask("POST", customer("/carts"),
                           fmt::format(R"({{"lineItems":[{{"catalogItemId":"Standard_D2s_v5:westeurope-P1Y:SEK","quantity":{},)"
                                       R"("provisioningContext":{{"subscriptionId":"{}","scope":"shared"}}}}]}})",
                                       quantity, registered_subscription()));
    EXPECT_EQ(made.status(), 201) << made.response.body;
    return customer("/carts/" + made.at("/id") + "/checkout");
  }
  void next_fails(std::string_view path, std::string_view fault) {
    const Answer told = served_->post("/sandbox/faults", served_->token(served_->admin),
                                      fmt::format(R"({{"operation":"POST {}","fault":"{}","count":1}})", path, fault));
    ASSERT_EQ(told.status / 100, 2) << told.body;
  }

  Place place_{GetParam()};
  std::optional<ServedDesk> served_;
  std::string token_;
};
INSTANTIATE_TEST_SUITE_P(, ServedPartners, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(ServedPartners, SignInAsTheirClientsDo) {
  for (const char* resource : {"https://graph.windows.net", "https://graph.windows.net/", "https://api.partnercenter.microsoft.com"}) {
    const Reply signed_in = reply(served_->partner_sign_in(served_->admin, resource));
    EXPECT_EQ(signed_in.status(), 200) << signed_in.response.body;
    EXPECT_EQ(signed_in.at("/resource"), resource);
    EXPECT_TRUE(signed_in.response.body.contains(R"("expires_in":"3599")"))
        << "numbers are texts in the old form: " << signed_in.response.body;
    EXPECT_EQ(served_->get("/v1/customers", signed_in.at("/access_token")).status, 200) << resource;
    EXPECT_EQ(served_->get(kSomePath, signed_in.at("/access_token")).status, 401) << "it is for Partner Center only";
  }
  EXPECT_EQ(served_->get("/v1/customers", served_->token(served_->admin)).status, 401) << "and one for the ARM faces is not";
  const Reply newer = reply(served_->post(
      fmt::format("/{}/oauth2/v2.0/token", served_->tenant()), "",
      fmt::format(
          "grant_type=client_credentials&client_id={}&client_secret={}&scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default",
          served_->admin.client.id.text(), served_->admin.secret)));
  EXPECT_EQ(served_->get("/v1/customers", newer.at("/access_token")).status, 200);
}

TEST_P(ServedPartners, AnswersAndRefusalsHaveTheServicesHeaders) {
  const Reply fine = ask("GET", "/customers", "", "MS-CorrelationId: 12345678-1234-4234-8234-123456789abc\r\n");
  EXPECT_EQ(fine.at("/totalCount"), "2");
  EXPECT_EQ(fine.header("ms-correlationid"), "12345678-1234-4234-8234-123456789abc");
  EXPECT_FALSE(fine.response.body.starts_with("\xef\xbb\xbf"));
  const Reply nobody = reply(served_->get("/v1/customers", ""));
  EXPECT_EQ(nobody.status(), 401);
  EXPECT_EQ(nobody.at("/code"), "400");
  EXPECT_EQ(nobody.at("/description"), "Access denied");
  EXPECT_EQ(nobody.at("/source"), "PartnerFD");
  EXPECT_TRUE(nobody.header("www-authenticate").starts_with("OAuth realm=urn:cpsvc:cpid:")) << nobody.header("www-authenticate");
  EXPECT_NE(nobody.header("ms-requestid"), "");
  EXPECT_EQ(ask("GET", "/nothing").at("/code"), "1000");
  EXPECT_EQ(ask("GET", "/CUSTOMERS").status(), 200) << "in any letter case";
}

TEST_P(ServedPartners, AFaultIsTheirsInTheirWords) {
  next_fails("/v1/customers/*/carts", "status_429");
  const Reply busy = ask("POST", customer("/carts"), "{}");
  EXPECT_EQ(busy.status(), 429) << busy.response.body;
  EXPECT_EQ(busy.at("/source"), "PartnerFD");
  EXPECT_NE(busy.header("retry-after"), "");
}

// A server without a worker has no place for any change; it goes on reading.
TEST(ServedPartnersFull, ChangesThatFindNoPlaceAreToldToComeAgain) {
  const Place place(Where::memory);
  ServedDesk served(place);
  served.start({.limits = {.workers = 0, .queue = 0}});
  identity::Claims claims = served.claims_of(served.admin);
  const std::string arm = served.signed_by_the_desk(claims);
  claims.audiences = {std::string(serve::kPartnerAudience)};
  const std::string partner = served.signed_by_the_desk(claims);
  const std::string carts = fmt::format("/v1/customers/{}/carts", served.tenant());
  const Reply full = reply(served.post(carts, partner, "{}"));
  EXPECT_EQ(full.status(), 429) << full.response.body;
  EXPECT_EQ(full.at("/code"), "TooManyRequests");
  EXPECT_EQ(full.at("/source"), "PartnerFD");
  EXPECT_EQ(full.header("retry-after"), "1");
  EXPECT_NE(full.header("ms-requestid"), "");
  EXPECT_EQ(served.get("/v1/customers", partner).status, 200);
  const std::string order = "/providers/Microsoft.Capacity/reservationOrders/11111111-1111-4111-8111-111111111111?api-version=2022-11-01";
  EXPECT_EQ(served.ask("PUT", order, arm, "{}").status, 503) << "the ARM faces as before";
}

TEST_P(ServedPartners, ACheckoutWhoseAnswerIsLostPaysOnce) {
  const std::string checkout = cart(3);
  const std::string_view id = "MS-RequestId: 22222222-2222-4222-8222-222222222222\r\n";
  next_fails("/v1" + checkout, "drop");
  EXPECT_EQ(ask("POST", checkout, "", id).status(), 0) << "the answer never comes";
  const Reply again = ask("POST", checkout, "", id);
  ASSERT_EQ(again.status(), 201) << again.response.body;
  EXPECT_EQ(again.count("/orders"), 1U);
  EXPECT_EQ(ask("POST", checkout, "", id).response.body, again.response.body);
  EXPECT_EQ(ask("GET", customer("/orders")).at("/totalCount"), "1");
  EXPECT_EQ(served_->made().balance(served_->made().nordvik, ledger::Account::provider_payable), -3 * 3'650'000);
}

TEST_P(ServedPartners, ManyWhoCheckOutOneCartBuyItOnce) {
  const std::string checkout = cart(1);
  std::atomic<int> bought{0};
  std::vector<std::thread> all;
  for (int n = 0; n < 6; ++n)
    all.emplace_back([&, n] {
      const Answer answer =
          served_->ask("POST", "/v1" + checkout, token_, "", fmt::format("MS-RequestId: 22222222-2222-4222-8222-22222222222{}\r\n", n / 2));
      if (answer.status == 201) ++bought;
    });
  for (std::thread& each : all) each.join();
  EXPECT_EQ(bought, 2) << "two asked under the one id that was first";
  EXPECT_EQ(ask("GET", customer("/orders")).at("/totalCount"), "1");
}

}  // namespace
}  // namespace prorata::testing
