// Runs exchanges.desk through the decision.
#include <gtest/gtest.h>

#include <sstream>

#include "desk_file.h"
#include "policy/exchange.h"
#include "wire/policy_pack.h"

namespace prorata {
namespace {

using namespace prorata::testing;

struct Facts {
  std::string policy;
  Instant as_of;
  Currency currency;
  std::string product;
  std::vector<policy::ExchangeReturnCase> returns;
  std::vector<policy::ExchangePurchaseCase> purchases;
};

// "1 of 3 Monthly 540.00 2023-03-04 unused"
policy::ExchangeReturnCase returned(const Facts& facts, const std::string& text) {
  std::istringstream words(text);
  std::int64_t quantity = 0;
  std::int64_t of = 0;
  std::string of_word;
  std::string plan;
  std::string price;
  std::string start;
  std::string usage;
  words >> quantity >> of_word >> of >> plan >> price >> start >> usage;
  const Day day = *parse_day(start);
  const Money lifetime = *parse_money(price, facts.currency);
  policy::ExchangeReturnCase line{.purchased = day, .quantity = quantity};
  line.facts = {.start = day,
                .term = Term{1},
                .plan = *parse_word<BillingPlan>(plan, "a plan"),
                .quantity = of,
                .product = facts.product,
                .usage = *parse_word<Usage>(usage, "a usage"),
                .current_unit_price = lifetime};
  line.facts.schedule =
      on_day(make_schedule(line.facts.plan, Term{1}, day, lifetime, Money{lifetime.minor, Currency::usd()}), day_of(facts.as_of));
  return line;
}

policy::ExchangePurchaseCase bought(const Facts& facts, const std::string& text) {
  std::istringstream words(text);
  std::int64_t quantity = 0;
  std::string price;
  words >> quantity >> price;
  return {.product = facts.product, .quantity = quantity, .price = *parse_money(price, facts.currency)};
}

Facts facts_of(const Scenario& scenario) {
  Facts facts;
  for (const auto& [name, value] : scenario.facts) {
    if (name == "policy") facts.policy = value;
    if (name == "as_of") facts.as_of = *parse_instant(value);
    if (name == "currency") facts.currency = *Currency::parse(value);
    if (name == "product") facts.product = value;
    if (name == "out") facts.returns.push_back(returned(facts, value));
    if (name == "in") facts.purchases.push_back(bought(facts, value));
  }
  return facts;
}

std::string figure(const policy::ExchangeDecision& d, const std::string& name) {
  const std::size_t line = name.back() == '2' ? 1 : 0;
  if (name.starts_with("credit.")) return to_string(d.credit(line));
  if (name.starts_with("remaining_commitment.")) return to_string(d.remaining_commitment(line));
  if (name == "refunds_total") return to_string(d.refunds_total);
  if (name == "purchases_total") return to_string(d.purchases_total);
  if (name == "net_payable") return to_string(d.net_payable);
  if (name == "smallest_quantity") return d.smallest_quantity ? std::to_string(*d.smallest_quantity) : "-";
  if (name != "refusals") return "(no such figure)";
  std::string words;
  for (const policy::Refusal each : in_order(d.line_refusals)) (words += words.empty() ? "" : " ") += to_string(each);
  for (const policy::ExchangeRefusal each : in_order(d.refusals)) (words += words.empty() ? "" : " ") += to_string(each);
  return words.empty() ? "-" : words;
}

TEST(ExchangeScenarios, PayWhatIsWritten) {
  ScenarioFile file = read_file("exchanges.desk");
  ASSERT_FALSE(file.scenarios.empty());
  const policy::PackSet packs = *wire::load_packs("");
  for (const Scenario& scenario : file.scenarios) {
    const Facts facts = facts_of(scenario);
    const auto decision =
        decide_exchange(facts.returns, facts.purchases, {.as_of = facts.as_of, .channel_approved = true}, **packs.find(facts.policy));
    ASSERT_TRUE(decision) << scenario.title << ": " << decision.error().text();
    for (std::size_t i = 0; i < scenario.expected.size(); ++i) {
      const auto& [name, expected] = scenario.expected[i];
      const std::string got = figure(*decision, name);
      if (!file.bless(scenario, i, got)) EXPECT_EQ(got, expected) << scenario.title << ": " << name;
    }
  }
  file.write_if_blessing();
}

}  // namespace
}  // namespace prorata
