#include "wire/price_batch.h"

#include <gtest/gtest.h>

#include "wire/policy_pack.h"

namespace prorata::wire {
namespace {

constexpr std::string_view kPlain =
    R"({"id":"web","policy":"csp-2020","as_of":"2026-03-07T10:15:00Z","currency":"SEK","billing_plan":"Monthly","term":"P3Y",)"
    R"("start":"2025-01-31","quantity":10,"return_quantity":4,"price":"360000.00","pricing_price":"36000.00","used":true,"unpaid_from":3,)"
    R"("current_unit_price":"35000.00","product":"VirtualMachines","allowance":{"used":"49000.00","held":"12.50"},"meter":"refund",)"
    R"("channel_approved":false})";

class PriceBatch : public testing::Test {
 protected:
  std::string priced(std::string_view line) {
    std::string out;
    pricer_.price(line, 7, out);
    return out;
  }
  // A carriage return between two tokens is JSON, and not what the quick way reads.
  std::string priced_slowly(std::string_view line) { return priced("{\r" + std::string(line.substr(1))); }

  policy::PackSet packs_ = *load_packs("");
  LinePricer pricer_{packs_};
};

TEST_F(PriceBatch, TheQuickWaySaysWhatTheSlowOneSays) {
  EXPECT_EQ(priced(kPlain).find("error"), std::string::npos) << priced(kPlain);
  EXPECT_EQ(priced(kPlain), priced_slowly(kPlain));
}

// Every byte of a line left out, doubled, and replaced by what JSON and its readers care about.
TEST_F(PriceBatch, SoItIsForEveryLineThatIsNearlyThis) {
  int answers = 0;
  for (std::size_t at = 1; at < kPlain.size(); ++at) {
    std::vector<std::string> lines;
    const std::string before(kPlain.substr(0, at));
    const std::string after(kPlain.substr(at + 1));
    lines.push_back(before + after);
    lines.push_back(before + std::string(2, kPlain[at]).append(after));
    for (const std::string_view other :
         {"\"", "\\", "{", "}", ",", ":", " ", "\t", "0", "-", ".", "e", "[", "\x01", "\x7f", "\xc3\xa9", "\xff"})
      lines.push_back(before + std::string(other).append(after));
    for (const std::string& line : lines) {
      ASSERT_EQ(priced(line), priced_slowly(line)) << line;
      answers += priced(line).find("error") == std::string::npos ? 1 : 0;
    }
  }
  EXPECT_GT(answers, 100) << "many of them are still lines that can be priced";
}

TEST_F(PriceBatch, AndForLinesWithOtherMembers) {
  for (const std::string_view line :
       {R"({})", R"({"id":"x"})", R"({"id":null})", R"({"id":"x","id":"x"})", R"({"id":"x","policy":"csp-2020","colour":"red"})",
        R"({"allowance":{}})", R"({"allowance":null})", R"({"allowance":{"used":"1.00","used":"1.00"}})", R"({"used":nul})",
        R"({"quantity":007})", R"({"quantity":-0})", R"({"quantity":99999999999999999999})", R"({"id":"x"} )", R"({"id":"x"},)",
        R"({"id":"x"}{"id":"y"})", R"({"id" : "x" , "policy" : "none"})", R"({"id":"x",})", R"({,"id":"x"})", R"({"":"x"})"})
    EXPECT_EQ(priced(line), priced_slowly(line)) << line;
}

}  // namespace
}  // namespace prorata::wire
