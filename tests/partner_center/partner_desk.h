// Partner Center's clients on every store.
#pragma once

#include <fmt/format.h>

#include "app/accounts.h"
#include "app/customer_desk.h"
#include "support/on_every_store.h"
#include "support/partner_client.h"

namespace prorata::testing {

class PartnerDesk : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (!IsSkipped()) make({{make_day(2020, 1, 1), "azure-2022", ""}});
  }
  // One client for a test; changes of its caller last.
  PartnerClient& client() {
    if (!client_) client_ = std::make_unique<PartnerClient>(desk());
    return *client_;
  }
  std::string nordvik(std::string_view rest = {}) { return fmt::format("/customers/{}{}", desk().nordvik.text(), rest); }
  std::string prairie(std::string_view rest = {}) { return fmt::format("/customers/{}{}", desk().prairie.text(), rest); }
  std::string subscription() { return must(desk().look()->customer(desk().nordvik))->subscriptions.front().id.text(); }
  void register_subscription() {
    const Reply reply = client().post(nordvik("/subscriptions/" + subscription() + "/registrations"), "");
    EXPECT_EQ(reply.status(), 202) << reply.response.body;
  }

  std::string line(std::int64_t quantity, std::string_view item = "Standard_D2s_v5:westeurope-P1Y:SEK", std::string_view more = {}) {
    return fmt::format(R"({{"catalogItemId":"{}","friendlyName":"web","quantity":{},"billingCycle":"one_time","termDuration":"P1Y",)"
                       R"("provisioningContext":{{"subscriptionId":"{}","scope":"shared"}}{}}})",
                       item, quantity, subscription(), more);
  }
  static std::string cart_of(std::string_view lines) { return fmt::format(R"({{"lineItems":[{}]}})", lines); }

  void expect_refused(const Reply& reply, int status, std::string_view code, std::string_view words = {}) {
    EXPECT_EQ(reply.status(), status) << reply.response.body;
    EXPECT_EQ(reply.at("/code"), code) << reply.response.body;
    EXPECT_EQ(reply.at("/source"), "PartnerFD");
    EXPECT_NE(reply.at("/description").find(words), std::string::npos) << reply.at("/description");
  }

 private:
  std::unique_ptr<PartnerClient> client_;
};

}  // namespace prorata::testing
