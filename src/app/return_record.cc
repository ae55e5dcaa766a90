#include "app/return_record.h"

#include "books/customer_price.h"

namespace prorata {

ReturnRecord record_of(App& app, const GivenBackUnits& units) {
  const policy::RefundDecision& decision = units.decision;
  const policy::SideAmounts& billing = decision.amounts.billing;
  const Reservation& reservation = units.reservation;
  const Money cost = total_billing(reservation.schedule);
  const Money nothing = Money::zero(decision.currency);
  return {
      .id = ReturnId::trusted(app.ids.next()),
      .customer = reservation.customer,
      .order = reservation.order,
      .reservation = reservation.id,
      .quantity = decision.quantity,
      .at = units.at,
      .actor = app.actor,
      .policy = decision.policy,
      .row = decision.row,
      .paid = decision.billing(billing.paid),
      .consumed = decision.billing(billing.consumed),
      .credit = decision.billing(billing.credit),
      .fee = units.fee,
      .refund = units.refund,
      .forfeited = nothing,
      .remaining_commitment = decision.billing(billing.remaining_commitment),
      .pricing_cancelled = policy::RefundDecision::pricing(decision.amounts.pricing.cancelled_commitment),
      .customer_credit = books::customer_credit_by(units.credit, units.refund, units.fee, cost, reservation.customer_price.value_or(cost)),
      .handling = nothing,
      .counts = true,
      .reference = units.reference};
}

}  // namespace prorata
