// The server as its clients see it: real sockets, real TLS, on loopback.
#include "server_fixture.h"

namespace prorata::testing {
namespace {

TEST_F(ServerTest, AnswersManyRequestsOnOneConnection) {
  start();
  Client client = this->client();
  ASSERT_TRUE(client.connected());
  for (int i = 0; i < 100; ++i) {
    const Answer answer = client.get(fmt::format("/a/{}", i));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, fmt::format("GET /a/{} ", i));
    EXPECT_FALSE(answer.headers.contains("connection"));
    EXPECT_EQ(answer.headers.at("x-id").size(), 36u);
    EXPECT_EQ(answer.headers.at("content-type"), "text/plain; charset=utf-8");
  }
}

TEST_F(ServerTest, SpeaksTls12And13AndNothingOlder) {
  start();
  EXPECT_EQ(client(TLS1_2_VERSION).version(), "TLSv1.2");
  EXPECT_EQ(client(TLS1_3_VERSION).version(), "TLSv1.3");
  EXPECT_FALSE(client(TLS1_1_VERSION).connected());
}

TEST_F(ServerTest, SaysToAPlainClientThatItIsOne) {
  start();
  Client plain(server_->port());
  EXPECT_EQ(plain.get("/").status, 400);
  EXPECT_TRUE(plain.ended());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
  start();
  Client client = this->client();
  std::string bytes;
  for (int i = 0; i < 200; ++i) {
    // The first of each five waits for a worker, the second for a delay; those behind them are quicker and still come later.
    const char* kind = i % 5 == 0 ? "/write" : i % 5 == 1 && i < 20 ? "/late" : "/read";
    bytes += fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n{:03}", kind, i);
  }
  ASSERT_TRUE(client.send(bytes));
  for (int i = 0; i < 200; ++i) {
    const Answer answer = client.receive();
    ASSERT_EQ(answer.status, 200) << i;
    if (answer.body != "late") EXPECT_EQ(answer.body.substr(answer.body.size() - 3), fmt::format("{:03}", i));
  }
}

TEST_F(ServerTest, ReadsARequestThatComesByteByByte) {
  start();
  Client client = this->client();
  const std::string bytes = "POST /a%20b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  for (int round = 0; round < 2; ++round) {
    for (const char each : bytes) ASSERT_TRUE(client.send({&each, 1}));
    EXPECT_EQ(client.receive().body, "POST /a b abc");
  }
}

TEST_F(ServerTest, AsksForABodyThatIsHeldBack) {
  start();
  Client client = this->client();
  client.send("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("body").body, "PUT /a body");
  EXPECT_EQ(client.get("/b").status, 200);
}

TEST_F(ServerTest, RefusesABodyThatIsHeldBackAndTooLarge) {
  start({.read = {.body_bytes = 10}});
  Client client = this->client();
  EXPECT_EQ(client.ask("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n").status, 413);
  EXPECT_TRUE(client.ended());
}

TEST_F(ServerTest, AnswersHeadWithTheLengthAlone) {
  start();
  Client client = this->client();
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer answer = client.receive(/*with_body=*/false);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("content-length"), std::to_string(std::string("HEAD /a ").size()));
  EXPECT_EQ(client.get("/b").body, "GET /b ");
}

