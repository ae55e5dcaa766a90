// What the portals that are open are told: everything that is theirs to know, in order, and nothing else.
#include "serve/events.h"

#include <thread>

#include "app/change_reservation.h"
#include "app/move_clock.h"
#include "served_desk.h"

namespace prorata::testing {
namespace {

using namespace std::chrono_literals;
using serve::EventHooks;
using serve::EventLimits;
using serve::Events;

std::shared_ptr<const Caller> caller(std::string name, std::vector<access::Standing> roles, std::optional<CustomerId> customer = {}) {
  Caller out;
  out.principal.id = PrincipalId::trusted("00000000-0000-4000-8000-00000000000" + name.substr(name.size() - 1));
  out.principal.name = std::move(name);
  out.principal.roles = std::move(roles);
  out.principal.customer = customer;
  return std::make_shared<const Caller>(std::move(out));
}

class EventsTold : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    store_ = must(store::open_store(place_.at(), {.create = true}));
    desk_.emplace(*store_);
    web = desk_->buy({.customer = desk_->nordvik, .quantity = 2});
    events.emplace(desk_->app, EventHooks{}, limits);
  }
  void rename(const std::string& name) {
    must(change_reservation(desk_->app, {web.id, "rename", name, ""},
                            [&](Reservation r, Instant now) { return prorata::rename(std::move(r), name, now); }));
  }
  http::Feed follow(std::shared_ptr<const Caller> who, std::string after = {}) {
    auto feed = events->follow({.caller = std::move(who), .after = std::move(after), .stands = {}});
    EXPECT_TRUE(feed.has_value());
    return *std::move(feed);
  }
  // What it says until `word` has come, or for a second.
  static std::string heard(const http::Feed& feed, std::string_view word) {
    std::string all;
    for (int i = 0; i < 200 && !all.contains(word); ++i) {
      const std::optional<std::string> more = feed();
      if (!more) return all + "(over)";
      all += *more;
      std::this_thread::sleep_for(5ms);
    }
    return all;
  }
  static std::string last_id(const std::string& text) {
    const std::size_t from = text.rfind("id: ") + 4;
    return text.substr(from, text.find('\n', from) - from);
  }

  Place place_{GetParam()};
  std::unique_ptr<Store> store_;
  std::optional<MadeDesk> desk_;
  EventLimits limits{.followers = 4, .followers_of_one = 2, .commits = 3, .every = 5ms, .heartbeat = 50ms, .stands_every = 1ms};
  std::optional<Events> events;
  Reservation web;
};
INSTANTIATE_TEST_SUITE_P(, EventsTold, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& parameter) { return name_of(parameter.param); });

TEST_P(EventsTold, WhoeverSeesTheDeskIsToldOfItAndWhoeverSeesAPartOnlyOfThat) {
  const http::Feed agent = follow(caller("agent1", {access::Standing::admin_agent}));
  const http::Feed of_nordvik = follow(caller("agent2", {access::Standing::admin_agent}, desk_->nordvik));
  const http::Feed of_prairie = follow(caller("agent3", {access::Standing::admin_agent}, desk_->prairie));
  const http::Feed nobody = follow(caller("roleless4", {}));
  for (const http::Feed* each : {&agent, &of_nordvik, &of_prairie, &nobody}) EXPECT_TRUE(heard(*each, "hello").contains("hello"));
  rename("Web, new");
  const std::string told = R"({"changes":[{"kind":"reservation","id":")" + web.id.text();
  EXPECT_TRUE(heard(agent, "changed").contains(told));
  EXPECT_TRUE(heard(of_nordvik, "changed").contains(told));
  // A commit that all may know of comes after it: what they were not told until then, they are not told.
  must(move_clock(desk_->app, {.to = add_seconds(desk_->clock.now(), 3'600), .freeze = true}, [](std::int64_t) {}));
  for (const http::Feed* each : {&of_prairie, &nobody}) {
    const std::string all = heard(*each, "clock");
    EXPECT_TRUE(all.contains(R"({"kind":"clock"})")) << all;
    EXPECT_FALSE(all.contains(web.id.text())) << all;
  }
}

TEST_P(EventsTold, WhoComesBackGoesOnWhereItWasOrReadsEverything) {
  std::string id;
  {
    const http::Feed first = follow(caller("agent1", {access::Standing::admin_agent}));
    heard(first, "hello");
    rename("One");
    id = last_id(heard(first, "changed"));
    rename("Two");
    heard(first, "changed");
  }
  const std::string again = heard(follow(caller("agent1", {access::Standing::admin_agent}), id), "changed");
  EXPECT_TRUE(again.contains("event: changed")) << again;
  EXPECT_FALSE(again.contains("everything")) << again;
  const std::string strange = heard(follow(caller("agent1", {access::Standing::admin_agent}), "7-000000000000"), "everything");
  EXPECT_TRUE(strange.contains("event: everything")) << strange;
}

TEST_P(EventsTold, FollowersAreBoundedAndEndWithTheirSession) {
  const auto who = caller("agent1", {access::Standing::admin_agent});
  bool stands = true;
  {
    const auto one = events->follow({.caller = who, .after = {}, .stands = [&] { return stands; }});
    const auto two = events->follow({.caller = who, .after = {}, .stands = {}});
    ASSERT_TRUE(one && two);
    EXPECT_TRUE(heard(*one, ": here").contains(": here")) << "silence is broken now and then";
    stands = false;
    EXPECT_TRUE(heard(*one, "never").ends_with("(over)"));
  }
  EXPECT_EQ(events->followers(), 0);
  {
    const auto oldest = events->follow({.caller = who, .after = {}, .stands = {}});
    const auto second = events->follow({.caller = who, .after = {}, .stands = {}});
    const auto newest = events->follow({.caller = who, .after = {}, .stands = {}});
    ASSERT_TRUE(oldest && second && newest) << "whoever reloads a page is never turned away";
    EXPECT_TRUE(heard(*oldest, "never").ends_with("(over)")) << "one person has two";
    EXPECT_TRUE(heard(*second, ": here").contains(": here"));
    EXPECT_TRUE(heard(*newest, ": here").contains(": here"));
    const auto others = events->follow({.caller = caller("agent2", {access::Standing::admin_agent}), .after = {}, .stands = {}});
    EXPECT_TRUE(others);
    EXPECT_FALSE(events->follow({.caller = caller("agent3", {access::Standing::admin_agent}), .after = {}, .stands = {}}))
        << "four in all, those too that have not noticed their end";
  }
  EXPECT_EQ(events->followers(), 0);
  EXPECT_TRUE(events->follow({.caller = who, .after = {}, .stands = {}}));
}

}  // namespace
}  // namespace prorata::testing
