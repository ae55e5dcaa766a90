// Parts sum to the whole: schedules, splits and merges.
#include <fmt/format.h>

#include "drawn.h"

namespace prorata {
namespace {

using namespace prorata::testing;

RC_GTEST_PROP(ScheduleProperty, InstalmentsSumToThePriceAndDifferByOneAtMost, ()) {
  const Money price{drawn_price(), drawn_currency()};
  const Term term{*rc::gen::element(1, 3, 5)};
  const Day start{static_cast<std::int32_t>(drawn_between(0, 40'000))};
  const Schedule schedule = make_schedule(BillingPlan::monthly, term, start, price, std::nullopt);
  RC_ASSERT(schedule.payments.size() == static_cast<std::size_t>(term.months()));
  RC_ASSERT(total_billing(schedule) == price);
  for (std::size_t k = 1; k < schedule.payments.size(); ++k) {
    const std::int64_t less_by = schedule.payments[k - 1].billing.minor - schedule.payments[k].billing.minor;
    RC_ASSERT((less_by == 0 || less_by == 1));
    RC_ASSERT(schedule.payments[k].due == add_months(start, static_cast<int>(k)));
  }
  RC_ASSERT(schedule.payments.front().billing.minor - schedule.payments.back().billing.minor <= 1);
}

RC_GTEST_PROP(ScheduleProperty, TimeInTwoStepsIsTimeInOne, ()) {
  Day today;
  const Reservation r = drawn_reservation(today);
  const Day later = add_days(today, static_cast<std::int32_t>(drawn_between(0, 400)));
  const Day last = add_days(later, static_cast<std::int32_t>(drawn_between(0, 400)));
  RC_ASSERT(on_day(on_day(r, later), last) == on_day(r, last));
  RC_ASSERT(on_day(on_day(r, last), later) == on_day(r, last));
}

// Takes the quantities of some parts that add up to the whole.
std::vector<std::int64_t> drawn_parts(std::int64_t whole) {
  std::vector<std::int64_t> parts;
  while (whole > 0 && parts.size() < 5) {
    parts.push_back(parts.size() == 4 ? whole : drawn_between(1, whole));
    whole -= parts.back();
  }
  return parts;
}

RC_GTEST_PROP(SplitProperty, PartsOfASplitSumToTheWholeAndMergeBackIntoIt, ()) {
  Day today;
  const Reservation whole = drawn_reservation(today);
  const std::vector<std::int64_t> quantities = drawn_parts(whole.quantity);
  RC_PRE(quantities.size() > 1);
  std::vector<ReservationId> ids;
  for (std::size_t i = 0; i < quantities.size(); ++i)
    ids.push_back(*ReservationId::parse(fmt::format("0c000000-0000-4000-8000-{:012x}", i)));
  const Instant now = start_of(today);
  const SplitResult made = must(split(whole, quantities, ids, now));
  RC_ASSERT(made.parts.size() == quantities.size());
  std::int64_t renewed = 0;
  for (const Reservation& part : made.parts) {
    RC_ASSERT(part.renew == part.renewal.has_value());
    renewed += part.renewal ? part.renewal->quantity : 0;
  }
  RC_ASSERT(renewed == (whole.renewal ? whole.renewal->quantity : 0));

  const MergeResult merged = must(merge(made.parts, *ReservationId::parse("0d000000-0000-4000-8000-000000000001"), now));
  RC_ASSERT(merged.merged.quantity == whole.quantity);
  RC_ASSERT(merged.merged.schedule == whole.schedule);
  RC_ASSERT(merged.merged.customer_price == whole.customer_price);
  RC_ASSERT(merged.merged.renewal == whole.renewal);
  RC_ASSERT(merged.merged.usage == whole.usage);
}

RC_GTEST_PROP(SplitProperty, ASplitChangesNoRefundByMoreThanItsRounding, ()) {
  Day today;
  Reservation whole = drawn_reservation(today);
  RC_PRE(whole.quantity > 1);
  const std::int64_t q = drawn_between(1, whole.quantity - 1);
  const std::vector<std::int64_t> quantities = {q, whole.quantity - q};
  const std::vector<ReservationId> ids = {*ReservationId::parse("0c000000-0000-4000-8000-000000000001"),
                                          *ReservationId::parse("0c000000-0000-4000-8000-000000000002")};
  const policy::Pack& pack = drawn_pack();
  const SplitResult made = must(split(whole, quantities, ids, start_of(today)));
  const auto asked = decided(case_of(whole), q, today, pack);
  const auto part = decided(case_of(made.parts[0]), q, today, pack);
  RC_ASSERT(part.amounts.billing == asked.amounts.billing);
  RC_ASSERT(part.amounts.pricing == asked.amounts.pricing);
}

}  // namespace
}  // namespace prorata
