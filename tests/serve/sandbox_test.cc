// The controls of a sandbox.
#include "served_desk.h"

#include "app/sandbox.h"
#include "sim/demo.h"

namespace prorata::testing {
namespace {

class SandboxControls : public ::testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(place_);
    served_.emplace(place_);
  }
  void start(serve::Seed seed = {}) {
    served_->start({.sandbox = true, .seed = std::move(seed)});
    admin_ = served_->token(served_->admin);
    agent_ = served_->token(served_->agent);
  }
  std::string clock() const { return member_of(served_->get("/sandbox/clock", admin_).body, "now"); }
  Answer control(std::string_view what, std::string_view body) const {
    return served_->post(fmt::format("/sandbox/{}", what), admin_, body);
  }
  int status_of_path() const { return served_->get(kSomePath, agent_).status; }

  Place place_{GetParam()};
  std::optional<ServedDesk> served_;
  std::string admin_;
  std::string agent_;
};
INSTANTIATE_TEST_SUITE_P(, SandboxControls, ::testing::Values(Where::memory, Where::sqlite, Where::postgres),
                         [](const auto& info) { return name_of(info.param); });

TEST_P(SandboxControls, DoNotExistWithoutTheFlag) {
  served_->start();
  const std::string admin = served_->token(served_->admin);
  for (const char* path : {"/sandbox/clock", "/sandbox/faults", "/sandbox/settings", "/sandbox/reset"}) {
    EXPECT_EQ(served_->get(path, admin).status, 404) << path;
    EXPECT_EQ(served_->post(path, admin, "{}").status, 404) << path;
  }
}

TEST_P(SandboxControls, NeedSomebodyWhoMayConfigureTheDesk) {
  start();
  for (const char* path : {"/sandbox/clock", "/sandbox/faults", "/sandbox/settings"}) {
    EXPECT_EQ(served_->get(path, "").status, 401) << path;
    const Answer refused = served_->get(path, agent_);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(error_code(refused), "AuthorizationFailed");
    EXPECT_EQ(served_->get(path, admin_).status, 200) << path;
  }
  EXPECT_EQ(served_->post("/sandbox/reset", agent_, "").status, 403);
  EXPECT_EQ(served_->get("/sandbox/reset", admin_).status, 405);
}

TEST_P(SandboxControls, TheClockMovesForwardOnly) {
  start();
  EXPECT_EQ(member_of(control("clock", R"({"set":"2090-03-01T12:00:00Z","freeze":true})").body, "now"), "2090-03-01T12:00:00Z");
  EXPECT_EQ(clock(), "2090-03-01T12:00:00Z");
  EXPECT_EQ(member_of(control("clock", R"({"advance":"P30D"})").body, "now"), "2090-03-31T12:00:00Z");
  EXPECT_EQ(member_of(control("clock", R"({"advance":"1y"})").body, "now"), "2091-03-31T12:00:00Z");
  EXPECT_EQ(member_of(control("clock", R"({"advance":"PT12H"})").body, "now"), "2091-04-01T00:00:00Z");
  EXPECT_EQ(member_of(control("clock", R"({"freeze":false})").body, "frozen"), "false");
  EXPECT_TRUE(eventually([&] { return clock() > "2091-04-01T00:00:00Z"; })) << "it runs on";
  EXPECT_EQ(control("clock", R"({"set":"2026-01-01"})").status, 400);
  for (const char* bad : {"", "[]", "{}", R"({"set":"tomorrow"})", R"({"set":"2099-01-01","advance":"1d"})", R"({"advance":"a while"})",
                          R"({"freeze":"yes"})", R"({"sett":"2099-01-01"})"})
    EXPECT_EQ(control("clock", bad).status, 400) << bad;
  EXPECT_TRUE(served_->store().verify([](std::int64_t) {}));
}

TEST_P(SandboxControls, SettingsAreKept) {
  start();
  const Answer set = control("settings", R"({"policy":"azure-2022","channel":"self_service","lag_seconds":3})");
  EXPECT_EQ(set.status, 200) << set.body;
  const Desk desk = must(load_desk(*must(served_->store().snapshot())));
  EXPECT_EQ(desk.policies.front().pack, "azure-2022");
  EXPECT_EQ(desk.channel, policy::Channel::self_service);
  EXPECT_EQ(desk.lag_seconds, 3);
  EXPECT_EQ(served_->get("/sandbox/settings", admin_).body, set.body);
  const Answer timeline = control(
      "settings", R"({"policies":[{"from":"2020-08-06","policy":"csp-2020"},{"from":"2026-01-01","policy":"azure-2026"}],"channel":null})");
  EXPECT_EQ(timeline.status, 200) << timeline.body;
  const Desk later = must(load_desk(*must(served_->store().snapshot())));
  EXPECT_EQ(later.policies.size(), 2u);
  EXPECT_FALSE(later.channel);
  EXPECT_EQ(later.lag_seconds, 3) << "what is not named stays";
  EXPECT_EQ(control("settings", R"({"policy":"no-such"})").status, 404);
  for (const char* bad : {R"({"channel":"telepathy"})", R"({"lag_seconds":-1})", R"({"policies":[]})", R"({"lag":1})",
                          R"({"policy":"csp-2020","policies":[{"from":"2020-01-01","policy":"csp-2020"}]})"})
    EXPECT_EQ(control("settings", bad).status, 400) << bad;
}

