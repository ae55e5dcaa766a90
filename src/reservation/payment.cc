#include "reservation/payment.h"

#include <fmt/format.h>

#include "base/check.h"

namespace prorata {

Schedule make_schedule(BillingPlan plan, Term term, Day start, Money lifetime, std::optional<Money> lifetime_pricing) {
  const int count = plan == BillingPlan::upfront ? 1 : term.months();
  const std::vector<Money> billing = split_evenly(lifetime, count);
  std::vector<Money> pricing;
  if (lifetime_pricing) pricing = split_evenly(*lifetime_pricing, count);

  Schedule schedule{.observed = add_days(start, -1)};
  schedule.payments.reserve(static_cast<std::size_t>(count));
  for (int k = 0; k < count; ++k) {
    const auto at = static_cast<std::size_t>(k);
    schedule.payments.push_back({.due = add_months(start, k),
                                 .billing = billing[at],
                                 .pricing = lifetime_pricing ? std::optional(pricing[at]) : std::nullopt,
                                 .status = PaymentStatus::scheduled});
  }
  return schedule;
}

Schedule on_day(Schedule schedule, Day day) {
  if (day <= schedule.observed) return schedule;
  for (Payment& payment : schedule.payments) {
    const bool fell_due = schedule.observed < payment.due && payment.due <= day;
    if (fell_due && payment.status == PaymentStatus::scheduled) payment.status = PaymentStatus::succeeded;
  }
  schedule.observed = day;
  return schedule;
}

Money total_billing(const Schedule& schedule) {
  CHECK(!schedule.empty(), "a schedule without payments has no currency");
  Money total = Money::zero(schedule.payments.front().billing.currency);
  for (const Payment& payment : schedule.payments) total += payment.billing;
  return total;
}

std::optional<Money> total_pricing(const Schedule& schedule) {
  Money total = Money::zero(Currency::usd());
  for (const Payment& payment : schedule.payments) {
    if (!payment.pricing) return std::nullopt;
    total += *payment.pricing;
  }
  return total;
}

Money paid_billing(const Schedule& schedule) {
  CHECK(!schedule.empty(), "a schedule without payments has no currency");
  Money total = Money::zero(schedule.payments.front().billing.currency);
  for (const Payment& payment : schedule.payments)
    if (payment.status == PaymentStatus::succeeded) total += payment.billing;
  return total;
}

Schedule split_off(Schedule& schedule, std::int64_t part, std::int64_t whole) {
  CHECK(1 <= part && part <= whole, "a part is at least one unit and at most the whole");
  Schedule taken{.observed = schedule.observed};
  taken.payments.reserve(schedule.payments.size());
  for (Payment& payment : schedule.payments) {
    Payment share = payment;
    share.billing = scale(payment.billing, {part, whole}, Rounding::half_away);
    payment.billing -= share.billing;
    if (payment.pricing) {
      share.pricing = scale(*payment.pricing, {part, whole}, Rounding::half_away);
      *payment.pricing -= *share.pricing;
    }
    taken.payments.push_back(share);
  }
  return taken;
}

Result<Schedule> join(const Schedule& a, const Schedule& b) {
  if (a.payments.size() != b.payments.size())
    return fail(Code::invalid_argument,
                fmt::format("payment schedules of {} and {} payments cannot be joined", a.payments.size(), b.payments.size()));
  Schedule joined = a;
  joined.observed = std::max(a.observed, b.observed);
  for (std::size_t i = 0; i < joined.payments.size(); ++i) {
    Payment& payment = joined.payments[i];
    const Payment& other = b.payments[i];
    if (payment.due != other.due || payment.status != other.status || payment.billing.currency != other.billing.currency)
      return fail(Code::invalid_argument, fmt::format("payment {} of the two schedules differs in day, status or currency", i + 1));
    payment.billing += other.billing;
    payment.pricing = payment.pricing && other.pricing ? std::optional(*payment.pricing + *other.pricing) : std::nullopt;
  }
  return joined;
}

void cancel_unpaid(Schedule& schedule) {
  for (Payment& payment : schedule.payments)
    if (payment.status != PaymentStatus::succeeded) payment.status = PaymentStatus::cancelled;
}

}  // namespace prorata
