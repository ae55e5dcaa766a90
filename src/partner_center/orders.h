// What the areas around orders share: an order with what it bought.
#pragma once

#include <map>
#include <vector>

#include "partner_center/answer.h"
#include "wire/partner_commerce.h"

namespace prorata::partner_center {

// The order's reservations, as they stand today.
struct OrderRow {
  Order order;
  std::vector<Reservation> reservations;
};
// Each with its reservations, in the order they were given.
Result<std::vector<OrderRow>> with_reservations(Snapshot& snapshot, std::vector<Order> orders, Day today);
// As Partner Center sees it: one line.
wire::PartnerOrder partner_order(const OrderRow& row, Currency currency);

// An order of the customer that a word of the path names. Refuses in the service's words.
Outcome<OrderRow> order_of(const Call& call, Snapshot& snapshot, const Customer& customer, std::string_view word);

}  // namespace prorata::partner_center
