#include "notify/send.h"

#include <gtest/gtest.h>

#include "app/notify_settings.h"
#include "notify/courier.h"
#include "wire/json.h"

namespace prorata::notify {
namespace {

// Worked out beside: printf '%s' '1772442000.{"a":1}' | openssl dgst -sha256 -hmac secret
TEST(Signature, IsHmacSha256OverTimeAndBytes) {
  EXPECT_EQ(signature_of("secret", 1'772'442'000, "{\"a\":1}"),
            "t=1772442000,v1=8f80f9670d98717774d3e3034f8cbfc9e2eb0e240c45cee1d09d044ed1170a30");
  EXPECT_NE(signature_of("secret", 1'772'442'001, "{\"a\":1}"), signature_of("secret", 1'772'442'000, "{\"a\":1}"));
  EXPECT_NE(signature_of("secret", 1'772'442'000, "{\"a\": 1}"), signature_of("secret", 1'772'442'000, "{\"a\":1}"));
}

TEST(CloudEvent, IsAWholeEventInOneDocument) {
  Delivery d{.id = "e-0.t",
             .event = "e-0",
             .kind = "request.changed",
             .body = R"({"number":"1","customer":"c0000000-0000-4000-8000-000000000001"})",
             .customer = *CustomerId::parse("c0000000-0000-4000-8000-000000000001"),
             .event_at = *parse_instant("2026-03-02T10:00:00Z")};
  wire::JsonReader reader;
  const std::string text = cloud_event(d);
  const auto root = reader.read(text);
  ASSERT_TRUE(root) << text;
  const auto at = [&](std::string_view name) { return std::string(root->find(name) ? root->find(name)->text() : ""); };
  EXPECT_EQ(at("specversion"), "1.0");
  EXPECT_EQ(at("id"), "e-0");
  EXPECT_EQ(at("type"), "prorata.request.changed");
  EXPECT_EQ(at("subject"), "c0000000-0000-4000-8000-000000000001");
  EXPECT_EQ(at("time"), "2026-03-02T10:00:00Z");
  EXPECT_FALSE(at("source").empty());
  EXPECT_EQ(root->find("data")->find("number")->text(), "1");
  d.body = "no json";
  const std::string odd = cloud_event(d);
  ASSERT_TRUE(reader.read(odd)) << odd;
}

TEST(Address, OfANetworkThatIsNotThePublicOneIsKnown) {
  for (const char* each :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "127.0.0.1", "0.0.0.0", "::1",
        "::", "fc00::1", "fd12::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "224.0.0.1", "64:ff9b::a00:1", "nonsense"})
    EXPECT_TRUE(is_private_address(each)) << each;
  for (const char* each : {"8.8.8.8", "172.32.0.1", "172.15.255.255", "192.169.0.1", "2a00:1450::1", "::ffff:8.8.8.8", "100.128.0.1"})
    EXPECT_FALSE(is_private_address(each)) << each;
}

TEST(WebhookUrl, IsHttpsOrThisMachine) {
  for (const char* each : {"https://hooks.partner.example/in", "https://hooks.partner.example:8443/?a=b", "http://127.0.0.1:9/x",
                           "http://localhost/", "http://[::1]:80/x", "https://10.0.0.1/x"})
    EXPECT_TRUE(check_webhook_url(each)) << each;
  for (const char* each : {"http://hooks.partner.example/", "http://127.evil.example/", "http://127.0.0.1.evil.example/", "ftp://x/",
                           "https://", "https://user:pass@x.example/", "https://x.example/a b", "https://x.example/#f", "",
                           "http://localhost@evil.example/", "http://localhost\\@evil.example/", "https://x.example/\r\nX: y"})
    EXPECT_FALSE(check_webhook_url(each)) << each;
}

TEST(Kinds, AreWordsWithOneDotAtMost) {
  EXPECT_TRUE(check_kinds({"request", "request.changed", "allowance.nearly_used"}));
  for (const char* each : {"", ".", "a.b.c", "Request", "a.", ".b", "a b"}) EXPECT_FALSE(check_kinds({each})) << each;
  EXPECT_TRUE(wants_kind({}, "x.y"));
  EXPECT_TRUE(wants_kind({"x"}, "x.y"));
  EXPECT_TRUE(wants_kind({"x.y"}, "x.y"));
  EXPECT_FALSE(wants_kind({"x.z", "y"}, "x.y"));
}

TEST(Retry, WaitsTwiceAsLongEachTimeWithinItsBounds) {
  const CourierOptions options{.retry_seconds = 10, .retry_seconds_max = 3'600};
  std::int64_t longest = 10;
  for (std::int64_t attempt = 1; attempt <= 40; ++attempt) {
    for (const std::uint64_t chance : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{7'919}, UINT64_MAX}) {
      const std::int64_t delay = retry_delay_seconds(attempt, options, chance);
      EXPECT_GE(delay, longest / 2) << attempt;
      EXPECT_LE(delay, longest) << attempt;
    }
    longest = std::min<std::int64_t>(longest * 2, 3'600);
  }
}

}  // namespace
}  // namespace prorata::notify
