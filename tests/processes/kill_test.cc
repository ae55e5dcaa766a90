// kill -9 at random moments: whatever was being done, the store agrees with itself afterwards, the next run goes on, and nothing happens
// twice. PRORATA_SEED replays a run.
#include <chrono>
#include <iostream>
#include <random>
#include <thread>

#include "processes/small_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

constexpr int kReservations = 3'000;
constexpr int kImportRounds = 6;
constexpr int kReturns = 24;

std::uint32_t seed() {
  const char* set = std::getenv("PRORATA_SEED");
  const std::uint32_t value = set != nullptr ? static_cast<std::uint32_t>(std::strtoul(set, nullptr, 10)) : std::random_device()();
  std::cout << "PRORATA_SEED=" << value << " replays this\n";
  return value;
}

// A list of reservations as az prints them, one a line.
std::string azure_list() {
  std::string out;
  for (int n = 0; n < kReservations; ++n)
    out += fmt::format(
        "{{\"id\":\"/providers/Microsoft.Capacity/reservationOrders/22222222-0000-4000-8000-{:012x}/reservations/"
        "33333333-0000-4000-8000-{:012x}\",\"location\":\"westeurope\",\"sku\":{{\"name\":\"Standard_D2s_v5\"}},\"properties\":{{"
        "\"quantity\":{},"
        "\"displayName\":\"Web {}\",\"reservedResourceType\":\"VirtualMachines\",\"term\":\"P1Y\",\"billingPlan\":\"Upfront\","
        "\"provisioningState\":\"Succeeded\",\"purchaseDateTime\":\"2089-11-05T10:00:00Z\",\"expiryDateTime\":\"2090-11-05T10:00:00Z\"}}}}"
        "\n",
        n / 2, n, 1 + n % 4, n);
  return out;
}

class Killed : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override { PRORATA_SKIP_WITHOUT(place_); }
  using Microseconds = std::chrono::microseconds;
  static Microseconds time_of(const std::function<void()>& what) {
    const auto begun = std::chrono::steady_clock::now();
    what();
    return std::chrono::duration_cast<Microseconds>(std::chrono::steady_clock::now() - begun);
  }
  void sleep_up_to(Microseconds longest) {
    std::this_thread::sleep_for(Microseconds(std::uniform_int_distribution<std::int64_t>(0, longest.count())(chance_)));
  }

  Place place_{GetParam()};
  std::mt19937 chance_{seed()};
};

INSTANTIATE_TEST_SUITE_P(, Killed, ::testing::Values(Where::sqlite, Where::postgres), [](const auto& info) { return name_of(info.param); });

TEST_P(Killed, AnImportGoesOnWhereItWas) {
  const SmallDesk desk(place_, "azure-2022", 10);
  const Folder lists;
  write_file(lists.file("reservations.json"), azure_list());
  const std::vector<std::string> import = {"import", "azure", lists.file("reservations.json"), "--customer", kSmallCustomer, "-o", "json"};

  // How long a whole one takes is learnt on a desk of its own, so that the moments spread over all of it.
  Microseconds whole{};
  {
    const Place other(GetParam());
    const SmallDesk learnt(other, "azure-2022", 10);
    whole = time_of([&] { must(import, learnt.options); });
  }
  for (int round = 0; round < kImportRounds; ++round) {
    Process process(import, desk.options);
    sleep_up_to(whole * 5 / 4);
    process.kill_now();
    process.wait();
    const Outcome verified = desk.verify();
    ASSERT_EQ(verified.exit_code, 0) << "round " << round << ": " << verified.err;
  }
  must(import, desk.options);
  const std::string again = must(import, desk.options);
  EXPECT_EQ(field(again, "reservations_new"), "0");
  EXPECT_EQ(field(again, "reservations_changed"), "0");
  EXPECT_EQ(field(again, "reservations_unchanged"), std::to_string(kReservations));
  EXPECT_EQ(field(again, "orders_new"), "0");
  EXPECT_EQ(field(again, "orders_changed"), "0");
  EXPECT_EQ(desk.verify().exit_code, 0);
}

TEST_P(Killed, AReturnIsDoneOnceOrNotAtAll) {
  const SmallDesk desk(place_, "azure-2022", 60);
  const auto words = [&](int n) {
    return std::vector<std::string>{"refund", "return", desk.reservations[0], "-q", "1", "--idempotency-key", fmt::format("return {}", n),
                                    "-o",     "json"};
  };
  const Microseconds whole = time_of([&] { must(words(0), desk.options); });
  int done_before_the_kill = 0;
  for (int n = 1; n < kReturns; ++n) {
    Process process(words(n), desk.options);
    sleep_up_to(whole * 5 / 4);
    process.kill_now();
    process.wait();
    const std::string answer = must(words(n), desk.options);  // the agent asks again
    done_before_the_kill += field(answer, "replayed") == "true" ? 1 : 0;
    EXPECT_EQ(desk.used().minor, (n + 1) * kSmallSizes[0].unit_minor) << "key " << n << " paid more or less than once";
  }
  std::cout << done_before_the_kill << " of " << kReturns - 1 << " were done before the kill\n";
  const Outcome verified = desk.verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
}

TEST_P(Killed, ARequestIsExecutedOnceHoweverOftenItIsKilled) {
  const SmallDesk desk(place_, "csp-2020", 60);
  const auto draft = [&] {
    return field(must({"request", "new", "--return", desk.reservations[0] + "=1", "-o", "json"}, desk.options), "number");
  };
  const auto file = [&](const std::string& number) {
    must({"request", "submit", number, "--first-name", "Anna", "--last-name", "Lind", "--email", "anna@partner.example", "--time-zone",
          "W. Europe Standard Time", "--country", "SWE", "--contact-language", "sv-SE", "-o", "json"},
         desk.options);
  };
  const auto decide = [](const std::string& number) {
    return std::vector<std::string>{"request", "decide", number, "approve", "-o", "json"};
  };
  const std::string learnt = draft();
  file(learnt);
  const Microseconds whole = time_of([&] { must(decide(learnt), desk.options); });
  int executing_after_the_kill = 0;
  constexpr int kRequests = 12;
  for (int n = 1; n <= kRequests; ++n) {
    const std::string number = draft();
    file(number);
    Process process(decide(number), desk.options);
    sleep_up_to(whole * 5 / 4);
    process.kill_now();
    process.wait();
    const std::string left = field(must({"request", "show", number, "-o", "json"}, desk.options), "state");
    executing_after_the_kill += left == "executing" || left == "approved" ? 1 : 0;
    if (left == "with_operator") must(decide(number), desk.options);  // the decision itself was lost: the operator decides again
    must({"request", "resume", "-o", "json"}, desk.options);
    const std::string shown = must({"request", "show", number, "-o", "json"}, desk.options);
    EXPECT_EQ(field(shown, "state"), "completed") << shown;
    EXPECT_EQ(desk.used().minor, (n + 1) * kSmallSizes[0].unit_minor) << number << " paid more or less than once";
  }
  std::cout << executing_after_the_kill << " of " << kRequests << " were killed half way\n";
  const Outcome verified = desk.verify();
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
}

}  // namespace
}  // namespace prorata
