// What every refund keeps to, whatever the facts.
#include <algorithm>

#include "drawn.h"

namespace prorata {
namespace {

using namespace prorata::testing;
using policy::RefundDecision;
using policy::SideAmounts;

void check_side(const SideAmounts& a, std::int64_t forfeited) {
  RC_ASSERT(a.consumed + a.pro_rated == a.paid);
  RC_ASSERT(a.refund + a.fee + forfeited == a.credit);
  RC_ASSERT(a.credit + a.remaining_commitment == a.cancelled_commitment);
  RC_ASSERT(a.consumed >= 0);
  RC_ASSERT(a.pro_rated >= 0);
  RC_ASSERT(a.fee >= 0);
  RC_ASSERT(a.remaining_commitment >= 0);
  RC_ASSERT(a.refund >= 0);
  RC_ASSERT(a.refund <= a.credit);
  RC_ASSERT(a.credit <= a.paid);
}

RC_GTEST_PROP(RefundProperty, NothingIsRefundedThatWasNotPaidAndThePartsSumToTheWhole, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  const RefundDecision d = decided(drawn_case(r), drawn_between(1, r.quantity), today, drawn_pack());
  const std::int64_t cut = d.amounts.pricing.credit - d.amounts.pricing.fee - d.amounts.pricing.refund;  // by the allowance
  check_side(d.amounts.billing, d.amounts.forfeited);
  check_side(d.amounts.pricing, cut);
  RC_ASSERT(cut >= 0);
  RC_ASSERT((cut > 0) == d.needs_consent());
  RC_ASSERT(d.kept + d.refund == d.total_paid);
  RC_ASSERT(!less(d.total_paid, d.refund));
}

// What q units get and what the rest would get are what all get, before anything is rounded by the day.
RC_GTEST_PROP(RefundProperty, WhatIsReturnedInTwoStepsWasPaidOnce, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  RC_PRE(r.quantity > 1);
  const std::int64_t q = drawn_between(1, r.quantity - 1);
  const policy::Pack& pack = drawn_pack();
  const RefundDecision all = decided(case_of(r), r.quantity, today, pack);
  const RefundDecision first = decided(case_of(r), q, today, pack);
  const Reservation rest = must(give_back(r, q, start_of(today)));
  RC_ASSERT(rest.quantity == r.quantity - q);
  const RefundDecision second = decided(case_of(rest), rest.quantity, today, pack);
  RC_ASSERT(first.amounts.billing.paid + second.amounts.billing.paid == all.amounts.billing.paid);
  RC_ASSERT(first.amounts.pricing.paid + second.amounts.pricing.paid == all.amounts.pricing.paid);
  RC_ASSERT(first.amounts.billing.remaining_commitment + second.amounts.billing.remaining_commitment ==
            all.amounts.billing.remaining_commitment);
}

RC_GTEST_PROP(RefundProperty, WithAnUpfrontPlanMoreDaysLeftNeverPayLessWithinARow, ()) {
  Day today;
  Reservation r = drawn_reservation(today);
  r.plan = BillingPlan::upfront;
  const Money price = total_billing(r.schedule);
  r.schedule = on_day(make_schedule(r.plan, r.term, day_of(r.benefit_start), price, total_pricing(r.schedule)), today);
  const Day later = add_days(today, static_cast<std::int32_t>(drawn_between(1, 30)));
  RC_PRE(later < day_of(r.expiry));
  const policy::RefundCase facts = drawn_case(r);
  const std::int64_t q = drawn_between(1, r.quantity);
  const policy::Pack& pack = drawn_pack();
  const RefundDecision sooner = decided(facts, q, today, pack);
  const RefundDecision after = decided(facts, q, later, pack);
  RC_PRE(sooner.row == after.row);
  RC_ASSERT(sooner.amounts.pricing.refund >= after.amounts.pricing.refund);
  if (!sooner.needs_consent()) RC_ASSERT(sooner.refund.minor >= after.refund.minor);
}

RC_GTEST_PROP(RefundProperty, MoreUnitsNeverGetLessBack, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  RC_PRE(r.quantity > 1);
  const std::int64_t q = drawn_between(1, r.quantity - 1);
  const policy::Pack& pack = drawn_pack();
  const policy::RefundCase facts = drawn_case(r);
  RC_ASSERT(decided(facts, q, today, pack).amounts.pricing.refund <= decided(facts, q + 1, today, pack).amounts.pricing.refund);
}

RC_GTEST_PROP(RefundProperty, UnknownUsageGetsTheLessFavourableOfTheTwo, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  policy::RefundCase facts = case_of(r);
  const std::int64_t q = drawn_between(1, r.quantity);
  const policy::Pack& pack = drawn_pack();
  const auto as = [&](Usage usage) {
    facts.usage = usage;
    return decided(facts, q, today, pack);
  };
  const RefundDecision unknown = as(Usage::unknown);
  const std::int64_t least = std::min(as(Usage::used).amounts.billing.credit - as(Usage::used).amounts.billing.fee,
                                      as(Usage::unused).amounts.billing.credit - as(Usage::unused).amounts.billing.fee);
  RC_ASSERT(unknown.amounts.billing.credit - unknown.amounts.billing.fee == least);
  RC_ASSERT(unknown.amounts.warnings.has(policy::Warning::usage_unknown));
}

RC_GTEST_PROP(RefundProperty, WhatIsPaidOutFitsTheAllowanceOrIsRefused, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  const policy::RefundCase facts = drawn_case(r);
  const policy::Pack& pack = drawn_pack();
  const RefundDecision d = decided(facts, drawn_between(1, r.quantity), today, pack);
  RC_ASSERT(d.amounts.free >= 0);
  const bool over = d.amounts.metered > d.amounts.free;
  const bool clips = pack.allowance.over_limit == policy::OverLimit::clip;
  RC_ASSERT(d.amounts.refusals.has(policy::Refusal::refund_limit_exceeded) == (over && !clips));
  RC_ASSERT(d.needs_consent() == (over && clips));
  if (clips) RC_ASSERT(d.amounts.pricing.refund <= d.amounts.free);
}

RC_GTEST_PROP(AllowanceProperty, WhatIsFreeIsNeverNegativeAndComesBackOnlyAtItsMoment, ()) {
  policy::AllowanceHistory history;
  const auto moment = [] { return Instant{drawn_between(0, 800 * kTicksPerDay)}; };
  const auto amount = [] { return policy::MeteredAmount{drawn_between(0, 3'000'000), drawn_between(0, 3'000'000)}; };
  for (std::int64_t left = drawn_between(0, 6); left > 0; --left) history.returns.push_back({moment(), amount()});
  for (std::int64_t left = drawn_between(0, 3); left > 0; --left) history.holds.push_back({moment(), amount()});
  const Instant now = moment();
  constexpr std::int64_t kLimit = 5'000'000;
  for (const policy::Meter meter : {policy::Meter::refund, policy::Meter::cancelled_commitment}) {
    const std::int64_t free = allowance_at(history, now, 365).free(meter, kLimit);
    RC_ASSERT(free >= 0);
    RC_ASSERT(free <= kLimit);
    policy::AllowanceHistory more = history;
    more.returns.push_back({now, amount()});
    RC_ASSERT(allowance_at(more, now, 365).free(meter, kLimit) <= free);
    // Between two events of the calendar nothing comes back, unless a return later than now comes to count.
    const std::vector<policy::AllowanceEvent> events = calendar(history, now, 365);
    const bool all_past = std::ranges::all_of(history.returns, [&](const auto& each) { return each.at <= now; });
    if (!all_past || events.empty()) continue;
    RC_ASSERT(allowance_at(history, {events.front().at.ticks - 1}, 365).free(meter, kLimit) == free);
    RC_ASSERT(allowance_at(history, events.front().at, 365).free(meter, kLimit) >= free);
    RC_ASSERT(allowance_at(history, events.back().at, 365).free(meter, kLimit) == kLimit);
  }
}

}  // namespace
}  // namespace prorata
