#include "app/renewal_line.h"

namespace prorata {

PurchaseLine renewal_line(const Reservation& ended, const RenewalTerms& terms) {
  return {.product = ended.product,
          .sku = terms.sku,
          .region = terms.region.empty() ? ended.region : terms.region,
          .term = terms.term,
          .plan = terms.plan,
          .quantity = terms.quantity,
          .scope = ended.scope,
          .name = terms.name.empty() ? ended.name : terms.name,
          .billing_scope = ended.billing_scope,
          .instance_flexibility = ended.instance_flexibility};
}

RenewalTerms renewal_terms(const Reservation& reservation) {
  if (reservation.renewal) return *reservation.renewal;
  return {.sku = reservation.sku, .quantity = reservation.quantity, .term = reservation.term, .plan = reservation.plan};
}

}  // namespace prorata
