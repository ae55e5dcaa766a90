// A desk that is served delivers by itself, and a target that hangs holds up nothing else of it.
#include <thread>

#include "app/notify_settings.h"
#include "notify/receivers.h"
#include "served_desk.h"

namespace prorata {
namespace {

using namespace prorata::testing;

TEST(ServedMailroom, DeliversWithoutBeingAskedWhileAnotherTargetHangs) {
  HookServer hanging;
  hanging.hangs = true;
  HookServer hooks;
  const Place place(Where::sqlite);
  ServedDesk served(place);
  served.start({.sandbox = true, .carry_every = std::chrono::milliseconds(20)});
  App app = served.app();
  for (const HookServer* each : {&hanging, &hooks})
    must(add_webhook(app, {.url = each->url(), .kinds = {}, .customer = {}, .secret = "s"}));
  Changes changes{.audit = {.at = served.clock.now(), .actor = "anna", .action = "test.event"}};
  for (int i = 0; i < 10; ++i)
    changes.outbox.push_back({"request.changed", fmt::format(R"({{"customer":"{}","number":"{}"}})", served.tenant(), i)});
  must(app.store.commit(std::move(changes)));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (hooks.posts().size() < 10 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(hooks.posts().size(), 10u);
  EXPECT_EQ(served.get("/subscriptions?api-version=2022-12-01", served.token(served.agent)).status, 200);
  hanging.let_go();
}

}  // namespace
}  // namespace prorata
