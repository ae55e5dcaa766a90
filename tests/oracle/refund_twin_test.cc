// The program and its slow twin (refund_twin.h) price the same random returns under every pack; every figure must agree.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "oracle/random_refunds.h"
#include "wire/policy_pack.h"

namespace prorata::twin {
namespace {

constexpr int kCasesInARun = 50;  // a hundred runs

const policy::PackSet& packs() {
  static const policy::PackSet kPacks = *wire::load_packs("");
  return kPacks;
}

template <class Mark>
std::vector<std::string> words(const std::vector<Mark>& marks) {
  std::vector<std::string> out;
  for (const Mark each : marks) out.emplace_back(to_string(each));
  return out;
}

void write(std::map<std::string, std::int64_t>& figures, const std::string& prefix, const policy::SideAmounts& s) {
  figures[prefix + "paid"] = s.paid;
  figures[prefix + "consumed"] = s.consumed;
  figures[prefix + "pro_rated"] = s.pro_rated;
  figures[prefix + "credit"] = s.credit;
  figures[prefix + "fee"] = s.fee;
  figures[prefix + "refund"] = s.refund;
  figures[prefix + "remaining_commitment"] = s.remaining_commitment;
  figures[prefix + "cancelled_commitment"] = s.cancelled_commitment;
}

Answer answer_of(const policy::RefundDecision& d) {
  Answer answer{.row = d.row, .refusals = words(in_order(d.amounts.refusals)), .warnings = words(in_order(d.amounts.warnings))};
  const bool priced = !d.row.empty();
  answer.figures = {{"elapsed", d.facts.elapsed_days},          {"free", d.amounts.free},
                    {"forfeited", d.amounts.forfeited},         {"metered", d.amounts.metered},
                    {"days", priced ? d.facts.period_days : 0}, {"left", priced ? d.facts.left_days : 0}};
  write(answer.figures, "", d.amounts.billing);
  write(answer.figures, "usd.", d.amounts.pricing);
  return answer;
}

std::string difference(const Answer& twin, const Answer& ours) {
  std::string text = "row " + twin.row + " / " + ours.row;
  for (const auto& [name, figure] : twin.figures)
    if (figure != ours.figures.at(name)) text += "; " + name + " " + std::to_string(figure) + " / " + std::to_string(ours.figures.at(name));
  for (const std::string& each : twin.refusals) text += "; twin refuses " + each;
  for (const std::string& each : ours.refusals) text += "; we refuse " + each;
  return text;
}

RC_GTEST_PROP(RefundTwin, EveryFigureAgreesUnderEveryPack, ()) {
  for (int i = 0; i < kCasesInARun; ++i) {
    Facts facts = random_facts();
    for (const auto& [pack, meter] : kPacksAndMeters) {
      facts.pack = pack;
      facts.meter = meter;
      const Asked asked = as_asked(facts);
      const Answer twin = decide(facts);
      const Answer ours = answer_of(*decide_refund(asked.facts, asked.request, **packs().find(pack)));
      if (twin != ours) RC_FAIL(in_words(facts) + ": twin / ours: " + difference(twin, ours));
    }
  }
}

// The twin must be right by itself, or agreement says nothing: the worked examples whose figures the rules give.
TEST(RefundTwin, KnowsTheWorkedExamples) {
  Facts year{.start = {2026, 3, 1},
             .price = 365'000,
             .price_usd = 365'000,
             .as_of = {2026, 5, 5},
             .payments = "S",
             .pack = "csp-2020",
             .meter = "refund"};
  Answer answer = decide(year);
  EXPECT_EQ(answer.row, "later_unused");
  EXPECT_EQ(answer.figures["consumed"], 65'000);
  EXPECT_EQ(answer.figures["fee"], 36'000);
  EXPECT_EQ(answer.figures["refund"], 264'000);
  year.as_of = {2026, 3, 6};
  EXPECT_EQ(decide(year).figures["refund"], 365'000);
  year.usage = 1;
  EXPECT_EQ(decide(year).figures["refund"], 360'000);

  const Facts pounds{.start = {2023, 3, 4},
                     .monthly = true,
                     .quantity = 3,
                     .price = 6'588,
                     .price_usd = 7'848,
                     .as_of = {2023, 3, 6},
                     .payments = "SUUUUUUUUUUU",
                     .pack = "azure-2022",
                     .meter = "refund"};
  answer = decide(pounds);
  EXPECT_EQ(answer.figures["refund"], 183);
  EXPECT_EQ(answer.figures["remaining_commitment"], 2'013);

  const Facts clipped{.start = {2026, 3, 1},
                      .price = 6'000'000,
                      .price_usd = 6'000'000,
                      .as_of = {2026, 3, 4},
                      .payments = "S",
                      .used_usd = 1'000'000,
                      .pack = "csp-2020",
                      .meter = "refund"};
  answer = decide(clipped);
  EXPECT_EQ(answer.figures["refund"], 4'000'000);
  EXPECT_EQ(answer.figures["forfeited"], 2'000'000);
  EXPECT_EQ(answer.warnings, std::vector<std::string>{"clipped"});
}

TEST(RefundTwin, CountsDaysOverLeapYears) {
  EXPECT_EQ(days_until({2023, 3, 1}, {2024, 3, 1}), 366);
  EXPECT_EQ(days_until({2099, 3, 1}, {2100, 3, 1}), 365) << "2100 is no leap year";
  EXPECT_EQ(days_until({2024, 3, 1}, {2024, 2, 29}), -1);
  EXPECT_EQ(months_later({2024, 1, 31}, 1), (Date{2024, 2, 29}));
  EXPECT_EQ(months_later({2024, 1, 31}, 2), (Date{2024, 3, 31}));
  EXPECT_EQ(yesterday({2024, 3, 1}), (Date{2024, 2, 29}));
}

}  // namespace
}  // namespace prorata::twin
