#include "policy/step.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "policy/refusal.h"

namespace prorata::policy {
namespace {

using Names = std::set<std::string, std::less<>>;

// What stands in braces: "{paid:n}" is paid.
Names named_in(std::string_view text) {
  Names names;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    std::string_view name = text.substr(open + 1, text.find('}', open) - open - 1);
    names.emplace(name.substr(0, name.find(':')));
  }
  return names;
}

Names inputs_of(const Rule& rule) {
  Names names;
  std::istringstream words{std::string(rule.inputs)};
  for (std::string word; words >> word;) names.insert(word);
  return names;
}

TEST(Rules, EachIsSaidInBothLanguagesOfTheSameThings) {
  Names ids;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " stands twice in the table";
    for (const std::string_view text : {rule.english, rule.swedish}) {
      EXPECT_TRUE(text.ends_with('.')) << rule.id << ": " << text;
      EXPECT_EQ(std::ranges::count(text, '{'), std::ranges::count(text, '}')) << rule.id;
    }
    EXPECT_EQ(named_in(rule.english), named_in(rule.swedish)) << rule.id;
    Names known = inputs_of(rule);
    known.insert("result");
    for (const std::string& name : named_in(rule.english)) EXPECT_TRUE(known.contains(name)) << rule.id << " has no " << name;
  }
}

TEST(Rules, EveryRefusalAndWarningIsOne) {
  for (const auto& [refusal, word] : kWords<Refusal>) {
    const Step step = make_step("refusal." + std::string(word), {}, std::nullopt);
    EXPECT_EQ(sentence(step, Language::english), sentence(refusal, false));
    EXPECT_EQ(sentence(step, Language::swedish), sentence(refusal, true));
  }
  for (const auto& [warning, word] : kWords<Warning>)
    EXPECT_EQ(sentence(make_step("warning." + std::string(word), {}, std::nullopt), Language::swedish), sentence(warning, true));
}

TEST(Steps, AreSaidWithTheSignsOfTheLanguage) {
  const Currency sek = *Currency::parse("SEK");
  const Step fee = make_step("refund.fee", {{"credit", Money{123'456'789, sek}}, {"fee_rate", Ratio{125, 1000}}}, Money{15'432'099, sek});
  EXPECT_EQ(sentence(fee, Language::english), "Early termination fee: 12.5 % × 1 234 567.89 SEK = 154 320.99 SEK.");
  EXPECT_EQ(sentence(fee, Language::swedish), "Avgift för tidig uppsägning: 12,5 % × 1 234 567,89 SEK = 154 320,99 SEK.");
}

TEST(Steps, CountOneAndManyInBothLanguages) {
  const auto step = [](std::int64_t days) {
    return make_step("refund.elapsed", {{"start", make_day(2026, 3, 1)}, {"as_of", add_days(make_day(2026, 3, 1), static_cast<int>(days))}},
                     DayCount{days});
  };
  EXPECT_EQ(sentence(step(0), Language::english), "Elapsed: 2026-03-01 to 2026-03-01 is 0 days.");
  EXPECT_EQ(sentence(step(1), Language::english), "Elapsed: 2026-03-01 to 2026-03-02 is 1 day.");
  EXPECT_EQ(sentence(step(1), Language::swedish), "Förflutet: 2026-03-01 till 2026-03-02 är 1 dag.");
  EXPECT_EQ(sentence(step(1'095), Language::swedish), "Förflutet: 2026-03-01 till 2029-02-28 är 1 095 dagar.");
}

TEST(Steps, AmountsAndRatesReadAsInPrint) {
  EXPECT_EQ(readable(Money{365'000, *Currency::parse("SEK")}, Language::swedish), "3 650,00 SEK");
  EXPECT_EQ(readable(Money{-365'000, Currency::usd()}, Language::english), "-3 650.00 USD");
  EXPECT_EQ(readable(Money{1'234'567, *Currency::parse("JPY")}, Language::swedish), "1 234 567 JPY");
  EXPECT_EQ(readable(Money{5, *Currency::parse("KWD")}, Language::swedish), "0,005 KWD");
  EXPECT_EQ(readable(Ratio{12, 100}, Language::english), "12 %");
  EXPECT_EQ(readable(Ratio{120, 1000}, Language::english), "12 %");
  EXPECT_EQ(readable(Ratio{1, 1}, Language::english), "100 %");
  EXPECT_EQ(readable(Ratio{0, 1}, Language::swedish), "0 %");
  EXPECT_EQ(readable(Ratio{5, 1000}, Language::swedish), "0,5 %");
  EXPECT_EQ(readable(Ratio{1, 3}, Language::english), "1/3");
}

TEST(StepsDeathTest, ARuleThatIsNotInTheTableIsABug) {
  EXPECT_DEATH((void)make_step("refund.tip", {}, std::nullopt), "a rule of the table");
  EXPECT_DEATH((void)make_step("refund.credit_full", {{"payed", Money{}}}, Money{}), "the inputs of its rule");
}

}  // namespace
}  // namespace prorata::policy
