// What a client may not do, and how it ends. Times are short here so that the tests are; none of them measures one.
#include "server_fixture.h"

namespace prorata::testing {
namespace {

using LimitsTest = ServerTest;

TEST_F(LimitsTest, AMalformedRequestIsAnsweredAndEndsTheConnection) {
  start({.read = {.head_bytes = 2000, .target_bytes = 500, .header_count = 10, .body_bytes = 1000}});
  const std::string host = "\r\nHost: h\r\n";
  std::string many_headers = "GET / HTTP/1.1" + host;
  for (int i = 0; i < 10; ++i) many_headers += fmt::format("X-{}: v\r\n", i);
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET /../x HTTP/1.1" + host + "\r\n", 400},
      {"GET /%2e%2e/x HTTP/1.1" + host + "\r\n", 400},
      {"GET /a%2fb HTTP/1.1" + host + "\r\n", 400},
      {"GET /a%00 HTTP/1.1" + host + "\r\n", 400},
      {"POST / HTTP/1.1" + host + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"PROPFIND / HTTP/1.1" + host + "\r\n", 501},
      {"GET /" + std::string(600, 'a') + " HTTP/1.1" + host + "\r\n", 414},
      {"GET /" + std::string(100'000, 'a') + " HTTP/1.1" + host + "\r\n", 414},
      {many_headers + "\r\n", 431},
      {"GET / HTTP/1.1" + host + "X: " + std::string(100'000, 'v') + "\r\n\r\n", 431},
      {"POST / HTTP/1.1" + host + "Content-Length: 1001\r\n\r\n" + std::string(1001, 'b'), 413},
      {"POST / HTTP/1.1" + host + "Content-Length: 9000000\r\n\r\n" + std::string(100'000, 'b'), 413},
      {"POST / HTTP/1.1" + host + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n", 413},
  };
  for (const auto& each : cases) {
    Client client = this->client();
    client.send(each.bytes + "GET /after HTTP/1.1\r\nHost: h\r\n\r\n");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, each.status) << each.bytes.substr(0, 100);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    EXPECT_TRUE(client.ended()) << "what follows is not read: " << each.bytes.substr(0, 100);
  }
  EXPECT_EQ(answered_, 0);
}

TEST_F(LimitsTest, OddPathsThatMeanOneThingAreServed) {
  start();
  Client client = this->client();
  EXPECT_EQ(client.get("//providers//x/").body, "GET /providers/x ");
  EXPECT_EQ(client.get("https://other:1/a").body, "GET /a ");
  EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n").body, "OPTIONS * ");
}

TEST_F(LimitsTest, AHeadThatTricklesIsATimeout) {
  start({.head_time = 300ms});
  Client client = this->client();
  const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(4000, 'x');
  std::size_t sent = 0;
  // Each byte comes well before the time is over; the whole does not.
  while (sent < bytes.size() && server_->metrics().find("{reason=\"too_slow\"} 1") == std::string::npos) {
    client.send(bytes.substr(sent++, 1));
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_LT(sent, bytes.size());
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.ended());
}

TEST_F(LimitsTest, ABodyThatNeverComesIsATimeout) {
  start({.body_time = 100ms});
  Client client = this->client();
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.ended());
}

TEST_F(LimitsTest, AnIdleConnectionIsClosedWithoutAWord) {
  start({.idle_time = 100ms});
  Client fresh = client();
  EXPECT_TRUE(fresh.ended());
  Client used = client();
  EXPECT_EQ(used.get("/a").status, 200);
  EXPECT_TRUE(used.ended());
}

TEST_F(LimitsTest, AHandshakeThatNeverComesIsClosed) {
  start({.head_time = 100ms});
  Client silent(server_->port());
  EXPECT_TRUE(silent.ended());
}

TEST_F(LimitsTest, AClientThatTakesNothingIsClosed) {
  start({.write_time = 100ms});
  Client client = this->client();
  // More than the sockets between us hold, asked for by somebody who does not read.
  for (int i = 0; i < 20; ++i) client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return server_->metrics().find("prorata_http_connections 0") != std::string::npos; }));
  EXPECT_LT(answered_, 20);
}

TEST_F(LimitsTest, OneConnectionTooManyIsClosed) {
  start({.connections = 2});
  Client first = client();
  Client second = client();
  EXPECT_EQ(first.get("/a").status, 200);
  EXPECT_EQ(second.get("/a").status, 200);
  EXPECT_FALSE(client().connected());
  EXPECT_NE(server_->metrics().find("{reason=\"too_many_connections\"} 1"), std::string::npos);
  EXPECT_EQ(Client(server_->status_port()).get("/healthz").status, 200) << "one can still look what is wrong";
  EXPECT_EQ(first.get("/a").status, 200);
}

TEST_F(LimitsTest, BeyondTheQueueAWriteIsToldToComeBack) {
  start({.workers = 2, .queue = 3});
  std::vector<std::unique_ptr<Client>> waiting;
  for (int i = 0; i < 5; ++i) {
    waiting.push_back(std::make_unique<Client>(server_->port(), files_.authority));
    waiting.back()->send("POST /write/gate HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return server_->metrics().find("prorata_http_queue_depth 3") != std::string::npos; }));
  Client sixth = client();
  const Answer busy = sixth.ask("POST /write/gate HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.headers.at("retry-after"), "1");
  EXPECT_EQ(sixth.get("/read").status, 200) << "reads do not queue";
  gate_.open();
  for (auto& each : waiting) EXPECT_EQ(each->receive().status, 200);
  EXPECT_TRUE(eventually([&] { return sixth.get("/write").status == 200; }));
}

}  // namespace
}  // namespace prorata::testing
