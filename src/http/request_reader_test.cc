#include "http/request_reader.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace prorata::http {
namespace {

const ReadLimits kSmall{.head_bytes = 1024, .target_bytes = 256, .header_count = 8, .body_bytes = 100};

struct Reading {
  int status = 0;  // of a refusal; 0: none
  std::vector<Request> requests;
  bool unfinished = false;
};

// Shows the reader `portion` bytes more each time, as a connection does.
Reading read_all(const std::string& bytes, std::size_t portion, const ReadLimits& limits = kSmall) {
  RequestReader reader(limits);
  Reading reading;
  std::string pending;
  for (std::size_t at = 0; at < bytes.size(); at += portion) {
    pending += bytes.substr(at, portion);
    while (!pending.empty()) {
      const auto [step, used] = reader.read(pending);
      pending.erase(0, used);
      if (step == Step::refused) {
        reading.status = reader.refusal().status;
        EXPECT_FALSE(reader.refusal().why.empty());
        return reading;
      }
      if (step == Step::more) break;
      reading.requests.push_back(reader.take());
    }
  }
  reading.unfinished = reader.phase() != RequestReader::Phase::idle;
  return reading;
}

TEST(RequestReader, ReadsTheSameInAnyPortions) {
  const std::string bytes =
      "POST /a/%62?x=1 HTTP/1.1\r\nHost: h:1\r\nContent-Length: 5\r\nX-Name:  v w \r\n\r\nhello"
      "\r\nGET / HTTP/1.1\r\nhost: h\r\n\r\n"
      "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n"
      "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
      "DELETE https://other/d HTTP/1.1\r\nHost: h\r\n\r\n";
  for (std::size_t portion = 1; portion <= bytes.size(); ++portion) {
    const Reading reading = read_all(bytes, portion);
    ASSERT_EQ(reading.status, 0) << portion;
    ASSERT_EQ(reading.requests.size(), 5u) << portion;
    EXPECT_FALSE(reading.unfinished);
    const Request& post = reading.requests[0];
    EXPECT_EQ(post.method, Method::post);
    EXPECT_EQ(post.target, "/a/%62?x=1");
    EXPECT_EQ(post.path, "/a/b");
    EXPECT_EQ(post.query.get("X"), "1");
    EXPECT_EQ(post.host, "h:1");
    EXPECT_EQ(post.headers.get("x-NAME"), "v w");
    EXPECT_EQ(post.body, "hello");
    EXPECT_EQ(reading.requests[1].method, Method::get);
    EXPECT_EQ(reading.requests[2].body, "abcde");
    EXPECT_FALSE(reading.requests[2].headers.has("X-Trailer"));
    EXPECT_EQ(reading.requests[3].body, "");
    EXPECT_EQ(reading.requests[4].host, "other");
  }
}

TEST(RequestReader, RefusesWhatCanBeReadInTwoWays) {
  const std::string get = "GET / HTTP/1.1\r\nHost: h\r\n";
  const struct {
    std::string bytes;
    int status;
  } cases[] = {
      {"GET / HTTP/1.1\r\n\r\n", 400},  // no host
      {get + "Host: i\r\n\r\n", 400},   // two
      {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: h\r\n\r\n", 400},
      {"GET /\r\nHost: h\r\n\r\n", 400},  // HTTP/0.9
      {"GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400},
      {" GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET / HTTP/1.1\nHost: h\n\n\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost : h\r\n\r\n", 400},  // a space before the colon
      {get + "X\r\n\r\n", 400},
      {get + ": v\r\n\r\n", 400},
      {get + "X: a\x01"
             "b\r\n\r\n",
       400},
      {get + std::string("X: a\0b\r\n\r\n", 10), 400},
      {get + "X: a\rb\r\n\r\n", 400},
      {get + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
      {get + "Content-Length: 5, 6\r\n\r\nhello", 400},
      {get + "Content-Length: -5\r\n\r\nhello", 400},
      {get + "Content-Length: 5x\r\n\r\nhello", 400},
      {get + "Content-Length: 0x5\r\n\r\nhello", 400},
      {get + "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {get + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {get + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400},
      {get + "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", 400},
      {get + "Transfer-Encoding: gzip\r\n\r\nhello", 501},
      {get + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {get + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {get + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", 501},
      {get + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501},
      {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {get + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", 400},
      {get + "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400},
      {get + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400},
      {get + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400},
      {get + "Expect: the-impossible\r\n\r\n", 417},
      {"BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"get / HTTP/1.1\r\nHost: h\r\n\r\n", 501},
      {"GET /../etc/passwd HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /a%2fb HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET /?a=%zz HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"\x16\x03\x01\x02\r\n\r\n", 400},
  };
  for (const auto& each : cases) {
    EXPECT_EQ(read_all(each.bytes, each.bytes.size()).status, each.status) << each.bytes;
    EXPECT_EQ(read_all(each.bytes, 1).status, each.status) << "byte by byte: " << each.bytes;
  }
}

TEST(RequestReader, EndsAtEveryLimitAndNotBefore) {
  const auto with_target = [](std::size_t size) { return "GET /" + std::string(size - 1, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"; };
  const auto with_headers = [](int count) {
    std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n";
    for (int i = 1; i < count; ++i) bytes += fmt::format("X-{}: v\r\n", i);
    return bytes + "\r\n";
  };
  const auto with_value = [](std::size_t size) { return "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(size, 'v') + "\r\n\r\n"; };
  const auto with_body = [](std::size_t size) {
    return fmt::format("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", size) + std::string(size, 'b');
  };
  const auto with_chunks = [](std::size_t count) {
    std::string bytes = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (std::size_t i = 0; i < count; ++i) bytes += "1\r\nx\r\n";
    return bytes + "0\r\n\r\n";
  };
  const struct {
    std::string good;
    std::string bad;
    int status;
  } cases[] = {
      {with_target(256), with_target(257), 414},
      {with_target(256), with_target(5000), 414},
      {with_headers(8), with_headers(9), 431},
      {with_value(900), with_value(1100), 431},
      {with_value(900), with_value(100'000), 431},
      {with_body(100), with_body(101), 413},
      {with_body(100), "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n", 413},
      {with_chunks(100), with_chunks(101), 413},
      {with_chunks(1), std::string(5000, 'A'), 400},
  };
  for (const auto& each : cases)
    for (const std::size_t portion : {std::size_t{1}, std::size_t{100}, each.bad.size()}) {
      EXPECT_EQ(read_all(each.good, portion).status, 0) << each.good;
      EXPECT_EQ(read_all(each.good, portion).requests.size(), 1u) << each.good;
      EXPECT_EQ(read_all(each.bad, portion).status, each.status) << portion << ": " << each.bad.substr(0, 200);
    }
}

TEST(RequestReader, ALineBeforeAChunkOrATrailerIsNotEndless) {
  const std::string head = "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read_all(head + "1;" + std::string(50'000, 'x'), 1000).status, 400);
  EXPECT_EQ(read_all(head + "0\r\nX: " + std::string(50'000, 'x'), 1000).status, 400);
}

TEST(RequestReader, SaysWhetherTheConnectionStays) {
  const struct {
    std::string bytes;
    bool stays;
  } cases[] = {
      {"GET / HTTP/1.1\r\nHost: h\r\n\r\n", true},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n", false},
      {"GET / HTTP/1.1\r\nHost: h\r\nConnection: x, close\r\n\r\n", false},
      {"GET / HTTP/1.0\r\n\r\n", false},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
  };
  for (const auto& each : cases) {
    RequestReader reader(kSmall);
    ASSERT_EQ(reader.read(each.bytes).step, Step::request) << each.bytes;
    reader.take();
    EXPECT_EQ(reader.keep_alive(), each.stays) << each.bytes;
  }
}

TEST(RequestReader, KnowsThatTheClientWaitsForAWord) {
  RequestReader reader(kSmall);
  const std::string head = "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\n";
  EXPECT_EQ(reader.read(head).step, Step::more);
  EXPECT_TRUE(reader.wants_continue());
  EXPECT_EQ(reader.read("a").step, Step::more);
  EXPECT_FALSE(reader.wants_continue());
  EXPECT_EQ(reader.read("b").step, Step::request);
}

}  // namespace
}  // namespace prorata::http
