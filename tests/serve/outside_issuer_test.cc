// Tokens that an outside OpenID provider signs: a real one, served over HTTPS beside the desk.
#include "served_desk.h"

#include <chrono>
#include <thread>

#include "http/server.h"
#include "http/tls.h"
#include "identity/keys.h"

namespace prorata::testing {
namespace {

constexpr std::string_view kDesk = "api://our-desk";

class Provider {
 public:
  Provider() {
    rotate();
    const http::TlsFiles files = must(http::local_certificate(std::filesystem::path(folder_), {"127.0.0.1"}, machine_now()));
    authority = files.authority;
    server_ = must(http::Server::start({.host = "127.0.0.1", .faces = {"provider"}}, must(http::Tls::open(files)),
                                       [this](const http::Request&) -> http::Destination {
                                         return {"provider", http::Kind::reads, [this](const http::Request& r) { return answer(r); }};
                                       }));
  }

  std::string issuer() const { return fmt::format("https://127.0.0.1:{}/tenant/v2.0", server_->port()); }
  std::string token(const identity::Claims& claims) const {
    const std::scoped_lock lock(mutex_);
    return identity::sign(claims, keys_.newest());
  }
  void rotate() {
    const std::scoped_lock lock(mutex_);
    keys_.add(identity::SigningKey::generate(add_seconds(machine_now(), ++made_)));
  }

  std::filesystem::path authority;

 private:
  http::Response answer(const http::Request& request) const {
    const std::scoped_lock lock(mutex_);
    if (request.path == "/keys") return http::json(200, keys_.jwks());
    if (request.path != "/tenant/v2.0/.well-known/openid-configuration") return http::empty(404);
    return http::json(200, fmt::format(R"({{"issuer":"{}","jwks_uri":"https://127.0.0.1:{}/keys"}})", issuer(), server_->port()));
  }

  ScratchFolder folder_;
  mutable std::mutex mutex_;
  identity::KeyRing keys_;
  int made_ = 0;
  std::unique_ptr<http::Server> server_;
};

class OutsideIssuer : public ::testing::Test {
 protected:
  void SetUp() override {
    App app = served_.app();
    anna_ = must(add_user(app, {.name = "anna@partner.example",
                                .roles = {access::Standing::admin_agent},
                                .password_hash = must(identity::hash_password("a password of hers"))}));
    served_.start({.outside = {.issuers = {provider_.issuer()},
                               .audiences = {std::string(kDesk)},
                               .authority = provider_.authority,
                               .again_after = std::chrono::milliseconds(100)}});
    EXPECT_TRUE(opens_soon(provider_.token(annas()))) << "once the keys have been asked for";
  }

  identity::Claims annas() const {
    const Instant now = machine_now();
    return {.audiences = {std::string(kDesk)},
            .issuer = provider_.issuer(),
            .issued = now,
            .not_before = now,
            .expires = add_seconds(now, 600),
            .application = "11111111-0000-4000-8000-000000000001",
            .object = "11111111-0000-4000-8000-00000000000a",
            .subject = "pairwise",
            .tenant = "11111111-0000-4000-8000-0000000000ff",
            .name = "Anna@Partner.example"};
  }
  Answer with(const identity::Claims& claims) const { return served_.get(kSomePath, provider_.token(claims)); }
  bool opens_soon(const std::string& token) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (served_.get(kSomePath, token).status != 200) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  Provider provider_;
  Place place_{Where::sqlite};
  ServedDesk served_{place_};
  User anna_;
};

TEST_F(OutsideIssuer, OpensTheFacesForAUserOfTheDesk) {
  const Answer answer = with(annas());
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_NE(answer.body.find("subscriptionId"), std::string::npos)
      << "a partner's agent sees the customers' subscriptions: " << answer.body;
}

TEST_F(OutsideIssuer, IsRefusedForWhatIsNotSaidForThisDesk) {
  identity::Claims other = annas();
  other.audiences = {"api://another"};
  EXPECT_EQ(error_code(with(other)), "InvalidAuthenticationTokenAudience");
  other = annas();
  other.issuer = "https://127.0.0.1/another/v2.0";
  EXPECT_EQ(with(other).status, 401);
  other = annas();
  other.expires = add_seconds(machine_now(), -301);
  EXPECT_EQ(error_code(with(other)), "ExpiredAuthenticationToken");
  other.expires = add_seconds(machine_now(), -200);
  EXPECT_EQ(with(other).status, 200) << "their clocks are not ours";
  const identity::SigningKey stranger = identity::SigningKey::generate(machine_now());
  EXPECT_EQ(served_.get(kSomePath, identity::sign(annas(), stranger)).status, 401);
}

TEST_F(OutsideIssuer, NeedsARowOfTheDesk) {
  identity::Claims nobody = annas();
  nobody.name = "nobody@partner.example";
  EXPECT_EQ(with(nobody).status, 401);
  nobody.object = anna_.id.text();
  EXPECT_EQ(with(nobody).status, 200) << "the object id counts before the name";
  App app = served_.app();
  must(disable_user(app, anna_.name));
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  EXPECT_EQ(with(annas()).status, 401);
}

TEST_F(OutsideIssuer, KnowsAProgramByItsApplicationId) {
  identity::Claims program = annas();
  program.kind = "app";
  program.name.clear();
  EXPECT_EQ(with(program).status, 401);
  program.application = served_.agent.client.id.text();
  EXPECT_EQ(with(program).status, 200);
}

TEST_F(OutsideIssuer, ANewKeyIsFetchedSoonAfterItIsMet) {
  provider_.rotate();
  const std::string token = provider_.token(annas());
  EXPECT_TRUE(opens_soon(token));
}

TEST_F(OutsideIssuer, TheDesksOwnTokensCountAsBefore) { EXPECT_EQ(served_.get(kSomePath, served_.token(served_.agent)).status, 200); }

}  // namespace
}  // namespace prorata::testing
