// Reservations, orders, quotes and exchanges as the reservation API (Microsoft.Capacity) prints them: the same fields in the same order,
// as recorded from the service. Amounts are JSON numbers made from exact digits; moments have seven digits of a second.
//
//   std::string body;
//   JsonWriter w(body);
//   write_reservation(w, reservation, {.now = now});
#pragma once

#include <string>

#include "app/quote_exchange.h"
#include "app/quote_refund.h"
#include "app/usage_records.h"
#include "reservation/order.h"
#include "reservation/reservation.h"
#include "wire/json.h"

namespace prorata::wire {

// "/providers/microsoft.capacity/reservationOrders/O" and ".../reservations/R": the one spelling for an object's own id, the other for what
// refers to one, as the service mixes them.
std::string order_path(const OrderId& order);
std::string reservation_path(const OrderId& order, const ReservationId& reservation);
std::string own_order_path(const OrderId& order);
std::string own_reservation_path(const OrderId& order, const ReservationId& reservation);

// The service says Single for a resource group and tells the two apart in the properties.
std::string_view applied_scope_type(ScopeType type);
std::string arm_instant(Instant at);  // "2023-03-04T04:23:12.3497675Z"
// 50000.0, 1.83, 48.0: digits of the amount without zeros at its end, but for one.
std::string arm_number(Money amount);
void write_amount(JsonWriter& w, std::string_view name, Money amount);  // {"currencyCode":"GBP","amount":1.83}

struct ReservationView {
  Instant now;
  bool renew_properties = false;               // $expand=renewProperties
  bool applied_scopes = false;                 // also in the older form: version 2022-03-01 knows no other
  std::optional<PurchasePrice> renewal_price;  // of what the renewal would buy; absent where no list has one
  std::optional<MonthWindows> windows;         // of its utilization; absent: what its usage says
  std::string account;                         // "/providers/Microsoft.Billing/billingAccounts/A": as Microsoft.Billing shows it there
};
void write_reservation(JsonWriter& w, const Reservation& reservation, const ReservationView& view);
// As an answer of split and merge names them: "ORDER/RESERVATION", and with fewer fields.
void write_split_part(JsonWriter& w, const Reservation& reservation);
void write_revision(JsonWriter& w, const Revision& revision);

struct OrderView {
  bool schedule = false;             // $expand=schedule
  std::optional<Schedule> payments;  // of all its reservations together; absent: the price is unknown
  Day today;
  std::string account;  // as above
};
void write_order(JsonWriter& w, const Order& order, const OrderView& view);

// What policyErrors and a refused return say, in the service's words where it has some.
std::string_view arm_message(policy::Refusal refusal);

// The answer of calculateRefund and of return: the same body for both.
void write_refund(JsonWriter& w, const RefundQuote& quote);

struct PriceView {
  PurchaseLine line;
  PurchasePrice price;
  OrderId order;  // reserved for the purchase
  Day today;
  std::string asked_sku;  // as the request spelled it
};
void write_price(JsonWriter& w, const PriceView& view);

// The properties of calculateExchange (with the decision) and of exchange (without: every line carries a status instead).
void write_exchange(JsonWriter& w, const Exchange& exchange, const policy::ExchangeDecision* decision);

}  // namespace prorata::wire
