// Pen and paper: every step of a derivation is worked out again from its own inputs, for random returns, and must come to its result.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <set>

#include "oracle/random_refunds.h"
#include "policy/derivation.h"
#include "wire/policy_pack.h"

namespace prorata::twin {
namespace {

using policy::Step;
using policy::Value;

std::int64_t rounded(__int128 numerator, __int128 denominator) {
  const __int128 rest = numerator % denominator;
  return static_cast<std::int64_t>(numerator / denominator + (rest * 2 >= denominator ? 1 : 0));
}

// The inputs of a step as plain numbers: minor units, days, units.
class Paper {
 public:
  explicit Paper(const Step& step) : step_(step) {}

  std::int64_t operator[](std::string_view name) const { return number(step_.input(name)); }
  Ratio ratio(std::string_view name) const { return std::get<Ratio>(step_.input(name)); }
  Day day(std::string_view name) const { return std::get<Day>(step_.input(name)); }
  std::string_view word(std::string_view name) const { return std::get<policy::RuleWord>(step_.input(name)).word; }
  std::int64_t share(std::int64_t amount) const { return rounded(static_cast<__int128>(amount) * (*this)["units"], (*this)["of_units"]); }
  std::int64_t shares_of_unpaid() const {
    std::int64_t sum = 0;
    for (const auto& each : std::get<std::vector<policy::EqualPayments>>(step_.input("unpaid"))) sum += each.count * share(each.each.minor);
    return sum;
  }
  std::int64_t result() const { return number(*step_.result); }

 private:
  static std::int64_t number(const Value& value) {
    if (const auto* money = std::get_if<Money>(&value)) return money->minor;
    if (const auto* days = std::get_if<policy::DayCount>(&value)) return days->days;
    return std::get<policy::UnitCount>(value).units;
  }
  const Step& step_;
};

std::int64_t consumed_of(std::int64_t paid, const Paper& p) {
  return rounded(static_cast<__int128>(paid) * (p["days"] - p["left"]), p["days"]);
}

// The formula of each rule that has figures, as docs/specs/refunds.md writes them.
std::optional<std::int64_t> worked_out(const Step& step) {
  const Paper p(step);
  const std::string_view rule = step.rule;
  if (rule == "refund.elapsed") return p.day("as_of").since_epoch - p.day("start").since_epoch;
  if (rule == "refund.left") return p.day("until").since_epoch - p.day("as_of").since_epoch;
  if (rule == "refund.paid_upfront" || rule == "refund.paid_instalment") return p.share(p["all_units"]);
  if (rule == "refund.instalment_unpaid" || rule == "refund.no_remaining_commitment" || rule == "refund.nothing") return 0;
  if (rule == "refund.consumed") return consumed_of(p["paid"], p);
  if (rule == "refund.credit_full") return p["paid"];
  if (rule == "refund.credit_pro_rated") return p["paid"] - p["consumed"];
  if (rule == "refund.price_lower")
    return rounded(static_cast<__int128>(p["credit"]) * p["current_unit_price"] * p["of_units"], p["purchase_price"]);
  if (rule == "refund.price_not_lower") return p["credit"];
  if (rule == "refund.fee") return rounded(static_cast<__int128>(p["credit"]) * p.ratio("fee_rate").part, p.ratio("fee_rate").over);
  if (rule == "refund.refund") return p["credit"] - p["fee"];
  if (rule == "refund.refund_without_fee") return p["credit"];
  if (rule == "refund.remaining_commitment" || rule == "pricing.remaining_commitment") return p.shares_of_unpaid();
  if (rule == "refund.cancelled_commitment" || rule == "pricing.cancelled_commitment") return p["credit"] + p["remaining_commitment"];
  if (rule == "allowance.free") return p["limit"] - p["used"] - p["held"];
  if (rule == "allowance.exhausted") return 0;
  if (rule == "allowance.left") return p["free"] - p["metered"];
  if (rule == "allowance.short") return p["metered"] - p["free"];
  if (rule == "allowance.clip") return rounded(static_cast<__int128>(p["refund"]) * p["free"], p["metered"]);
  if (rule == "allowance.forfeited") return p["refund"] - p["clipped"];
  return std::nullopt;
}

// Each of the amounts that the USD step names.
void check_pricing(const Step& step) {
  const Paper p(step);
  RC_ASSERT(p["paid"] == p.share(p["all_units"]));
  RC_ASSERT(p["consumed"] == consumed_of(p["paid"], p));
  const __int128 row_credit = p.word("row_credit") == "full" ? p["paid"] : p["paid"] - p["consumed"];
  RC_ASSERT(p["credit"] == rounded(row_credit * p.ratio("price_factor").part, p.ratio("price_factor").over));
  RC_ASSERT(p["fee"] == rounded(static_cast<__int128>(p["credit"]) * p.ratio("fee_rate").part, p.ratio("fee_rate").over));
  RC_ASSERT(p.result() == p["credit"] - p["fee"]);
}

const Step* last_of(const std::vector<Step>& steps, std::initializer_list<std::string_view> rules) {
  const Step* last = nullptr;
  for (const Step& step : steps)
    if (std::ranges::find(rules, step.rule) != rules.end()) last = &step;
  return last;
}

using RuleIds = std::set<std::string, std::less<>>;

void check_on_paper(const Facts& facts, RuleIds& met) {
  static const policy::PackSet kPacks = *wire::load_packs("");
  const Asked asked = as_asked(facts);
  const policy::Pack& pack = **kPacks.find(facts.pack);
  const policy::RefundDecision decision = *decide_refund(asked.facts, asked.request, pack);
  const std::vector<Step> steps = derive(decision, asked.facts, pack);
  for (const Step& step : steps) {
    met.emplace(step.rule);
    const auto expected = worked_out(step);
    if (expected && *expected != Paper(step).result())
      RC_FAIL(in_words(facts) + ": on paper " + std::to_string(*expected) + ": " + sentence(step, Language::english));
    if (step.rule == "pricing.refund") check_pricing(step);
    RC_ASSERT(!sentence(step, Language::swedish).empty());
  }
  const Step* refund = last_of(steps, {"refund.nothing", "refund.refund", "refund.refund_without_fee", "allowance.clip"});
  RC_ASSERT(refund != nullptr);
  RC_ASSERT(std::get<Money>(*refund->result) == decision.refund);
  if (const Step* cancelled = last_of(steps, {"refund.cancelled_commitment"}))
    RC_ASSERT(Paper(*cancelled).result() == decision.amounts.billing.cancelled_commitment);
  for (const policy::Refusal each : in_order(decision.amounts.refusals))
    RC_ASSERT(last_of(steps, {"refusal." + std::string(to_string(each))}) != nullptr);
}

TEST(Derivation, EveryStepComesToItsResultOnPaperAndTheLastRefundIsTheDecisions) {
  RuleIds met;
  EXPECT_TRUE(rc::check([&] {
    for (int i = 0; i < 50; ++i) {
      Facts facts = random_facts();
      for (const auto& [pack, meter] : kPacksAndMeters) {
        facts.pack = pack;
        facts.meter = meter;
        check_on_paper(facts, met);
      }
    }
  }));
  // A rule that was never met was not checked. Three refusals are told before a decision is asked for, or after.
  for (const policy::Rule& rule : policy::rules()) {
    const bool elsewhere =
        rule.id == "refusal.reservation_not_found" || rule.id == "refusal.quote_expired" || rule.id == "refusal.quote_stale";
    EXPECT_NE(met.contains(rule.id), elsewhere) << rule.id;
  }
}

}  // namespace
}  // namespace prorata::twin
