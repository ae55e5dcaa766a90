// What a list or an export said about a reservation or an order, before the desk has made up its mind. Every field that the record
// left out is absent; nothing is guessed here (app/import_portfolio decides what to make of it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "reservation/order.h"
#include "reservation/payment.h"
#include "reservation/reservation.h"

namespace prorata {

struct ImportedReservation {
  OrderId order;
  ReservationId id;
  std::optional<std::int64_t> revision;  // etag
  std::string name;
  std::string product;
  std::string sku;
  std::string region;
  std::string sku_description;
  std::optional<std::int64_t> quantity;
  std::optional<Term> term;
  std::optional<BillingPlan> plan;
  std::optional<Instant> purchased;
  std::optional<Instant> benefit_start;
  std::optional<Instant> expiry;
  std::optional<Instant> updated;
  std::optional<ProvisioningState> state;
  std::optional<StatusInfo> status;
  std::optional<Scope> scope;
  std::optional<bool> instance_flexibility;
  std::optional<bool> archived;
  std::optional<bool> renew;
  std::optional<RenewalTerms> renewal;
  Lineage lineage;
  std::string billing_scope;
  Usage usage = Usage::unknown;            // used where an aggregate is above zero
  bool usage_window_30_days_zero = false;  // the 30-day aggregate was given and is zero
};

struct ImportedOrder {
  OrderId id;
  std::optional<std::int64_t> revision;
  std::string name;
  std::optional<Term> term;
  std::optional<BillingPlan> plan;
  std::optional<std::int64_t> original_quantity;
  std::optional<Instant> requested;
  std::optional<Instant> created;
  std::optional<Instant> benefit_start;
  std::optional<Instant> expiry;
  std::optional<ProvisioningState> state;
  std::string billing_account;
  std::string billing_profile;
  std::vector<ReservationId> reservations;
  std::vector<Payment> payments;  // of the expanded schedule, by due day
};

}  // namespace prorata