TEST_F(ServerTest, ClosesWhenTheClientAsksForIt) {
  start();
  Client modern = client();
  const Answer answer = modern.ask("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(modern.ended());
  Client old = client();
  EXPECT_EQ(old.ask("GET /a HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.ended());
}

TEST_F(ServerTest, SendsABodyOfManyRecords) {
  start();
  Client client = this->client();
  EXPECT_EQ(client.get("/big").body, std::string(3'000'000, 'b'));
  EXPECT_EQ(client.get("/a").status, 200);
}

TEST_F(ServerTest, TakesABodyOfMegabytes) {
  start();
  Client client = this->client();
  const std::string body(3'000'000, 'u');
  const Answer answer = client.ask(fmt::format("PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", body.size(), body));
  EXPECT_EQ(answer.body, "PUT /a " + body);
}

TEST_F(ServerTest, AThrowingAnswerIsA500ThatNamesTheRequest) {
  start();
  Client client = this->client();
  for (const char* path : {"/throw", "/write/throw"}) {
    const Answer answer = client.get(path);
    EXPECT_EQ(answer.status, 500);
    EXPECT_NE(answer.body.find("its id is"), std::string::npos);
    EXPECT_EQ(answer.body.find("out of luck"), std::string::npos) << "what went wrong is the operator's business";
  }
  EXPECT_EQ(problem_count(), 2u);
  EXPECT_EQ(client.get("/a").status, 200);
}

TEST_F(ServerTest, ADroppedAnswerEndsTheConnectionAndOnlyThat) {
  start();
  for (const char* path : {"/drop", "/write/drop"}) {
    Client dropped = client();
    ASSERT_TRUE(dropped.send(fmt::format("GET /before HTTP/1.1\r\nHost: h\r\n\r\nGET {} HTTP/1.1\r\nHost: h\r\n\r\n", path)));
    EXPECT_EQ(dropped.receive().status, 200) << "what was answered before is delivered";
    EXPECT_TRUE(dropped.ended());
    EXPECT_EQ(client().get("/a").status, 200);
  }
  EXPECT_NE(server_->metrics().find(R"(status="0xx"} 2)"), std::string::npos);
}

TEST_F(ServerTest, ADelayHoldsNoThread) {
  start();
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 30; ++i) clients.push_back(std::make_unique<Client>(server_->port(), files_.authority));
  for (auto& each : clients) each->send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
  for (auto& each : clients) EXPECT_EQ(each->receive().body, "late");
}

TEST_F(ServerTest, ALineBreakInAHeaderIsNotSent) {
  start();
  Client client = this->client();
  const Answer answer = client.get("/inject?value=a%0d%0aSet-Cookie:%20b");
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.headers.contains("x-echo"));
  EXPECT_FALSE(answer.headers.contains("set-cookie"));
  EXPECT_EQ(client.get("/inject?value=a").headers.at("x-echo"), "a");
}

TEST_F(ServerTest, LogsEachRequestOnceAndNoSecret) {
  std::vector<std::string> lines;
  start({}, {.access_log = [&](std::string_view line) {
          const std::scoped_lock lock(mutex_);
          lines.emplace_back(line);
        }});
  Client client = this->client();
  client.ask("POST /a?code=hidden HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer hidden\r\nContent-Length: 6\r\n\r\nhidden");
  client.ask("nonsense\r\n\r\n");
  const std::scoped_lock lock(mutex_);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(lines[0].find(R"("method":"POST","path":"/a","status":200,"bytes":14,)"), std::string::npos) << lines[0];
  EXPECT_EQ(lines[0].find("hidden"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find(R"("status":400)"), std::string::npos) << lines[1];
}

TEST_F(ServerTest, AnErrorHasTheShapeItsOwnerGivesIt) {
  start({},
        {.refusal = [](int status, std::string_view why, const Request&) { return json(status, fmt::format("{{\"why\":\"{}\"}}", why)); }});
  const Answer answer = client().ask("GET /%2e%2e HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("content-type"), kJson);
  EXPECT_EQ(answer.body, R"({"why":"the path holds a segment of dots"})");
}

TEST_F(ServerTest, TellsItsHealthOnBothListeners) {
  std::atomic<bool> ready = false;
  start({}, {.ready = [&] { return ready.load(); }});
  Client tls = client();
  Client plain(server_->status_port());
  for (Client* each : {&tls, &plain}) {
    ready = false;
    EXPECT_EQ(each->get("/healthz").status, 200);
    EXPECT_EQ(each->get("/readyz").status, 503);
    ready = true;
    EXPECT_EQ(each->get("/readyz").status, 200);
  }
  EXPECT_EQ(tls.get("/metrics").body, "GET /metrics ") << "counts are for the machine's own eyes";
  EXPECT_EQ(plain.get("/a").status, 404);
  EXPECT_EQ(plain.ask("POST /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").status, 405);
}

TEST_F(ServerTest, CountsWhatItDoes) {
  start();
  Client client = this->client();
  client.get("/a");
  client.get("/throw");
  Client(server_->port(), files_.authority).ask("nonsense\r\n\r\n");
  Client plain(server_->status_port());
  const Answer answer = plain.get("/metrics");
  EXPECT_EQ(answer.headers.at("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line :
       {"\nprorata_http_requests_total{face=\"test\",method=\"GET\",status=\"2xx\"} 1\n",
        "\nprorata_http_requests_total{face=\"test\",method=\"GET\",status=\"5xx\"} 1\n",
        "\nprorata_http_request_seconds_bucket{face=\"test\",le=\"+Inf\"} 2\n", "\nprorata_http_request_seconds_count{face=\"test\"} 2\n",
        "\nprorata_http_rejected_total{reason=\"malformed\"} 1\n", "\nprorata_http_requests_in_flight 0\n",
        "\nprorata_http_queue_depth 0\n", "\n# TYPE process_resident_memory_bytes gauge\n"})
    EXPECT_NE(answer.body.find(line), std::string::npos) << line << answer.body;
}

TEST_F(ServerTest, APortInUseIsAnErrorEvenThoughItsOwnThreadsShareIt) {
  start();
  auto second =
      Server::start({.host = "127.0.0.1", .port = server_->port()}, *Tls::open(files_), [](const Request&) { return Destination{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::unavailable);
  EXPECT_NE(second.error().message.find("127.0.0.1"), std::string::npos);
  EXPECT_FALSE(Server::start({.host = "no.such.host.invalid"}, *Tls::open(files_), [](const Request&) { return Destination{}; }));
}

TEST_F(ServerTest, DrainingEndsWhatRunsAndWhatIsIdle) {
  start();
  Client idle = client();
  EXPECT_EQ(idle.get("/a").status, 200);
  Client busy = client();
  busy.send("GET /write/gate HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return gate_.waiting == 1; }));
  const std::uint16_t port = server_->port();
  std::thread draining([&] { server_->drain(20s); });
  EXPECT_TRUE(idle.ended());
  EXPECT_EQ(Client(server_->status_port()).get("/readyz").status, 503);
  EXPECT_TRUE(eventually([&] { return !Client(port).connected(); }));
  gate_.open();
  const Answer answer = busy.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.at("connection"), "close");
  EXPECT_TRUE(busy.ended());
  draining.join();
}

TEST_F(ServerTest, DrainingCutsOffWhatLastsTooLong) {
  start();
  Client slow = client();
  slow.send("GET /a HTT");
  ASSERT_TRUE(eventually([&] { return server_->metrics().find("prorata_http_connections 1") != std::string::npos; }));
  server_->drain(50ms);
  EXPECT_TRUE(slow.ended());
}

TEST_F(ServerTest, EndsWithAnswersStillBeingMade) {
  start({.workers = 1});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<Client>(server_->port(), files_.authority));
    clients.back()->send("GET /write/gate HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return gate_.waiting == 1; }));
  std::thread opener([&] {
    std::this_thread::sleep_for(100ms);
    gate_.open();
  });
  server_.reset();
  opener.join();
}

}  // namespace
}  // namespace prorata::testing
