// Events on their way to webhooks, received by a real server.
#include <algorithm>

#include "notified_desk.h"
#include "wire/json.h"

namespace prorata {
namespace {

using namespace prorata::testing;

class Webhooks : public Notified {};
PRORATA_ON_EVERY_STORE(Webhooks);

TEST_P(Webhooks, GetEveryEventOnceSignedOverItsExactBytes) {
  HookServer server;
  hook(server.url());
  happen(desk().nordvik, 1);
  happen(desk().prairie, 2);
  EXPECT_EQ(carry().delivered, 2);
  EXPECT_EQ(carry().delivered, 0) << "delivered once";
  const auto posts = server.posts();
  ASSERT_EQ(posts.size(), 2u);
  std::set<std::string> events;
  for (const ReceivedPost& post : posts) {
    EXPECT_EQ(post.headers.at("content-type"), "application/cloudevents+json; charset=utf-8");
    const std::string signature = post.headers.at("prorata-signature");
    const std::int64_t at = *parse_integer(signature.substr(2, signature.find(',') - 2), 0, INT64_MAX, "a time");
    EXPECT_EQ(at, desk().clock.now().ticks / kTicksPerSecond);
    EXPECT_EQ(signature, notify::signature_of("the secret", at, post.body));
    EXPECT_NE(signature, notify::signature_of("the secret", at, post.body + " "));
    wire::JsonReader reader;
    const auto root = reader.read(post.body);
    ASSERT_TRUE(root);
    EXPECT_EQ(root->find("type")->text(), "prorata.request.changed");
    EXPECT_EQ(root->find("time")->text(), "2026-03-02T09:00:00Z");
    EXPECT_EQ(root->find("data")->find("state")->text(), "completed");
    events.insert(std::string(root->find("id")->text()));
  }
  EXPECT_EQ(events.size(), 2u);
}

TEST_P(Webhooks, GetTheKindsAndTheCustomerTheyAskedForAndNothingOlder) {
  HookServer all;
  HookServer credits;
  HookServer of_prairie;
  happen(desk().nordvik, 1);  // before anybody listened
  hook(all.url());
  hook(credits.url(), {.url = {}, .kinds = {"credit"}, .customer = {}, .secret = {}});
  hook(of_prairie.url(), {.url = {}, .kinds = {}, .customer = desk().prairie, .secret = {}});
  happen(desk().nordvik, 2);
  happen({{"credit.missing", fmt::format(R"({{"customer":"{}","amount":"1.00"}})", desk().nordvik.text())}, {"odd", "no json at all"}});
  happen(desk().prairie, 3);
  carry();
  EXPECT_EQ(all.posts().size(), 4u);
  ASSERT_EQ(credits.posts().size(), 1u);
  EXPECT_NE(credits.posts().front().body.find("prorata.credit.missing"), std::string::npos);
  ASSERT_EQ(of_prairie.posts().size(), 1u);
  EXPECT_NE(of_prairie.posts().front().body.find("2603020010000003"), std::string::npos);
}

TEST_P(Webhooks, ThatFailAreTriedAgainLaterWithTheSameIdsAndThenDead) {
  HookServer server;
  server.answers = 500;
  const Webhook to = hook(server.url());
  happen(desk().nordvik);
  EXPECT_EQ(carry().failed, 1);
  EXPECT_EQ(carry().failed, 0) << "not before its time";
  Delivery one = deliveries().front();
  EXPECT_EQ(one.state, DeliveryState::waiting);
  EXPECT_EQ(one.attempts, 1);
  EXPECT_NE(one.problem.find("answered 500"), std::string::npos) << one.problem;
  const std::int64_t first = (one.due.ticks - desk().clock.now().ticks) / kTicksPerSecond;
  EXPECT_TRUE(5 <= first && first <= 10) << first;
  for (int attempt = 2; attempt <= 3; ++attempt) {
    desk().clock.pass_seconds(3'600);
    EXPECT_EQ(carry().failed, 1);
  }
  one = deliveries().front();
  EXPECT_EQ(one.state, DeliveryState::dead);
  EXPECT_EQ(one.attempts, 3);
  desk().clock.pass_days(10);
  EXPECT_EQ(carry().failed, 0);
  const auto posts = server.posts();
  ASSERT_EQ(posts.size(), 3u);
  EXPECT_EQ(posts[0].body, posts[2].body) << "the same event, byte for byte";
  EXPECT_EQ(posts[0].headers.at("prorata-delivery"), posts[2].headers.at("prorata-delivery"));
  EXPECT_NE(posts[0].headers.at("prorata-signature"), posts[2].headers.at("prorata-signature")) << "signed with its own time";

  server.answers = 200;
  expect_failed(replay_delivery(app(), "nothing"), Code::not_found, "webhook deliveries");
  EXPECT_EQ(must(replay_dead(app(), to.id)), 1);
  EXPECT_EQ(must(replay_dead(app(), to.id)), 0);
  expect_failed(replay_delivery(app(), one.id), Code::refused, "on its way already");
  EXPECT_EQ(carry().delivered, 1);
  EXPECT_EQ(deliveries().front().state, DeliveryState::delivered);
  must(replay_delivery(app(), one.id));
  EXPECT_EQ(carry().delivered, 1) << "what was delivered can be sent again";
}

TEST_P(Webhooks, OneThatHangsHoldsUpNoOther) {
  HookServer hanging;
  hanging.hangs = true;
  HookServer healthy;
  hook(hanging.url());
  hook(healthy.url());
  for (int i = 1; i <= 20; ++i) happen(desk().nordvik, i);
  {
    notify::Courier courier(app(), patient());
    must(courier.round());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(40);
    while (healthy.posts().size() < 20 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(healthy.posts().size(), 20u) << "while the other one still hangs";
    happen(desk().nordvik, 21);
    must(courier.round());
    while (healthy.posts().size() < 21 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(healthy.posts().size(), 21u) << "a round blocks for no target";
    EXPECT_TRUE(hanging.posts().empty());
    hanging.let_go();
  }
  const auto waiting = deliveries(DeliveryState::waiting);
  EXPECT_EQ(waiting.size(), 21u);
  EXPECT_EQ(std::ranges::count(waiting, 1, &Delivery::attempts), 1) << "what stood behind the one that failed was not tried";
}

TEST_P(Webhooks, ThatHangAreGivenUpAfterTheirTime) {
  HookServer hanging;
  hanging.hangs = true;
  hook(hanging.url());
  happen(desk().nordvik);
  EXPECT_EQ(carry(impatient()).failed, 1);
  EXPECT_NE(deliveries().front().problem.find("timed out"), std::string::npos) << deliveries().front().problem;
}

TEST_P(Webhooks, SeveralCouriersDeliverEachEventOnce) {
  HookServer server;
  hook(server.url());
  for (int i = 1; i <= 30; ++i) happen(desk().nordvik, i);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([this] {
      notify::Courier courier(app(), patient());
      for (int round = 0; round < 3; ++round) {
        must(courier.round());
        courier.wait();
      }
    });
  for (std::thread& each : threads) each.join();
  carry();
  const auto posts = server.posts();
  std::set<std::string> ids;
  for (const ReceivedPost& each : posts) ids.insert(each.headers.at("prorata-delivery"));
  EXPECT_EQ(ids.size(), 30u);
  EXPECT_EQ(posts.size(), 30u) << "nobody died, so nothing was sent twice";
  EXPECT_EQ(deliveries(DeliveryState::delivered).size(), 30u);
}

// A process that dies between sending and writing it down leaves a claim behind.
TEST_P(Webhooks, AClaimThatRanOutIsTakenUpAgain) {
  HookServer server;
  hook(server.url());
  happen(desk().nordvik);
  must(notify::hand_out(app()));
  Delivery claimed = deliveries().front();
  claimed.attempts = 1;
  claimed.due = add_seconds(desk().clock.now(), 120);
  Changes changes{.audit = note("delivery.claim")};
  changes.deliveries.push_back(claimed);
  must(app().store.commit(std::move(changes)));
  EXPECT_EQ(carry().delivered, 0);
  desk().clock.pass_seconds(121);
  EXPECT_EQ(carry().delivered, 1);
  EXPECT_EQ(deliveries().front().attempts, 2);
}

TEST_P(Webhooks, ThatWereRemovedGetNothingAndWhatWaitedIsDead) {
  HookServer server;
  const Webhook to = hook(server.url());
  happen(desk().nordvik, 1);
  must(notify::hand_out(app()));
  const Webhook gone = must(remove_webhook(app(), to.id));
  EXPECT_TRUE(gone.secret.empty());
  expect_failed(remove_webhook(app(), to.id), Code::not_found, "webhook list");
  happen(desk().nordvik, 2);
  EXPECT_EQ(carry().dead, 1);
  EXPECT_TRUE(server.posts().empty());
  EXPECT_EQ(deliveries().size(), 1u);
  EXPECT_EQ(deliveries().front().problem, "the webhook was removed");
}

TEST_P(Webhooks, ARedirectIsNotFollowedAndAPrivateAddressNotCalled) {
  HookServer server;
  server.answers = 302;
  hook(server.url());
  happen(desk().nordvik);
  EXPECT_EQ(carry().failed, 1);
  EXPECT_NE(deliveries().front().problem.find("answered 302"), std::string::npos);
  Webhook inside{.id = WebhookId::trusted("x"), .url = "https://10.255.255.1/", .secret = "s"};
  expect_failed(notify::post(inside, "{}", "d", 1, impatient().send), Code::unavailable, "no public address");
  inside.url = "https://127.0.0.2.nip.example.invalid/";
  EXPECT_FALSE(notify::post(inside, "{}", "d", 1, impatient().send));
}

TEST_P(Webhooks, ATestEventGoesToOneAlone) {
  HookServer one;
  HookServer other;
  const Webhook to = hook(one.url(), {.url = {}, .kinds = {"credit"}, .customer = {}, .secret = {}});
  hook(other.url());
  must(test_webhook(app(), to.id));
  carry();
  ASSERT_EQ(one.posts().size(), 1u);
  EXPECT_NE(one.posts().front().body.find("prorata.notify.test"), std::string::npos);
  EXPECT_TRUE(other.posts().empty());
}

TEST_P(Webhooks, TheSecretIsNowhereInTheTrail) {
  HookServer server;
  const Webhook to = hook(server.url());
  must(remove_webhook(app(), to.id));
  for (const AuditRecord& record : desk().audit()) {
    EXPECT_EQ(record.rows.find("the secret"), std::string::npos);
    EXPECT_EQ(record.note.after.find("the secret"), std::string::npos);
  }
}

TEST_P(Webhooks, WhoMayNotConfigureMayNotAddOne) {
  const Acting helpdesk{.principal = {.id = id<PrincipalId>(1), .name = "h", .roles = {access::Standing::helpdesk_agent}},
                        .assignments = {}};
  App acting = app();
  acting.acting = &helpdesk;
  expect_failed(add_webhook(acting, {.url = "https://x.example/", .kinds = {}, .customer = {}, .secret = "s"}), Code::forbidden, "");
}

}  // namespace
}  // namespace prorata
