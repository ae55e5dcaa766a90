#include "policy/refusal.h"

namespace prorata::policy {

std::string_view arm_code(Refusal refusal) {
  switch (refusal) {
    case Refusal::reservation_not_found: return "ReservationOrderNotFound";
    case Refusal::not_authorized: return "AuthorizationFailed";
    case Refusal::customer_offer_not_supported: return "NonsupportedAccountId";
    case Refusal::reservation_not_active:
    case Refusal::operation_in_progress: return "OperationCannotBePerformedInCurrentState";
    case Refusal::invalid_quantity: return "InvalidRefundQuantity";
    case Refusal::product_not_refundable:
    case Refusal::transferred_upfront:
    case Refusal::support_request_required: return "SelfServiceRefundNotSupported";
    case Refusal::refund_limit_exceeded: return "RefundLimitExceeded";
    case Refusal::quote_expired:
    case Refusal::quote_stale: return "ActivateQuoteFailed";
  }
  return "BadRequest";
}

std::string_view sentence(Refusal refusal, bool swedish) {
  switch (refusal) {
    case Refusal::reservation_not_found: return swedish ? "Reservationen finns inte här." : "There is no such reservation here.";
    case Refusal::not_authorized:
      return swedish ? "Du saknar rätt att återbetala på den här reservationsbeställningen."
                     : "You lack the right to refund on this reservation order.";
    case Refusal::customer_offer_not_supported:
      return swedish ? "Kunden köper inte genom en molnlösningsleverantör och kan inte betjänas här."
                     : "The customer does not buy through a cloud solution provider and cannot be served here.";
    case Refusal::reservation_not_active: return swedish ? "Reservationen är inte aktiv." : "The reservation is not active.";
    case Refusal::operation_in_progress:
      return swedish ? "En annan åtgärd pågår på reservationen; vänta tills den är klar."
                     : "Another operation holds the reservation; wait until it is done.";
    case Refusal::invalid_quantity:
      return swedish ? "Så många enheter finns inte att returnera." : "There are not that many units to return.";
    case Refusal::product_not_refundable:
      return swedish ? "Produkten kan inte återbetalas enligt den här policyn." : "This policy does not refund the product.";
    case Refusal::transferred_upfront:
      return swedish ? "Reservationen betalades i förskott hos en annan partner; den partnern måste begära återbetalningen."
                     : "It was paid upfront with another partner; that partner has to ask for the refund.";
    case Refusal::support_request_required:
      return swedish ? "Återbetalningen kräver en godkänd supportbegäran." : "The refund needs an approved support request.";
    case Refusal::refund_limit_exceeded:
      return swedish ? "Det ryms inte i kundens återbetalningsutrymme." : "It does not fit the customer's refund allowance.";
    case Refusal::quote_expired: return swedish ? "Offerten är för gammal; begär en ny." : "The quote is too old; ask for a new one.";
    case Refusal::quote_stale:
      return swedish ? "Uppgifterna har ändrats sedan offerten; begär en ny."
                     : "The facts have changed since the quote; ask for a new one.";
  }
  return {};
}

std::string_view sentence(Warning warning, bool swedish) {
  switch (warning) {
    case Warning::usage_unknown:
      return swedish ? "Användningen är okänd; den mindre förmånliga raden gäller."
                     : "Usage is unknown; the less favourable row was taken.";
    case Warning::current_price_unknown:
      return swedish ? "Dagens pris är okänt; inköpspriset gäller." : "Today's price is unknown; the purchase price was taken.";
    case Warning::clipped:
      return swedish ? "Utrymmet kapar återbetalningen; resten går förlorad." : "The allowance cuts the refund; the rest is forfeited.";
  }
  return {};
}

}  // namespace prorata::policy
