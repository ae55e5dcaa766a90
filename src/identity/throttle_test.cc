#include "identity/throttle.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace prorata::identity {
namespace {

const Instant kNow = *parse_instant("2026-11-24T12:00:00Z");
constexpr ThrottleLimits kLimits{
    .failures_free = 3, .failures_free_of_peer = 6, .wait_seconds_max = 60, .forget_seconds = 600, .keys_max = 100};

TEST(Throttle, DoublesTheWaitAfterTheFreeFailures) {
  Throttle throttle(kLimits);
  Instant now = kNow;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.begin("client", "peer", now), 0);
  for (const std::int64_t wait : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
    EXPECT_EQ(throttle.begin("client", "peer", now), wait);
    EXPECT_EQ(throttle.begin("client", "peer", now), wait) << "being told to wait does not make it longer";
    EXPECT_EQ(throttle.begin("client", "peer", add_seconds(now, wait - 1)), 1);
    now = add_seconds(now, wait);
    EXPECT_EQ(throttle.begin("client", "peer", now), 0) << "after " << wait << " s";
  }
}

TEST(Throttle, RoundsTheWaitUp) {
  Throttle throttle({.failures_free = 1});
  EXPECT_EQ(throttle.begin("client", "peer", kNow), 0);
  EXPECT_EQ(throttle.begin("client", "peer", {kNow.ticks + kTicksPerSecond - 1}), 1);
}

TEST(Throttle, ForgetsTheFailuresOfOneWhoSucceeds) {
  Throttle throttle(kLimits);
  for (int round = 0; round < 20; ++round) {
    EXPECT_EQ(throttle.begin("client", "peer", kNow), 0);
    throttle.succeeded("client", "peer");
  }
}

TEST(Throttle, KeepsClientsAndPeersApart) {
  Throttle throttle(kLimits);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.begin("client", "peer", kNow), 0);
  EXPECT_GT(throttle.begin("client", "peer", kNow), 0);
  EXPECT_EQ(throttle.begin("client", "other", kNow), 0) << "nobody is locked out by what another peer tries";
  EXPECT_EQ(throttle.begin("other", "peer", kNow), 0);
}

TEST(Throttle, CountsAPeerWhateverClientItNames) {
  Throttle throttle(kLimits);
  for (int i = 0; i < 6; ++i) EXPECT_EQ(throttle.begin("client" + std::to_string(i), "peer", kNow), 0);
  EXPECT_GT(throttle.begin("client6", "peer", kNow), 0);
}

TEST(Throttle, AGoodSecretBuysNoGuessesAtOthers) {
  Throttle throttle(kLimits);
  int tried = 0;
  for (int i = 0; i < 50; ++i) {
    if (throttle.begin("mine", "peer", kNow) == 0) throttle.succeeded("mine", "peer");
    tried += throttle.begin("other" + std::to_string(i), "peer", kNow) == 0;
  }
  EXPECT_EQ(tried, 6);
}

TEST(Throttle, ForgetsAfterAQuietTime) {
  Throttle throttle(kLimits);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.begin("client", "peer", kNow), 0);
  const Instant later = add_seconds(kNow, 600);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.begin("client", "peer", later), 0);
  EXPECT_EQ(throttle.begin("client", "peer", later), 1);
}

TEST(Throttle, SurvivesAClockThatGoesBack) {
  Throttle throttle(kLimits);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(throttle.begin("client", "peer", kNow), 0);
  EXPECT_EQ(throttle.begin("client", "peer", add_seconds(kNow, -86'400)), 1) << "never longer than the wait itself";
}

TEST(Throttle, RemembersABoundedNumber) {
  Throttle throttle(kLimits);
  for (int i = 0; i < 10'000; ++i) throttle.begin("client" + std::to_string(i), "peer" + std::to_string(i), kNow);
  EXPECT_EQ(throttle.size(), 100U);
  const std::string endless(1'000'000, 'x');
  throttle.begin(endless, "peer", kNow);
  EXPECT_EQ(throttle.size(), 100U);
}

TEST(Throttle, LetsInNoMoreThanTheFreeOnesAtOnce) {
  Throttle throttle(kLimits);
  std::atomic<int> let_in = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) let_in += throttle.begin("client", "peer", kNow) == 0;
    });
  threads.clear();
  EXPECT_EQ(let_in, 3);
}

}  // namespace
}  // namespace prorata::identity
