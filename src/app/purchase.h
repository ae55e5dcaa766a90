// Buys reservations at the price list's price: the pieces that a purchase, an exchange and a renewal share, and the purchase itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/refund_facts.h"
#include "ledger/entry.h"

namespace prorata {

// What the price list would call it: "Reserved VM Instance, Standard_B1ls, US West, 1 Year".
std::string sku_title(const PurchaseLine& line);

// The lifetime price of all units today, in both currencies.
struct PurchasePrice {
  Money billing;
  Money pricing;
};

// From the price list in the customer's currency, else in USD through today's exchange rate.
// Errors: not_found, naming the SKU, region, term and what to import.
Result<PurchasePrice> price_of(Snapshot& snapshot, FactsCache& cache, const PurchaseLine& line, Currency currency, Day today);

struct Bought {
  Order order;
  Reservation reservation;  // Succeeded; its revisions tell the road it took
  std::vector<Revision> revisions;
};

struct BoughtIds {
  OrderId order;
  ReservationId reservation;
};

// The whole road of a purchase in one go: Creating, capacity, billing, Succeeded. The customer pays `price_ratio` of the price.
Bought make_purchase(App& app, const Customer& customer, Ratio price_ratio, const PurchaseLine& line, const PurchasePrice& price,
                     const BoughtIds& ids, Instant now);

// What a purchase charges on its first day.
std::vector<ledger::Entry> entries_of_purchase(App& app, const Bought& bought);

// What a purchase of one line commits, but for its audit note: order, reservation, revisions, entries. Errors: invalid_argument, those of
// price_of.
struct PurchaseChanges {
  Changes changes;
  PurchasePrice price;
};
Result<PurchaseChanges> decide_purchase(App& app, Snapshot& snapshot, FactsCache& cache, const Customer& customer, const PurchaseLine& line,
                                        const BoughtIds& ids, Instant now);

struct PurchaseAsk {
  CustomerId customer;
  PurchaseLine line;
  std::string key;
};

// Errors: not_found, refused (a customer that does not buy through a partner), invalid_argument, those of Store::commit.
Result<Reservation> purchase(App& app, const PurchaseAsk& ask);

}  // namespace prorata
