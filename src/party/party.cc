#include "party/party.h"

namespace prorata {

std::string_view where_to_go(OfferType offer) {
  switch (offer) {
    case OfferType::csp: return {};
    case OfferType::pay_as_you_go:
    case OfferType::individual: return "the customer returns it itself: Azure portal, Reservations, Refund";
    case OfferType::customer_agreement:
      return "the billing profile's owner returns it: Azure portal, Cost Management + Billing, Reservations";
    case OfferType::enterprise_agreement: return "the enrollment's administrator returns it: Azure portal, Reservations, Refund";
  }
  return {};
}

}  // namespace prorata
