// How a reservation is paid: at once (Upfront) or in monthly instalments (Monthly).
//
// Every payment carries two amounts: billing (what the partner is invoiced in) and pricing (USD, what the allowance is measured
// in). Refund rules section 2 is the source: instalment k is due k months after the first day, counted from it so that a clamp at a
// month's end never drifts; minor units that do not divide go one each to the first instalments.
//
//   Schedule schedule = make_schedule(BillingPlan::monthly, Term{1}, start, lifetime, lifetime_usd);
//   Schedule part = split_off(schedule, 1, 3);     // one of three units; what is left in `schedule` belongs to the other two
#pragma once

#include <optional>
#include <vector>

#include "base/money.h"
#include "base/text.h"
#include "base/time.h"

namespace prorata {

enum class BillingPlan { upfront, monthly };
template <>
inline constexpr auto kWords<BillingPlan> =
    std::to_array<Word<BillingPlan>>({{BillingPlan::upfront, "Upfront"}, {BillingPlan::monthly, "Monthly"}});

enum class PaymentStatus { scheduled, succeeded, failed, cancelled };
template <>
inline constexpr auto kWords<PaymentStatus> = std::to_array<Word<PaymentStatus>>({{PaymentStatus::scheduled, "Scheduled"},
                                                                                  {PaymentStatus::succeeded, "Succeeded"},
                                                                                  {PaymentStatus::failed, "Failed"},
                                                                                  {PaymentStatus::cancelled, "Cancelled"}});

struct Payment {
  Day due;
  Money billing;
  std::optional<Money> pricing;  // USD; absent where the source gave none: the exchange rate of the due day stands in
  PaymentStatus status = PaymentStatus::scheduled;

  friend bool operator==(const Payment&, const Payment&) = default;
};

struct Schedule {
  // The day the statuses were true. A payment due after it is taken to succeed on its day; one still Scheduled on it is unpaid.
  Day observed;
  std::vector<Payment> payments;  // by due day

  bool empty() const { return payments.empty(); }
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// Payments for a lifetime price of all units. They are Scheduled, and observed on the day before the first, so that each succeeds
// when its day comes.
Schedule make_schedule(BillingPlan plan, Term term, Day start, Money lifetime, std::optional<Money> lifetime_pricing);

// The same schedule as it stands on a day: payments that fell due since it was observed have succeeded.
Schedule on_day(Schedule schedule, Day day);

Money total_billing(const Schedule& schedule);                 // CHECKs that it is not empty
std::optional<Money> total_pricing(const Schedule& schedule);  // absent where one payment lacks it
Money paid_billing(const Schedule& schedule);                  // the Succeeded ones

// Takes the share of `part` out of `whole` units: round(amount * part / whole) of each payment, so the two always add up.
// Requires 1 <= part <= whole.
Schedule split_off(Schedule& schedule, std::int64_t part, std::int64_t whole);

// Joins two schedules of the same plan and days. Errors: invalid_argument where their due days or statuses differ.
Result<Schedule> join(const Schedule& a, const Schedule& b);

// Marks what is not yet paid as Cancelled: what a return or a failed order does to the future.
void cancel_unpaid(Schedule& schedule);

}  // namespace prorata
