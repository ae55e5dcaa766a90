// A year in a sandbox, by HTTP alone: bought by instalments, returned in part, and the allowance back to the second 365 days later.
#include "processes/served.h"
#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class ServedYear : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    desk_.emplace(place_, "azure-2022", 10);
    served_.emplace(desk_->options, tls_.path());
    agent_.emplace(*served_, new_program(desk_->options));
  }

  std::string now() { return agent_->get("/sandbox/clock").at("/now"); }
  void advance(std::string_view by) {
    const Reply moved = agent_->post("/sandbox/clock", fmt::format(R"({{"advance":"{}"}})", by));
    ASSERT_EQ(moved.status(), 200) << moved.response.body;
  }
  void put_clock(Instant at) {
    const Reply moved = agent_->post("/sandbox/clock", fmt::format(R"({{"set":"{}"}})", to_string(at)));
    ASSERT_EQ(moved.status(), 200) << moved.response.body;
  }
  BoughtUnits buy(std::int64_t quantity, std::string_view plan) {
    const std::string body = purchase_body(kSmallSubscription, quantity, plan);
    const std::string order = agent_->post(capacity_path("/calculatePrice"), body).at("/properties/reservationOrderId");
    EXPECT_EQ(agent_->put(capacity_path("/reservationOrders/" + order), body).status(), 202);
    return {order, agent_->get(capacity_path("/reservationOrders/" + order + "/reservations")).at("/value/0/id")};
  }
  Reply quote(const BoughtUnits& what) {
    return agent_->post(capacity_path("/reservationOrders/" + what.order + "/calculateRefund"), return_body(what, 1));
  }
  std::string used(const BoughtUnits& as_seen_from) {
    return quote(as_seen_from).at("/properties/policyResult/properties/consumedRefundsTotal/amount");
  }
  Reply order(const BoughtUnits& what) { return agent_->get(capacity_path("/reservationOrders/" + what.order) + "&%24expand=schedule"); }
  static std::size_t paid(const Reply& order) {
    std::size_t count = 0;
    while (order.at(fmt::format("/properties/planInformation/transactions/{}/status", count)) == "Succeeded") ++count;
    return count;
  }
  void expect_books_agree() {
    std::int64_t sum = 0;
    for (const auto& [account, minor] : desk_->balances()) sum += minor;
    EXPECT_EQ(sum, 0);
    const Outcome verified = desk_->verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
  }

  Place place_{GetParam()};
  Folder tls_;
  std::optional<SmallDesk> desk_;
  std::optional<Served> served_;
  std::optional<Agent> agent_;
};
INSTANTIATE_TEST_SUITE_P(, ServedYear, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(ServedYear, InstalmentsAreChargedAndTheAllowanceComesBackToTheSecond) {
  std::map<std::string, std::int64_t> at_first = desk_->balances();
  const BoughtUnits monthly = buy(3, "Monthly");  // 2,100.00 USD: 175.00 a month
  EXPECT_EQ(paid(order(monthly)), 1u);
  EXPECT_EQ(desk_->balances()["provider_payable"] - at_first["provider_payable"], -17'500);
  advance("P45D");
  EXPECT_EQ(paid(order(monthly)), 2u);
  EXPECT_EQ(desk_->balances()["provider_payable"] - at_first["provider_payable"], -35'000);
  expect_books_agree();

  // Of 58.33 for the month from the 2nd of February, 28 days long, 14 days are over.
  const Reply quoted = quote(monthly);
  ASSERT_EQ(quoted.status(), 200) << quoted.response.body;
  EXPECT_EQ(quoted.at("/properties/billingRefundAmount/amount"), "29.16");
  const Instant returned_at = *parse_instant(now());
  const Reply returned = agent_->post(capacity_path("/reservationOrders/" + monthly.order + "/return"),
                                      return_body(monthly, 1, quoted.at("/properties/sessionId")));
  ASSERT_EQ(returned.status(), 202) << returned.response.body;
  EXPECT_EQ(used(monthly), "29.16");
  EXPECT_EQ(desk_->used().minor, 2'916);

  advance("P100D");
  EXPECT_EQ(paid(order(monthly)), 5u);
  const BoughtUnits later = buy(2, "Upfront");  // still active when the year is over
  EXPECT_EQ(used(later), "29.16");

  put_clock(add_seconds(returned_at, std::int64_t{365} * 86'400 - 1));
  EXPECT_EQ(used(later), "29.16") << "one second before";
  put_clock(add_seconds(returned_at, std::int64_t{365} * 86'400));
  EXPECT_EQ(used(later), "0.0");
  EXPECT_EQ(desk_->used().minor, 0);

  const Reply ended = order(monthly);
  EXPECT_EQ(agent_->get(monthly.id + "?api-version=2022-11-01").at("/properties/provisioningState"), "Expired");
  EXPECT_EQ(paid(ended), 12u) << ended.response.body;
  // Two months of three units, ten of two, and the later two at once.
  EXPECT_NEAR(static_cast<double>(desk_->balances()["provider_payable"] - at_first["provider_payable"]), -(35'000 + 10 * 11'667 + 140'000),
              10);
  expect_books_agree();
  EXPECT_EQ(served_->stop(), 0);
}

}  // namespace
}  // namespace prorata
