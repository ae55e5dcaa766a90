#include "usage_files/month_format.h"

#include <gtest/gtest.h>

#include "usage_files/sha256.h"

namespace prorata::usage_files {
namespace {

using namespace utilization;

UsageMonth sample() {
  const Day march = make_day(2026, 3, 1);
  UsagePart part{.digest = std::string(64, 'a'),
                 .path = "/in/march.csv",
                 .rows = 4,
                 .machines = {{.identity = make_identity("/subscriptions/s/resourceGroups/g/vm-1", "Standard_D2s_v5", "westeurope")},
                              {.identity = make_identity("/subscriptions/s/resourceGroups/g/vm-2", "Standard_D4s_v5", "westeurope"),
                               .flexible_only = true}},
                 .estimated = {{.machine = 1, .quantity = 12'000'000, .from = 24, .hours = 24}}};
  const std::vector<std::uint32_t> machine = {0, 0, 1};
  const std::vector<std::uint16_t> hour = {0, 743, 5};
  const std::vector<std::uint32_t> quantity = {1'000'000, 1'000'000, 250'000};
  const UsageBits bits = UsageBits::make(*UsageRows::make(hours_of_month(march), machine, hour, quantity, 2));
  const UsageBitsView view = bits.view();
  part.exact = {{view.full.begin(), view.full.end()},
                {view.partials_from.begin(), view.partials_from.end()},
                {view.partials.begin(), view.partials.end()}};
  return {.customer = *CustomerId::parse("c0000000-0000-4000-8000-000000000001"), .first_day = march, .parts = {part, part}};
}

TEST(MonthFormat, SaysTheSameWhenItIsReadAgain) {
  const UsageMonth month = sample();
  const std::string bytes = encode_month(month);
  const Result<UsageMonth> read = decode_month(bytes, "m");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->customer, month.customer);
  EXPECT_EQ(read->first_day, month.first_day);
  EXPECT_EQ(read->parts, month.parts);
  EXPECT_EQ(read->digest, *stated_digest(bytes, "m"));
  EXPECT_EQ(encode_month(*read), bytes);
}

TEST(MonthFormat, NoticesEveryChangedByte) {
  const std::string bytes = encode_month(sample());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const Result<UsageMonth> read = decode_month(changed, "2026-03.usage");
    ASSERT_FALSE(read) << at;
    ASSERT_NE(read.error().text().find("2026-03.usage"), std::string::npos) << read.error().text();
  }
  for (std::size_t size = 0; size < bytes.size(); ++size) ASSERT_FALSE(decode_month(std::string_view(bytes).substr(0, size), "m")) << size;
}

// Under a right checksum too: what is decoded is valid or refused.
TEST(MonthFormat, TakesNothingThatCannotBe) {
  const std::string bytes = encode_month(sample());
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int flipped : {0x01, 0x80, 0xff}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flipped);
      const Result<UsageMonth> read = decode_month(resealed(changed), "m");
      if (!read) continue;
      for (const UsagePart& each : read->parts) ASSERT_TRUE(UsageBits::check(each.exact.view(read->first_day, each.machines.size()))) << at;
    }
}

TEST(MonthFormat, OfANewerProgramIsNotGuessedAt) {
  std::string bytes = encode_month(sample());
  bytes[8] = 2;
  const Result<UsageMonth> read = decode_month(resealed(bytes), "m");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::schema_newer);
}

TEST(Sha256, IsThatOfTheStandard) {
  EXPECT_EQ(hexadecimal(Sha256().add("a").add("bc").finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace prorata::usage_files
