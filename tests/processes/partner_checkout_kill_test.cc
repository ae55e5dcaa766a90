// A server is killed at any moment of a checkout at Partner Center's face. The client asks again under the same MS-RequestId at the server
// that came up in its place: it gets its orders, and they were bought once. PRORATA_SEED replays a run.
#include <iostream>
#include <random>
#include <thread>

#include "processes/served.h"
#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

constexpr int kRounds = 6;
constexpr std::int64_t kUnits = 2;

std::uint32_t seed() {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t value = set != nullptr ? static_cast<std::uint32_t>(std::strtoul(set, nullptr, 10)) : std::random_device()();
  std::cout << "PRORATA_SEED=" << value << " replays this\n";
  return value;
}

class PartnerCheckoutKill : public ::testing::TestWithParam<Where> {
 protected:
  // A connection of its own to whichever server runs now; it starts one where none does.
  Reply ask(std::string_view method, std::string_view path, std::string_view body = {}, std::string_view headers = {}) {
    testing::Client client(server_->port(), server_->authority());
    if (!client.connected()) return {};
    std::string head = fmt::format("{} /v1{} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\nAuthorization: Bearer {}\r\n", method,
                                   path, server_->port(), body.size(), token_);
    return reply_of(client.ask(fmt::format("{}{}\r\n{}", head, headers, body)));
  }
  void start(const SmallDesk& desk) {
    server_ = std::make_unique<Served>(desk.options, tls_.path());
    if (!token_.empty()) return;
    const Program program = new_program(desk.options);
    const std::string form = fmt::format(
        "grant_type=client_credentials&client_id={}&client_secret={}&resource=https%3A%2F%2Fgraph.windows.net", program.id, program.secret);
    testing::Client client(server_->port(), server_->authority());
    token_ = reply_of(client.ask(fmt::format("POST /{}/oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", program.tenant,
                                             form.size(), form)))
                 .at("/access_token");
  }

  Folder tls_;
  std::unique_ptr<Served> server_;
  std::string token_;
};
INSTANTIATE_TEST_SUITE_P(, PartnerCheckoutKill, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(PartnerCheckoutKill, PaysOnce) {
  const Place place(GetParam());
  PRORATA_SKIP_WITHOUT(place);
  std::mt19937 chance(seed());
  const SmallDesk desk(place, "azure-2022", 1);
  const std::map<std::string, std::int64_t> before = desk.balances();
  start(desk);
  const std::string customer = fmt::format("/customers/{}", kSmallCustomer);
  ASSERT_EQ(ask("POST", fmt::format("{}/subscriptions/{}/registrations", customer, kSmallSubscription)).status(), 202);

  int lost = 0;
  for (int round = 0; round < kRounds; ++round) {
    const Reply cart = ask("POST", customer + "/carts",
                           fmt::format(R"({{"lineItems":[{{"catalogItemId":"{}:westeurope-P1Y:USD","quantity":{},)"
                                       R"("provisioningContext":{{"subscriptionId":"{}","scope":"shared"}}}}]}})",
                                       kSmallSizes[0].sku, kUnits, kSmallSubscription));
    ASSERT_EQ(cart.status(), 201) << cart.response.body;
    const std::string checkout = fmt::format("{}/carts/{}/checkout", customer, cart.at("/id"));
    const std::string id = fmt::format("MS-RequestId: 33333333-3333-4333-8333-{:012}\r\n", round);
    const std::chrono::microseconds after(chance() % 20'000);
    std::thread killer([&] {
      std::this_thread::sleep_for(after);
      server_->kill();
    });
    Reply out = ask("POST", checkout, "", id);
    killer.join();
    start(desk);
    const bool lost_in_part = out.response.body.empty();  // the head may have come without what it announces
    if (lost_in_part) ++lost;
    const Reply again = ask("POST", checkout, "", id);
    ASSERT_EQ(again.status(), 201) << again.response.body;
    EXPECT_EQ(again.count("/orders"), 1U);
    if (!lost_in_part) EXPECT_EQ(again.response.body, out.response.body) << "the first answer";
  }
  std::cout << lost << " of " << kRounds << " answers were lost\n";
  EXPECT_EQ(ask("GET", customer + "/orders").at("/totalCount"), std::to_string(kRounds + std::size(kSmallSizes)));
  EXPECT_EQ(server_->stop(), 0);
  std::map<std::string, std::int64_t> after = desk.balances();
  EXPECT_EQ(after["provider_payable"] - before.at("provider_payable"), -kRounds * kUnits * kSmallSizes[0].unit_minor);
  EXPECT_EQ(desk.verify().exit_code, 0) << desk.verify().err;
}

}  // namespace
}  // namespace prorata
