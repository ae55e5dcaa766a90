// `prorata serve` as people run it: a process, signals, a certificate, a log.
#include <csignal>

#include "http/client.h"
#include "processes/process.h"
#include "store/desks.h"

namespace prorata {
namespace {

using testing::eventually;
using testing::field;
using testing::must;
using testing::Place;
using testing::Process;
using testing::RunOptions;
using testing::Where;

class ServeCommand : public ::testing::Test {
 protected:
  struct Started {
    Process process;
    std::uint16_t port;
    std::string authority;
  };

  Started start(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"serve", "--listen", "127.0.0.1:0", "-o", "json"};
    words.insert(words.end(), more.begin(), more.end());
    Process process(words, options_);
    EXPECT_TRUE(eventually([&] { return !field(process.out_so_far(), "url").empty() || process.has_ended(); }));
    const std::string said = process.out_so_far();
    const std::string url = field(said, "url");
    if (url.empty()) return {std::move(process), 0, ""};
    return {std::move(process), static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))), field(said, "ca")};
  }

  Place place_{Where::sqlite};
  RunOptions options_{.data = place_.at()};
};

TEST_F(ServeCommand, DrainsOnSigterm) {
  must({"init", "--sandbox"}, options_);
  Started served = start();
  testing::Client idle(served.port, served.authority);
  testing::Client busy(served.port, served.authority);
  ASSERT_TRUE(busy.send("POST /adfs/oauth2/token HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nab"));
  ASSERT_EQ(testing::Client(served.port, served.authority).get("/readyz").body, "ready\n");
  served.process.signal(SIGTERM);
  EXPECT_TRUE(idle.ended()) << "an idle connection is closed";
  EXPECT_TRUE(eventually([&] { return !testing::Client(served.port, served.authority).connected(); })) << "no new ones are taken";
  const testing::Answer answer = busy.ask("cd");
  EXPECT_EQ(answer.status, 400) << "what was begun is answered";
  const testing::Outcome done = served.process.wait();
  EXPECT_EQ(done.exit_code, 0) << done.err;
}

TEST_F(ServeCommand, MakesASandboxWhereThereIsNoDesk) {
  EXPECT_EQ(testing::run({"serve", "--listen", "127.0.0.1:0"}, options_).exit_code, 3);
  Started served = start({"--sandbox", "--policy", "azure-2022"});
  EXPECT_EQ(served.authority, std::filesystem::path(place_.at()) / "tls" / "ca.pem");
  EXPECT_EQ(field(must({"desk", "-o", "json"}, options_), "policy"), "azure-2022");
  served.process.signal(SIGINT);
  EXPECT_EQ(served.process.wait().exit_code, 0);
}

TEST_F(ServeCommand, PrintsItsOpenApiDocumentWithoutADesk) {
  const std::string plain = must({"serve", "--openapi"}, options_);
  EXPECT_TRUE(plain.starts_with(R"({"openapi":"3.1.0")")) << plain.substr(0, 100);
  EXPECT_FALSE(plain.contains("/sandbox/clock"));
  EXPECT_TRUE(must({"serve", "--openapi", "--sandbox"}, options_).contains("/sandbox/clock"));
}

// A token of a client that these words make.
std::string token_of(const std::vector<std::string>& client, const std::string& authority, std::uint16_t port, const RunOptions& options) {
  const std::string made = must(client, options);
  const std::string form = fmt::format("grant_type=client_credentials&client_id={}&client_secret={}&scope=x/.default",
                                       field(made, "clientId"), field(made, "clientSecret"));
  const testing::Answer token =
      testing::Client(port, authority)
          .ask(fmt::format("POST /adfs/oauth2/v2.0/token HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", form.size(), form));
  EXPECT_EQ(token.status, 200) << token.body;
  return field(token.body, "access_token");
}

testing::Answer ask(const std::string& authority, std::uint16_t port, std::string_view line, const std::string& token) {
  return testing::Client(port, authority)
      .ask(fmt::format("{} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {}\r\nContent-Length: 0\r\n\r\n", line, token));
}

TEST_F(ServeCommand, FillsAnEmptySandboxAndGoesBackToIt) {
  const testing::Folder seed;
  testing::write_file(seed.file("customers.csv"),
                      "id,name,domain,country,currency\n11111111-0000-7000-8000-000000000001,Contoso,contoso.example,US,USD\n");
  testing::write_file(seed.file("rates.csv"), "date,from,to,rate\n2026-01-01,USD,SEK,9.5\n");
  Started served = start({"--sandbox", "--seed", seed.path()});
  ASSERT_NE(served.port, 0) << served.process.wait().err;
  EXPECT_EQ(testing::run({"client", "create"}, options_).exit_code, 2) << "nobody has a subscription to sign in at";
  must({"clock", "set", "2090-01-01", "--freeze"}, options_);
  const std::string token =
      token_of({"client", "create", "--role", "global_admin", "--all-customers", "--customer", "Contoso", "-o", "json"}, served.authority,
               served.port, options_);
  EXPECT_EQ(ask(served.authority, served.port, "POST /sandbox/reset", token).status, 200);
  const std::string desk = must({"desk", "-o", "json"}, options_);
  EXPECT_EQ(field(desk, "customers"), "1");
  EXPECT_LT(field(desk, "now"), "2090");
}

