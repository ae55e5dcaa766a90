#include "wire/derivation.h"

#include <gtest/gtest.h>

#include "wire/json.h"

namespace prorata::wire {
namespace {

const Currency kSek = *Currency::parse("SEK");

TEST(DerivationJson, HasAnObjectForEachStep) {
  const policy::Step steps[] = {
      policy::make_step("refund.fee", {{"credit", Money{300'000, kSek}}, {"fee_rate", Ratio{12, 100}}}, Money{36'000, kSek}),
      policy::make_step("refund.remaining_commitment",
                        {{"unpaid", std::vector<policy::EqualPayments>{{11, {549, kSek}}, {1, {550, kSek}}}},
                         {"units", policy::UnitCount{1}},
                         {"of_units", policy::UnitCount{3}}},
                        Money{2'196, kSek}),
      policy::make_step("refusal.invalid_quantity", {}, std::nullopt)};
  EXPECT_EQ(derivation_json(steps, Language::swedish),
            R"([{"rule":"refund.fee","inputs":{"credit":{"amount":"3000.00","currency":"SEK"},"fee_rate":"0.12"},)"
            R"("result":{"amount":"360.00","currency":"SEK"},)"
            R"("sentence":"Avgift för tidig uppsägning: 12 % × 3 000,00 SEK = 360,00 SEK."},)"
            R"({"rule":"refund.remaining_commitment","inputs":{"unpaid":[{"count":11,"amount":"5.49","currency":"SEK"},)"
            R"({"count":1,"amount":"5.50","currency":"SEK"}],"units":1,"of_units":3},"result":{"amount":"21.96","currency":"SEK"},)"
            R"("sentence":"Återstående åtagande: 11 × 5,49 SEK + 1 × 5,50 SEK obetalt; för 1 av 3 enheter, varje betalning avrundad för )"
            R"(sig, 21,96 SEK."},)"
            R"({"rule":"refusal.invalid_quantity","inputs":{},"result":null,"sentence":"Så många enheter finns inte att returnera."}])");
}

TEST(DerivationJson, IsStrictJsonWhateverTheNames) {
  const policy::Step row = policy::make_step("refund.row",
                                             {{"policy", std::string("\"own\"\n")},
                                              {"elapsed", policy::DayCount{5}},
                                              {"usage", policy::RuleWord{"used"}},
                                              {"credit", policy::RuleWord{"full"}},
                                              {"fee_rate", Ratio{1, 3}}},
                                             std::string("\\"));
  const std::string json = derivation_json({&row, 1}, Language::english);
  JsonReader reader;
  const Result<JsonValue> read = reader.read(json);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->first()->find("inputs")->find("policy")->text(), "\"own\"\n");
  EXPECT_EQ(read->first()->find("inputs")->find("fee_rate")->text(), "1/3");
  EXPECT_EQ(read->first()->find("result")->text(), "\\");
}

}  // namespace
}  // namespace prorata::wire
