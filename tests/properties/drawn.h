// What the properties are asked of: facts drawn by chance, and the amounts that have to fit together in every one of them.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/refund.h"
#include "reservation/order.h"
#include "support/made_desk.h"

namespace prorata::testing {

inline std::int64_t drawn_between(std::int64_t least, std::int64_t most) { return *rc::gen::inRange<std::int64_t>(least, most + 1); }
inline bool drawn_one_in(std::int64_t n) { return drawn_between(1, n) == 1; }

inline Currency drawn_currency() { return *Currency::parse(*rc::gen::element<std::string>("USD", "SEK", "JPY", "KWD")); }

// A lifetime price: mostly ordinary, sometimes nothing, one minor unit, or very much.
inline std::int64_t drawn_price() {
  return drawn_one_in(8) ? *rc::gen::element<std::int64_t>(0, 1, 2, 11, 13, 1'000'000'000'000) : drawn_between(0, 50'000'000);
}

inline const policy::Pack& drawn_pack() {
  return packs().all()[static_cast<std::size_t>(drawn_between(0, static_cast<std::int64_t>(packs().all().size()) - 1))];
}

// A reservation on some day of its life, all instalments paid up to that day or from some instalment on none.
inline Reservation drawn_reservation(Day& today) {
  Reservation r;
  r.id = *ReservationId::parse("0b000000-0000-4000-8000-000000000001");
  r.order = *OrderId::parse("0a000000-0000-4000-8000-000000000001");
  r.product = "VirtualMachines";
  r.state = ProvisioningState::succeeded;
  r.quantity = r.original_quantity = drawn_one_in(4) ? drawn_between(1, 100'000) : drawn_between(1, 12);
  r.term = Term{*rc::gen::element(1, 3, 5)};
  r.plan = *rc::gen::element(BillingPlan::upfront, BillingPlan::monthly);
  r.benefit_start = r.purchased = start_of(Day{static_cast<std::int32_t>(drawn_between(18'262, 20'819))});  // 2020 to 2026
  r.expiry = expiry_of(r.benefit_start, r.term);
  r.usage = *rc::gen::element(Usage::unused, Usage::used, Usage::unknown);
  const Currency currency = drawn_currency();
  const Money price{drawn_price(), currency};
  const Money pricing = currency == Currency::usd() ? price : Money{drawn_price(), Currency::usd()};
  r.schedule = make_schedule(r.plan, r.term, day_of(r.benefit_start), price, pricing);
  const std::int64_t days = days_between(day_of(r.benefit_start), day_of(r.expiry));
  today = add_days(day_of(r.benefit_start), static_cast<std::int32_t>(drawn_one_in(3) ? drawn_between(0, 7) : drawn_between(0, days - 1)));
  r.schedule = on_day(std::move(r.schedule), today);
  if (drawn_one_in(5)) {
    const auto unpaid_from = static_cast<std::size_t>(drawn_between(0, static_cast<std::int64_t>(r.schedule.payments.size()) - 1));
    for (std::size_t k = unpaid_from; k < r.schedule.payments.size(); ++k) r.schedule.payments[k].status = PaymentStatus::failed;
  }
  if (drawn_one_in(2)) r.customer_price = scale(price, {drawn_between(50, 200), 100}, Rounding::half_away);
  if (drawn_one_in(2)) {
    r.renew = true;
    r.renewal = RenewalTerms{"Standard_D2s_v5", drawn_between(1, 20), r.term, r.plan};
  }
  return r;
}

inline policy::RefundCase case_of(const Reservation& r) {
  return {.start = day_of(r.benefit_start),
          .term = r.term,
          .plan = r.plan,
          .quantity = r.quantity,
          .schedule = r.schedule,
          .product = r.product,
          .usage = r.usage};
}

// The same with some of the allowance gone and a price of today that may be lower.
inline policy::RefundCase drawn_case(const Reservation& r) {
  policy::RefundCase facts = case_of(r);
  facts.allowance_used = drawn_one_in(2) ? 0 : drawn_between(0, 6'000'000);
  facts.allowance_held = drawn_one_in(2) ? 0 : drawn_between(0, 1'000'000);
  const Money whole = total_billing(r.schedule);
  if (drawn_one_in(2)) facts.current_unit_price = Money{drawn_between(0, whole.minor / r.quantity + 5), whole.currency};
  return facts;
}

inline policy::RefundDecision decided(const policy::RefundCase& facts, std::int64_t quantity, Day today, const policy::Pack& pack) {
  return must(decide_refund(facts, {.quantity = quantity, .as_of = start_of(today), .channel_approved = true}, pack));
}

}  // namespace prorata::testing