TEST_F(ServeCommand, ASeedMayBeTheDemo) {
  Started demo = start({"--sandbox", "--seed", "demo"});
  ASSERT_NE(demo.port, 0) << demo.process.wait().err;
  must({"clock", "advance", "90d"}, options_);
  const std::string token =
      token_of({"client", "create", "--role", "global_admin", "--all-customers", "-o", "json"}, demo.authority, demo.port, options_);
  const testing::Answer answer = ask(demo.authority, demo.port, "POST /sandbox/reset", token);
  EXPECT_EQ(field(answer.body, "now"), "2026-09-15T08:00:00Z") << answer.body;
  const Place other(Where::sqlite);
  EXPECT_EQ(testing::run({"serve", "--sandbox", "--seed", "/nowhere", "--listen", "127.0.0.1:0"}, {.data = other.at()}).exit_code, 3);
  EXPECT_EQ(testing::run({"serve", "--seed", "demo", "--listen", "127.0.0.1:0"}, options_).exit_code, 2);
}

TEST_F(ServeCommand, RefusesWhatItCannotServe) {
  must({"init"}, options_);
  const testing::Outcome real = testing::run({"serve", "--sandbox", "--listen", "127.0.0.1:0"}, options_);
  EXPECT_EQ(real.exit_code, 4) << real.err;
  EXPECT_EQ(testing::run({"serve", "--policy", "azure-2022", "--listen", "127.0.0.1:0"}, options_).exit_code, 4);
  for (const char* bad : {"8443", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", ":1"})
    EXPECT_EQ(testing::run({"serve", "--listen", bad}, options_).exit_code, 2) << bad;
  EXPECT_EQ(testing::run({"serve", "--listen", "127.0.0.1:0", "--status", "0.0.0.0:9"}, options_).exit_code, 2);
  EXPECT_EQ(testing::run({"serve", "--listen", "127.0.0.1:0", "--certificate", "a.pem"}, options_).exit_code, 2) << "without its key";
  EXPECT_EQ(testing::run({"serve", "--listen", "127.0.0.1:0", "--certificate", "/no.pem", "--key", "/no.key"}, options_).exit_code, 3);
}

TEST_F(ServeCommand, ReadsTheCertificateAgainOnSighupAndItsLogHoldsNoSecrets) {
  must({"init", "--sandbox"}, options_);
  const testing::Folder folder;
  const std::string log = folder.file("access.log");
  Started served = start({"--access-log", log});
  const std::string before = testing::Client(served.port, served.authority).certificate_serial();
  const std::filesystem::path tls = std::filesystem::path(place_.at()) / "tls";
  std::filesystem::remove(tls / "server.pem");
  std::filesystem::remove(tls / "server.key");
  ASSERT_TRUE(http::local_certificate(tls, {}, testing::machine_now()));
  served.process.signal(SIGHUP);
  EXPECT_TRUE(eventually([&] {
    testing::Client client(served.port, served.authority);
    return client.connected() && client.certificate_serial() != before;
  }));
  testing::Client client(served.port, served.authority);
  client.ask(
      "POST /adfs/oauth2/token?secret=in-the-query HTTP/1.1\r\nHost: h\r\nAuthorization: Basic c2VjcmV0\r\nContent-Length: "
      "22\r\n\r\nclient_secret=in-body1");
  EXPECT_TRUE(eventually([&] { return testing::read_file(log).contains("/adfs/oauth2/token"); }));
  const std::string text = testing::read_file(log);
  for (const char* secret : {"in-the-query", "in-body", "c2VjcmV0"}) EXPECT_FALSE(text.contains(secret)) << text;
  served.process.signal(SIGTERM);
  EXPECT_EQ(served.process.wait().exit_code, 0);
}

class TwoServers : public ServeCommand, public ::testing::WithParamInterface<Where> {
 protected:
  void SetUp() override {
    PRORATA_SKIP_WITHOUT(shared_);
    options_.data = shared_.at();
  }
  Place shared_{GetParam()};
  testing::Folder tls_;
};
INSTANTIATE_TEST_SUITE_P(, TwoServers, ::testing::Values(Where::sqlite, Where::postgres),
                         [](const auto& info) { return testing::name_of(info.param); });

TEST_P(TwoServers, OneGoesOnWhereTheOtherWasKilled) {
  must({"init", "--sandbox"}, options_);
  must({"demo", "load"}, options_);
  Started first = start({"--tls-folder", tls_.path()});
  Started second = start({"--tls-folder", tls_.path()});
  const std::string token = token_of({"client", "create", "-o", "json"}, first.authority, first.port, options_);
  first.process.kill_now();
  first.process.wait();
  const testing::Answer list = ask(second.authority, second.port, "GET /subscriptions?api-version=2022-12-01", token);
  EXPECT_EQ(list.status, 200) << list.body;
  second.process.signal(SIGTERM);
  EXPECT_EQ(second.process.wait().exit_code, 0);
  must({"audit", "verify"}, options_);
}

}  // namespace
}  // namespace prorata
