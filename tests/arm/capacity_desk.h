// Microsoft.Capacity as its clients drive it, on every store, under the self-service policy.
#pragma once

#include <fmt/format.h>

#include "arm/face.h"
#include "support/face_client.h"
#include "support/on_every_store.h"

namespace prorata::testing {

class CapacityDesk : public OnEveryStore {
 protected:
  void SetUp() override {
    OnEveryStore::SetUp();
    if (!IsSkipped()) make({{make_day(2020, 1, 1), "azure-2022", ""}});
  }

  // One client for a test; changes of its caller last.
  FaceClient& client() {
    if (!client_) client_ = std::make_unique<FaceClient>(desk(), arm::capacity_routes());
    return *client_;
  }
  static std::string v(std::string_view path, std::string_view query = {}) {
    return fmt::format("/providers/Microsoft.Capacity{}?api-version=2022-11-01{}{}", path, query.empty() ? "" : "&", query);
  }
  static std::string path_of(const Reservation& r) {
    return fmt::format("/reservationOrders/{}/reservations/{}", r.order.text(), r.id.text());
  }
  static std::string id_of(const Reservation& r) { return "/providers/Microsoft.Capacity" + path_of(r); }
  std::string subscription(const CustomerId& customer) { return must(desk().look()->customer(customer))->subscriptions.front().id.text(); }

  struct Asked {
    std::int64_t quantity = 3;
    std::string term = "P1Y";
    std::string plan = "Upfront";
    std::string name = "web";
    std::string sku = "Standard_D2s_v5";
    std::string more;  // further properties
  };
  std::string body_for(const CustomerId& customer, const Asked& asked) {
    return fmt::format(
        R"({{"sku":{{"name":"{}"}},"location":"westeurope","properties":{{"reservedResourceType":"VirtualMachines","billingScopeId":"/subscriptions/{}",)"
        R"("term":"{}","billingPlan":"{}","quantity":{},"displayName":"{}","appliedScopeType":"Shared","renew":false{}}}}})",
        asked.sku, subscription(customer), asked.term, asked.plan, asked.quantity, asked.name, asked.more);
  }
  std::string body_for(const CustomerId& customer) { return body_for(customer, {}); }

  // Bought through the API, as it stands then.
  Reservation buy(const Asked& asked) {
    const std::string body = body_for(desk().nordvik, asked);
    const std::string order = client().post(v("/calculatePrice"), body).at("/properties/reservationOrderId");
    EXPECT_EQ(client().put(v("/reservationOrders/" + order), body).status(), 202);
    return must(desk().look()->reservations_of(*OrderId::parse(order))).front();
  }
  Reservation buy() { return buy({}); }

  std::string return_body(const Reservation& r, std::int64_t quantity, std::string_view session = {}) {
    const std::string with = session.empty() ? "" : fmt::format(R"("sessionId":"{}","returnReason":"test",)", session);
    return fmt::format(R"({{"id":"/providers/microsoft.capacity/reservationOrders/{}","properties":{{{}"scope":"Reservation",)"
                       R"("reservationToReturn":{{"reservationId":"{}","quantity":{}}}}}}})",
                       r.order.text(), with, id_of(r), quantity);
  }
  std::string order_path(const Reservation& r, std::string_view action = {}) {
    return v(fmt::format("/reservationOrders/{}{}", r.order.text(), action));
  }
  void expect_refused(const Reply& reply, int status, std::string_view code, std::string_view words = {}) {
    EXPECT_EQ(reply.status(), status) << reply.response.body;
    EXPECT_EQ(reply.code(), code);
    EXPECT_NE(reply.at("/error/message").find(words), std::string::npos) << reply.at("/error/message");
  }

 private:
  std::unique_ptr<FaceClient> client_;
};

}  // namespace prorata::testing
