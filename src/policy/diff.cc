#include "policy/diff.h"

#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace prorata::policy {
namespace {

constexpr int kTermDays = 365;

// The days on which either table changes, those before them, and a few in between.
std::set<std::int32_t> edges(const Pack& a, const Pack& b) {
  std::set<std::int32_t> days = {0, 30, 182, kTermDays - 1};
  for (const Pack* pack : {&a, &b})
    for (const Row& row : pack->rows) {
      days.insert(row.elapsed_from);
      if (row.elapsed_from > 0) days.insert(row.elapsed_from - 1);
    }
  std::erase_if(days, [](std::int32_t day) { return day >= kTermDays; });
  return days;
}

std::set<std::string> products(const Pack& a, const Pack& b) {
  std::set<std::string> words = {"VirtualMachines"};
  for (const Pack* pack : {&a, &b}) words.insert(pack->not_refundable.begin(), pack->not_refundable.end());
  return words;
}

bool paid_differently(const RefundDecision& a, const RefundDecision& b) {
  return a.refund != b.refund || a.amounts.billing.fee != b.amounts.billing.fee || a.amounts.forfeited != b.amounts.forfeited ||
         a.amounts.refusals != b.amounts.refusals;
}

}  // namespace

std::vector<DiffCase> diff(const Pack& a, const Pack& b) {
  std::vector<DiffCase> out;
  const Day start = make_day(2025, 3, 1);
  const auto decide = [](const RefundCase& facts, const RefundRequest& request, const Pack& pack) {
    Result<RefundDecision> decision = decide_refund(facts, request, pack);
    CHECK(decision.has_value(), "a made-up case is complete");
    return std::move(*decision);
  };
  for (const std::string& product : products(a, b))
    for (const std::int64_t price : {365'000, 14'600'000})
      for (const BillingPlan plan : {BillingPlan::upfront, BillingPlan::monthly})
        for (const Usage usage : {Usage::unused, Usage::used})
          for (const std::int32_t day : edges(a, b)) {
            const bool plain =
                product == "VirtualMachines" || (day == 30 && usage == Usage::used && plan == BillingPlan::upfront && price == 365'000);
            if (!plain) continue;  // one case tells that a product is not refunded
            const Money lifetime{price, Currency::usd()};
            const Day today = add_days(start, day);
            RefundCase facts{.start = start,
                             .term = Term{1},
                             .plan = plan,
                             .quantity = 1,
                             .product = product,
                             .usage = usage,
                             .current_unit_price = lifetime};
            facts.schedule = on_day(make_schedule(plan, Term{1}, start, lifetime, lifetime), today);
            const RefundRequest request{.quantity = 1, .as_of = start_of(today), .channel_approved = true};
            DiffCase each{
                .what = fmt::format("day {}, {}, {}, {} USD, {}", day, to_string(usage), to_string(plan), to_string(lifetime), product),
                .day = day,
                .used = usage == Usage::used,
                .plan = plan,
                .price = lifetime,
                .product = product,
                .a = decide(facts, request, a),
                .b = decide(facts, request, b)};
            if (paid_differently(each.a, each.b)) out.push_back(std::move(each));
          }
  return out;
}

}  // namespace prorata::policy
