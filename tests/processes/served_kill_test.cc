// Servers die and answers get lost in the middle of a client's work. The client asks again, at the server that came up in its place or at
// another on the same store: every operation ends, and the books show each purchase, return and exchange once. PRORATA_SEED replays a run.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "processes/served.h"
#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

std::uint32_t seed() {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t value = set != nullptr ? static_cast<std::uint32_t>(std::strtoul(set, nullptr, 10)) : std::random_device()();
  std::cout << "PRORATA_SEED=" << value << " replays this\n";
  return value;
}

struct Setup {
  Where where;
  int servers;
  int lag_seconds;
  int rounds;
};
std::string name_of(const Setup& setup) {
  return fmt::format("{}_{}", testing::name_of(setup.where), setup.servers == 1 ? "one_server" : "two_servers");
}

// Some servers on one store, and a client that goes from one to the next with every request, and on to the next when it gets no answer.
// Whatever was killed is started again meanwhile.
class Fleet {
 public:
  Fleet(const SmallDesk& desk, int servers) : desk_(desk), program_(new_program(desk.options)) {
    for (int i = 0; i < servers; ++i) servers_.push_back(started());
    token_ = Agent(*servers_.front(), program_).token();
    agents_.resize(servers_.size());
  }
  ~Fleet() { stop_killing(); }

  // In that time, one of them, whatever it is doing.
  void kill_after(std::chrono::microseconds time, std::size_t which) {
    stop_killing();
    killer_ = std::thread([time, server = servers_[which % servers_.size()]] {
      std::this_thread::sleep_for(time);
      server->kill();
    });
  }
  void stop_killing() {
    if (killer_.joinable()) killer_.join();
  }

  // Asks until an answer comes. A server error of the sandbox's making is no answer either.
  Reply insist(std::string_view method, std::string_view target, std::string_view body = {}) {
    for (int tries = 0; tries < 10; ++tries) {
      const std::size_t at = turn_++ % servers_.size();
      if (!agents_[at]) agents_[at] = std::make_unique<Agent>(*servers_[at], token_);
      const Reply reply = agents_[at]->send(method, target, body);
      if (reply.status() != 0 && reply.status() < 500) return reply;
      ++lost_;
      if (reply.status() != 0 || still_there(at)) continue;
      stop_killing();
      servers_[at] = started();
      agents_[at].reset();
    }
    ADD_FAILURE() << method << ' ' << target << " gets no answer";
    return {};
  }
  Reply follow(const std::string& link) { return insist("GET", link.substr(std::min(link.size(), link.find('/', 8)))); }
  Reply settled(const std::string& link, std::string_view at) {
    Reply last;
    const bool ended = eventually([&] {
      last = follow(link);
      return last.at(at) == "Succeeded" || last.at(at) == "Failed";
    });
    EXPECT_TRUE(ended) << link << " never ends: " << last.response.body;
    return last;
  }
  int lost() const { return lost_; }
  std::vector<std::shared_ptr<Served>>& servers() { return servers_; }
  const std::string& token() const { return token_; }

 private:
  std::shared_ptr<Served> started() const { return std::make_shared<Served>(desk_.options, tls_.path()); }
  bool still_there(std::size_t at) const {
    return testing::Client(servers_[at]->port(), servers_[at]->authority()).connected();
  }

  const SmallDesk& desk_;
  Folder tls_;
  Program program_;
  std::vector<std::shared_ptr<Served>> servers_;
  std::vector<std::unique_ptr<Agent>> agents_;
  std::string token_;
  std::thread killer_;
  std::size_t turn_ = 0;
  int lost_ = 0;
};

constexpr std::string_view kState = "/properties/provisioningState";

// Of the reservations in an order, those that are active.
std::vector<std::pair<std::int64_t, std::string>> active_in(const Reply& list) {
  std::vector<std::pair<std::int64_t, std::string>> out;
  for (std::size_t i = 0; i < list.count("/value"); ++i) {
    const std::string each = fmt::format("/value/{}", i);
    if (list.at(each + std::string(kState)) == "Succeeded")
      out.emplace_back(std::stoll(list.at(each + "/properties/quantity")), list.at(each + "/id"));
  }
  std::ranges::sort(out);
  return out;
}
std::vector<std::int64_t> quantities(const std::vector<std::pair<std::int64_t, std::string>>& reservations) {
  std::vector<std::int64_t> out;
  for (const auto& [quantity, id] : reservations) out.push_back(quantity);
  return out;
}
using Units = std::vector<std::int64_t>;