TEST_P(SandboxControls, FaultsHappenAndCountDown) {
  start();
  ASSERT_EQ(status_of_path(), 200);
  EXPECT_EQ(control("faults", R"({"operation":"GET /subscriptions*","fault":"error_before","count":2})").status, 201);
  EXPECT_EQ(control("faults", R"({"operation":"*","fault":"status_429","seconds":7})").status, 201);
  EXPECT_EQ(status_of_path(), 500);
  EXPECT_EQ(status_of_path(), 500);
  const Answer later = served_->get(kSomePath, agent_);
  EXPECT_EQ(later.status, 429);
  EXPECT_EQ(later.headers.at("retry-after"), "7");
  EXPECT_EQ(error_code(later), "TooManyRequests");
  EXPECT_EQ(status_of_path(), 200) << "they are used up";
  EXPECT_NE(served_->get("/sandbox/faults", admin_).body.find(R"("value":[])"), std::string::npos);

  EXPECT_EQ(control("faults", R"({"operation":"get /SUBSCRIPTIONS","fault":"drop"})").status, 201);
  EXPECT_EQ(status_of_path(), 0) << "no answer";
  EXPECT_EQ(status_of_path(), 200);
  EXPECT_EQ(control("faults", R"({"operation":"*","fault":"delay","seconds":1})").status, 201);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(status_of_path(), 200);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 900ms);

  EXPECT_EQ(control("faults", R"({"operation":"*","fault":"error_before","count":1000})").status, 201);
  EXPECT_EQ(served_->ask("DELETE", "/sandbox/faults", admin_).status, 204);
  EXPECT_EQ(status_of_path(), 200);
  for (const char* bad : {R"({"operation":"*","fault":"meteor"})", R"({"fault":"delay"})", R"({"operation":"*","fault":"delay","count":0})",
                          R"({"operation":"","fault":"delay"})", R"({"operation":"*","fault":"delay","seconds":100000})"})
    EXPECT_EQ(control("faults", bad).status, 400) << bad;
}

TEST_P(SandboxControls, AResetForgetsAllButWhoMaySignIn) {
  start([](App& app) -> Result<void> {
    TRY(sim::load_demo(app, [](std::int64_t) {}));
    return {};
  });
  ASSERT_EQ(control("clock", R"({"set":"2090-03-01","freeze":true})").status, 200);
  const Answer reset = control("reset", "");
  ASSERT_EQ(reset.status, 200) << reset.body;
  EXPECT_EQ(member_of(reset.body, "now"), "2026-09-15T08:00:00Z");
  const auto snapshot = must(served_->store().snapshot());
  EXPECT_FALSE(must(snapshot->customer(served_->made().nordvik))) << "the demo's customers are here instead";
  EXPECT_EQ(must(snapshot->counts()).customers, 11);
  EXPECT_TRUE(served_->store().verify([](std::int64_t) {}));
  EXPECT_EQ(clock(), "2026-09-15T08:00:00Z") << "the token goes on being good";
  const Answer again = control("reset", "");
  EXPECT_EQ(again.status, 200) << again.body;
}

TEST_P(SandboxControls, WithoutASeedAResetChangesNothing) {
  start();
  const std::int64_t commits = served_->commits_asked_for();
  EXPECT_EQ(control("reset", "").status, 409);
  EXPECT_EQ(served_->commits_asked_for(), commits);
}

TEST(RealDesk, IsNeverServedAsASandboxAndNeverForgets) {
  const Place place(Where::sqlite);
  const std::unique_ptr<Store> store = must(store::open_store(place.at(), {.create = true}));
  MadeDesk desk(*store, {}, false);
  const ScratchFolder folder;
  const auto server =
      serve::DeskServer::start(desk.app, {.host = "127.0.0.1", .tls_folder = std::filesystem::path(folder) / "tls", .sandbox = true});
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Code::not_sandbox);
  EXPECT_EQ(start_over(desk.app).error().code, Code::not_sandbox);
  EXPECT_EQ(change_sandbox(desk.app, {.lag_seconds = 1}).error().code, Code::not_sandbox);
}

}  // namespace
}  // namespace prorata::testing
