#include "http/message.h"

#include <gtest/gtest.h>

#include "http/access_log.h"
#include "http/response_writer.h"
#include "http/target.h"

namespace prorata::http {
namespace {

TEST(Query, IsDecodedAndKeepsItsOrder) {
  const Fields query = *parse_query("api-version=2022-11-01&$filter=properties%2FusageDate+ge+2024&empty&&b=1&B=2&%61=%26%3d&c==");
  EXPECT_EQ(query.get("API-Version"), "2022-11-01");
  EXPECT_EQ(query.get("$Filter"), "properties/usageDate ge 2024");
  EXPECT_EQ(query.find("empty"), "");
  EXPECT_EQ(query.get("b"), "1");
  EXPECT_EQ(query.count("b"), 2u);
  EXPECT_EQ(query.get("a"), "&=");
  EXPECT_EQ(query.get("c"), "=");
  EXPECT_EQ(query.find("missing"), std::nullopt);
  EXPECT_EQ(query.begin()->first, "api-version");
}

TEST(Query, RefusesWhatIsNoEncoding) {
  for (const char* text : {"a=%", "a=%4", "a=%zz", "%g0=1", "a=%00", "a=%2", "a=%ff", "%C3=1", "a=\xc3"}) EXPECT_FALSE(parse_query(text)) << text;
}

TEST(Query, WhatIsEncodedIsDecodedAgain) {
  const std::string text = "a b/c?d=e&f+g%\n\xc3\xa9~";
  EXPECT_EQ(percent_encode("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
  EXPECT_EQ(parse_query("x=" + percent_encode(text))->get("x"), text);
}

TEST(Target, HasOneReading) {
  const struct {
    std::string raw;
    std::string path;  // empty: refused
  } cases[] = {
      {"/", "/"},
      {"/a/b", "/a/b"},
      {"/a%20b", "/a b"},
      {"/%C3%A9", "/\xc3\xa9"},
      {"/a/b/", "/a/b"},
      {"//a///b", "/a/b"},
      {"///", "/"},
      {"/a?b=/../c", "/a"},
      {"/a...b/..c", "/a...b/..c"},
      {"*", "*"},
      {"https://host:8443/a?b", "/a"},
      {"HTTP://host", "/"},
      {"/..", ""},
      {"/.", ""},
      {"/a/../b", ""},
      {"/a/%2e%2E/b", ""},
      {"/a/.%2e", ""},
      {"/a%2fb", ""},
      {"/a%2Fb", ""},
      {"/a%5cb", ""},
      {"/a\\b", ""},
      {"/a%00", ""},
      {"/a%0d%0aX:%20y", ""},
      {"/a%7f", ""},
      {"/%ff%fe", ""},
      {"/%c3", ""},
      {"/%c0%af", ""},        // a slash in two bytes
      {"/%ed%a0%80", ""},     // half of a pair
      {"/%f4%90%80%80", ""},  // beyond the last character
      {"/%f0%9f%92%a9", "/\xf0\x9f\x92\xa9"},
      {"/a%", ""},
      {"/a%g1", ""},
      {"/a#b", ""},
      {"/a b", ""},
      {"/\xc3\xa9", ""},
      {"a/b", ""},
      {"", ""},
      {"ftp://host/a", ""},
      {"https:///a", ""},
      {"https://user@host/a", ""},
      {"/a?b=%zz", ""},
  };
  for (const auto& each : cases) {
    const Result<Target> target = read_target(each.raw);
    EXPECT_EQ(target ? target->path : "", each.path) << each.raw;
  }
  EXPECT_EQ(read_target("https://host:8443/a")->authority, "host:8443");
  EXPECT_EQ(read_target("/a?x=1&y=2")->query.get("y"), "2");
}

TEST(Host, MayStandInALink) {
  for (const char* host : {"localhost:8443", "127.0.0.1", "[::1]:8443", "desk.example.com"}) EXPECT_TRUE(is_host(host)) << host;
  for (const char* host : {"", "a b", "a\"b", "a/b", "a@b", "a<b"}) EXPECT_FALSE(is_host(host)) << host;
}

TEST(ResponseHead, HoldsWhatTheAnswerSays) {
  std::string head;
  append_head(head, json(201, "{}").with("Location", "/x"), {.date = "D", .keep_alive = true});
  EXPECT_EQ(
      head,
      "HTTP/1.1 201 Created\r\nDate: D\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\nLocation: /x\r\n\r\n");
  head.clear();
  append_head(head, empty(204), {.date = "D", .keep_alive = false});
  EXPECT_EQ(head, "HTTP/1.1 204 No Content\r\nDate: D\r\nConnection: close\r\n\r\n");
}

TEST(ResponseHead, LeavesOutWhatWouldSplitIt) {
  Response response = empty(200);
  response.with("X-Good", "a\tb").with("X-Bad", "a\r\nSet-Cookie: b=c").with("X-Feed", "a\nb").with("X Bad", "a").with("X:Bad", "a");
  response.with("", "a").with("X-Null", std::string("a\0b", 3)).with("Content-Length", "7").with("transfer-encoding", "chunked");
  response.content_type = "text/plain\r\nX-Bad: 1";
  std::string head;
  append_head(head, response, {.date = "D"});
  EXPECT_EQ(head, "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nX-Good: a\tb\r\n\r\n");
}

TEST(ResponseHead, DatesAreThoseOfHttp) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(784'111'777), "Sun, 06 Nov 1994 08:49:37 GMT");  // the example of RFC 9110
  EXPECT_EQ(http_date(1'709'251'199), "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST(AccessLog, SaysWhoAskedWhatAndNoSecrets) {
  Request request{.method = Method::post, .target = "/a\"b?code=secret", .body = "secret", .peer = "127.0.0.1:5", .id = "7"};
  request.headers.add("Authorization", "Bearer secret");
  const std::string line =
      log_line(request, {.time_seconds = 784'111'777, .face = "arm", .status = 200, .bytes = 12, .took = std::chrono::microseconds(88)});
  EXPECT_EQ(line, R"({"time":"1994-11-06T08:49:37Z","id":"7","peer":"127.0.0.1:5","face":"arm","method":"POST","path":"/a\"b",)"
                  R"("status":200,"bytes":12,"microseconds":88})");
}

}  // namespace
}  // namespace prorata::http