// A client's day: four units are bought and split in 1 and 3; of the 3 one is returned and one exchanged for two new ones.
void one_day(Fleet& fleet, const std::function<void(std::string_view operation)>& before = [](std::string_view) {}) {
  const std::string four = purchase_body(kSmallSubscription, 4);
  const std::string order = fleet.insist("POST", capacity_path("/calculatePrice"), four).at("/properties/reservationOrderId");
  const std::string orders = "/reservationOrders/" + order;
  before("PUT */reservationOrders/*");
  const Reply bought = fleet.insist("PUT", capacity_path(orders), four);
  ASSERT_EQ(bought.status(), 202) << bought.response.body;
  EXPECT_EQ(fleet.insist("PUT", capacity_path(orders), four).response.body, bought.response.body) << "asked again";
  ASSERT_EQ(fleet.settled(bought.header("Location"), kState).at(kState), "Succeeded");
  const auto whole = active_in(fleet.insist("GET", capacity_path(orders + "/reservations")));
  ASSERT_EQ(quantities(whole), Units{4});

  // A split says no when it was done and its answer lost; what became of it is to be read.
  before("POST */split");
  const Reply split = fleet.insist("POST", capacity_path(orders + "/split"),
                                   fmt::format(R"({{"properties":{{"reservationId":"{}","quantities":[1,3]}}}})", whole.front().second));
  EXPECT_LT(split.status(), 500) << split.response.body;
  const auto parts = active_in(fleet.insist("GET", capacity_path(orders + "/reservations")));
  ASSERT_EQ(quantities(parts), (Units{1, 3})) << split.response.body;
  if (split.status() < 300) EXPECT_EQ(fleet.follow(split.header("Location")).status(), 200);
  const BoughtUnits three{order, parts.back().second};

  const Reply quote = fleet.insist("POST", capacity_path(orders + "/calculateRefund"), return_body(three, 1));
  ASSERT_EQ(quote.status(), 200) << quote.response.body;
  const std::string asked = return_body(three, 1, quote.at("/properties/sessionId"));
  before("POST */return");
  const Reply returned = fleet.insist("POST", capacity_path(orders + "/return"), asked);
  ASSERT_EQ(returned.status(), 202) << returned.response.body;
  EXPECT_EQ(fleet.insist("POST", capacity_path(orders + "/return"), asked).response.body, returned.response.body) << "asked again";

  before("POST */calculateExchange");
  const Reply calculating = fleet.insist("POST", capacity_path("/calculateExchange"),
                                         exchange_body(three, 1, purchase_body(kSmallSubscription, 2)));
  ASSERT_EQ(calculating.status(), 202) << calculating.response.body;
  const Reply calculated = fleet.settled(calculating.header("Location"), "/status");
  ASSERT_EQ(calculated.at("/status"), "Succeeded") << calculated.response.body;
  const std::string session = fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})", calculated.at("/properties/sessionId"));
  before("POST */exchange");
  const Reply runs = fleet.insist("POST", capacity_path("/exchange"), session);
  ASSERT_EQ(runs.status(), 202) << runs.response.body;
  EXPECT_EQ(fleet.insist("POST", capacity_path("/exchange"), session).status(), 202) << "asked again";
  const Reply done = fleet.settled(runs.header("Location"), "/status");
  ASSERT_EQ(done.at("/status"), "Succeeded") << done.response.body;
  EXPECT_EQ(fleet.insist("GET", done.at("/properties/reservationsToPurchase/0/reservationId") + "?api-version=2022-11-01").at("/properties/quantity"), "2");
  EXPECT_EQ(quantities(active_in(fleet.insist("GET", capacity_path(orders + "/reservations")))), (Units{1, 1}));
}

