// The portal on every store.
#pragma once

#include <fmt/format.h>

#include "app/accounts.h"
#include "support/on_every_store.h"
#include "support/portal_client.h"

namespace prorata::testing {

class PortalDesk : public OnEveryStore {
 protected:
  // One client for a test; its caller can be changed.
  PortalClient& client() {
    if (!client_) client_ = std::make_unique<PortalClient>(desk());
    return *client_;
  }
  static std::string at(const Reservation& r, std::string_view rest = {}) {
    return fmt::format("/reservations/{}/{}{}", r.order.text(), r.id.text(), rest);
  }
  static void expect_problem(const Reply& reply, int status, std::string_view code, std::string_view words = {}) {
    EXPECT_EQ(reply.status(), status) << reply.response.body;
    EXPECT_EQ(reply.at("/code"), code) << reply.response.body;
    EXPECT_EQ(reply.at("/status"), std::to_string(status));
    EXPECT_EQ(reply.at("/requestId"), "cccccccc-0000-4000-8000-000000000001");
    EXPECT_TRUE(reply.response.content_type.starts_with("application/problem+json")) << reply.response.content_type;
    EXPECT_NE(reply.at("/detail").find(words), std::string::npos) << reply.at("/detail");
  }

 private:
  std::unique_ptr<PortalClient> client_;
};

}  // namespace prorata::testing
