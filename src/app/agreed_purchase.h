// A price is promised for an order id, and a purchase under that id pays it, once.
//
//   const AgreedPrice agreed = TRY(agree_price(app, {.customer = customer, .line = line}));
//   const Order order = TRY(buy_at_agreed_price(app, {.order = agreed.id, .customer = customer, .line = line})).order;
#pragma once

#include "app/purchase.h"

namespace prorata {

inline constexpr std::int64_t kAgreedPriceValidSeconds = 86'400;

struct PriceAsk {
  CustomerId customer;
  PurchaseLine line;
};

// Prices the line today, under the size's name as the list spells it, and keeps the promise under a new order id. Errors: those of
// price_of, refused (a customer that does not buy through a partner), those of Store::commit.
Result<AgreedPrice> agree_price(App& app, const PriceAsk& ask);

struct AgreedPurchaseAsk {
  OrderId order;
  CustomerId customer;
  PurchaseLine line;
};

struct AgreedPurchase {
  Order order;
  Reservation reservation;  // both as they are now
  bool replayed = false;    // it was bought before, by the same request
};

// The order id is the key: the same request again gets the first answer. The promise binds what costs money: product, size, region, term,
// plan, units, subscription; name, scope and renewal are the purchase's own.
// Errors, in this order: already_exists (the id was used for something else); not_found (no price was promised for it); refused (this
// is not what was priced); expired_quote; those of Store::commit. Each has its word as reason.
Result<AgreedPurchase> buy_at_agreed_price(App& app, const AgreedPurchaseAsk& ask);

}  // namespace prorata
