// What a reservation buys when its term ends: by the renewal itself, and by whoever shows beforehand what it would cost.
#pragma once

#include "app/purchase.h"

namespace prorata {

PurchaseLine renewal_line(const Reservation& ended, const RenewalTerms& terms);

// The terms that are chosen, else those it was bought on.
RenewalTerms renewal_terms(const Reservation& reservation);

}  // namespace prorata