class ServedThroughTrouble : public ::testing::TestWithParam<Setup> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    desk_.emplace(place_, "azure-2022", 10);
    fleet_.emplace(*desk_, GetParam().servers);
    ASSERT_EQ(fleet_->insist("POST", "/sandbox/clock", R"({"freeze":false})").status(), 200);
    ASSERT_EQ(fleet_->insist("POST", "/sandbox/settings", fmt::format(R"({{"lag_seconds":{}}})", GetParam().lag_seconds)).status(), 200);
    first_ = desk_->balances();
  }
  void expect_days(int days) const {
    for (const auto& [account, minor] : after_one_)
      EXPECT_EQ(desk_->balances()[account], start(account) + days * (minor - start(account))) << account << " after " << days << " days";
    EXPECT_EQ(desk_->used().minor, days * kSmallSizes[0].unit_minor);
    const Outcome verified = desk_->verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
  }
  // The day with no trouble, which all others are compared with.
  void good_day() {
    one_day(*fleet_);
    after_one_ = desk_->balances();
    ASSERT_NE(after_one_, first_);
    expect_days(1);
  }

  Place place_{GetParam().where};
  std::optional<SmallDesk> desk_;
  std::optional<Fleet> fleet_;
  std::map<std::string, std::int64_t> first_;
  std::map<std::string, std::int64_t> after_one_;

 private:
  std::int64_t start(const std::string& account) const {
    const auto found = first_.find(account);
    return found == first_.end() ? 0 : found->second;
  }
};
INSTANTIATE_TEST_SUITE_P(, ServedThroughTrouble,
                         ::testing::Values(Setup{Where::sqlite, 1, 0, 12}, Setup{Where::postgres, 1, 0, 12}, Setup{Where::postgres, 2, 1, 5}),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(ServedThroughTrouble, KilledAtAnyMomentEverythingHappensOnce) {
  std::mt19937 chance{seed()};
  const auto begun = std::chrono::steady_clock::now();
  good_day();
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  for (int round = 0; round < GetParam().rounds && !HasFatalFailure(); ++round) {
    fleet_->kill_after(std::chrono::microseconds(std::uniform_int_distribution<std::int64_t>(0, whole.count())(chance)), chance());
    one_day(*fleet_);
  }
  fleet_->stop_killing();
  std::cout << fleet_->lost() << " answers were lost\n";
  EXPECT_GT(fleet_->lost(), 0) << "no server died in the middle of anything";
  if (!HasFatalFailure()) expect_days(1 + GetParam().rounds);
}

TEST_P(ServedThroughTrouble, AnAnswerThatIsLostIsGivenAgain) {
  good_day();
  int days = 1;
  for (const char* fault : {"drop", "error_after", "error_before"}) {
    // Faults are one server's, so each is told; one of them meets the request, the others are forgotten again.
    const auto everywhere = [&](std::string_view method, std::string_view body) {
      for (const auto& server : fleet_->servers()) {
        const int status = Agent(*server, fleet_->token()).send(method, "/sandbox/faults", body).status();
        EXPECT_TRUE(status == 201 || status == 204) << status;
      }
    };
    const int lost = fleet_->lost();
    one_day(*fleet_, [&](std::string_view operation) {
      everywhere("DELETE", "");
      everywhere("POST", fmt::format(R"({{"operation":"{}","fault":"{}"}})", operation, fault));
    });
    everywhere("DELETE", "");
    ++days;
    EXPECT_GE(fleet_->lost(), lost + 5) << fault;
    if (HasFatalFailure()) return;
  }
  expect_days(days);
}

// One server takes the order and dies; the other knows how it stands, and goes on.
TEST(TwoServers, AnOperationIsEveryServers) {
  const Place place(Where::postgres);
  PRORATA_SKIP_WITHOUT(place);
  const SmallDesk desk(place, "azure-2022", 10);
  Fleet fleet(desk, 2);
  Agent one(*fleet.servers()[0], fleet.token());
  Agent two(*fleet.servers()[1], fleet.token());
  // The clock stands still, so what is running runs until it is moved.
  ASSERT_EQ(one.post("/sandbox/settings", R"({"lag_seconds":60})").status(), 200);
  const auto pass = [&](int hours) {
    ASSERT_EQ(two.post("/sandbox/clock", fmt::format(R"({{"advance":"PT{}H"}})", hours)).status(), 200);
  };

  const std::string body = purchase_body(kSmallSubscription, 4);
  const std::string order = one.post(capacity_path("/calculatePrice"), body).at("/properties/reservationOrderId");
  const Reply bought = one.put(capacity_path("/reservationOrders/" + order), body);
  ASSERT_EQ(bought.status(), 202) << bought.response.body;
  EXPECT_EQ(two.follow(bought.header("Location")).at(kState), "PendingCapacity");
  pass(1);
  EXPECT_EQ(two.follow(bought.header("Location")).at(kState), "Succeeded");
  const BoughtUnits whole{order, two.get(capacity_path("/reservationOrders/" + order + "/reservations")).at("/value/0/id")};

  const Reply calculating = two.post(capacity_path("/calculateExchange"), exchange_body(whole, 1, purchase_body(kSmallSubscription, 2)));
  ASSERT_EQ(calculating.status(), 202) << calculating.response.body;
  EXPECT_EQ(one.follow(calculating.header("Location")).at("/status"), "Pending");
  pass(1);
  const Reply late = two.post(capacity_path("/exchange"), fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})",
                                                                      one.follow(calculating.header("Location")).at("/properties/sessionId")));
  EXPECT_EQ(late.status(), 409) << "ten minutes are over: " << late.response.body;

  ASSERT_EQ(one.post("/sandbox/settings", R"({"lag_seconds":0})").status(), 200);
  const Reply again = one.post(capacity_path("/calculateExchange"), exchange_body(whole, 1, purchase_body(kSmallSubscription, 2)));
  const std::string session = two.follow(again.header("Location")).at("/properties/sessionId");
  ASSERT_EQ(one.post("/sandbox/settings", R"({"lag_seconds":60})").status(), 200);
  const Reply runs = one.post(capacity_path("/exchange"), fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})", session));
  ASSERT_EQ(runs.status(), 202) << runs.response.body;
  fleet.servers()[0]->kill();
  EXPECT_EQ(two.follow(runs.header("Location")).at("/status"), "PendingRefunds");
  EXPECT_EQ(two.post(capacity_path("/exchange"), fmt::format(R"({{"properties":{{"sessionId":"{}"}}}})", session)).status(), 202);
  pass(1);
  EXPECT_EQ(two.follow(runs.header("Location")).at("/status"), "Succeeded");
  EXPECT_EQ(desk.verify().exit_code, 0);
}

}  // namespace
}  // namespace prorata
